package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
)

// cleanupTime bounds the removal of what a failed call left, which goes on when the call's context has ended.
const cleanupTime = 30 * time.Second

// create creates the container and joins its networks. A name in use is an errNameTaken. On any other failure nothing is
// left, but for a create whose answer was lost with the connection: then a container that was never started may stay.
func (d *Docker) create(ctx context.Context, cli *client.Client, c creation) (string, error) {
	first, later := c.endpoints, []endpoint(nil)
	many, err := d.apiAtLeast(ctx, "1.44")
	if err != nil {
		return "", err
	}
	if !many && len(c.endpoints) > 1 { // older daemons join one at create
		first, later = c.endpoints[:1], c.endpoints[1:]
	}
	networks := &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{}}
	for _, e := range first {
		networks.EndpointsConfig[e.network] = e.settings
	}
	var made container.CreateResponse
	err = d.retry(ctx, func(ctx context.Context) (err error) {
		made, err = cli.ContainerCreate(ctx, c.config, c.host, networks, nil, c.name)
		return err
	})
	if cerrdefs.IsConflict(err) {
		return "", kindError{errNameTaken, err}
	}
	if err != nil {
		return "", err
	}
	if err := d.join(ctx, cli, made.ID, later); err != nil {
		d.removeHalfMade(ctx, cli, made.ID)
		return "", err
	}
	return made.ID, nil
}

// join connects the container to networks. One that it is in by now, by another's hand, is no error.
func (d *Docker) join(ctx context.Context, cli *client.Client, id string, endpoints []endpoint) error {
	for _, e := range endpoints {
		err := d.retry(ctx, func(ctx context.Context) error { return cli.NetworkConnect(ctx, e.network, id, e.settings) })
		if err == nil {
			continue
		}
		c, findErr := d.find(ctx, cli, id)
		if findErr != nil || c.NetworkSettings.Networks[e.network] == nil {
			return fmt.Errorf("join network %s: %w", e.network, err)
		}
	}
	return nil
}

// removeHalfMade removes what could not be finished, even when the context is what ended it. It cannot report a failure
// of its own: the caller has the first one.
func (d *Docker) removeHalfMade(ctx context.Context, cli *client.Client, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	_ = d.removeByID(ctx, cli, id)
}

// networkIDs returns the IDs of the wanted networks by name. One that does not exist is an ErrNotFound.
func (d *Docker) networkIDs(ctx context.Context, cli *client.Client, wanted []NetworkAttachment) (map[string]string, error) {
	ids := map[string]string{}
	for _, want := range wanted {
		n, err := d.findNetwork(ctx, cli, want.Network)
		if isNotFound(err) || err == nil && n.Name != want.Network {
			return nil, kindError{ErrNotFound, fmt.Errorf("network %s does not exist, create it first", want.Network)}
		}
		if err != nil {
			return nil, fmt.Errorf("network %s: %w", want.Network, err)
		}
		ids[want.Network] = n.ID
	}
	return ids, nil
}

// networksLive reports whether every network that a stopped container was in still exists. A network of the same name
// will not do: the daemon remembers the ID, and the container does not start without it. wanted has the IDs that are
// known already; a container that never ran has none.
func (d *Docker) networksLive(ctx context.Context, cli *client.Client, c container.InspectResponse, wanted map[string]string) (bool, error) {
	for name, joined := range c.NetworkSettings.Networks {
		if joined == nil || joined.NetworkID == "" || joined.NetworkID == wanted[name] {
			continue
		}
		if wanted[name] != "" {
			return false, nil
		}
		if _, err := d.findNetwork(ctx, cli, joined.NetworkID); isNotFound(err) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	return true, nil
}

func (d *Docker) findNetwork(ctx context.Context, cli *client.Client, ref string) (network.Inspect, error) {
	var n network.Inspect
	err := d.retry(ctx, func(ctx context.Context) (err error) {
		n, err = cli.NetworkInspect(ctx, ref, network.InspectOptions{})
		return err
	})
	return n, err
}

// rawCreation is a creation from the SDK's own terms. They are copied as far as the SDK and we change them. The primary
// network is the one of NetworkMode, else the first by name.
func rawCreation(name string, cfg *container.Config, host *container.HostConfig, nets *network.NetworkingConfig) creation {
	c := creation{name: name, config: &container.Config{}, host: &container.HostConfig{}}
	if cfg != nil {
		*c.config = *cfg
	}
	if host != nil {
		*c.host = *host
	}
	if nets == nil {
		return c
	}
	for name, settings := range nets.EndpointsConfig {
		if settings == nil { // the SDK looks into it
			settings = &network.EndpointSettings{}
		}
		c.endpoints = append(c.endpoints, endpoint{name, settings})
	}
	primary := string(c.host.NetworkMode)
	slices.SortFunc(c.endpoints, func(a, b endpoint) int {
		switch {
		case a.network == b.network:
			return 0
		case a.network == primary || b.network != primary && a.network < b.network:
			return -1
		}
		return 1
	})
	return c
}

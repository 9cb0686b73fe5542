package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
)

// networkUse knows which containers refer to which network, in whatever state they are.
//
// A network's own inspect lists only containers that run. A container that stopped keeps the ID of its network, and one
// that never ran keeps the name or ID that it was given; both are in the container listing, and both fail to start once
// that network is gone, even when another has its name.
type networkUse struct {
	byID   map[string][]string // by network ID, to names of containers
	byName map[string][]string // by what a container calls its network, name or ID
}

// networkUse lists all containers and returns what they refer to.
func (d *Docker) networkUse(ctx context.Context, cli *client.Client) (networkUse, error) {
	var list []container.Summary
	err := d.retry(ctx, func(ctx context.Context) (err error) {
		list, err = cli.ContainerList(ctx, container.ListOptions{All: true})
		return err
	})
	use := networkUse{byID: map[string][]string{}, byName: map[string][]string{}}
	for _, c := range list {
		use.add(c)
	}
	return use, err
}

func (u networkUse) add(c container.Summary) {
	name := summaryName(c)
	refer := func(to map[string][]string, key string) {
		if key != "" && !slices.Contains(to[key], name) {
			to[key] = append(to[key], name)
		}
	}
	refer(u.byName, c.HostConfig.NetworkMode)
	if c.NetworkSettings == nil {
		return
	}
	for key, endpoint := range c.NetworkSettings.Networks {
		refer(u.byName, key)
		if endpoint != nil {
			refer(u.byID, endpoint.NetworkID)
		}
	}
}

// exact returns the containers that refer to n by its ID.
func (u networkUse) exact(n network.Inspect) []string {
	return slices.Concat(u.byID[n.ID], u.byName[n.ID])
}

// of returns the containers that refer to n by ID or name.
func (u networkUse) of(n network.Inspect) []string {
	return slices.Concat(u.exact(n), u.byName[n.Name])
}

// summaryName returns the container's name without the leading slash, fit to be printed, or its ID when it has none.
func summaryName(c container.Summary) string {
	for _, name := range c.Names {
		if name = strings.TrimPrefix(name, "/"); name != "" && !strings.Contains(name, "/") { // "/a/b" is a link
			return plainText(name)
		}
	}
	return plainText(c.ID)
}

package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
)

// RemoveNetworksByLabel removes the networks that NetworksByLabel would list and that are ours; those of other owners are
// passed over. An empty match is ErrSpecInvalid.
//
// A network that containers run on is left, and the error names them; the others are removed all the same, and every
// failure is in the joined error. Stopped containers do not hold a network: they cannot be started again without it.
func (d *Docker) RemoveNetworksByLabel(ctx context.Context, match map[string]string) error {
	const op = "remove networks"
	cli, nets, err := byLabel(ctx, d, match, removalFilter, d.listNetworks)
	if err != nil {
		return d.fail(err, op)
	}
	return removeEach(ctx, d, nets, func(n network.Inspect) map[string]string { return n.Labels }, func(n network.Inspect) error {
		err := d.removeNetwork(ctx, cli, n.ID)
		return d.fail(d.explainNetworkUse(ctx, cli, n, err), "remove network "+plainText(n.Name))
	})
}

// explainNetworkUse adds who is on the network to a refusal to remove it.
func (d *Docker) explainNetworkUse(ctx context.Context, cli *client.Client, n network.Inspect, refusal error) error {
	if !isInUse(refusal) {
		return refusal
	}
	full, err := cli.NetworkInspect(ctx, n.ID, network.InspectOptions{})
	if err != nil || len(full.Containers) == 0 {
		return refusal
	}
	names := make([]string, 0, len(full.Containers))
	for endpoint := range maps.Values(full.Containers) {
		names = append(names, plainText(endpoint.Name))
	}
	slices.Sort(names)
	return fmt.Errorf("still used by %s; remove or disconnect them, then try again: %w", strings.Join(names, ", "), refusal)
}

// removeNetwork removes the network with that ID; one that is gone is no error.
func (d *Docker) removeNetwork(ctx context.Context, cli *client.Client, id string) error {
	err := d.retry(ctx, func(ctx context.Context) error { return cli.NetworkRemove(ctx, id) })
	if cerrdefs.IsNotFound(err) {
		return nil
	}
	return err
}

// isInUse reports whether the daemon refused to remove something because something else needs it. For a network that is a
// plain refusal (403), so the text has to tell.
func isInUse(err error) bool {
	return cerrdefs.IsConflict(err) || err != nil && strings.Contains(err.Error(), "active endpoints")
}

package engine

import (
	"context"
	"errors"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
)

// ReconcileNetworks removes orphans: networks that this data folder made (without one: all with the platform label) and
// that no container in any state refers to. What refers to a network is told by the listing of all containers, stopped and
// never started ones included (see networkUse).
//
// A network that is joined, or removed by another, between our look and our removal is no error. A container made in that
// moment is left without its network, and EnsureContainer replaces it: let nothing create containers meanwhile. Failures
// to remove are joined and do not stop the others.
func (d *Docker) ReconcileNetworks(ctx context.Context) error {
	const op = "remove orphaned networks"
	cli, err := d.ready(ctx)
	if err != nil {
		return d.fail(err, op)
	}
	_, err = d.removeOrphanedNetworks(ctx, cli)
	return d.fail(err, op)
}

// removeOrphanedNetworks returns the names of what it removed, also beside an error.
func (d *Docker) removeOrphanedNetworks(ctx context.Context, cli *client.Client) (removed []string, err error) {
	// Networks first: one that is made after the listing is not looked at.
	nets, err := d.listNetworks(ctx, cli, filters.NewArgs(filters.Arg("label", LabelPlatform+"="+PlatformValue)))
	if err != nil {
		return nil, err
	}
	use, err := d.networkUse(ctx, cli)
	if err != nil {
		return nil, err
	}
	var failures []error
	for _, n := range nets {
		if !d.made(n.Labels) || len(use.of(n)) > 0 {
			continue
		}
		switch err := d.removeNetwork(ctx, cli, n.ID); {
		case err == nil:
			removed = append(removed, n.Name)
		case isInUse(err):
		default:
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return removed, errors.Join(failures...)
}

package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
)

// pruneAge is how old a helper that was never started must be: a young one is about to be.
const pruneAge = time.Hour

// Prune removes what interrupted operations of this data folder left behind: helper containers that have ended, or were
// made over an hour ago and never started, and networks that no container in any state refers to. It never removes a
// volume, an image or a container of a site, and nothing that another data folder, or the desktop app, made. An engine
// without a data folder of its own prunes whatever carries the platform label.
//
// Hold off operations that create containers meanwhile, as for ReconcileNetworks. The report has what was removed, by name
// and sorted, also when the error is not nil; failures are joined and do not stop the rest.
func (d *Docker) Prune(ctx context.Context) (PruneReport, error) {
	const op = "clean up"
	cli, err := d.ready(ctx)
	if err != nil {
		return PruneReport{}, d.fail(err, op)
	}
	var report PruneReport
	var helpers, networks error
	report.Containers, helpers = d.removeEndedHelpers(ctx, cli)
	report.Networks, networks = d.removeOrphanedNetworks(ctx, cli) // after the helpers, which may refer to some
	slices.Sort(report.Networks)
	return report, d.fail(errors.Join(helpers, networks), op)
}

// removeEndedHelpers returns the names of what it removed, also beside an error.
func (d *Docker) removeEndedHelpers(ctx context.Context, cli *client.Client) (removed []string, err error) {
	var list []container.Summary
	var now time.Time
	err = d.retry(ctx, func(ctx context.Context) (err error) {
		list, err = cli.ContainerList(ctx, container.ListOptions{All: true, Filters: filters.NewArgs(
			filters.Arg("label", LabelPlatform+"="+PlatformValue),
		)})
		if err == nil && slices.ContainsFunc(list, isUnstartedHelper) {
			now, err = daemonTime(ctx, cli)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b container.Summary) int { return cmp.Compare(summaryName(a), summaryName(b)) })
	var failures []error
	for _, c := range list {
		if !d.made(c.Labels) || !isLeftOver(c, now) {
			continue
		}
		// Not forced: one that was started a moment ago stays.
		err := cli.ContainerRemove(ctx, c.ID, container.RemoveOptions{RemoveVolumes: true})
		switch {
		case err == nil:
			removed = append(removed, summaryName(c))
		case cerrdefs.IsNotFound(err), cerrdefs.IsConflict(err):
		default:
			failures = append(failures, fmt.Errorf("remove container %s: %w", summaryName(c), err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return removed, errors.Join(failures...)
}

// isLeftOver reports whether the container is a helper that nobody waits for any more. now is the daemon's.
func isLeftOver(c container.Summary, now time.Time) bool {
	if !isHelper(c.Labels) {
		return false
	}
	switch c.State {
	case container.StateExited, container.StateDead:
		return true
	case container.StateCreated:
		return now.Sub(time.Unix(c.Created, 0)) > pruneAge
	}
	return false
}

func isUnstartedHelper(c container.Summary) bool {
	return isHelper(c.Labels) && c.State == container.StateCreated
}

// daemonTime returns the time on the daemon's clock, which its containers' times are of; over ssh it may not be ours.
func daemonTime(ctx context.Context, cli *client.Client) (time.Time, error) {
	info, err := cli.Info(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return parseDaemonTime(info)
}

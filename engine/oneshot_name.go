package engine

import (
	"context"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

const (
	// nameWaitFirst and nameWaitCeiling pace the looks at a container whose name we want.
	nameWaitFirst   = 50 * time.Millisecond
	nameWaitCeiling = 500 * time.Millisecond
	// startGrace is how long a helper may stay created and not started before it counts as left over. Between the two
	// its maker makes one other call, which takes milliseconds, seconds on a machine that is busy.
	startGrace = 30 * time.Second
)

// awaitName returns once no container has the name, as far as one look can tell; ctx ends the wait. Helpers that ended are
// removed: their callers, if there still are any, have the output and the exit code on connections of their own.
func (d *Docker) awaitName(ctx context.Context, cli *client.Client, name string) error {
	var created string // the ID of a helper that was not started yet when we first saw it, at firstSeen
	var firstSeen time.Time
	for wait := nameWaitFirst; ; wait = min(2*wait, nameWaitCeiling) {
		var holder container.InspectResponse
		err := d.retry(ctx, func(ctx context.Context) (err error) {
			holder, err = cli.ContainerInspect(ctx, name)
			return err
		})
		if cerrdefs.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		labels, state := holderOf(holder)
		if !d.owns(labels) || !isHelper(labels) {
			return d.refuseHolder(name, labels)
		}
		if state == container.StateCreated && created != holder.ID {
			created, firstSeen = holder.ID, d.clock.Now()
		}
		switch {
		case state == container.StateExited, state == container.StateDead,
			state == container.StateCreated && d.clock.Now().Sub(firstSeen) > startGrace:
			return d.removeHelper(ctx, cli, holder.ID)
		}
		if err := d.clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// refuseHolder says why the container that has our name stays.
func (d *Docker) refuseHolder(name string, labels map[string]string) error {
	if d.owns(labels) {
		return ownerError("container", name, labels, "it is not a helper container")
	}
	return ownerError("container", name, labels, "")
}

// holderOf returns what we need of an inspected container, whatever the daemon left out.
func holderOf(c container.InspectResponse) (labels map[string]string, state container.ContainerState) {
	if c.Config != nil {
		labels = c.Config.Labels
	}
	if c.ContainerJSONBase != nil && c.State != nil {
		state = c.State.Status
	}
	return labels, state
}

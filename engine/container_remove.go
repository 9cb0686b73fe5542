package engine

import (
	"context"
	"errors"
	"fmt"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// RemoveContainer removes the container and its anonymous volumes, running or not; named volumes stay. A running database
// is stopped first, with 60 s of grace; everything else is killed. It returns when the container has gone. Absent is no
// error. One that is not ours is left alone and is an *OwnerError: not made by Locorum, of another data folder, or
// without one and with binds that all lie outside of ours.
func (d *Docker) RemoveContainer(ctx context.Context, name string) error {
	if err := validateName("name", name); err != nil {
		return d.fail(err, "remove container")
	}
	op := "remove container " + name
	cli, err := d.ready(ctx)
	if err != nil {
		return d.fail(err, op)
	}
	return d.fail(d.removeOurs(ctx, cli, name), op)
}

// RemoveContainersByLabel removes the containers that ContainersByLabel would list and that are ours, as RemoveContainer
// does; it passes over the others. A failure does not keep it from the rest; all of them are in the error. An empty match
// is ErrSpecInvalid.
func (d *Docker) RemoveContainersByLabel(ctx context.Context, match map[string]string) error {
	const op = "remove containers by label"
	cli, list, err := byLabel(ctx, d, match, removalFilter, d.listContainers)
	if err != nil {
		return d.fail(err, op)
	}
	var failures []error
	for _, c := range list {
		if ctx.Err() != nil {
			failures = append(failures, d.fail(Ended(ctx), op))
			break
		}
		var foreign *OwnerError
		if err := d.removeOurs(ctx, cli, c.ID); err != nil && !errors.As(err, &foreign) {
			failures = append(failures, d.fail(err, "remove container "+firstName(c)))
		}
	}
	return errors.Join(failures...)
}

// RemoveByLabel is RemoveContainersByLabel under its older name.
func (d *Docker) RemoveByLabel(ctx context.Context, match map[string]string) error {
	return d.RemoveContainersByLabel(ctx, match)
}

// removeOurs removes the container of that name or ID, or returns an *OwnerError. Absent is no error.
func (d *Docker) removeOurs(ctx context.Context, cli *client.Client, name string) error {
	c, err := d.find(ctx, cli, name)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := d.refuseRemove(c); err != nil {
		return err
	}
	if c.Config.Labels[LabelRole] == RoleDatabase {
		if err := d.stopFor(ctx, cli, c, databaseGrace); err != nil {
			return err
		}
	}
	return d.removeByID(ctx, cli, c.ID)
}

// removeByID kills and removes a container with its anonymous volumes, and returns when it has gone. When another is
// removing it already, that is waited for.
func (d *Docker) removeByID(ctx context.Context, cli *client.Client, id string) error {
	err := d.retry(ctx, func(ctx context.Context) error {
		return cli.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	})
	if isNotFound(err) {
		return nil
	}
	if cerrdefs.IsConflict(err) {
		return d.waitGone(ctx, cli, id, err)
	}
	return err
}

// waitGone waits until another's removal of the container is through. cause is the daemon's refusal of ours, which is
// returned when that takes too long.
func (d *Docker) waitGone(ctx context.Context, cli *client.Client, id string, cause error) error {
	deadline := d.clock.Now().Add(cleanupTime)
	for wait := raceFirstWait; d.clock.Now().Before(deadline); wait = min(2*wait, raceCeiling) {
		if _, err := d.find(ctx, cli, id); isNotFound(err) {
			return nil
		} else if err != nil {
			return err
		}
		if err := d.clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
	return fmt.Errorf("another removal of it does not end: %w", cause)
}

// isNotFound reports whether the daemon, or we on its behalf, said that the thing does not exist.
func isNotFound(err error) bool { return cerrdefs.IsNotFound(err) || errors.Is(err, ErrNotFound) }

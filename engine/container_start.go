package engine

import (
	"context"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// StartContainer starts the container; one that runs is left alone and one that is paused goes on. Absent is
// ErrNotFound, and so is a network that was removed since it last ran: EnsureContainer heals that.
func (d *Docker) StartContainer(ctx context.Context, name string) error {
	if err := validateName("name", name); err != nil {
		return d.fail(err, "start container")
	}
	return d.fail(d.startNamed(ctx, name), "start container "+name)
}

func (d *Docker) startNamed(ctx context.Context, name string) error {
	cli, err := d.ready(ctx)
	if err != nil {
		return err
	}
	c, err := d.find(ctx, cli, name)
	switch {
	case err != nil:
		return err
	case c.State.Paused:
		return d.retry(ctx, func(ctx context.Context) error { return cli.ContainerUnpause(ctx, c.ID) })
	case c.State.Running:
		return nil
	}
	return d.start(ctx, cli, c.ID)
}

func (d *Docker) start(ctx context.Context, cli *client.Client, id string) error {
	return d.retry(ctx, func(ctx context.Context) error { return cli.ContainerStart(ctx, id, container.StartOptions{}) })
}

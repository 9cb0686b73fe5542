package engine

import (
	"context"
	"time"

	"github.com/docker/docker/api/types/container"
)

// RestartContainer stops the container as StopContainer does and starts it again; a stopped one is started. Absent is
// ErrNotFound.
func (d *Docker) RestartContainer(ctx context.Context, name string, grace time.Duration) error {
	if err := validateStop(name, grace); err != nil {
		return d.fail(err, "restart container")
	}
	return d.fail(d.restartNamed(ctx, name, grace), "restart container "+name)
}

func (d *Docker) restartNamed(ctx context.Context, name string, grace time.Duration) error {
	cli, err := d.ready(ctx)
	if err != nil {
		return err
	}
	c, err := d.find(ctx, cli, name)
	if err != nil {
		return err
	}
	return d.retry(ctx, func(ctx context.Context) error {
		return cli.ContainerRestart(ctx, c.ID, container.StopOptions{Timeout: seconds(grace)})
	})
}

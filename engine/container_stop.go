package engine

import (
	"context"
	"math"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// How long a container may take to stop before it is killed, when nobody says otherwise. A database writes its pages
// back: cut short, it spends the next start on recovery.
const (
	databaseGrace = time.Minute
	defaultGrace  = 10 * time.Second
)

// StopContainer sends the container its stop signal and, once grace has passed, SIGKILL. Grace is rounded up to whole
// seconds; 0 kills at once, negative is ErrSpecInvalid. Absent or stopped is no error.
func (d *Docker) StopContainer(ctx context.Context, name string, grace time.Duration) error {
	if err := validateStop(name, grace); err != nil {
		return d.fail(err, "stop container")
	}
	return d.fail(d.stopNamed(ctx, name, grace), "stop container "+name)
}

func validateStop(name string, grace time.Duration) error {
	if err := validateName("name", name); err != nil {
		return err
	}
	if grace < 0 {
		return invalid("grace", "%v is negative", grace)
	}
	return nil
}

func (d *Docker) stopNamed(ctx context.Context, name string, grace time.Duration) error {
	cli, err := d.ready(ctx)
	if err != nil {
		return err
	}
	c, err := d.find(ctx, cli, name)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.stopFor(ctx, cli, c, grace)
}

// stopFor stops c if it runs. It is no error when it goes away meanwhile.
func (d *Docker) stopFor(ctx context.Context, cli *client.Client, c container.InspectResponse, grace time.Duration) error {
	if !c.State.Running && !c.State.Restarting {
		return nil
	}
	err := d.retry(ctx, func(ctx context.Context) error {
		return cli.ContainerStop(ctx, c.ID, container.StopOptions{Timeout: seconds(grace)})
	})
	if isNotFound(err) {
		return nil
	}
	return err
}

// stopGrace returns how long we let c stop before we remove it.
func stopGrace(c container.InspectResponse) time.Duration {
	if c.Config.Labels[LabelRole] == RoleDatabase {
		return databaseGrace
	}
	return defaultGrace
}

// seconds returns grace as the daemon takes it, rounded up: half a second must not become none.
func seconds(grace time.Duration) *int {
	return new(int(min(math.Ceil(grace.Seconds()), math.MaxInt32)))
}

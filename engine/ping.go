package engine

import (
	"context"
	"log/slog"
)

// Ping asks the daemon whether it is there. Without a client, without an answer, or with an answer that is not Docker's
// it is an ErrDaemonUnreachable; the end of ctx is ctx's own error.
func (d *Docker) Ping(ctx context.Context) error {
	cli, err := d.ready(ctx)
	if err != nil {
		return err
	}
	ping, err := cli.Ping(ctx)
	if err != nil {
		return d.failPing(err)
	}
	if ping.APIVersion == "" {
		return d.notDocker(errNoVersion)
	}
	return nil
}

// CheckDockerAvailable is Ping that also logs a failure. New code calls Ping.
func (d *Docker) CheckDockerAvailable(ctx context.Context) error {
	err := d.Ping(ctx)
	if err != nil {
		slog.WarnContext(ctx, "docker does not answer", "host", d.where(), "error", err)
	}
	return err
}

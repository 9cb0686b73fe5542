package engine

import (
	"context"
	"log/slog"
)

// Ping asks the daemon whether it is there. Without a client, without an answer, or with an answer that is not Docker's
// it is an ErrDaemonUnreachable; the end of ctx is ctx's own error.
func (d *Docker) Ping(ctx context.Context) error {
	const op = "ping the Docker daemon"
	cli, err := d.ready(ctx)
	if err != nil {
		return d.fail(err, op)
	}
	ping, err := cli.Ping(ctx)
	switch {
	case err != nil:
		return d.fail(d.failPing(err), op)
	case ping.APIVersion == "":
		return d.fail(d.notDocker(errNoVersion), op)
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

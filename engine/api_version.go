package engine

import (
	"context"
	"errors"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"
)

// errNoVersion is why an answer to a ping is not Docker's. The client would take it for a daemon of 2016.
var errNoVersion = errors.New("no API version in its answer to a ping")

// ready returns the client once its API version is agreed with the daemon. The first call asks the daemon; concurrent
// calls share the question, and each of them ends with its own context. When the daemon is away it is an
// ErrDaemonUnreachable, and the next call asks again.
//
// The client would ask by itself at its first request, but under a lock that no context releases, and it takes silence
// for a daemon that speaks the newest version.
func (d *Docker) ready(ctx context.Context) (*client.Client, error) {
	cli, err := d.client()
	if err != nil {
		return nil, err
	}
	if d.isNegotiated(cli) {
		return cli, nil
	}
	if err := Ended(ctx); err != nil {
		return nil, err
	}
	_, err = d.negotiation.do(ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, d.negotiate(ctx, cli)
	})
	if err != nil {
		return nil, err
	}
	return cli, nil
}

// negotiate asks the daemon for its API version and makes cli speak no newer one.
func (d *Docker) negotiate(ctx context.Context, cli *client.Client) error {
	if d.isNegotiated(cli) {
		return nil // by a call that ended between our look and this one
	}
	ping, err := cli.Ping(ctx)
	if err != nil {
		return d.failPing(err)
	}
	if ping.APIVersion == "" {
		return d.notDocker(errNoVersion)
	}
	cli.NegotiateAPIVersionPing(ping)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.negotiated = cli
	return nil
}

// isNegotiated reports whether cli has agreed on a version.
func (d *Docker) isNegotiated(cli *client.Client) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.negotiated == cli
}

// apiAtLeast reports whether requests to the daemon speak API version ("1.44") or a newer one. It asks the daemon the
// first time and is an error, never false, when the daemon does not answer.
func (d *Docker) apiAtLeast(ctx context.Context, version string) (bool, error) {
	cli, err := d.ready(ctx)
	if err != nil {
		return false, d.fail(err, "ask the Docker daemon for its API version")
	}
	return versions.GreaterThanOrEqualTo(cli.ClientVersion(), version), nil
}

// failPing makes every failed ping an ErrDaemonUnreachable, but that of the caller's own context.
func (d *Docker) failPing(err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), isKnown(err):
		return err
	case isConnectionFailure(err):
		return d.unreachable(err)
	case cerrdefs.IsInternal(err), cerrdefs.IsUnavailable(err):
		return &UnreachableError{
			Endpoint: d.Endpoint(), Err: err,
			Reason:   "Docker at " + d.where() + " answers with an error",
			NextStep: "It may be starting: try again in a moment, or look at the daemon's log.",
		}
	}
	return d.notDocker(err)
}

// notDocker says that something answered which does not speak as Docker does.
func (d *Docker) notDocker(cause error) error {
	d.mu.RLock()
	endpoint, encrypted := d.endpoint, d.encrypted
	d.mu.RUnlock()
	out := &UnreachableError{
		Endpoint: endpoint, Err: cause,
		Reason:   "what answers at " + endpoint.Host + " is not a Docker daemon",
		NextStep: "`docker context show` and DOCKER_HOST say where Docker is looked for.",
	}
	if address, tcp := strings.CutPrefix(endpoint.Host, "tcp://"); tcp && !encrypted && speaksTLS(address) {
		out.Reason, out.NextStep = wantsTLS(address)
	}
	return out
}

package engine

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/client"
)

// The limits of one retried call. A daemon restart takes a few seconds and a registry's hiccup some more; what lasts
// longer is not a hiccup.
const (
	retryBudget   = 90 * time.Second
	retryAttempts = 5
	retryFirst    = 200 * time.Millisecond
	retryCeiling  = 30 * time.Second
)

// retry is the function of that name on the engine's clock, for calls that either succeed or achieve nothing.
func (d *Docker) retry(ctx context.Context, do func(ctx context.Context) error) error {
	return retry(ctx, d.clock, do, func() bool { return false })
}

// retry calls do until it succeeds, fails for good, or the limits are reached; it waits twice as long after each
// failure. What outlives the limits is wrapped in ErrTransient with its last cause. It never sleeps after the last try.
//
// gained is asked after each failure whether that try achieved something that lasts; then the limits count from there. A
// download of ten minutes that breaks twice would otherwise have used them up.
func retry(ctx context.Context, c clock, do func(ctx context.Context) error, gained func() bool) error {
	deadline := c.Now().Add(retryBudget)
	wait := retryFirst
	for attempt := 1; ; attempt++ {
		err := do(ctx)
		if err == nil || ctx.Err() != nil || !isTransient(err) {
			return err
		}
		if gained() {
			deadline, attempt, wait = c.Now().Add(retryBudget), 1, retryFirst
		}
		if attempt == retryAttempts || c.Now().Add(wait).After(deadline) {
			return kindError{ErrTransient, err}
		}
		if sleepErr := c.Sleep(ctx, wait); sleepErr != nil {
			return sleepErr
		}
		wait = min(2*wait, retryCeiling)
	}
}

// isTransient reports whether a fault usually passes by itself: the daemon restarts, a connection breaks, the registry or
// its name server does not answer in time, asks for patience, or BuildKit's cleaner took a snapshot that a pull needed.
//
// The daemon hands on what its registry client met as text with status 500, so for those the text is all there is.
func isTransient(err error) bool {
	var ssh *sshError
	if errors.As(err, &ssh) {
		return ssh.answered // a connection that broke may come back; a host that ssh does not reach has ssh's own patience
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.Is(err, ErrNotFound), cerrdefs.IsNotFound(err), cerrdefs.IsInvalidArgument(err):
		return false
	case cerrdefs.IsPermissionDenied(err), cerrdefs.IsUnauthorized(err):
		return false
	case errors.Is(err, syscall.EACCES), isTLSMismatch(err):
		return false // no permission on the socket, or the wrong certificates: waiting does not help
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return true
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), client.IsErrConnectionFailed(err):
		return true
	}
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		return true
	}
	text := strings.ToLower(err.Error())
	for _, sign := range transientTexts {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return strings.Contains(text, "parent snapshot") && strings.Contains(text, "does not exist")
}

// transientTexts are the signs, in lower case, of faults that the daemon reports as text.
var transientTexts = [...]string{
	"connection refused", "connection reset by peer", "unexpected eof", "i/o timeout", "tls handshake timeout",
	"toomanyrequests", "too many requests", "temporary failure in name resolution", "server misbehaving",
	"no such host", "service unavailable", "bad gateway", "gateway timeout", "is the docker daemon running",
	"net/http: request canceled", "context deadline exceeded", "received unexpected http status: 5",
	// The daemon moves its rule in the packet filter while something else that keeps rules there does the same.
	"does a matching rule exist in that chain",
}

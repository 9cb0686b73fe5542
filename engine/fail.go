package engine

import (
	"context"
	"errors"
	"fmt"
	"net"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/client"
)

// fail turns an error of the Docker client into one of ours: what was being done, the sentinel of its kind, the cause in
// the chain, every known secret taken out of the text. A nil err stays nil. op reads like "start container web".
//
// Errors of a context are only prefixed: the caller ended the call and knows why.
func (d *Docker) fail(err error, op string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", op, err)
	case isConnectionFailure(err) && !errors.Is(err, ErrDaemonUnreachable):
		err = d.unreachable(err) // also when it outlived the retries, which makes it an ErrTransient besides
	case isKnown(err):
	case cerrdefs.IsNotFound(err):
		err = kindError{ErrNotFound, err}
	}
	return d.redact(fmt.Errorf("%s: %w", op, err))
}

// isConnectionFailure reports whether err says that the daemon was not reached or was lost. The client marks only what
// its plain requests meet: an exec's connection and what is read of a stream come without the mark.
func isConnectionFailure(err error) bool {
	var dial *dialError
	var ssh *sshError
	var op *net.OpError
	return client.IsErrConnectionFailed(err) || errors.As(err, &dial) || errors.As(err, &ssh) ||
		errors.As(err, &op) && op.Op == "dial"
}

// isKnown reports whether err already carries one of our sentinels.
func isKnown(err error) bool {
	for _, known := range []error{
		ErrNotFound, ErrAlreadyExists, ErrContainerNotReady, ErrTransient, ErrSpecAmbiguous, ErrSpecInvalid,
		ErrDaemonUnreachable, ErrNotRunning, ErrDetached,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// kindError is a cause that is of a kind: its text is the cause's own, since the kind's name tells a person nothing more.
type kindError struct {
	kind  error
	cause error
}

func (e kindError) Error() string   { return e.cause.Error() }
func (e kindError) Unwrap() []error { return []error{e.kind, e.cause} }

// redact returns err, or when its text holds a secret an error with the clean text. errors.Is still sees through to the
// chain; errors.As does not, since the causes hold the secret too.
func (d *Docker) redact(err error) error {
	text := err.Error()
	if clean := d.secrets.text(text); clean != text {
		return &redactedError{text: clean, err: err}
	}
	return err
}

type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string        { return e.text }
func (e *redactedError) Is(target error) bool { return errors.Is(e.err, target) }

package engine

import (
	"context"
	"errors"
	"io"
	"strings"
	"syscall"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
)

// pullFailure is a failed pull in words for a person. Its text is one sentence with the next step, then the daemon's own
// words.
type pullFailure struct {
	sentence string
	kind     error // a sentinel or nil
	cause    error
}

func (e *pullFailure) Error() string {
	return e.sentence + " (" + strings.TrimPrefix(plainText(e.cause.Error()), "Error response from daemon: ") + ")"
}

func (e *pullFailure) Unwrap() []error {
	if e.kind == nil {
		return []error{e.cause}
	}
	return []error{e.kind, e.cause}
}

// explainPullTry explains what ended one try, when waiting cannot mend it; other errors are returned as they are.
//
// Of what the registry answered the daemon hands on the text, within the stream or with status 500, so for most kinds
// the text is all there is.
func explainPullTry(name reference.Named, err error) error {
	if isKnown(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	registry := reference.Domain(name)
	text := strings.ToLower(err.Error())
	says := func(signs ...string) bool {
		for _, sign := range signs {
			if strings.Contains(text, sign) {
				return true
			}
		}
		return false
	}
	switch {
	case says("no matching manifest for"):
		return &pullFailure{"the image is not made for this machine's processor; choose another tag", ErrNotFound, err}
	case says("pull access denied", "requested access to the resource is denied"):
		return &pullFailure{
			"the image does not exist, or " + registry + " wants a login for it; check the name, or run: docker login " + registry, ErrNotFound, err,
		}
	case cerrdefs.IsNotFound(err), says("manifest unknown", "name unknown", "repository does not exist"):
		return &pullFailure{registry + " has no such image; check its name and tag", ErrNotFound, err}
	case says("no basic auth credentials", "unauthorized:", "authentication required", "incorrect username or password"):
		return &pullFailure{registry + " wants a login; run: docker login " + registry, nil, err}
	case says("no space left on device"):
		return &pullFailure{"the disk of Docker is full; free some space, then try again", nil, err}
	}
	return err
}

// explainPullEnd explains what outlived the tries.
func explainPullEnd(name reference.Named, err error) error {
	switch {
	case !errors.Is(err, ErrTransient), errors.Is(err, ErrDaemonUnreachable), isConnectionFailure(err):
		return err
	case isBrokenConnection(err):
		return &pullFailure{"the connection to Docker broke again and again; see whether Docker runs, then try again", nil, err}
	}
	return &pullFailure{reference.Domain(name) + " did not deliver it; check the network, then try again", nil, err}
}

// isBrokenConnection reports whether it was our own connection that failed: of the registry's we only ever see text.
func isBrokenConnection(err error) bool {
	for _, target := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNREFUSED} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

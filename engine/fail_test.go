package engine

import (
	"errors"
	"net"
	"syscall"
	"testing"
)

// A daemon that stays away for all retries is away, and the person is told how to start it.
func TestFailOfOutlivedRetriesIsUnreachable(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "unix", Err: syscall.ECONNREFUSED}
	err := New().fail(kindError{ErrTransient, refused}, "stop container web")
	for _, want := range []error{ErrDaemonUnreachable, ErrTransient, syscall.ECONNREFUSED} {
		if !errors.Is(err, want) {
			t.Errorf("%q is not %v", err, want)
		}
	}
	var unreachable *UnreachableError
	if !errors.As(err, &unreachable) || unreachable.NextStep == "" {
		t.Errorf("%q has no next step", err)
	}
}

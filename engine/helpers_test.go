package engine

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// connect returns an engine on d; its connections are closed at the end of the test.
func connect(tb testing.TB, d testbed.Daemon) *Docker {
	tb.Helper()
	e := New()
	e.SetClient(d.Client(tb))
	return e
}

// connectTo returns an engine that Connect has made for an environment; it is closed at the end of the test.
func connectTo(tb testing.TB, env map[string]string) *Docker {
	tb.Helper()
	d, err := Connect(ConnectOptions{LookupEnv: onlyEnv(env), ConfigDir: tb.TempDir()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = d.Close() })
	return d
}

// wantUnreachable fails the test unless err is an *UnreachableError with these words in its sentence and next step.
func wantUnreachable(tb testing.TB, err error, reason, next string) {
	tb.Helper()
	var out *UnreachableError
	if !errors.As(err, &out) || !errors.Is(err, ErrDaemonUnreachable) {
		tb.Errorf("got %v, want an *UnreachableError", err)
		return
	}
	if !strings.Contains(out.Reason, reason) || !strings.Contains(out.NextStep, next) {
		tb.Errorf("got %q, %q; want %q, %q", out.Reason, out.NextStep, reason, next)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		tb.Errorf("the error says that the caller's context ended: %v", err)
	}
	if strings.Contains(err.Error(), "\n") {
		tb.Errorf("the error has more than one line: %q", err)
	}
}

// deadSocket returns a socket that nobody listens on any more.
func deadSocket(tb testing.TB, path string) string {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		tb.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	_ = listener.Close()
	return path
}

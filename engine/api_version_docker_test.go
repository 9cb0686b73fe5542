package engine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestAPIAtLeast(t *testing.T) {
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		for _, version := range []string{"1.24", "1.41", "1.44"} {
			got, err := e.apiAtLeast(t.Context(), version)
			if err != nil {
				t.Fatal(err)
			}
			if want := versions.GreaterThanOrEqualTo(d.API, version); got != want {
				t.Errorf("apiAtLeast(%s) = %v on a daemon of %s", version, got, d.API)
			}
		}
	})

	t.Run("daemon away", func(t *testing.T) {
		e := engineOn(t, "unix://"+filepath.Join(t.TempDir(), "none.sock"))
		got, err := e.apiAtLeast(t.Context(), "1.24")
		if got || !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("got %v, %v; want an ErrDaemonUnreachable", got, err)
		}
	})

	t.Run("a caller leaves while the daemon is silent", func(t *testing.T) {
		host, arrived := serveUnix(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		e := engineOn(t, host)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := e.apiAtLeast(ctx, "1.24"); done <- err }()
		<-arrived
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	})

	t.Run("not Docker", func(t *testing.T) {
		for name, handler := range map[string]http.HandlerFunc{
			"answers without a version": func(w http.ResponseWriter, r *http.Request) {},
			"knows no ping":             http.NotFound,
			"fails":                     func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusBadGateway) },
		} {
			t.Run(name, func(t *testing.T) {
				host, _ := serveUnix(t, handler)
				_, err := engineOn(t, host).apiAtLeast(t.Context(), "1.24")
				if !errors.Is(err, ErrDaemonUnreachable) {
					t.Errorf("got %v, want an ErrDaemonUnreachable", err)
				}
			})
		}
	})
}

// engineOn returns an engine with a negotiating client for host, whatever is there.
func engineOn(tb testing.TB, host string) *Docker {
	tb.Helper()
	cli, err := client.NewClientWithOpts(client.WithHost(host), client.WithAPIVersionNegotiation())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cli.Close() })
	e := New()
	e.SetClient(cli)
	return e
}

// serveUnix serves HTTP on a socket of its own until the test ends; arrived gets a value at the first request.
func serveUnix(tb testing.TB, handler http.HandlerFunc) (host string, arrived <-chan struct{}) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "d.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		tb.Fatal(err)
	}
	first := make(chan struct{}, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case first <- struct{}{}:
		default:
		}
		handler(w, r)
	})}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	tb.Cleanup(func() { _ = server.Close(); <-done })
	return "unix://" + path, first
}

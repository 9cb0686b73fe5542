package engine

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/docker/docker/client"
)

func TestExecCancelBeforeTheStartIsAnswered(t *testing.T) {
	for _, c := range []struct {
		name, state string
		parts       []string
	}{
		{"it was started", `{"Running":true,"ExitCode":null,"Pid":0}`, []string{"may still run", "not now"}},
		{"it never started", `{"Running":false,"ExitCode":null,"Pid":0}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked, release := make(chan struct{}), make(chan struct{})
			daemon := &execDaemon{
				inspect: func(int) string { return c.state },
				start:   func(net.Conn) { close(asked); <-release },
			}
			e := daemon.connect(t)
			ctx, cancel := context.WithCancel(t.Context())
			done := execAsync(func() (int, error) {
				return e.ExecInContainerWriter(ctx, "web", ExecOptions{Cmd: []string{"true"}}, nil, nil)
			})
			<-asked
			cancel()
			got := <-done
			close(release)
			wantError(t, got.err, context.Canceled, c.parts...)
			if c.parts == nil && strings.Contains(got.err.Error(), "may still run") {
				t.Error(got.err)
			}
		})
	}
}

// TestExecCancelIsBounded lets the daemon fall silent for good, in a bubble in which time passes at once.
func TestExecCancelIsBounded(t *testing.T) {
	for _, c := range []struct {
		name  string
		start func(net.Conn)
	}{
		{"before the start is answered", func(net.Conn) {}},
		{"while the program runs", execStream("some output")},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				silence := make(chan struct{})
				daemon := &execDaemon{
					inspect: func(int) string { <-silence; return "" },
					start:   func(conn net.Conn) { c.start(conn); <-silence },
				}
				e, stop := daemon.connectInBubble(t)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Minute, cancel)
				begin := time.Now()
				_, err := e.ExecInContainerWriter(ctx, "web", ExecOptions{Cmd: []string{"true"}}, nil, nil)
				wantError(t, err, context.Canceled, "may still run")
				if late := time.Since(begin) - time.Minute; late > 25*time.Second {
					t.Errorf("returned %v after the cancel", late)
				}
				close(silence)
				stop()
			})
		})
	}
}

// pipeListener hands connections that never leave the process to a server.
type pipeListener chan net.Conn

func (l pipeListener) Accept() (net.Conn, error) {
	if conn, ok := <-l; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}
func (l pipeListener) Close() error   { return nil }
func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// connectInBubble is connect without the network, which a bubble's time does not wait for.
func (s *execDaemon) connectInBubble(t *testing.T) (e *Docker, stop func()) {
	t.Helper()
	listener := make(pipeListener)
	server := &http.Server{Handler: s}
	go func() { _ = server.Serve(listener) }()
	cli, err := client.NewClientWithOpts(client.WithHost("tcp://daemon:1"), client.WithAPIVersionNegotiation(),
		client.WithDialContext(func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			listener <- theirs
			return ours, nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	e = New()
	e.SetClient(cli)
	return e, func() {
		_ = cli.Close()
		close(listener)
		_ = server.Close()
	}
}

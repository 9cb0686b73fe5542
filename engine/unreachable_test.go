package engine

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestUnreachableTCP(t *testing.T) {
	docker := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Api-Version", "1.41") })
	plain := httptest.NewServer(docker)
	t.Cleanup(plain.Close)
	encrypted := httptest.NewTLSServer(docker)
	t.Cleanup(encrypted.Close)
	quiet(encrypted)
	gone := httptest.NewServer(docker)
	gone.Close()
	hangUp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		_ = conn.Close()
	}))
	t.Cleanup(hangUp.Close)
	for _, tc := range []struct {
		name, url    string
		tls          bool
		reason, next string
	}{
		{"nobody listens", gone.URL, false, "nobody listens at 127.0.0.1:", "2376 with TLS"},
		{"nobody listens for TLS", gone.URL, true, "nobody listens at 127.0.0.1:", "2376 with TLS"},
		{"TLS where none is", plain.URL, true, "does not speak TLS", "Unset DOCKER_TLS_VERIFY"},
		{"no TLS where it is wanted", encrypted.URL, false, "wants TLS", "DOCKER_TLS_VERIFY=1"},
		{"unknown authority", encrypted.URL, true, "not signed by an authority", "DOCKER_CERT_PATH"},
		{"hangs up", hangUp.URL, false, "hung up", "try again"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			env := map[string]string{"DOCKER_HOST": "tcp://" + tc.url[strings.Index(tc.url, "//")+2:]}
			if tc.tls {
				env["DOCKER_TLS_VERIFY"] = "1"
			}
			wantUnreachable(t, connectTo(t, env).Ping(t.Context()), tc.reason, tc.next)
		})
	}
	for _, tc := range []struct {
		name         string
		cause        error
		reason, next string
	}{
		{"unknown name", &dialError{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "box.test", IsNotFound: true}}}, "no address is known for the host box.test", "the network"},
		{"no answer", &dialError{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}}, "box.test:1 does not answer", "firewalls"},
		{"no way", &dialError{&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}}, "no way to box.test:1", "Check the network"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := connectTo(t, map[string]string{"DOCKER_HOST": "tcp://box.test:1"})
			wantUnreachable(t, e.fail(fmt.Errorf("error during connect: %w", tc.cause), "ping"), tc.reason, tc.next)
		})
	}
}

// TestFailKeepsTheCallersContext: a timeout of our own is not the caller's, and the caller's is not the daemon's.
func TestFailKeepsTheCallersContext(t *testing.T) {
	e := connectTo(t, map[string]string{"DOCKER_HOST": "unix:///x.sock"})
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded} {
		err := e.fail(fmt.Errorf("request: %w", cause), "list containers")
		if !errors.Is(err, cause) || errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("got %v", err)
		}
	}
}

// TestUnreachableKeepsItsCause: callers may look for the errno.
func TestUnreachableKeepsItsCause(t *testing.T) {
	e := connectTo(t, map[string]string{"DOCKER_HOST": "unix://" + deadSocket(t, t.TempDir()+"/d.sock")})
	if err := e.Ping(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the cause is not in the chain of %v", err)
	}
}

// TestUnreachableAfterKill loses a daemon that has answered, and finds it again.
func TestUnreachableAfterKill(t *testing.T) {
	t.Parallel()
	daemon := testbed.NewThrowaway(t, false)
	e := connectTo(t, map[string]string{"DOCKER_HOST": daemon.Host})
	if err := e.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	daemon.Kill(t)
	wantUnreachable(t, e.Ping(t.Context()), "Docker is stopped", "systemctl start docker")
	daemon.Start(t)
	if err := e.Ping(t.Context()); err != nil {
		t.Errorf("after the restart: %v", err)
	}
}

// quiet keeps a server's complaints about our handshakes off the screen.
func quiet(server *httptest.Server) { server.Config.ErrorLog = log.New(io.Discard, "", 0) }

// TestUnreachableAfterRetries: what outlived the retries is of both kinds, with its cause.
func TestUnreachableAfterRetries(t *testing.T) {
	e := connectTo(t, map[string]string{"DOCKER_HOST": "unix:///x.sock"})
	err := e.fail(kindError{ErrTransient, fmt.Errorf("connect: %w", &dialError{syscall.ECONNREFUSED})}, "start container")
	wantUnreachable(t, err, "Docker is stopped", "Start it")
	if !errors.Is(err, ErrTransient) || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the kind or the cause is lost from %v", err)
	}
}

func TestIsTransientOnConnections(t *testing.T) {
	for _, tc := range []struct {
		name string
		err  error
		want bool
	}{
		{"nobody listens", &dialError{syscall.ECONNREFUSED}, true},
		{"no permission", &dialError{syscall.EACCES}, false},
		{"ssh does not get there", &sshError{code: 255}, false},
		{"ssh was lost", &sshError{code: 255, answered: true}, true},
		{"another's certificate", x509.UnknownAuthorityError{}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := isTransient(fmt.Errorf("error during connect: %w", tc.err)); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

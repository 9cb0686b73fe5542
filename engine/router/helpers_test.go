package router

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// freePort returns a port of this machine that nobody listens on.
func freePort(tb testing.TB) int {
	tb.Helper()
	listener := listen(tb, "127.0.0.1:0")
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	return port
}

// listen listens until the end of the test.
func listen(tb testing.TB, address string) net.Listener {
	tb.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = listener.Close() })
	return listener
}

// hold takes a port of the loopback address until the end of the test.
func hold(tb testing.TB, port int) net.Listener {
	tb.Helper()
	return listen(tb, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// daemons runs fn on a throw-away daemon of both versions: what the router makes has fixed names.
func daemons(t *testing.T, fn func(t *testing.T, d *testbed.Throwaway)) {
	t.Helper()
	for name, modern := range map[string]bool{"old": false, "modern": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := testbed.NewThrowaway(t, modern)
			d.Pull(t, Image)
			fn(t, d)
		})
	}
}

// rig is a router on a daemon, with wishes that nobody else has.
type rig struct {
	*Router
	t    testing.TB
	d    testbed.Daemon
	home string
}

func newRig(t testing.TB, d testbed.Daemon) *rig {
	t.Helper()
	return joinRig(t, d, t.TempDir(), Options{
		Ports:    Ports{HTTP: freePort(t), HTTPS: freePort(t)},
		Fallback: Ports{HTTP: freePort(t), HTTPS: freePort(t)},
	})
}

// joinRig is another process of the person whose home it is.
func joinRig(t testing.TB, d testbed.Daemon, home string, opts Options) *rig {
	t.Helper()
	docker := engine.NewWithOptions(engine.Options{Home: filepath.Join(home, ".locorum")})
	docker.SetClient(d.Client(t))
	opts.HomeDir, opts.Docker, opts.Owner = home, docker, "test@box"
	r := New(opts)
	r.firstAPI = freePort(t)
	return &rig{Router: r, t: t, d: d, home: home}
}

func (r *rig) ensure() Ports {
	r.t.Helper()
	ports, err := r.Ensure(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return ports
}

func (r *rig) upsert(route Route) {
	r.t.Helper()
	if err := r.Upsert(r.t.Context(), route); err != nil {
		r.t.Fatal(err)
	}
}

// container returns the ID of the router's container, or "".
func (r *rig) container() string {
	r.t.Helper()
	return r.d.Docker(r.t, "ps", "-aq", "--no-trunc", "--filter", "name=^/"+Container+"$")
}

// page asks for a page of host, by a client that trusts our authority alone.
func (r *rig) page(ctx context.Context, host string, port int) (status int, body string, err error) {
	ca, err := r.CA()
	if err != nil {
		return 0, "", err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.Certificate())
	return get(ctx, URL(host, port)+"/", &tls.Config{RootCAs: roots})
}

// wantPage fails the test unless host answers with body.
func (r *rig) wantPage(host string, port int, body string) {
	r.t.Helper()
	status, got, err := r.page(r.t.Context(), host, port)
	if err != nil || status != http.StatusOK || !strings.Contains(got, body) {
		r.t.Errorf("%s answers %d %.100q, %v; want %q", host, status, got, err, body)
	}
}

// get asks 127.0.0.1 whatever the address says, and follows no redirection: its target is the body.
func get(ctx context.Context, address string, config *tls.Config) (status int, body string, err error) {
	client := testbed.Browser(config)
	client.Timeout = 20 * time.Second
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	if target := resp.Header.Get("Location"); target != "" {
		return resp.StatusCode, target, nil
	}
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// backend runs a web server, whose page says name, where the route of site slug leads to.
func (r *rig) backend(slug, page string) {
	r.t.Helper()
	r.d.Pull(r.t, testbed.Alpine)
	r.d.Docker(r.t, "run", "-d", "--init", "--network", engine.GlobalNetwork, "--name", engine.SiteContainerName(slug, engine.RoleWeb),
		testbed.Alpine, "sh", "-c", "mkdir -p /www && echo '"+page+"' >/www/index.html && exec busybox httpd -f -p 80 -h /www")
	r.awaitBackend(slug)
}

// restartBackend starts it again.
func (r *rig) restartBackend(slug string) {
	r.t.Helper()
	r.d.Docker(r.t, "start", engine.SiteContainerName(slug, engine.RoleWeb))
	r.awaitBackend(slug)
}

// awaitBackend returns when it answers, asked from inside.
func (r *rig) awaitBackend(slug string) {
	r.t.Helper()
	r.d.Docker(r.t, "exec", engine.SiteContainerName(slug, engine.RoleWeb),
		"sh", "-c", "until wget -q -O /dev/null http://127.0.0.1/; do sleep 0.02; done")
}

// wantTaken fails the test unless err says who has the port.
func wantTaken(t *testing.T, err error, port int, holder string) {
	t.Helper()
	var taken *PortTakenError
	if !errors.As(err, &taken) || !errors.Is(err, ErrPortTaken) {
		t.Fatalf("got %v, want a *PortTakenError", err)
	}
	if taken.Port != port || !strings.Contains(err.Error(), holder) {
		t.Errorf("got port %d, %v; want port %d, held by %s", taken.Port, err, port, holder)
	}
}

package engine

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/docker/docker/client"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// meddler stands between a client and its daemon.
type meddler struct {
	daemon *http.Transport
	before func(*http.Request) error  // an error instead of the request
	refuse func(*http.Request) string // the daemon's refusal instead of the request
	lose   func(*http.Request) bool   // send it, but break before the answer arrives
}

func (m meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.before != nil {
		if err := m.before(r); err != nil {
			return nil, err
		}
	}
	if m.refuse != nil {
		if reason := m.refuse(r); reason != "" {
			body := io.NopCloser(strings.NewReader(`{"message":"` + reason + `"}`))
			return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{"Content-Type": {"application/json"}}, Body: body, Request: r}, nil
		}
	}
	resp, err := m.daemon.RoundTrip(r)
	if err == nil && m.lose != nil && m.lose(r) {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return nil, syscall.ECONNRESET
	}
	return resp, err
}

// meddled returns an engine on d that speaks this API version through m.
func meddled(t *testing.T, d testbed.Daemon, api string, m meddler) *Docker {
	t.Helper()
	socket := strings.TrimPrefix(d.Host, "unix://")
	m.daemon = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	t.Cleanup(m.daemon.CloseIdleConnections)
	cli, err := client.NewClientWithOpts(client.WithHost(d.Host), client.WithHTTPClient(&http.Client{Transport: m}), client.WithVersion(api))
	if err != nil {
		t.Fatal(err)
	}
	e := New()
	e.SetClient(cli)
	return e
}

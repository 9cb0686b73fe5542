//go:build unix

package ptytest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/testbed"
)

// registry passes on what the test bed's registry has. While it holds, large layers stop in their middle.
type registry struct {
	url string

	mu   sync.Mutex
	gate chan struct{} // closed to let layers pass; guarded by mu
}

// heldFrom is how large a layer must be, in bytes, to be held: that its pull can be seen on the way.
const heldFrom = 1 << 20

// newRegistry starts a registry that holds nothing and ends with the test.
func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{gate: make(chan struct{})}
	close(r.gate)
	transport := &http.Transport{DisableKeepAlives: true}
	from := &url.URL{Scheme: "http", Host: testbed.Registry(t)}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:       func(req *httputil.ProxyRequest) { req.SetURL(from) },
		Transport:     transport,
		FlushInterval: -1, // what is held must not be held by a buffer too
		ModifyResponse: func(res *http.Response) error {
			if res.Request.Method == http.MethodGet && strings.Contains(res.Request.URL.Path, "/blobs/") && res.ContentLength >= heldFrom {
				res.Body = &layer{ReadCloser: res.Body, registry: r, ctx: res.Request.Context(), size: res.ContentLength, left: pieces}
			}
			return nil
		},
	})
	r.url = server.URL
	t.Cleanup(func() {
		r.release()
		server.CloseClientConnections() // a daemon's, which is gone
		server.Close()
	})
	return r
}

// hold stops layers in their middle, those that are not there yet, until release.
func (r *registry) hold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gate = make(chan struct{})
}

// release lets every layer pass.
func (r *registry) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.gate:
	default:
		close(r.gate)
	}
}

// held returns what is closed once layers may pass.
func (r *registry) held() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gate
}

// layer is the body of an answer that may be held.
type layer struct {
	io.ReadCloser
	registry *registry
	ctx      context.Context // of the request
	size     int64           // bytes
	left     int             // pieces until the middle
	piece    int64           // bytes until the end of this piece
}

// While layers are held, their first half comes as over a slow line, in so many pieces and so long apart: a daemon tells
// ten times a second how far it is, and would not tell of what came at once.
const (
	pieces = 10
	apart  = 150 * time.Millisecond
)

// Read reads to the middle, waits there, and reads on.
func (l *layer) Read(p []byte) (int, error) {
	if l.piece > 0 {
		n, err := l.ReadCloser.Read(p[:min(int64(len(p)), l.piece)])
		l.piece -= int64(n)
		return n, err
	}
	var next <-chan time.Time // never, in the middle
	if l.left > 0 {
		timer := time.NewTimer(apart)
		defer timer.Stop()
		next = timer.C
	}
	select {
	case <-l.registry.held():
		return l.ReadCloser.Read(p)
	case <-l.ctx.Done():
		return 0, l.ctx.Err()
	case <-next:
	}
	l.left--
	l.piece = l.size / 2 / pieces
	return l.Read(p)
}

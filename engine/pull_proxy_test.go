package engine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// registryProxy stands before the test bed's registry and makes it slow or ill. Large layers stop in their middle until
// the test says how they go on.
type registryProxy struct {
	Addr string // host:port
	// Held receives one value when a layer stands still in its middle.
	Held chan struct{}

	server *httptest.Server
	mu     sync.Mutex
	down   bool          // guarded by mu
	cut    bool          // guarded by mu; whether held layers break when they go on
	gate   chan struct{} // closed, under mu, to let held layers go on
}

// heldAfter is how much of a layer passes before it stands still, in bytes.
const heldAfter = 100_000

// newRegistryProxy starts a proxy that ends with the test.
func newRegistryProxy(tb testing.TB, registry string) *registryProxy {
	tb.Helper()
	p := &registryProxy{Held: make(chan struct{}, 64), gate: make(chan struct{})}
	transport := &http.Transport{DisableKeepAlives: true}
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: registry})
		},
		Transport: transport,
	}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.isDown() {
			// Of all refusals this is one after which the daemon does not ask again by itself.
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"errors":[{"code":"TOOMANYREQUESTS","message":"come back later"}]}`)
			return
		}
		if strings.Contains(r.URL.Path, "/blobs/sha256:") {
			w = &heldWriter{ResponseWriter: w, proxy: p, r: r}
		}
		forward.ServeHTTP(w, r)
	}))
	p.Addr = strings.TrimPrefix(p.server.URL, "http://")
	tb.Cleanup(func() {
		p.Open()
		p.server.Close()
	})
	return p
}

// Open lets the layers that stand still go on, and later ones not stop.
func (p *registryProxy) Open() { p.release(false) }

// Break cuts the connections of the layers that stand still, and refuses everything from now on.
func (p *registryProxy) Break() {
	p.setDown(true)
	p.release(true)
}

// Cut cuts the connections of the layers that stand still; later ones do not stop.
func (p *registryProxy) Cut() { p.release(true) }

// Repair ends what Break began; layers do not stop any more.
func (p *registryProxy) Repair() {
	p.setDown(false)
	p.release(false)
}

// Close cuts every connection and stops listening.
func (p *registryProxy) Close() {
	p.release(true)
	p.server.CloseClientConnections()
	p.server.Close()
}

func (p *registryProxy) release(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	select {
	case <-p.gate:
	default:
		close(p.gate)
	}
}

func (p *registryProxy) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *registryProxy) isDown() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.down
}

// hold waits at the gate and reports whether the layer breaks here.
func (p *registryProxy) hold(r *http.Request) (cut bool) {
	select {
	case <-p.gate:
		return false
	default:
	}
	select {
	case p.Held <- struct{}{}:
	default:
	}
	select {
	case <-p.gate:
	case <-r.Context().Done():
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cut
}

// heldWriter stands still once, after heldAfter bytes.
type heldWriter struct {
	http.ResponseWriter
	proxy *registryProxy
	r     *http.Request
	sent  int
	held  bool
}

func (w *heldWriter) Write(b []byte) (int, error) {
	if !w.held && w.sent+len(b) > heldAfter {
		w.held = true
		_ = http.NewResponseController(w.ResponseWriter).Flush()
		if w.proxy.hold(w.r) {
			panic(http.ErrAbortHandler) // cuts the connection
		}
	}
	n, err := w.ResponseWriter.Write(b)
	w.sent += n
	return n, err
}

func (w *heldWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

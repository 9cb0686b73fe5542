package engine

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/docker/docker/client"
)

// scriptedDaemon answers as a test says, on a unix socket. Its mux takes patterns without the version of the API.
type scriptedDaemon struct {
	*http.ServeMux
	socket string
	server *httptest.Server
}

// newScripted starts a daemon that answers pings, and inspects nothing, lists nothing and tells nothing unless the test
// says so, and returns an engine on it.
func newScripted(tb testing.TB) (*scriptedDaemon, *Docker) {
	tb.Helper()
	dir, err := os.MkdirTemp("", "ltt") // a socket's path must be short
	if err != nil {
		tb.Fatal(err)
	}
	s := &scriptedDaemon{ServeMux: http.NewServeMux(), socket: filepath.Join(dir, "docker.sock")}
	s.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Ostype", "linux")
	})
	s.start(tb)
	cli, err := client.NewClientWithOpts(client.WithHost("unix://"+s.socket), client.WithAPIVersionNegotiation())
	if err != nil {
		tb.Fatal(err)
	}
	d := New()
	d.SetClient(cli)
	tb.Cleanup(func() {
		_ = cli.Close()
		s.stop()
		_ = os.RemoveAll(dir)
	})
	return s, d
}

// start listens, again after a stop.
func (s *scriptedDaemon) start(tb testing.TB) {
	tb.Helper()
	listener, err := net.Listen("unix", s.socket)
	if err != nil {
		tb.Fatal(err)
	}
	s.server = httptest.NewUnstartedServer(http.StripPrefix("/v1.41", s.ServeMux))
	unversioned := s.server.Config.Handler
	s.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/_ping" {
			s.ServeHTTP(w, r)
			return
		}
		unversioned.ServeHTTP(w, r)
	})
	s.server.Listener = listener
	s.server.Start()
}

// stop breaks every connection and listens no more.
func (s *scriptedDaemon) stop() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// answer makes the daemon answer requests of a pattern with v as JSON.
func (s *scriptedDaemon) answer(pattern string, v any) {
	s.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	})
}

package fake

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/versions"
)

// apiError is a failure with the status and the text that a daemon would answer.
type apiError struct {
	status  int
	message string
}

func (e *apiError) Error() string { return e.message }

func failf(status int, format string, args ...any) error {
	return &apiError{status: status, message: fmt.Sprintf(format, args...)}
}

// request is one call of the API.
type request struct {
	http.ResponseWriter
	*http.Request
	version string // of the API, as the client asked for it
}

// handler answers a request; an error becomes the daemon's JSON error unless an answer has begun.
type handler func(r *request) error

// newServer returns the HTTP server of the daemon's API.
func (d *Daemon) newServer() *http.Server {
	mux := http.NewServeMux()
	for pattern, h := range d.routes() {
		mux.Handle(pattern, d.serve(h))
	}
	return &http.Server{
		Handler:     d.stripVersion(mux),
		BaseContext: func(net.Listener) context.Context { return d.ctx },
		ErrorLog:    log.New(io.Discard, "", 0),
		ConnState: func(c net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				d.listen.forget(c)
			}
		},
	}
}

// routes is the API as far as it is played.
func (d *Daemon) routes() map[string]handler {
	return map[string]handler{
		"GET /_ping": d.ping, "HEAD /_ping": d.ping,
		"GET /version": d.version, "GET /info": d.info,
		"GET /system/df": d.diskUsage, "GET /events": d.streamEvents,

		"POST /containers/create": d.createContainer, "GET /containers/json": d.listContainers,
		"POST /containers/prune":      d.pruneContainers,
		"GET /containers/{id}/json":   d.inspectContainer,
		"POST /containers/{id}/start": d.startContainer,
		"POST /containers/{id}/stop":  d.stopContainer,
		"POST /containers/{id}/kill":  d.killContainer,
		"POST /containers/{id}/wait":  d.waitContainer,
		"DELETE /containers/{id}":     d.removeContainer, "POST /containers/{id}/attach": d.attachContainer,
		"POST /containers/{id}/restart": d.restartContainer, "POST /containers/{id}/rename": d.renameContainer,
		"POST /containers/{id}/pause": d.pauseContainer, "POST /containers/{id}/unpause": d.unpauseContainer,
		"HEAD /containers/{id}/archive": d.statPath,
		"GET /containers/{id}/logs":     d.containerLogs, "GET /containers/{id}/stats": d.containerStats,

		"POST /containers/{id}/exec": d.createExec, "POST /exec/{id}/start": d.startExec,
		"POST /exec/{id}/resize": d.resizeExec, "GET /exec/{id}/json": d.inspectExec,

		"POST /networks/create": d.createNetwork, "GET /networks": d.listNetworks,
		"GET /networks/{id}": d.inspectNetwork, "DELETE /networks/{id}": d.removeNetwork,
		"POST /networks/{id}/connect": d.connectNetwork, "POST /networks/{id}/disconnect": d.disconnectNetwork,

		"POST /volumes/create": d.createVolume, "GET /volumes": d.listVolumes,
		"GET /volumes/{name}": d.inspectVolume, "DELETE /volumes/{name}": d.removeVolume,

		"GET /images/json": d.listImages, "POST /images/create": d.pullImage,
		"GET /images/{ref...}": d.inspectImage, "DELETE /images/{ref...}": d.removeImage,
	}
}

// stripVersion takes /v1.45 off the path and refuses a version that is newer than the daemon.
func (d *Daemon) stripVersion(next http.Handler) http.Handler {
	newest := d.opts.APIVersion
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version := newest
		if rest, ok := strings.CutPrefix(r.URL.Path, "/v"); ok {
			if number, path, ok := strings.Cut(rest, "/"); ok && strings.HasPrefix(number, "1.") {
				version = number
				r.URL.Path = "/" + path
				r.URL.RawPath = ""
			}
		}
		if versions.GreaterThan(version, newest) {
			writeError(w, failf(http.StatusBadRequest, "client version %s is too new. Maximum supported API version is %s", version, newest))
			return
		}
		w.Header().Set("Api-Version", newest)
		w.Header().Set("Ostype", "linux")
		w.Header().Set("Date", d.clock.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("Server", "Docker/fake (linux)")
		r.Header.Set("X-Version", version)
		next.ServeHTTP(w, r)
	})
}

func (d *Daemon) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { // the server would break the connection, which looks like a daemon that has gone
			if fault := recover(); fault != nil {
				writeError(w, failf(http.StatusInternalServerError, "fault of the fake: %v\n%s", fault, debug.Stack()))
			}
		}()
		if err := h(&request{ResponseWriter: w, Request: r, version: r.Header.Get("X-Version")}); err != nil {
			writeError(w, err)
		}
	})
}

func writeError(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var api *apiError
	if errors.As(err, &api) {
		status = api.status
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": err.Error()})
}

// answer writes v as JSON.
func (r *request) answer(status int, v any) error {
	r.Header().Set("Content-Type", "application/json")
	r.WriteHeader(status)
	_ = json.NewEncoder(r).Encode(v)
	return nil
}

// noContent ends a request that has nothing to say.
func (r *request) noContent() error {
	r.WriteHeader(http.StatusNoContent)
	return nil
}

// Header is the answer's, which both embedded types could mean.
func (r *request) Header() http.Header { return r.ResponseWriter.Header() }

// Write writes to the answer, which both embedded types could mean.
func (r *request) Write(b []byte) (int, error) { return r.ResponseWriter.Write(b) }

// stream begins an answer of unknown length.
func (r *request) stream(contentType string) {
	r.Header().Set("Content-Type", contentType)
	r.WriteHeader(http.StatusOK)
	r.flush()
}

func (r *request) flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// decode reads the JSON body into v.
func (r *request) decode(v any) error {
	if err := json.NewDecoder(r.Body).Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return failf(http.StatusBadRequest, "invalid JSON: %v", err)
	}
	return nil
}

// query returns a parameter, flag a parameter that is on.
func (r *request) query(name string) string { return r.URL.Query().Get(name) }

func (r *request) flag(name string) bool {
	switch strings.ToLower(r.query(name)) {
	case "", "0", "no", "false", "none":
		return false
	}
	return true
}

func (r *request) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(r.query(name)); err == nil {
		return n
	}
	return otherwise
}

// filters reads the parameter of that name.
func (r *request) filters() (filters.Args, error) {
	args, err := filters.FromJSON(r.query("filters"))
	if err != nil {
		return args, failf(http.StatusBadRequest, "invalid filter: %v", err)
	}
	return args, nil
}

// below reports whether the client speaks an API older than version.
func (r *request) below(version string) bool { return versions.LessThan(r.version, version) }

// finish ends a streamed answer with v as JSON.
func (r *request) finish(v any) error {
	_ = json.NewEncoder(r).Encode(v)
	return nil
}

// upgrade turns the connection into a stream of bytes, in frames if several streams share it. The caller closes it.
func (r *request) upgrade(d *Daemon, frames bool) (net.Conn, *bufio.Reader, error) {
	nc, buffered, err := http.NewResponseController(r.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	contentType := "application/vnd.docker.raw-stream"
	if frames && !r.below("1.42") {
		contentType = "application/vnd.docker.multiplexed-stream"
	}
	_, err = fmt.Fprintf(nc, "HTTP/1.1 101 UPGRADED\r\nContent-Type: %s\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nApi-Version: %s\r\n\r\n", contentType, d.opts.APIVersion)
	if err != nil {
		_ = nc.Close()
		d.listen.forget(nc)
		return nil, nil, err
	}
	return nc, buffered.Reader, nil
}

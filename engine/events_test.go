package engine

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
)

// isKind fits events of a kind.
func isKind(kind EventKind) func(Event) bool {
	return func(e Event) bool { return e.Kind == kind }
}

// startEvent is a message of the daemon about the start of a container.
func startEvent(id string) string {
	return `{"Type":"container","Action":"start","Actor":{"ID":"` + id + `","Attributes":{"name":"web"}}}` + "\n"
}

func TestEventsRequest(t *testing.T) {
	t.Parallel()
	s, d := newScripted(t)
	requests := make(chan *http.Request, 4)
	s.stream(func(r *http.Request, _ func(string)) {
		requests <- r
		<-r.Context().Done()
	})
	s.HandleFunc("/containers/json", func(w http.ResponseWriter, r *http.Request) {
		requests <- r
		_, _ = w.Write([]byte(`[{"Id":"c0ffee","Names":["/web"],"Image":"alpine:3","State":"running","Status":"Up","Labels":{"a":"b"}}]`))
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	before := time.Now()
	events := d.Events(ctx, map[string]string{"a": "", "io.locorum.site": "shop"})
	e := nextEvent(t, events)
	want := []ContainerInfo{{ID: "c0ffee", Names: []string{"/web"}, Image: "alpine:3", State: "running", Status: "Up", Labels: map[string]string{"a": "b"}}}
	if e.Kind != EventListed || !reflect.DeepEqual(e.Containers, want) || e.Time.Before(before) {
		t.Errorf("the first event is %+v, want the list %+v", e, want)
	}

	stream, list := <-requests, <-requests
	if stream.URL.Path != "/events" || list.URL.Path != "/containers/json" {
		t.Fatalf("asked for %s, then %s; want the stream before the list", stream.URL, list.URL)
	}
	got, err := filters.FromJSON(stream.URL.Query().Get("filters"))
	if err != nil || !got.ExactMatch("label", "a") || !got.ExactMatch("label", "io.locorum.site=shop") ||
		!got.ExactMatch("type", "container") || got.ExactMatch("event", "exec_create") || !got.ExactMatch("event", "die") {
		t.Errorf("events were filtered by %v, %v", got, err)
	}
	var since int64
	if _, err := fmt.Sscan(stream.URL.Query().Get("since"), &since); err != nil || since < before.Unix()-1 || since > time.Now().Unix() {
		t.Errorf("since %q, %v; want the daemon's time before the list", stream.URL.Query().Get("since"), err)
	}
	got, err = filters.FromJSON(list.URL.Query().Get("filters"))
	if err != nil || got.Contains("type") || !got.ExactMatch("label", "io.locorum.site=shop") || list.URL.Query().Get("all") != "1" {
		t.Errorf("the list was asked for with %v", list.URL.Query())
	}
	cancel()
	closes(t, events)
}

// The stream does not go through the client of the SDK, so it must find a daemon behind TLS by itself.
func TestEventsOverTLS(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/base/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("/base/v1.41/containers/json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[]")) })
	mux.HandleFunc("/base/v1.41/events", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(startEvent("a")))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "ca.pem"), string(ca), 0o600)
	d := connectTo(t, map[string]string{
		"DOCKER_HOST": "tcp://" + server.Listener.Addr().String() + "/base", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": dir,
	})
	ctx, cancel := context.WithCancel(t.Context())
	events := d.Events(ctx, nil)
	for _, want := range []EventKind{EventListed, EventContainer} {
		if e := nextEvent(t, events); e.Kind != want {
			t.Errorf("got %+v, want kind %d", e, want)
		}
	}
	cancel()
	closes(t, events)
}

func TestEventsOfABrokenStream(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		first string // what the first connection says
		names string // in the reason
	}{
		{"cut in the middle of an event", startEvent("a") + startEvent("b")[:20], "EOF"},
		{"ended", startEvent("a"), "EOF"},
		{"garbage", startEvent("a") + "<html>504\n", "no event"},
		{"an endless event", startEvent("a") + strings.Repeat("x", maxEventLine+1<<16), "4 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, d := newScripted(t)
			s.answer("/containers/json", []container.Summary{{ID: "a"}})
			var connections atomic.Int32
			s.stream(func(r *http.Request, write func(string)) {
				if connections.Add(1) == 1 {
					write(c.first)
					return
				}
				write(startEvent("again"))
				<-r.Context().Done()
			})
			events := d.Events(t.Context(), nil)
			for i, want := range []EventKind{EventListed, EventContainer, EventLost, EventListed, EventContainer} {
				e := nextEvent(t, events)
				if e.Kind != want {
					t.Fatalf("event %d is %+v, want kind %d", i, e, want)
				}
				if e.Kind == EventLost && (!errors.Is(e.Err, ErrDaemonUnreachable) || !strings.Contains(e.Err.Error(), c.names)) {
					t.Errorf("lost because %v, want an ErrDaemonUnreachable that names %q", e.Err, c.names)
				}
			}
		})
	}
}

func TestEventsBeforeADaemonAnswers(t *testing.T) {
	t.Parallel()
	t.Run("no client", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		events := New().Events(ctx, nil)
		if e := nextEvent(t, events); e.Kind != EventLost || !errors.Is(e.Err, ErrDaemonUnreachable) {
			t.Errorf("the first event is %+v, want a loss", e)
		}
		cancel()
		closes(t, events)
	})
	t.Run("not up yet", func(t *testing.T) {
		t.Parallel()
		s, d := newScripted(t)
		s.answer("/containers/json", []container.Summary{{ID: "a"}})
		s.stream(func(r *http.Request, _ func(string)) { <-r.Context().Done() })
		s.stop()
		events := d.Events(t.Context(), nil)
		if e := nextEvent(t, events); e.Kind != EventLost || !errors.Is(e.Err, ErrDaemonUnreachable) {
			t.Fatalf("the first event is %+v, want a loss", e)
		}
		s.start(t)
		if e := nextEvent(t, events); e.Kind != EventListed || len(e.Containers) != 1 {
			t.Errorf("after the loss came %+v, want the list", e)
		}
	})
	t.Run("refuses", func(t *testing.T) {
		t.Parallel()
		s, d := newScripted(t)
		s.HandleFunc("/events", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"message":"go \u001b[2Jaway"}`, http.StatusForbidden)
		})
		e := nextEvent(t, d.Events(t.Context(), nil))
		if e.Kind != EventLost || !errors.Is(e.Err, ErrDaemonUnreachable) || !strings.Contains(e.Err.Error(), "403 Forbidden: go away") {
			t.Errorf("the first event is %+v, want a loss with what the daemon said", e)
		}
	})
	t.Run("lists nothing", func(t *testing.T) {
		t.Parallel()
		s, d := newScripted(t)
		s.stream(func(r *http.Request, _ func(string)) { <-r.Context().Done() })
		s.HandleFunc("/containers/json", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) })
		if e := nextEvent(t, d.Events(t.Context(), nil)); e.Kind != EventLost || !errors.Is(e.Err, ErrDaemonUnreachable) {
			t.Errorf("the first event is %+v, want a loss", e)
		}
	})
}

func TestEventsMatchThatCannotBe(t *testing.T) {
	t.Parallel()
	events := New().Events(t.Context(), map[string]string{"a=b": ""})
	if e := nextEvent(t, events); e.Kind != EventLost || !errors.Is(e.Err, ErrSpecInvalid) {
		t.Errorf("the first event is %+v, want a loss by ErrSpecInvalid", e)
	}
	closes(t, events)
}

func TestEventsPauseBetweenAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := New()
		clock := newStepClock()
		d.clock = clock
		ctx, cancel := context.WithCancel(t.Context())
		events := d.Events(ctx, nil)
		for _, want := range []time.Duration{200, 400, 800, 1600, 2000, 2000} {
			if got := <-clock.pauses; got != want*time.Millisecond {
				t.Errorf("a pause of %v, want %v", got, want*time.Millisecond)
			}
		}
		synctest.Wait()
		if e := nextEvent(t, events); e.Kind != EventLost {
			t.Errorf("got %+v, want a loss", e)
		}
		synctest.Wait()
		select {
		case e := <-events:
			t.Errorf("a second event came while the daemon stayed away: %+v", e)
		default:
		}
		cancel()
		closes(t, events)
	})
}

// A receiver that sleeps while much happens gets the first events, then a list of its own time.
func TestEventsToASlowReceiver(t *testing.T) {
	t.Parallel()
	s, d := newScripted(t)
	const flood = 5000
	var lists atomic.Int32
	s.HandleFunc("/containers/json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `[{"Id":"list %d"}]`, lists.Add(1))
	})
	told := make(chan struct{})
	var connections atomic.Int32
	s.stream(func(r *http.Request, write func(string)) {
		if connections.Add(1) == 1 {
			write(strings.Repeat(startEvent("a"), flood))
			close(told)
		}
		<-r.Context().Done()
	})
	events := d.Events(t.Context(), nil)
	<-told
	if e := nextEvent(t, events); e.Kind != EventListed {
		t.Fatalf("the first event is %+v, want a list", e)
	}
	healed := awaitEvent(t, events, "the list that heals", isKind(EventListed))
	if healed.Dropped == 0 || healed.Dropped > flood || healed.Containers[0].ID == "list 1" {
		t.Errorf("healed with %d dropped and %v, want a new list and a count", healed.Dropped, healed.Containers)
	}
}

package engine

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// waitBench is a wait for container web on a scripted daemon.
type waitBench struct {
	*scriptedDaemon
	*waiter
	found  atomic.Value // an answer
	events chan string  // what the daemon says next on its stream of events
	looks  atomic.Int32
	execs  atomic.Int32
}

// answer is the daemon's to an inspect: a JSON text, a status as an int, or a slice of these, of which each is given once
// and the last for ever.
type answer struct{ any }

// newWaitBench makes a wait that is impatient in everything but its timeout. Its container's log is "its last words".
func newWaitBench(tb testing.TB, found any) *waitBench {
	tb.Helper()
	s, d := newScripted(tb)
	b := &waitBench{scriptedDaemon: s, waiter: d.newWaiter("web", patience), events: make(chan string)}
	b.pace = waitPace{
		look: 10 * time.Millisecond, probe: time.Millisecond, settle: time.Hour, blip: patience, firstBlip: patience,
		retry: 5 * time.Millisecond,
	}
	b.exec = func(context.Context, string, ExecOptions, io.Writer, io.Writer) (int, error) {
		b.execs.Add(1)
		return 1, nil
	}
	b.logs = func(_ context.Context, name string, lines int) (string, error) {
		if name != "c0ffee" || lines != waitLogLines {
			tb.Errorf("asked for %d lines of %s", lines, name)
		}
		return "its last words", nil
	}
	b.set(found)
	inspect := func(w http.ResponseWriter, _ *http.Request) {
		b.looks.Add(1)
		found := b.found.Load().(answer).any
		if turns, ok := found.([]any); ok {
			if found = turns[0]; len(turns) > 1 {
				b.set(turns[1:])
			}
		}
		switch found := found.(type) {
		case int:
			http.Error(w, `{"message":"no luck"}`, found)
		case string:
			_, _ = w.Write([]byte(found))
		}
	}
	s.HandleFunc("/containers/web/json", inspect)
	s.HandleFunc("/containers/c0ffee/json", inspect)
	s.HandleFunc("/containers/json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[]")) })
	s.stream(func(r *http.Request, write func(string)) {
		if !strings.Contains(r.URL.Query().Get("filters"), `"container":{"c0ffee":true}`) {
			tb.Errorf("events were asked for with %v", r.URL.Query())
		}
		for {
			select {
			case text := <-b.events:
				write(text)
			case <-r.Context().Done():
				return
			}
		}
	})
	return b
}

// set changes the daemon's answer.
func (b *waitBench) set(found any) { b.found.Store(answer{found}) }

// start begins the wait; its result is received once.
func (b *waitBench) start(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	go func() { done <- b.wait(ctx) }()
	return done
}

// awaitLooks waits until the daemon was asked n times more.
func (b *waitBench) awaitLooks(n int32) { b.awaitAllLooks(b.looks.Load() + n) }

// awaitAllLooks waits until the daemon was asked n times.
func (b *waitBench) awaitAllLooks(n int32) {
	for b.looks.Load() < n {
		time.Sleep(time.Millisecond)
	}
}

// inspected is the daemon's answer about container web: fields of its state, and the rest of its configuration.
func inspected(state, config string) string {
	return fmt.Sprintf(`{"Id":"c0ffee","Name":"/web","RestartCount":3,"HostConfig":{"Memory":33554432},"State":{"StartedAt":"2026-01-01T00:00:00Z",%s},"Config":{%s}}`, state, config)
}

// checked is the configuration of a container with a health check.
const checked = `"Healthcheck":{"Test":["CMD","true"]}`

// States for inspected.
const (
	stateCreated  = `"Status":"created"`
	stateStarting = `"Status":"running","Running":true,"Health":{"Status":"starting"}`
	stateHealthy  = `"Status":"running","Running":true,"Health":{"Status":"healthy"}`
)

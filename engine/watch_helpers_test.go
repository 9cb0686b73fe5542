package engine

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"
)

// patience bounds what a test waits for; it is reached only by a failing one.
const patience = 60 * time.Second

// nextEvent returns the next event, which must come.
func nextEvent(tb testing.TB, events <-chan Event) Event {
	tb.Helper()
	select {
	case e, open := <-events:
		if !open {
			tb.Fatal("the channel closed, want an event")
		}
		return e
	case <-time.After(patience):
		tb.Fatal("no event came")
	}
	panic("unreachable")
}

// awaitEvent returns the first event that fits, and fails when none comes.
func awaitEvent(tb testing.TB, events <-chan Event, what string, fits func(Event) bool) Event {
	tb.Helper()
	deadline := time.After(patience)
	for {
		select {
		case e, open := <-events:
			if !open {
				tb.Fatalf("the channel closed before %s", what)
			}
			if fits(e) {
				return e
			}
		case <-deadline:
			tb.Fatalf("%s did not come", what)
		}
	}
}

// closes fails tb when the channel does not close.
func closes[T any](tb testing.TB, ch <-chan T) {
	tb.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, open := <-ch:
			if !open {
				return
			}
		case <-deadline:
			tb.Fatal("the channel did not close")
		}
	}
}

// stream makes the daemon answer the events request with what tell writes; when tell returns the stream breaks off.
func (s *scriptedDaemon) stream(tell func(r *http.Request, write func(text string))) {
	s.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		flush := http.NewResponseController(w)
		_ = flush.Flush()
		tell(r, func(text string) {
			_, _ = w.Write([]byte(text))
			_ = flush.Flush()
		})
	})
}

// stepClock stands still but for its pauses: each is handed to the test, which decides by that when it ends.
type stepClock struct {
	pauses chan time.Duration

	mu  sync.Mutex // guards now
	now time.Time
}

func newStepClock() *stepClock {
	return &stepClock{pauses: make(chan time.Duration), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case c.pauses <- d:
		c.pass(d)
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// pass lets time go by.
func (c *stepClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

package usage

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/crash"
)

// daemon hands out a stream for each container that runs, and remembers which are open.
type daemon struct {
	mu      sync.Mutex
	streams map[string]chan engine.Stats
	opened  int
}

func (d *daemon) Stats(ctx context.Context, name string, _ time.Duration) (<-chan engine.Stats, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in, ok := d.streams[name]
	if !ok {
		return nil, errors.New("it does not run")
	}
	d.opened++
	out := make(chan engine.Stats)
	go func() {
		defer close(out)
		for {
			select {
			case s, ok := <-in:
				if !ok {
					return
				}
				select {
				case out <- s:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

func newMeter(t *testing.T, names ...string) (*Meter, *daemon) {
	d := &daemon{streams: map[string]chan engine.Stats{}}
	for _, name := range names {
		d.streams[name] = make(chan engine.Stats)
	}
	m := New(t.Context(), d, time.Millisecond)
	t.Cleanup(m.Close)
	return m, d
}

// until takes snapshots until one is as wanted.
func until(t *testing.T, m *Meter, wanted func(map[string]Reading) bool) {
	t.Helper()
	for {
		readings, ok := m.Next(t.Context())
		if !ok {
			t.Fatal("the meter ended")
		}
		if wanted(readings) {
			return
		}
	}
}

func at(second int, rx int64) engine.Stats {
	return engine.Stats{ID: "a", Time: time.Unix(int64(second), 0), CPUPercent: float64(second), HasCPU: second > 0, Memory: 100, NetRx: rx}
}

func TestRatesAndHistory(t *testing.T) {
	t.Parallel()
	m, d := newMeter(t, "web")
	m.Watch([]string{"web"})
	for second := range History + 5 {
		d.streams["web"] <- at(second, int64(second)*1000)
	}
	until(t, m, func(r map[string]Reading) bool {
		web := r["web"]
		return web.CPU == History+4 && web.Received == 1000 && web.Sent == 0 && len(web.CPUs) == History && web.CPUs[History-1] == web.CPU &&
			len(web.Memories) == History
	})
}

func TestAnotherContainerOfTheName(t *testing.T) {
	t.Parallel()
	m, d := newMeter(t, "web")
	m.Watch([]string{"web"})
	d.streams["web"] <- at(1, 1<<40)
	other := at(2, 5)
	other.ID = "b"
	d.streams["web"] <- other
	until(t, m, func(r map[string]Reading) bool {
		return r["web"].CPU == 2 && r["web"].Received == 0 && len(r["web"].CPUs) == 1
	})
}

func TestWatchEndsTheOthers(t *testing.T) {
	t.Parallel()
	m, d := newMeter(t, "web", "php")
	m.Watch([]string{"web", "php"})
	d.streams["web"] <- at(1, 0)
	d.streams["php"] <- at(1, 0)
	until(t, m, func(r map[string]Reading) bool { return len(r) == 2 })
	m.Watch([]string{"php"})
	if m.Watched() != 1 {
		t.Errorf("%d streams are open, want php's", m.Watched())
	}
	d.streams["php"] <- at(2, 0)
	until(t, m, func(r map[string]Reading) bool { _, web := r["web"]; return !web && r["php"].CPU == 2 })
	m.Watch(nil)
	if m.Watched() != 0 {
		t.Errorf("%d streams are open with nothing on the screen", m.Watched())
	}
}

func TestAStreamThatEndedBeginsAgain(t *testing.T) {
	t.Parallel()
	m, d := newMeter(t, "web")
	m.Watch([]string{"web"})
	d.streams["web"] <- at(1, 0)
	close(d.streams["web"])
	until(t, m, func(r map[string]Reading) bool { return len(r) == 0 && m.Watched() == 0 })
	d.mu.Lock()
	d.streams["web"] = make(chan engine.Stats)
	d.mu.Unlock()
	m.Watch([]string{"web"})
	d.streams["web"] <- at(3, 0)
	until(t, m, func(r map[string]Reading) bool { return r["web"].CPU == 3 })
}

func TestNoStreamForWhatDoesNotRun(t *testing.T) {
	t.Parallel()
	m, _ := newMeter(t)
	m.Watch([]string{"gone"})
	until(t, m, func(r map[string]Reading) bool { return len(r) == 0 && m.Watched() == 0 })
}

func TestCloseEndsNext(t *testing.T) {
	t.Parallel()
	m, _ := newMeter(t)
	ended := make(chan bool)
	go func() { _, ok := m.Next(context.Background()); ended <- ok }()
	m.Close()
	if <-ended {
		t.Error("Next handed something out after Close")
	}
	m.Watch([]string{"web"})
	if m.Watched() != 0 {
		t.Error("a stream began after Close")
	}
}

// broken is a source that panics.
type broken struct{}

func (broken) Stats(context.Context, string, time.Duration) (<-chan engine.Stats, error) {
	panic("boom")
}

// TestPanic reports the panic of a goroutine to whoever gives the terminal back.
func TestPanic(t *testing.T) {
	t.Parallel()
	reported := make(chan any, 1)
	m := New(crash.With(t.Context(), func(value any, _ []byte) { reported <- value }), broken{}, time.Millisecond)
	defer m.Close()
	m.Watch([]string{"a"})
	if value := <-reported; value != "boom" {
		t.Errorf("reported %v", value)
	}
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// follow opens a follower that is closed at the end of the test, and checks then that all its connections are.
func follow(t *testing.T, src *memorySource, opts LogOptions) *LogFollower {
	t.Helper()
	f, err := NewLogFollower(t.Context(), src, "web", opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = f.Close()
		if src.opened != src.closed {
			t.Errorf("%d logs opened, %d closed", src.opened, src.closed)
		}
	})
	return f
}

// next returns what the follower reads next, as words: texts of lines, and events.
func next(t *testing.T, f *LogFollower) string {
	t.Helper()
	batch, err := f.Next()
	var words []string
	for _, l := range batch.Lines {
		words = append(words, l.Text)
	}
	if batch.Event != LogNothing {
		words = append(words, [...]string{"", "EXITED", "RESTARTED", "RECONNECTED"}[batch.Event])
	}
	if err != nil {
		words = append(words, "ERROR")
	}
	return strings.Join(words, " ")
}

// expect compares what the follower reads, call by call.
func expect(t *testing.T, f *LogFollower, want ...string) {
	t.Helper()
	for i, w := range want {
		if got := next(t, f); got != w {
			t.Fatalf("call %d: got %q, want %q", i+1, got, w)
		}
	}
}

// said returns a message per word, a second apart from the nth on.
func said(n int, words ...string) []memoryMessage {
	var all []memoryMessage
	for i, w := range words {
		all = append(all, memoryMessage{0, memoryEpoch.Add(time.Duration(n+i) * time.Second), w + "\n"})
	}
	return all
}

func TestLogFollowerHistory(t *testing.T) {
	t.Parallel()
	f := follow(t, newMemorySource(said(0, "a", "b", "c")...), LogOptions{Tail: 2})
	expect(t, f, "b c")
	for range 2 {
		if _, err := f.Next(); err != io.EOF {
			t.Errorf("at the end: %v", err)
		}
	}
}

func TestLogFollowerNotFound(t *testing.T) {
	t.Parallel()
	src := newMemorySource()
	src.removed = true
	for _, tail := range []int{0, -1} {
		if _, err := NewLogFollower(t.Context(), src, "web", LogOptions{Tail: tail}); !errors.Is(err, ErrNotFound) {
			t.Errorf("tail %d: %v", tail, err)
		}
	}
}

func TestLogFollowerExitAndRestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newMemorySource(said(0, "a", "b")...)
		f := follow(t, src, LogOptions{Follow: true})
		expect(t, f, "a b")
		src.write(memoryMessage{0, memoryEpoch.Add(2 * time.Second), "not ended"})
		src.exit()
		expect(t, f, "not ended", "EXITED")
		go func() {
			time.Sleep(time.Hour)
			src.start()
			src.write(said(3, "c")...)
		}()
		expect(t, f, "RESTARTED", "c")
		src.exit()
		expect(t, f, "EXITED")
		src.start()
		src.write(said(4, "d")...)
		src.exit() // a whole run between two calls
		expect(t, f, "RESTARTED", "d", "EXITED")
		src.change(func() { src.removed = true })
		if _, err := f.Next(); !errors.Is(err, ErrNotFound) {
			t.Errorf("after the removal: %v", err)
		}
	})
}

func TestLogFollowerQuickRestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newMemorySource(said(0, "a")...)
		f := follow(t, src, LogOptions{Follow: true})
		expect(t, f, "a")
		src.start() // it runs again before anyone looks
		src.write(said(1, "b")...)
		expect(t, f, "EXITED", "RESTARTED", "b")
	})
}

func TestLogFollowerNeverStarted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newMemorySource()
		src.running, src.started = false, time.Time{}
		f := follow(t, src, LogOptions{Follow: true})
		go func() {
			time.Sleep(time.Minute)
			src.start()
			src.write(said(0, "a")...)
		}()
		expect(t, f, "RESTARTED", "a")
	})
}

func TestLogFollowerRemoval(t *testing.T) {
	t.Parallel()
	for _, tty := range []bool{false, true} {
		t.Run(fmt.Sprintf("tty=%v", tty), func(t *testing.T) {
			t.Parallel()
			src := newMemorySource(said(0, "a")...)
			src.tty = tty
			f := follow(t, src, LogOptions{Follow: true})
			expect(t, f, "a")
			src.write(memoryMessage{0, memoryEpoch.Add(time.Second), "not ended"})
			src.change(func() { src.removed = true })
			expect(t, f, "not ended")
			for range 2 {
				if _, err := f.Next(); !errors.Is(err, ErrNotFound) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func TestLogFollowerDaemonAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newMemorySource(said(0, "a")...)
		broken := false
		src.cut = func() int {
			if broken = !broken; broken {
				return len(said(0, "a")[0].wire(false)) + 5 // in the next header
			}
			return -1
		}
		f := follow(t, src, LogOptions{Follow: true})
		expect(t, f, "a")
		src.change(func() { src.away = fmt.Errorf("no: %w", ErrDaemonUnreachable) })
		src.write(said(1, "b", "c")...)
		begin := time.Now()
		go func() {
			time.Sleep(time.Minute)
			src.change(func() { src.away = nil })
		}()
		expect(t, f, "RECONNECTED", "b c")
		if waited := time.Since(begin); waited < time.Minute || waited > time.Minute+followLongWait {
			t.Errorf("back after %v", waited)
		}
		if n := len(src.queries); n > 45 {
			t.Errorf("the daemon was asked %d times in a minute", n)
		}
	})
}

func TestLogFollowerRefused(t *testing.T) {
	t.Parallel()
	src := newMemorySource(said(0, "a")...)
	src.cut = func() int { return len(said(0, "a")[0].wire(false)) }
	f := follow(t, src, LogOptions{Follow: true})
	expect(t, f, "a")
	refusal := errors.New("the log driver cannot be read")
	src.change(func() { src.away = refusal })
	if _, err := f.Next(); !errors.Is(err, refusal) {
		t.Errorf("got %v", err)
	}
}

func TestLogFollowerCutHistory(t *testing.T) {
	t.Parallel()
	src := newMemorySource(said(0, "a", "b")...)
	src.cut = func() int { return len(said(0, "a")[0].wire(false)) + 10 }
	f := follow(t, src, LogOptions{})
	expect(t, f, "a")
	if _, err := f.Next(); !errors.Is(err, ErrTransient) || !errors.Is(err, errCut) {
		t.Errorf("got %v", err)
	}
}

// TestLogFollowerBrokenLog has a daemon that cannot read its own log: for a while that passes, then it does not.
func TestLogFollowerBrokenLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wire := append(said(0, "a")[0].wire(false), frameOf(3, "Error grabbing logs: invalid character\n")...)
		f, err := NewLogFollower(t.Context(), wireSource{wire, false}, "web", LogOptions{Follow: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		if got := next(t, f); got != "a" {
			t.Errorf("got %q", got)
		}
		if _, err := f.Next(); !isDaemonLogError(err) || !strings.Contains(err.Error(), "invalid character") {
			t.Errorf("got %v", err)
		}
	})
}

func TestLogFollowerTailNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, history := range [][]string{nil, {"a", "b"}} {
			src := newMemorySource(said(0, history...)...)
			cuts := []int{-1, 1, 1, -1} // of the look at the last line, and three connections
			src.cut = func() int { n := cuts[0]; cuts = cuts[1:]; return n }
			if history == nil {
				cuts = []int{-1, 0, 0, -1}
			}
			f := follow(t, src, LogOptions{Tail: -1, Follow: true})
			src.write(said(10, "c", "d")...)
			expect(t, f, "RECONNECTED", "RECONNECTED", "c d")
		}
	})
}

func TestLogFollowerEnds(t *testing.T) {
	t.Parallel()
	t.Run("with its context", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			for _, running := range []bool{true, false} {
				src := newMemorySource()
				src.running = running
				ctx, cancel := context.WithCancelCause(t.Context())
				f, err := NewLogFollower(ctx, src, "web", LogOptions{Follow: true})
				if err != nil {
					t.Fatal(err)
				}
				if !running {
					expect(t, f, "EXITED")
				}
				gone := errors.New("gone home")
				go func() {
					time.Sleep(time.Second)
					cancel(gone)
				}()
				if _, err := f.Next(); !errors.Is(err, gone) && !errors.Is(err, context.Canceled) {
					t.Errorf("running %v: %v", running, err)
				}
				_ = f.Close()
			}
		})
	})
	t.Run("when it is closed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := follow(t, newMemorySource(said(0, "a")...), LogOptions{Follow: true})
			expect(t, f, "a")
			go func() {
				time.Sleep(time.Second)
				_ = f.Close()
			}()
			for range 2 {
				if _, err := f.Next(); !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
			}
		})
	})
}

func TestLogFollowerRedacts(t *testing.T) {
	t.Parallel()
	f := follow(t, newMemorySource(said(0, "plain", "password=hunter22hunter", "plain")...), LogOptions{})
	var d Docker
	d.secrets.learn([]EnvSecret{{Key: "P", Value: "hunter22hunter"}})
	f.split.redact = d.secrets.text
	expect(t, f, "plain password=[REDACTED] plain")
}

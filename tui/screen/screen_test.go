package screen

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// tty is a terminal that takes what is written when it is let to.
type tty struct {
	mu     sync.Mutex
	wrote  bytes.Buffer
	writes int
	block  chan struct{} // when not nil a write waits for it
}

func (t *tty) Write(p []byte) (int, error) {
	t.mu.Lock()
	block := t.block
	t.mu.Unlock()
	if block != nil {
		<-block
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes++
	return t.wrote.Write(p)
}

func (t *tty) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.wrote.String()
}

func (t *tty) hold() (release func()) {
	block := make(chan struct{})
	t.mu.Lock()
	defer t.mu.Unlock()
	t.block = block
	return func() {
		t.mu.Lock()
		t.block = nil
		t.mu.Unlock()
		close(block)
	}
}

// stage is a screen in a bubble whose clock is not the real one.
type stage struct {
	*Screen
	tty *tty
	due atomic.Int32
}

func newStage(t *testing.T) *stage {
	s := &stage{tty: &tty{}}
	s.Screen = New(Options{
		Out: s.tty, Term: "xterm-256color",
		Due: func() { s.due.Add(1) }, Failed: func(v any, _ []byte) { t.Errorf("failed with %v", v) },
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Enter(); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	if s.due.Load() != 1 {
		t.Fatalf("Due was called %d times after Enter", s.due.Load())
	}
	s.due.Store(0)
	return s
}

// show draws a frame that must be wanted.
func (s *stage) show(t *testing.T, text string, urgent bool) {
	t.Helper()
	if !s.Wants(urgent) {
		t.Fatalf("%q is not wanted", text)
	}
	s.Show(Frame{text, 40, 10})
	synctest.Wait()
}

// TestPace puts frames off that come too soon after one another, a key's less than others.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		urgent bool
		gap    time.Duration
	}{{"by itself", false, leastGap}, {"a key", true, keyGap}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				s.show(t, "one", false)
				if s.Wants(c.urgent) {
					t.Fatal("a frame is wanted at once after another")
				}
				time.Sleep(c.gap - time.Millisecond)
				synctest.Wait()
				if s.due.Load() != 0 {
					t.Error("Due was called too soon")
				}
				time.Sleep(time.Millisecond)
				synctest.Wait()
				if s.due.Load() != 1 {
					t.Errorf("Due was called %d times", s.due.Load())
				}
				s.show(t, "two", false)
				time.Sleep(time.Hour)
				synctest.Wait()
				if s.due.Load() != 1 {
					t.Error("Due was called though nothing was put off")
				}
				if !strings.Contains(s.tty.text(), "one") || !strings.Contains(s.tty.text(), "two") {
					t.Errorf("wrote %q", s.tty.text())
				}
			})
		})
	}
}

// TestPaceOfBytes draws whole screens as fast as it may, without a key: the bytes stay within what is allowed, and a key's
// frame does not wait for that.
func TestPaceOfBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		began, drawn := time.Now(), 0
		for time.Since(began) < 10*time.Second {
			if s.Wants(false) {
				drawn++
				s.Show(Frame{strings.Repeat(strings.Repeat(string(rune('a'+drawn%26)), 119)+string(rune('a'+drawn%7))+"\n", 40), 120, 40})
			}
			time.Sleep(time.Millisecond)
			synctest.Wait()
		}
		if got := len(s.tty.text()); got > 10*bytesPerSecond+2*burstBytes || got < 9*bytesPerSecond {
			t.Errorf("%d frames of %d bytes in ten seconds", drawn, got)
		}
		if s.Wants(false) {
			t.Error("a frame by itself is wanted while the line is busy")
		}
		time.Sleep(keyGap)
		if !s.Wants(true) {
			t.Error("a key's frame waits for the line")
		}
	})
}

// TestSlowTerminal shows frames on a terminal that is still busy with the last one: there is never a queue, and the next
// is due as soon as it can be drawn.
func TestSlowTerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		release := s.tty.hold()
		s.show(t, "one", true)
		time.Sleep(time.Minute)
		synctest.Wait()
		for range 100 {
			if s.Wants(true) {
				t.Fatal("a frame is wanted while the last is on its way")
			}
		}
		synctest.Wait()
		if s.due.Load() != 0 {
			t.Errorf("Due was called %d times", s.due.Load())
		}
		release()
		time.Sleep(keyGap)
		synctest.Wait()
		if s.due.Load() != 1 {
			t.Errorf("Due was called %d times once it was free", s.due.Load())
		}
	})
}

// TestLeave gives the terminal away: not a byte is written until it is back, and then everything.
func TestLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.show(t, "one", true)
		if err := s.Leave(); err != nil {
			t.Fatal(err)
		}
		left := s.tty.text()
		if !strings.HasSuffix(left, "\x1b[?25h") {
			t.Errorf("left the terminal with %q", left)
		}
		if s.Wants(true) {
			t.Error("a frame is wanted while somebody else has the terminal")
		}
		s.Show(Frame{"two", 40, 10}) // one that was on its way
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := s.tty.text(); got != left {
			t.Errorf("wrote %q to somebody else's terminal", got[len(left):])
		}
		if err := errors.Join(s.Enter(), s.Enter()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s.due.Load() != 1 {
			t.Errorf("Due was called %d times", s.due.Load())
		}
		s.show(t, "one", false)
		if got := s.tty.text()[len(left):]; !strings.Contains(got, "one") {
			t.Errorf("back again it wrote %q", got)
		}
	})
}

// TestExec runs a program between leaving and taking the terminal again.
func TestExec(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := New(Options{Out: &out, Term: "xterm", Due: func() {}, Failed: func(v any, _ []byte) { t.Error(v) }})
	if err := s.Enter(); err != nil {
		t.Fatal(err)
	}
	h := &handOver{exec.Command("sh", "-c", "echo inside; exit 3"), s}
	h.SetStdin(strings.NewReader(""))
	h.SetStdout(nil)
	h.SetStderr(&out)
	var exit *exec.ExitError
	if err := h.Run(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("it ended with %v", err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	text := out.String()
	left, inside, entered := strings.Index(text, "\x1b[?1049l"), strings.Index(text, "inside\n"), strings.LastIndex(text, "\x1b[?1049h")
	mended := strings.Index(text, "\x1b[?1003l") // what a program leaves behind when it is killed
	if left < 0 || inside < left || mended < inside || entered < mended || !strings.HasSuffix(text, "\x1b[?25h") {
		t.Errorf("wrote %q", text)
	}
}

// TestFailed writes to a terminal that is gone: that is said once, and nothing is drawn any more.
func TestFailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var failed []any
		s := New(Options{Out: brokenWriter{}, Term: "xterm", Due: func() {}, Failed: func(v any, _ []byte) { failed = append(failed, v) }})
		if err := s.Enter(); !errors.Is(err, errGone) {
			t.Errorf("Enter: %v", err)
		}
		if !s.Wants(true) {
			t.Fatal("no frame is wanted")
		}
		s.Show(Frame{"one", 40, 10})
		synctest.Wait()
		time.Sleep(time.Second)
		synctest.Wait()
		if s.Wants(true) {
			t.Error("a frame is wanted on a terminal that is gone")
		}
		if len(failed) != 1 || !errors.Is(failed[0].(error), errGone) {
			t.Errorf("failed with %v", failed)
		}
		if err := s.Close(); !errors.Is(err, errGone) {
			t.Errorf("Close: %v", err)
		}
	})
}

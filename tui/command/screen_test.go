//go:build unix

package command

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// screen collects what a terminal was sent.
type screen struct {
	mu   sync.Mutex // guards text and ended
	cond *sync.Cond
	text string
	over bool
	done chan struct{}
}

// expectTime bounds a wait that should never be long: a test that waits for what does not come has to end.
const expectTime = time.Minute

func newScreen(master io.Reader) *screen {
	s := &screen{done: make(chan struct{})}
	s.cond = sync.NewCond(&s.mu)
	go func() {
		defer close(s.done)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			s.mu.Lock()
			s.text += string(buf[:n])
			s.over = err != nil
			s.mu.Unlock()
			s.cond.Broadcast()
			if err != nil {
				return
			}
		}
	}()
	return s
}

// expect waits until text was printed, and forgets everything up to it.
func (s *screen) expect(t *testing.T, text string) {
	t.Helper()
	timeout := false
	timer := time.AfterFunc(expectTime, func() {
		s.mu.Lock()
		timeout = true
		s.mu.Unlock()
		s.cond.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if _, after, found := strings.Cut(s.text, text); found {
			s.text = after
			return
		}
		if s.over || timeout {
			t.Fatalf("%q did not come; there is %q", text, s.text)
		}
		s.cond.Wait()
	}
}

// join waits until the terminal has ended.
func (s *screen) join() { <-s.done }

// sttyOf returns the settings of a terminal, but its size.
func sttyOf(t *testing.T, tty *os.File) []byte {
	t.Helper()
	cmd := exec.Command("stty", "-g")
	cmd.Stdin = tty
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

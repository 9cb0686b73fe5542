//go:build unix

package testbed

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Throwaway is a daemon of one test's own, which the test may kill and start again.
type Throwaway struct {
	Daemon
	args []string // of `up`
	pid  string   // the path of its pid file
}

// NewThrowaway starts a daemon that is removed with all its state at the end of the test. It has no images and no
// network of its own; images come from the test bed's mirror, or that of a "--registry-mirror=…" among the options, and
// from nowhere else. With modern it is the newer Docker. options go to dockerd: with "--live-restore" containers outlive
// the daemon, without it a restart takes ten seconds to end them.
func NewThrowaway(tb testing.TB, modern bool, options ...string) *Throwaway {
	tb.Helper()
	Registry(tb) // skips or fails when the test bed is not up
	name := NewName()
	args := []string{"daemon", name}
	if modern {
		args = append(args, "--modern")
	}
	state := os.Getenv("LOCORUM_TESTBED")
	t := &Throwaway{args: append(args, options...), pid: filepath.Join(state, "throwaway", name+".pid")}
	tb.Cleanup(func() {
		if out, err := script(tb, "down", "daemon", name); err != nil {
			tb.Errorf("removing the throw-away daemon %s: %v\n%s", name, err, out)
		}
	})
	t.Start(tb)
	return t
}

// Start starts the daemon, with what it had, and returns when it answers. One that runs is left alone.
func (t *Throwaway) Start(tb testing.TB) {
	tb.Helper()
	out, err := script(tb, "up", t.args...)
	if err != nil {
		tb.Fatalf("starting a throw-away daemon: %v\n%s", err, out)
	}
	t.Daemon, err = Probe(strings.TrimSpace(string(out)))
	if err != nil {
		tb.Fatalf("a throw-away daemon does not answer: %v", err)
	}
}

// Kill ends the daemon as a crash would, and returns when it is gone.
func (t *Throwaway) Kill(tb testing.TB) { t.end(tb, syscall.SIGKILL) }

// Stop ends the daemon as a shutdown would, and returns when it is gone.
func (t *Throwaway) Stop(tb testing.TB) { t.end(tb, syscall.SIGTERM) }

func (t *Throwaway) end(tb testing.TB, sig syscall.Signal) {
	tb.Helper()
	text, err := os.ReadFile(t.pid)
	if err != nil {
		tb.Fatalf("ending a throw-away daemon: %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		tb.Fatalf("ending a throw-away daemon: %v", err)
	}
	if err := syscall.Kill(pid, sig); err != nil {
		tb.Fatalf("ending a throw-away daemon: %v", err)
	}
	for syscall.Kill(pid, 0) == nil {
		time.Sleep(10 * time.Millisecond)
	}
}

// script runs one of the test bed's scripts and returns what it printed to standard output; err holds the rest.
func script(tb testing.TB, name string, args ...string) ([]byte, error) {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			tb.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
	cmd := exec.Command(filepath.Join(dir, ".ci", "testbed", name), args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return append(out, stderr.Bytes()...), err
	}
	return out, nil
}

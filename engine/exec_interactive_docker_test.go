package engine

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestExecInteractiveFirstSize(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		for _, size := range []TerminalSize{{24, 80}, {50, 200}, {2, 2}, {300, 999}} {
			t.Run(fmt.Sprint(size), func(t *testing.T) {
				t.Parallel()
				var out bytes.Buffer
				code, err := e.ExecInteractive(t.Context(), name, ExecSession{
					ExecOptions: ExecOptions{Cmd: []string{"stty", "size"}}, Size: size, Stdout: &out,
				})
				wantCode(t, code, err, 0)
				if want := fmt.Sprintf("%d %d\r\n", size.Rows, size.Cols); out.String() != want {
					t.Errorf("stty size printed %q, want %q", &out, want)
				}
			})
		}
		t.Run("no /bin/sh", func(t *testing.T) {
			bare := startSleeper(t, d)
			d.Docker(t, "exec", bare, "rm", "/bin/sh")
			code, err := e.ExecInteractive(t.Context(), bare, ExecSession{
				ExecOptions: ExecOptions{Cmd: []string{"ash", "-c", waitForSize("33 77")}}, Size: TerminalSize{33, 77},
			})
			wantCode(t, code, err, 0)
		})
		t.Run("no size", func(t *testing.T) {
			code, err := e.ExecInteractive(t.Context(), name, ExecSession{ExecOptions: ExecOptions{Cmd: []string{"test", "-t", "1"}}})
			wantCode(t, code, err, 0)
		})
	})
}

// waitForSize is a script that ends when the terminal has the size.
func waitForSize(size string) string {
	return fmt.Sprintf(`until [ "$(stty size)" = "%s" ]; do sleep 0.05; done`, size)
}

func TestExecInteractiveResize(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		resize := make(chan TerminalSize, 64)
		out := &markWriter{text: "first 24 80", hit: func() {
			for i := range uint(60) {
				resize <- TerminalSize{10 + i, 100 + i}
			}
			resize <- TerminalSize{50, 140}
		}}
		script := `trap 'echo told' WINCH; echo "first $(stty size)"; ` + waitForSize("50 140") + "; echo then $(stty size)"
		code, err := e.ExecInteractive(t.Context(), name, ExecSession{
			ExecOptions: ExecOptions{Cmd: []string{"sh", "-c", script}},
			Size:        TerminalSize{24, 80}, Resize: resize, Stdout: out,
		})
		wantCode(t, code, err, 0)
		if text := out.seen.String(); !strings.Contains(text, "told") || !strings.HasSuffix(text, "then 50 140\r\n") {
			t.Errorf("the terminal shows %q", text)
		}
	})
}

func TestExecInteractiveResizeBeforeStart(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		resize := make(chan TerminalSize, 1)
		resize <- TerminalSize{50, 140}
		close(resize)
		code, err := e.ExecInteractive(t.Context(), name, ExecSession{
			ExecOptions: ExecOptions{Cmd: []string{"sh", "-c", waitForSize("50 140")}}, Size: TerminalSize{24, 80}, Resize: resize,
		})
		wantCode(t, code, err, 0)
	})
}

func TestExecInteractiveIsBinarySafe(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		var all []byte
		for i := range 256 {
			all = append(all, byte(i))
		}
		all = append(all, 0x1e, 'x', 0x1e, 0x1e, 'y', 0) // parts of the detach keys are keys like others
		source := newCancelReader()
		out := &markWriter{text: "ready", hit: func() { source.input <- all }}
		script := fmt.Sprintf(`stty raw -echo; printf ready; head -c %d | cat`, len(all))
		code, err := e.ExecInteractive(t.Context(), name, ExecSession{
			ExecOptions: ExecOptions{Cmd: []string{"sh", "-c", script}}, Size: TerminalSize{24, 80}, Stdin: source, Stdout: out,
		})
		wantCode(t, code, err, 0)
		if got, _ := strings.CutPrefix(out.seen.String(), "ready"); got != string(all) {
			t.Errorf("came back: %q", got)
		}
		if n := source.pending.Load(); n != 0 {
			t.Errorf("%d reads are pending after the session", n)
		}
	})
}

func TestExecInteractiveShell(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		source := newCancelReader()
		out := &markWriter{text: "# ", hit: func() { source.input <- []byte("echo $((6*7)) $TERM; exit 9\r") }}
		code, err := e.ExecInteractive(t.Context(), name, ExecSession{
			ExecOptions: ExecOptions{Cmd: []string{"sh"}, Env: []string{"TERM=xterm-256color"}},
			Size:        TerminalSize{24, 80}, Stdin: source, Stdout: out,
		})
		wantCode(t, code, err, 9)
		if !strings.Contains(out.seen.String(), "42 xterm-256color") {
			t.Errorf("the terminal shows %q", out.seen.String())
		}
	})
}

func TestExecInteractiveSurvivesEndOfStdin(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		var out bytes.Buffer
		code, err := e.ExecInteractive(t.Context(), name, ExecSession{
			ExecOptions: ExecOptions{Cmd: []string{"sh", "-c", "read line; sleep 1; echo got $line; exit 6"}},
			Stdin:       strings.NewReader("typed\r"), Stdout: &out,
		})
		wantCode(t, code, err, 6)
		if !strings.Contains(out.String(), "got typed") {
			t.Errorf("the terminal shows %q", &out)
		}
	})
}

func TestExecInteractiveDetach(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		script := `stty raw -echo; echo ready; until [ -e /tmp/on ]; do sleep 0.1; done; rm /tmp/on; echo still here; sleep 1000`
		for _, c := range []struct {
			name         string
			keys         string
			type1, type2 string
		}{
			{"our keys", "", "\x1e", "\x00"},
			{"other keys", "ctrl-p,ctrl-q", "\x10\x11", ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				name, source := startSleeper(t, d), newCancelReader()
				out := &markWriter{text: "ready", hit: func() {
					source.input <- []byte(c.type1)
					if c.type2 != "" {
						source.input <- []byte(c.type2)
					}
				}}
				code, err := e.ExecInteractive(t.Context(), name, ExecSession{
					ExecOptions: ExecOptions{Cmd: []string{"sh", "-c", script}},
					Size:        TerminalSize{24, 80}, Stdin: source, Stdout: out, DetachKeys: c.keys,
				})
				wantError(t, err, ErrDetached)
				if code != -1 {
					t.Errorf("the code is %d, want -1", code)
				}
				d.Docker(t, "exec", name, "touch", "/tmp/on")
				eventually(t, "the program goes on", func() bool { return anyContains(processes(t, d, name), "sleep 1000") })
			})
		}
	})
}

func TestExecInteractiveCancel(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		for _, c := range []struct{ name, cmd, ready, typed string }{
			{"shell that ignores TERM", "exec sh -i", "# ", "trap '' TERM\rsleep 1000\r"},
			{"program", "echo ready; sleep 1000", "ready", ""},
			{"program that ignores TERM and HUP", "trap '' TERM HUP; echo ready; while :; do sleep 1; done", "ready", ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				source := newCancelReader()
				ctx, cancel := context.WithCancel(t.Context())
				ready := make(chan struct{})
				out := &markWriter{text: c.ready, hit: func() { close(ready) }}
				done := execAsync(func() (int, error) {
					return e.ExecInteractive(ctx, name, ExecSession{
						ExecOptions: ExecOptions{Cmd: []string{"sh", "-c", c.cmd}},
						Size:        TerminalSize{24, 80}, Stdin: source, Stdout: out,
					})
				})
				<-ready
				if c.typed != "" {
					source.input <- []byte(c.typed)
				}
				eventually(t, "a sleep runs", func() bool { return anyContains(processes(t, d, name), "sleep ") })
				cancel()
				got := <-done
				wantError(t, got.err, context.Canceled)
				if strings.Contains(got.err.Error(), "may still run") {
					t.Error(got.err)
				}
				if left := processes(t, d, name); len(left) > 0 {
					t.Errorf("still running: %q", left)
				}
				if n := source.pending.Load(); n != 0 {
					t.Errorf("%d reads are pending after the session", n)
				}
			})
		}
	})
}

// TestExecSessionsLeakNothing does not run beside other tests, whose goroutines and connections it would count.
func TestExecSessionsLeakNothing(t *testing.T) {
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		e, name := connect(t, d), startSleeper(t, d)
		session := func(i int) {
			source := newCancelReader()
			resize := make(chan TerminalSize, 1)
			resize <- TerminalSize{30, 90}
			code, err := e.ExecInteractive(t.Context(), name, ExecSession{
				ExecOptions: ExecOptions{Cmd: []string{"sh", "-c", fmt.Sprintf("exit %d", i)}},
				Size:        TerminalSize{24, 80}, Resize: resize, Stdin: source, Stdout: io.Discard,
			})
			wantCode(t, code, err, i)
		}
		session(0)
		goroutines, sockets := runtime.NumGoroutine(), openSockets(t)
		for i := range 50 {
			session(i)
		}
		ctx, cancel := context.WithCancel(t.Context())
		_, err := e.ExecInContainerWriter(ctx, name, ExecOptions{Cmd: []string{"yes"}}, &markWriter{text: "y", hit: cancel}, nil)
		wantError(t, err, context.Canceled)
		e.cli.HTTPClient().CloseIdleConnections() // idle ones are kept on purpose, and few
		eventually(t, "no goroutine and no connection is left over", func() bool {
			return runtime.NumGoroutine() <= goroutines && openSockets(t) <= sockets
		})
	})
}

// openSockets counts the sockets of this process.
func openSockets(t *testing.T) int {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(links) == 0 {
		t.Fatalf("cannot count open files: %v", err)
	}
	n := 0
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, "socket:") {
			n++
		}
	}
	return n
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// markWriter calls hit once, when the text has come.
type markWriter struct {
	text string
	hit  func()
	once sync.Once
	seen strings.Builder
}

func (w *markWriter) Write(p []byte) (int, error) {
	if w.seen.Len() < 1<<16 {
		w.seen.Write(p)
	}
	if strings.Contains(w.seen.String(), w.text) {
		w.once.Do(w.hit)
	}
	return len(p), nil
}

func TestExecCancelEndsTheProcess(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		cmd  string
		user string
	}{
		{"plain", "echo ready; exec sleep 1000", ""},
		{"children", "sleep 1000 & sleep 1001 & echo ready; wait", ""},
		{"TERM ignored", `trap "" TERM; echo ready; while :; do sleep 1; done`, ""},
		{"environment cleared in a child", "env -i sleep 1000 & echo ready; wait", ""},
		{"orphan of the same environment", "(sleep 1000 &); echo ready; exec sleep 1001", ""},
		{"another user", "echo ready; sleep 1000", "1000:1000"},
		{"user changed in a child", "su -s /bin/sh nobody -c 'sleep 1000' & echo ready; wait", "root"},
		{"stopped", "echo ready; kill -STOP $$", ""},
		{"flood", "echo ready; yes", ""},
		{"output closed", "echo ready; exec sleep 1000 >&- 2>&-", ""},
	}
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		startBystander(t, d, name)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				cancelAndCheck(t, e, d, name, ExecOptions{Cmd: []string{"sh", "-c", c.cmd}, User: c.user})
			})
		}
	})
	t.Run("Debian", func(t *testing.T) {
		t.Parallel()
		d := testbed.One(t)
		e, name := connect(t, d), startSleeperOf(t, d, "debian:bookworm-slim")
		startBystander(t, d, name)
		cancelAndCheck(t, e, d, name, ExecOptions{Cmd: []string{"bash", "-c", `trap "" TERM; env -i sleep 1000 & echo ready; wait; sleep 1001`}})
	})
}

// startBystander starts an exec of somebody else, which no cancel may end.
func startBystander(t *testing.T, d testbed.Daemon, name string) {
	t.Helper()
	d.Docker(t, "exec", "-d", "-e", execMarkKey+"=other", name, "sleep", "2000")
}

// cancelAndCheck cancels the exec when it has printed ready, and wants nothing but a bystander left in the container.
func cancelAndCheck(t *testing.T, e *Docker, d testbed.Daemon, name string, opts ExecOptions) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	code, err := e.ExecInContainerWriter(ctx, name, opts, &markWriter{text: "ready", hit: cancel}, nil)
	wantError(t, err, context.Canceled)
	if code != -1 || strings.Contains(err.Error(), "may still run") {
		t.Errorf("returned (%d, %v)", code, err)
	}
	if left := processes(t, d, name); len(left) != 1 || left[0] != "sleep 2000" {
		t.Errorf("the container holds %q, want the bystander alone", left)
	}
}

// TestExecCancelAtAnyMoment ends the context while the exec is created, started and running.
func TestExecCancelAtAnyMoment(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		for after := time.Duration(0); after < 60*time.Millisecond; after += 3 * time.Millisecond {
			ctx, cancel := context.WithTimeout(t.Context(), after)
			code, err := e.ExecInContainerWriterStdin(ctx, name, ExecOptions{Cmd: []string{"sleep", "1000"}}, newCancelReader(), nil, nil)
			cancel()
			wantError(t, err, context.DeadlineExceeded)
			if code != -1 || strings.Contains(err.Error(), "may still run") {
				t.Errorf("after %v returned (%d, %v)", after, code, err)
			}
		}
		if left := processes(t, d, name); len(left) > 0 {
			t.Errorf("still running: %q", left)
		}
	})
}

func TestExecCancelLetsTheProcessFinish(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("the person pressed escape")
		out := &markWriter{text: "ready", hit: func() { cancel(reason) }}
		opts := ExecOptions{Cmd: []string{"sh", "-c", `trap 'echo tidied up; exit 3' TERM; echo ready; while :; do sleep 0.1; done`}}
		_, err := e.ExecInContainerWriter(ctx, name, opts, out, nil)
		wantError(t, err, context.Canceled)
		wantError(t, err, reason)
		if !strings.Contains(out.seen.String(), "tidied up") {
			t.Errorf("the last output is lost: %q", out.seen.String())
		}
	})
}

func TestExecCancelWithoutShell(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		d.Docker(t, "exec", name, "rm", "/bin/sh")
		ctx, cancel := context.WithCancel(t.Context())
		opts := ExecOptions{Cmd: []string{"ash", "-c", "echo ready; sleep 1000"}}
		_, err := e.ExecInContainerWriter(ctx, name, opts, &markWriter{text: "ready", hit: cancel}, nil)
		wantError(t, err, context.Canceled, "may still run in the container", "no /bin/sh")
		if !anyContains(processes(t, d, name), "sleep 1000") {
			t.Error("the process is gone; the test shows nothing")
		}
	})
}

func TestExecCancelOfWhatHides(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	e, name := connect(t, d), startSleeper(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	opts := ExecOptions{Cmd: []string{"env", "-i", "sh", "-c", "echo ready; sleep 1000"}}
	_, err := e.ExecInContainerWriter(ctx, name, opts, &markWriter{text: "ready", hit: cancel}, nil)
	wantError(t, err, context.Canceled, "may still run in the container", "not found")
}

func TestExecCancelOfAPausedContainer(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	e, name := connect(t, d), startSleeper(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	pause := func() { d.Docker(t, "pause", name); cancel() }
	opts := ExecOptions{Cmd: []string{"sh", "-c", "echo ready; sleep 1000"}}
	_, err := e.ExecInContainerWriter(ctx, name, opts, &markWriter{text: "ready", hit: pause}, nil)
	wantError(t, err, context.Canceled, "may still run in the container", "paused")
}

func TestExecEndsWithItsStreams(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is full")
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		for _, c := range []struct {
			name string
			want error
			run  func() (int, error)
		}{
			{"stdout fails", broken, func() (int, error) {
				return e.ExecInContainerWriter(t.Context(), name, ExecOptions{Cmd: []string{"yes"}}, failingWriter{broken}, nil)
			}},
			{"stderr fails", broken, func() (int, error) {
				opts := ExecOptions{Cmd: []string{"sh", "-c", "yes >&2"}}
				return e.ExecInContainerWriter(t.Context(), name, opts, nil, failingWriter{broken})
			}},
			{"stdin fails", broken, func() (int, error) {
				return e.ExecInContainerWriterStdin(t.Context(), name, ExecOptions{Cmd: []string{"cat"}}, failsAfter("half a dump", broken), nil, nil)
			}},
			{"stdin is cut", io.ErrUnexpectedEOF, func() (int, error) {
				source := failsAfter("", io.ErrUnexpectedEOF)
				return e.ExecInContainerWriterStdin(t.Context(), name, ExecOptions{Cmd: []string{"cat"}}, source, nil, nil)
			}},
			{"short write", io.ErrShortWrite, func() (int, error) {
				return e.ExecInContainerWriter(t.Context(), name, ExecOptions{Cmd: []string{"yes"}}, failingWriter{nil}, nil)
			}},
			{"terminal fails", broken, func() (int, error) {
				return e.ExecInteractive(t.Context(), name, ExecSession{ExecOptions: ExecOptions{Cmd: []string{"yes"}}, Stdout: failingWriter{broken}})
			}},
		} {
			t.Run(c.name, func(t *testing.T) {
				code, err := c.run()
				wantError(t, err, c.want)
				if code != -1 || errors.Is(err, context.Canceled) || errors.Is(err, ErrDaemonUnreachable) {
					t.Errorf("returned (%d, %v)", code, err)
				}
				if left := processes(t, d, name); len(left) > 0 {
					t.Errorf("still running: %q", left)
				}
			})
		}
	})
}

// failingWriter takes nothing.
type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestExecContainerEndsUnderIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		command []string
		want    error
		text    string
	}{
		{"killed", []string{"kill"}, ErrNotRunning, "stopped while the command ran (exit code 137)"},
		{"stopped", []string{"stop", "-t", "0"}, ErrNotRunning, "stopped while the command ran (exit code 137)"},
		{"restarted", []string{"restart", "-t", "0"}, ErrNotRunning, "while the command ran"},
		{"removed", []string{"rm", "-f"}, nil, "while the command ran"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
				t.Parallel()
				e, name := connect(t, d), startSleeper(t, d)
				opts := ExecOptions{Cmd: []string{"sh", "-c", "echo ready; sleep 1000"}}
				var ready sync.WaitGroup
				ready.Add(2)
				ends := []<-chan execOutcome{
					execAsync(func() (int, error) {
						return e.ExecInContainerWriter(t.Context(), name, opts, &markWriter{text: "ready", hit: ready.Done}, nil)
					}),
					execAsync(func() (int, error) {
						out := &markWriter{text: "ready", hit: ready.Done}
						return e.ExecInteractive(t.Context(), name, ExecSession{ExecOptions: opts, Stdout: out, Stdin: newCancelReader()})
					}),
				}
				ready.Wait()
				d.Docker(t, append(c.command, name)...)
				for _, end := range ends {
					got := <-end
					want := c.want
					if want == nil && errors.Is(got.err, ErrNotFound) { // it stops first, and either may be seen
						want = ErrNotFound
					} else if want == nil {
						want = ErrNotRunning
					}
					wantError(t, got.err, want, c.text)
					if got.code == 0 {
						t.Error("the code is 0")
					}
				}
			})
		})
	}
}

func TestExecDaemonGone(t *testing.T) {
	t.Parallel()
	for _, modern := range []bool{false, true} {
		t.Run(fmt.Sprintf("modern %v", modern), func(t *testing.T) {
			t.Parallel()
			throwaway := testbed.NewThrowaway(t, modern)
			d := throwaway.Daemon
			e, name := connect(t, d), startSleeper(t, d)
			ready := make(chan struct{})
			out := &markWriter{text: "ready", hit: func() { close(ready) }}
			opts := ExecOptions{Cmd: []string{"sh", "-c", "echo ready; sleep 1000"}}
			done := execAsync(func() (int, error) { return e.ExecInContainerWriter(t.Context(), name, opts, out, nil) })
			<-ready
			throwaway.Kill(t)
			got := <-done
			wantError(t, got.err, ErrDaemonUnreachable)
			if got.code != -1 {
				t.Errorf("the code is %d, want -1", got.code)
			}
			_, err := e.ExecInContainer(t.Context(), name, []string{"true"})
			wantError(t, err, ErrDaemonUnreachable)
			throwaway.Start(t)
		})
	}
}

package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestExecExitCodes(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		for _, c := range []struct {
			name   string
			cmd    []string
			code   int
			stderr string
		}{
			{"success", []string{"true"}, 0, ""},
			{"failure", []string{"false"}, 1, ""},
			{"own code", []string{"sh", "-c", "exit 42"}, 42, ""},
			{"cannot be executed", []string{"/etc/passwd"}, 126, "permission denied"},
			{"is a folder", []string{"/etc"}, 126, ""},
			{"not on the path", []string{"no-such-program"}, 127, "executable file not found"},
			{"no such file", []string{"/no/such/program"}, 127, "no such file"},
			{"not found by a shell", []string{"sh", "-c", "no-such-program"}, 127, "not found"},
			{"killed", []string{"sh", "-c", "kill -9 $$"}, 137, ""},
		} {
			// One after the other: two starts that fail at once in one container can get each other's sentence from the daemon.
			t.Run(c.name, func(t *testing.T) {
				var stdout, stderr bytes.Buffer
				code, err := e.ExecInContainerWriter(t.Context(), name, ExecOptions{Cmd: c.cmd}, &stdout, &stderr)
				wantCode(t, code, err, c.code)
				if stdout.Len() > 0 || !strings.Contains(stderr.String(), c.stderr) {
					t.Errorf("stdout %q, stderr %q; want nothing and %q", &stdout, &stderr, c.stderr)
				}
				code, err = e.ExecInteractive(t.Context(), name, ExecSession{ExecOptions: ExecOptions{Cmd: c.cmd}, Size: TerminalSize{24, 80}})
				wantCode(t, code, err, c.code)
			})
		}
	})
}

func TestExecOptionsReachTheProcess(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d, "-e", "COLOUR=red", "-e", "KEPT=yes")
		env := append(make([]string, 0, 8), "COLOUR=blue")
		opts := ExecOptions{
			Cmd: []string{"sh", "-c", `echo "$COLOUR $KEPT $(id -u):$(id -g) $PWD"`},
			Env: env, User: "33:34", WorkingDir: "/etc",
		}
		var out strings.Builder
		code, err := e.ExecInContainerWriter(t.Context(), name, opts, &out, nil)
		wantCode(t, code, err, 0)
		if out.String() != "blue yes 33:34 /etc\n" {
			t.Errorf("the process printed %q", out.String())
		}
		if env[:2][1] != "" {
			t.Error("the caller's slice was written to")
		}
	})
}

func TestExecInContainerReturnsOutput(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		out, err := e.ExecInContainer(t.Context(), name, []string{"sh", "-c", `printf 'one\r\n\ntwo\n'; sleep 0.2; printf three >&2; exit 3`})
		if out != "one\n\ntwo\nthree" {
			t.Errorf("output %q", out)
		}
		exit, ok := errors.AsType[*ExitError](err)
		if !ok || exit.Code != 3 || !strings.Contains(err.Error(), "exited with code 3") {
			t.Errorf("error %v, want an *ExitError of 3", err)
		}
		long := `head -c 3000000 /dev/zero | tr '\0' x`
		if out, err := e.ExecInContainer(t.Context(), name, []string{"sh", "-c", long}); out != strings.Repeat("x", 3000000) || err != nil {
			t.Errorf("a long line came as %d bytes (%v)", len(out), err)
		}
		if out, err := e.ExecInContainer(t.Context(), name, []string{"echo", "fine"}); out != "fine" || err != nil {
			t.Errorf("returned (%q, %v)", out, err)
		}
	})
}

func TestExecInContainerBoundsOutput(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	e, name := connect(t, d), startSleeper(t, d)
	out, err := e.ExecInContainer(t.Context(), name, []string{"yes", strings.Repeat("x", 4000)})
	if err == nil || !strings.Contains(err.Error(), "64 MiB") || len(out) > maxExecOutput {
		t.Errorf("%d bytes and the error %v", len(out), err)
	}
	if left := processes(t, d, name); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
}

func TestExecStreamDeliversLines(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		var stdout, stderr []string
		onLine := func(line string, isErr bool) {
			if isErr {
				stderr = append(stderr, line)
			} else {
				stdout = append(stdout, line)
			}
		}
		script := `printf 'a\nb\r\n\nla'; printf 'E1\nE2' >&2; printf 'st'; exit 5`
		code, err := e.ExecInContainerStream(t.Context(), name, ExecOptions{Cmd: []string{"sh", "-c", script}}, onLine)
		wantCode(t, code, err, 5)
		if want := []string{"a", "b", "", "last"}; !slices.Equal(stdout, want) {
			t.Errorf("stdout %q, want %q", stdout, want)
		}
		if want := []string{"E1", "E2"}; !slices.Equal(stderr, want) {
			t.Errorf("stderr %q, want %q", stderr, want)
		}
		code, err = e.ExecInContainerStream(t.Context(), name, ExecOptions{Cmd: []string{"sh", "-c", script}}, nil)
		wantCode(t, code, err, 5)
	})
}

func TestExecWriterKeepsBytesAndStreams(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		all := make([]byte, 1<<16)
		for i := range all {
			all[i] = byte(i ^ i>>8)
		}
		var stdout, stderr bytes.Buffer
		opts := ExecOptions{Cmd: []string{"sh", "-c", "tee /dev/stderr"}}
		code, err := e.ExecInContainerWriterStdin(t.Context(), name, opts, bytes.NewReader(all), &stdout, &stderr)
		wantCode(t, code, err, 0)
		if !bytes.Equal(stdout.Bytes(), all) || !bytes.Equal(stderr.Bytes(), all) {
			t.Errorf("%d and %d bytes came, not those that were sent", stdout.Len(), stderr.Len())
		}
		code, err = e.ExecInContainerWriter(t.Context(), name, ExecOptions{Cmd: []string{"sh", "-c", `printf 'first\r\n'; echo x >&2`}}, &stdout, nil)
		wantCode(t, code, err, 0)
		if !strings.HasSuffix(stdout.String(), "first\r\n") {
			t.Error("output that ends like a refusal went elsewhere")
		}
	})
}

func TestExecRefusesBadArguments(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		stopped := d.Container(t, testbed.NewName())
		d.Docker(t, "create", "--name", stopped, testbed.Alpine, "true")
		paused := startSleeper(t, d)
		d.Docker(t, "pause", paused)
		for _, c := range []struct {
			name string
			on   string
			opts ExecOptions
			want error
			text string
		}{
			{"absent container", testbed.NewName(), ExecOptions{Cmd: []string{"true"}}, ErrNotFound, ""},
			{"stopped container", stopped, ExecOptions{Cmd: []string{"true"}}, ErrNotRunning, "start it first"},
			{"paused container", paused, ExecOptions{Cmd: []string{"true"}}, ErrNotRunning, "paused"},
			{"no name", "", ExecOptions{Cmd: []string{"true"}}, ErrSpecInvalid, "name"},
			{"path for a name", "../" + name, ExecOptions{Cmd: []string{"true"}}, ErrSpecInvalid, "name"},
			{"no command", name, ExecOptions{}, ErrSpecInvalid, "Cmd"},
			{"empty command", name, ExecOptions{Cmd: []string{""}}, ErrSpecInvalid, "Cmd"},
			{"NUL in an argument", name, ExecOptions{Cmd: []string{"echo", "a\x00b"}}, ErrSpecInvalid, "Cmd[1]"},
			{"variable without a value", name, ExecOptions{Cmd: []string{"true"}, Env: []string{"A=1", "B"}}, ErrSpecInvalid, "Env[1]"},
		} {
			t.Run(c.name, func(t *testing.T) {
				code, err := e.ExecInContainerWriter(t.Context(), c.on, c.opts, nil, nil)
				wantError(t, err, c.want, c.text)
				if code != -1 {
					t.Errorf("the code is %d, want -1", code)
				}
				_, err = e.ExecInteractive(t.Context(), c.on, ExecSession{ExecOptions: c.opts})
				wantError(t, err, c.want, c.text)
			})
		}
		t.Run("detach keys", func(t *testing.T) {
			_, err := e.ExecInteractive(t.Context(), name, ExecSession{ExecOptions: ExecOptions{Cmd: []string{"true"}}, DetachKeys: "ctrl-ö"})
			wantError(t, err, ErrSpecInvalid, "DetachKeys")
		})
		t.Run("context that has ended", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := e.ExecInContainerWriter(ctx, name, ExecOptions{Cmd: []string{"true"}}, nil, nil)
			wantError(t, err, context.Canceled)
		})
		t.Run("user that does not exist", func(t *testing.T) {
			var stderr bytes.Buffer
			code, err := e.ExecInContainerWriter(t.Context(), name, ExecOptions{Cmd: []string{"true"}, User: "nobody-here"}, nil, &stderr)
			if said := fmt.Sprint(err, &stderr); code == 0 || !strings.Contains(said, "unable to find user") {
				t.Errorf("code %d and %q", code, said)
			}
		})
	})
}

func TestExecWithoutClient(t *testing.T) {
	_, err := New().ExecInContainer(t.Context(), "web", []string{"true"})
	wantError(t, err, ErrDaemonUnreachable)
	_, err = New().ProbeShell(t.Context(), "web", "")
	wantError(t, err, ErrDaemonUnreachable)
}

func TestExecSideBySide(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				var out strings.Builder
				input := strings.Repeat(fmt.Sprintf("%d\n", i), 20000)
				opts := ExecOptions{Cmd: []string{"sh", "-c", fmt.Sprintf("cat; exit %d", i)}}
				code, err := e.ExecInContainerWriterStdin(t.Context(), name, opts, strings.NewReader(input), &out, nil)
				if err != nil || code != i || out.String() != input {
					t.Errorf("exec %d returned (%d, %v) and %d bytes", i, code, err, out.Len())
				}
			})
		}
		all.Wait()
	})
}

func TestProbeShell(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, name := connect(t, d), startSleeper(t, d)
		want := func(t *testing.T, shell string) {
			t.Helper()
			if got, err := e.ProbeShell(t.Context(), name, "65534"); got != shell || err != nil {
				t.Fatalf("returned (%q, %v), want %q", got, err, shell)
			}
		}
		want(t, "ash")
		d.Docker(t, "exec", name, "ln", "-s", "/bin/busybox", "/bin/bash")
		want(t, "bash")
		d.Docker(t, "exec", name, "rm", "/bin/bash", "/bin/ash")
		want(t, "sh")
		d.Docker(t, "exec", name, "rm", "/bin/sh")
		_, err := e.ProbeShell(t.Context(), name, "")
		wantError(t, err, ErrNotFound, "none of bash, ash and sh")
		d.Docker(t, "exec", name, "ln", "-s", "/bin/busybox", "/bin/ash")
		want(t, "ash")
	})
}

//go:build unix

package command

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/testbed"
)

// labelledContainer runs a container that plays a site's service, and returns the site's slug.
func labelledContainer(t *testing.T, d testbed.Daemon, home, role, script string) string {
	t.Helper()
	slug := testbed.NewName()
	name := d.Container(t, engine.SiteContainerName(slug, role))
	d.Pull(t, testbed.Alpine)
	d.Docker(t, "run", "-d", "--name", name, "--label", engine.LabelPlatform+"="+engine.PlatformValue,
		"--label", engine.LabelSite+"="+slug, "--label", engine.LabelRole+"="+role,
		"--label", engine.LabelHome+"="+sites.DataDir(home), testbed.Alpine, "sh", "-c", script)
	return slug
}

const idle = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"

// TestExecShell opens a shell as a person does: on a terminal of its own, whose size is right at once and after a change,
// and which is as it was when the shell has ended.
func TestExecShell(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := t.TempDir()
		slug := labelledContainer(t, d, home, engine.RolePHP, idle)
		cmd := process(t, home, "exec", slug)
		cmd.Env = append(cmd.Env, "DOCKER_HOST="+d.Host, "TERM=vt220")
		master, tty, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer master.Close()
		defer tty.Close()
		if err := pty.Setsize(master, &pty.Winsize{Rows: 33, Cols: 77}); err != nil {
			t.Fatal(err)
		}
		before := sttyOf(t, tty)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		screen := newScreen(master)
		typed := func(text string) {
			if _, err := io.WriteString(master, text); err != nil {
				t.Fatal(err)
			}
		}
		typed("stty size; echo term=$TERM\n")
		screen.expect(t, "33 77")
		screen.expect(t, "term=vt220")
		if err := pty.Setsize(master, &pty.Winsize{Rows: 20, Cols: 100}); err != nil {
			t.Fatal(err)
		}
		// The new size arrives whenever it does: the shell waits for it.
		typed("until [ \"$(stty size)\" = '20 100' ]; do sleep 0.1; done; echo si''ze fits\n")
		screen.expect(t, "size fits")
		// It says so itself, from the foreground: the interrupt must not come while the shell still makes the process.
		typed("sh -c 'echo sle\"\"eping; exec sleep 1000'\n")
		screen.expect(t, "sleeping")
		typed("\x03")
		screen.expect(t, "# ") // what is typed before it is thrown away with the interrupt
		typed("echo ctrl''+c is $?\n")
		screen.expect(t, "ctrl+c is 130")
		typed("exit 42\n")
		if code := exitCode(t, cmd.Wait()); code != 42 {
			t.Errorf("exit code %d, want the shell's 42", code)
		}
		if after := sttyOf(t, tty); !bytes.Equal(before, after) {
			t.Errorf("the terminal is left with\n%s\ninstead of\n%s", after, before)
		}
		_ = tty.Close()
		screen.join()
	})
}

// TestExecStreams runs commands with their streams on pipes.
func TestExecStreams(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := t.TempDir()
		slug := labelledContainer(t, d, home, engine.RolePHP, idle)
		for _, c := range []struct {
			name   string
			script string
			code   int
			stdout string
			stderr string
		}{
			{"apart", "echo out; echo err >&2; exit 7", 7, "out\n", "err\n"},
			{"input", "wc -c", 0, "200000\n", ""},
			{"killed", "kill -9 $$", 137, "", ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				cmd := process(t, home, "exec", slug, "--", "sh", "-c", c.script)
				cmd.Env = append(cmd.Env, "DOCKER_HOST="+d.Host)
				var stdout, stderr bytes.Buffer
				cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(strings.Repeat("x", 200_000)), &stdout, &stderr
				code := exitCode(t, cmd.Run())
				result{code, stdout.String(), stderr.String()}.want(t, c.code, c.stdout, c.stderr)
			})
		}
	})
}

// TestFollowIsInterrupted sends what ctrl+c sends to a follower of a log.
func TestFollowIsInterrupted(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	home := t.TempDir()
	slug := labelledContainer(t, d, home, engine.RoleWeb, "echo hello; echo oops >&2; "+idle)
	cmd := process(t, home, "logs", slug, "--follow")
	cmd.Env = append(cmd.Env, "DOCKER_HOST="+d.Host)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	lines := bufio.NewScanner(out)
	for len(seen) < 2 && lines.Scan() {
		seen[lines.Text()] = true
	}
	if !seen["web      | hello"] || !seen["web      ! oops"] {
		t.Errorf("saw %v", seen)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, cmd.Wait()); code != exitCancelled {
		t.Errorf("exit code %d, want %d", code, exitCancelled)
	}
}

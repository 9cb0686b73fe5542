//go:build unix

package command

import (
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// TestDashboard opens the dashboard on a terminal that answers no query, where no Docker is: it says so, takes keys, and
// leaves the terminal as it was. CI, which would hide a query at the start, is taken out of its environment.
func TestDashboard(t *testing.T) {
	t.Parallel()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	before := sttyOf(t, tty)
	cmd := process(t, t.TempDir())
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "CI=") || strings.HasPrefix(v, "COLORTERM=") })
	cmd.Env = append(cmd.Env, "DOCKER_HOST=unix:///nowhere/docker.sock")
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
	screen.expect(t, "\x1b[?1049h")
	screen.expect(t, "Docker is not reachable")
	typed("?")
	screen.expect(t, "follow its logs")
	typed("q")
	screen.expect(t, "\x1b[?1049l")
	if err := cmd.Wait(); exitCode(t, err) != exitDone {
		t.Errorf("quit with %v", err)
	}
	if after := sttyOf(t, tty); string(after) != string(before) {
		t.Errorf("the terminal was %s and is %s", before, after)
	}
	if strings.Contains(screen.text, "\x1b]11;?") || strings.Contains(screen.text, "\x1b[6n") {
		t.Error("the terminal was asked something")
	}
}

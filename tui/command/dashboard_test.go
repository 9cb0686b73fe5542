//go:build unix

package command

import (
	"io"
	"os"
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
	screen, typed, ended := opened(t, t.TempDir())
	screen.expect(t, "\x1b[?1049h")
	screen.expect(t, "Docker is not reachable")
	typed("?")
	screen.expect(t, "follow its logs")
	typed("q")
	screen.expect(t, "\x1b[?1049l")
	ended()
	if strings.Contains(screen.text, "\x1b]11;?") || strings.Contains(screen.text, "\x1b[6n") {
		t.Error("the terminal was asked something")
	}
}

// TestDemo holds that the demo opens with its sites, and that neither the home folder nor Docker is touched by it.
func TestDemo(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	screen, typed, ended := opened(t, home, "--demo")
	screen.expect(t, "6 of 9 running") // above the list, which is drawn with it
	screen.expect(t, "tokyo-ramen")
	typed("q")
	screen.expect(t, "\x1b[?1049l")
	ended()
	if entries, err := os.ReadDir(home); err != nil || len(entries) > 0 {
		t.Errorf("the home folder has %v, %v", entries, err)
	}
}

// opened runs the program on a terminal, where no Docker is. ended awaits a success, with the terminal as it was.
func opened(t *testing.T, home string, args ...string) (screen *screen, typed func(string), ended func()) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close(); tty.Close() })
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	before := sttyOf(t, tty)
	cmd := process(t, home, args...)
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "CI=") || strings.HasPrefix(v, "COLORTERM=") })
	cmd.Env = append(cmd.Env, "DOCKER_HOST=unix:///nowhere/docker.sock")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	typed = func(text string) {
		if _, err := io.WriteString(master, text); err != nil {
			t.Fatal(err)
		}
	}
	ended = func() {
		t.Helper()
		if err := cmd.Wait(); exitCode(t, err) != exitDone {
			t.Errorf("quit with %v", err)
		}
		if after := sttyOf(t, tty); string(after) != string(before) {
			t.Errorf("the terminal was %s and is %s", before, after)
		}
	}
	return newScreen(master), typed, ended
}

//go:build linux

package ptytest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/testbed"
	"github.com/Locorum/locorum-tui/model"
)

// footer is in the dashboard's last line where the sites are.
const footer = "start/stop"

// shellSite opens the dashboard on a site whose containers run, and returns its PHP container.
func shellSite(t *testing.T, d testbed.Daemon) (term *Terminal, php string) {
	t.Helper()
	d.Pull(t, testbed.Alpine)
	home := t.TempDir()
	slug := addSites(t, home, testbed.NewName(), 1)[0]
	for _, role := range model.SiteRoles() {
		if name := runContainer(t, d, home, slug, role, "sleep 1000000"); role == engine.RolePHP {
			php = name
		}
	}
	term = Start(t, Options{Home: home, Cols: 100, Rows: 30, Env: []string{"DOCKER_HOST=" + d.Host}})
	term.WaitText(t, "● running")
	return term, php
}

// files returns how many files the program has open.
func (t *Terminal) files(tb testing.TB) int {
	tb.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", t.Pid()))
	if err != nil {
		tb.Fatal(err)
	}
	return len(entries)
}

// enter opens the shell and waits for its prompt.
func (t *Terminal) enter(tb testing.TB) {
	tb.Helper()
	t.Type(tb, "x")
	t.WaitFor(tb, "the shell's prompt", func(s Screen) bool { return !s.Alt && strings.HasSuffix(s.Lines[s.Y], "#") })
}

// run runs a command in the shell and waits until a line of the screen is what it prints.
func (t *Terminal) run(tb testing.TB, command, prints string) {
	tb.Helper()
	t.Type(tb, "clear; "+command+"\r")
	t.WaitFor(tb, quote(prints), func(s Screen) bool {
		for _, line := range s.Lines {
			if strings.TrimSpace(line) == prints {
				return strings.HasSuffix(s.Lines[s.Y], "#")
			}
		}
		return false
	})
}

// TestShell works in a shell: its size, a program that fills the screen, keys that a dashboard would like to have, its exit
// code afterwards.
func TestShell(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		term, _ := shellSite(t, d)
		term.Type(t, "x")
		term.WaitFor(t, "the shell's prompt", func(s Screen) bool { return !s.Alt && strings.HasSuffix(s.Lines[s.Y], "#") })
		term.run(t, "stty size", "30 100")
		term.Resize(t, 120, 40)
		term.run(t, "until [ \"$(stty size)\" = '40 120' ]; do :; done; stty size", "40 120")

		term.Type(t, "vi /tmp/note\r")
		term.WaitFor(t, "vi", func(s Screen) bool { return s.Contains("~") && s.Contains("/tmp/note") })
		term.Type(t, "ihello from vi")
		term.WaitText(t, "I /tmp/note")
		term.Type(t, KeyEsc)
		term.WaitText(t, "- /tmp/note") // glued to the next key it would be a sequence
		term.Type(t, ":wq\r")
		term.run(t, "cat /tmp/note", "hello from vi")

		// ctrl+p, ctrl+c, ctrl+z, ctrl+\, and ctrl+q ctrl+s, as the program reads them.
		term.Type(t, "clear; stty raw -echo; echo; echo reading; dd bs=1 count=6 2>/dev/null | od -An -to1; stty sane\r")
		term.WaitFor(t, "the program that reads keys", func(s Screen) bool {
			return slices.ContainsFunc(s.Lines, func(line string) bool { return strings.TrimSpace(line) == "reading" })
		})
		term.Type(t, "\x10\x03\x1a\x1c\x11\x13")
		term.WaitText(t, "020 003 032 034 021 023")

		term.Type(t, "clear; sleep 1000\r")
		term.WaitFor(t, "an empty screen", func(s Screen) bool { return !s.Contains("020 003") })
		term.Type(t, "\x1a")
		term.WaitText(t, "Stopped")
		term.Type(t, "fg\r")
		term.WaitText(t, "sleep 1000")
		term.Type(t, "\x03")
		term.run(t, "echo $((6*7))", "42")

		term.Type(t, "exit 3\r")
		term.WaitText(t, "exit code 3")
		term.Type(t, "?") // the first key after the return
		term.WaitText(t, "follow its logs")
		term.Type(t, "q")
		if code := term.Wait(t); code != 0 {
			t.Errorf("exit code %d", code)
		}
		term.Restored(t)
	})
}

// TestShellAgain enters and leaves a shell fifty times: the first key afterwards is the dashboard's, and nothing stays open.
func TestShellAgain(t *testing.T) {
	t.Parallel()
	const settled, times = 5, 50
	term, _ := shellSite(t, testbed.One(t))
	open := 0
	for i := range times {
		term.enter(t)
		term.Type(t, "exit\r")
		term.WaitFor(t, "the dashboard", func(s Screen) bool { return s.Alt && s.Contains(footer) })
		term.Type(t, "?")
		term.WaitText(t, "follow its logs")
		term.Type(t, KeyEsc)
		term.WaitText(t, footer)
		if n := term.files(t); i == settled {
			open = n
		} else if i > settled && n > open+30+(i-settled) { // streams of figures come and go; Bubble Tea leaves an epoll behind each time
			t.Fatalf("%d files are open after %d shells, %d were after %d", n, i, open, settled)
		}
	}
	term.Type(t, "q")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}

// TestShellIsKilled kills the container under a shell that has put the terminal into modes of its own.
func TestShellIsKilled(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	term, php := shellSite(t, d)
	term.enter(t)
	term.Type(t, "printf '\\033[?1000h\\033[?1h\\033[31m'; echo set\r")
	term.WaitFor(t, "the mouse's mode", func(Screen) bool { return term.Mode(1000) })
	d.Docker(t, "kill", php)
	term.WaitFor(t, "the dashboard", func(s Screen) bool { return s.Alt && s.Contains(footer) })
	if term.Mode(1000) || term.Mode(1) {
		t.Error("the shell's modes are left behind")
	}
	term.WaitText(t, "Exited (137)")
	term.Type(t, "q")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}

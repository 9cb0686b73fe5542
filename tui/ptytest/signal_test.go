//go:build unix

package ptytest

import (
	"os"
	"syscall"
	"testing"
)

// unreachable is what the dashboard says where no Docker is.
const unreachable = "Docker is not reachable"

// TestQuit opens the dashboard on terminals that answer what they are asked and on such that do not, and leaves it.
func TestQuit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		mute bool
		key  string
	}{
		{"q", false, "q"},
		{"ctrl+c", false, "\x03"},
		{"a mute terminal", true, "q"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			term := Start(t, Options{Mute: c.mute, Cols: 100})
			screen := term.WaitText(t, unreachable)
			if !screen.Alt {
				t.Errorf("not on the alternate screen:\n%s", screen)
			}
			term.Type(t, "?")
			term.WaitText(t, "follow its logs")
			term.Type(t, c.key)
			if code := term.Wait(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
			term.Restored(t)
			if asked := term.Asked(); len(asked) > 0 {
				t.Errorf("it has asked the terminal for %v", asked)
			}
			if term.BytesWritten() == 0 {
				t.Error("it wrote nothing")
			}
		})
	}
}

// TestSignals ends the dashboard from outside: the terminal is as it was.
func TestSignals(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			term := Start(t, Options{})
			term.WaitText(t, unreachable)
			term.Signal(t, signal)
			if code := term.Wait(t); code < 0 {
				t.Errorf("it was ended by signal %d instead of ending itself", -code)
			}
			term.Restored(t)
		})
	}
}

// TestSuspend suspends the dashboard in a shell and brings it back.
func TestSuspend(t *testing.T) {
	t.Parallel()
	term := Start(t, Options{Command: []string{"sh", "-i"}, Env: []string{"PS1=ready> "}})
	term.WaitText(t, "ready>")
	term.Type(t, Build(t)+"\n")
	term.WaitText(t, unreachable)
	for range 3 {
		term.Type(t, "\x1a")
		term.WaitFor(t, "the shell's own screen", func(s Screen) bool { return !s.Alt && s.Contains("ready>") })
		term.Type(t, "clear; stty -a | grep -c -w -e '-icanon'\n")
		term.WaitFor(t, "a terminal that is not raw", func(s Screen) bool { return s.Lines[0] == "0" })
		term.Type(t, "fg\n")
		screen := term.WaitText(t, unreachable)
		if !screen.Alt {
			t.Errorf("not on the alternate screen:\n%s", screen)
		}
		term.Type(t, "?")
		term.WaitText(t, "follow its logs")
		term.Type(t, KeyEsc)
		term.WaitGone(t, "follow its logs")
	}
	term.Type(t, "q")
	term.WaitFor(t, "the shell's own screen", func(s Screen) bool { return !s.Alt && !s.Hidden })
	term.Type(t, "exit 7\n")
	if code := term.Wait(t); code != 7 {
		t.Errorf("the shell ended with %d", code)
	}
	term.Restored(t)
}

// TestTerminalGoes closes the terminal under the dashboard, as a lost connection does: the process ends by itself.
func TestTerminalGoes(t *testing.T) {
	t.Parallel()
	term := Start(t, Options{})
	term.WaitText(t, unreachable)
	term.HangUp(t)
	if err := syscall.Kill(term.Pid(), 0); err == nil {
		t.Error("the process lives on")
	} else if !os.IsNotExist(err) && err != syscall.ESRCH {
		t.Error(err)
	}
}

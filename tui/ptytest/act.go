//go:build unix

package ptytest

import (
	"bytes"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

func quote(text string) string { return strconv.Quote(text) }

// Keys as an xterm sends them. Ctrl and a letter is that letter's place in the alphabet: ctrl+c is "\x03".
const (
	KeyUp    = "\x1b[A"
	KeyDown  = "\x1b[B"
	KeyRight = "\x1b[C"
	KeyLeft  = "\x1b[D"
	KeyEsc   = "\x1b"
	KeyEnter = "\r"
	KeyTab   = "\t"
)

// Type sends keys to the program, all in one write.
func (t *Terminal) Type(tb testing.TB, keys string) {
	tb.Helper()
	if err := t.master.SetWriteDeadline(time.Now().Add(t.patience)); err != nil {
		tb.Fatalf("type %q: %v", keys, err)
	}
	if _, err := io.WriteString(t.master, keys); err != nil {
		tb.Fatalf("type %q: %v; the screen is\n%s", keys, err, t.Screen())
	}
}

// Paste pastes text as a terminal does: between brackets when the program has asked for them.
func (t *Terminal) Paste(tb testing.TB, text string) {
	tb.Helper()
	if t.Mode(ansi.ModeBracketedPaste.Mode()) {
		text = ansi.BracketedPasteStart + text + ansi.BracketedPasteEnd
	}
	t.Type(tb, text)
}

// Resize gives the terminal another size, each at least 1.
func (t *Terminal) Resize(tb testing.TB, cols, rows int) {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emulator.Resize(cols, rows)
	if err := t.setSize(cols, rows); err != nil {
		tb.Fatalf("resize to %dx%d: %v", cols, rows, err)
	}
	t.wake()
}

// Signal sends the program a signal.
func (t *Terminal) Signal(tb testing.TB, signal os.Signal) {
	tb.Helper()
	if err := t.cmd.Process.Signal(signal); err != nil {
		tb.Fatalf("send %v: %v", signal, err)
	}
}

// Pid returns the number of the process that was started.
func (t *Terminal) Pid() int { return t.cmd.Process.Pid }

func (t *Terminal) exitCode() int {
	status, ok := t.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return -int(status.Signal())
	}
	return t.cmd.ProcessState.ExitCode()
}

// BytesWritten returns how many bytes the program has written so far.
func (t *Terminal) BytesWritten() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written
}

// Raw returns what the program wrote, byte for byte: the last mebibyte of it.
func (t *Terminal) Raw() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.tail)
}

// queries are what a program can ask a terminal, and what people call it.
var queries = map[string][]byte{
	"its colours":         []byte("\x1b]11;?"),
	"its text's colour":   []byte("\x1b]10;?"),
	"the cursor's place":  []byte("\x1b[6n"),
	"what it is":          []byte("\x1b[c"),
	"its version":         []byte("\x1b[>q"),
	"its keyboard's mode": []byte("\x1b[?u"),
}

// Asked returns what the program has asked the terminal, of what Raw still has.
func (t *Terminal) Asked() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var asked []string
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		if bytes.Contains(t.tail, queries[name]) {
			asked = append(asked, name)
		}
	}
	return asked
}

// Mode reports whether a private mode (DECSET) is set.
func (t *Terminal) Mode(mode int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.modes[mode]
}

// Bells returns how often the bell was rung.
func (t *Terminal) Bells() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bells
}

// Settings returns the terminal's settings (termios) as they are, or as they were when Wait returned.
func (t *Terminal) Settings(tb testing.TB) term.State {
	tb.Helper()
	t.after(tb)
	t.ttyMu.Lock()
	defer t.ttyMu.Unlock()
	return t.settings
}

// after takes down the settings, as long as the terminal is open.
func (t *Terminal) after(tb testing.TB) {
	tb.Helper()
	t.ttyMu.Lock()
	defer t.ttyMu.Unlock()
	if t.tty == nil {
		return
	}
	state, err := term.GetState(int(t.tty.Fd()))
	if err != nil {
		tb.Fatalf("read the terminal's settings: %v", err)
	}
	t.settings = *state
}

// lasting are modes that a program must not leave behind, and what people call them.
var lasting = map[int]string{
	1: "application cursor keys", 9: "mouse", 1000: "mouse", 1002: "mouse", 1003: "mouse", 1006: "mouse", 1004: "focus reports",
	1049: "the alternate screen", 2004: "bracketed paste", 2026: "held output",
}

// Restored fails the test unless the terminal is as it was before the program: settings, screen, cursor, modes.
func (t *Terminal) Restored(tb testing.TB) {
	tb.Helper()
	if after := t.Settings(tb); after != t.before {
		tb.Errorf("the terminal's settings were %v and are %v", t.before, after)
	}
	if screen := t.Screen(); screen.Alt || screen.Hidden {
		tb.Errorf("the terminal is left with\n%s", screen)
	}
	for _, mode := range slices.Sorted(maps.Keys(lasting)) {
		if t.Mode(mode) {
			tb.Errorf("the terminal is left in mode %d, %s", mode, lasting[mode])
		}
	}
}

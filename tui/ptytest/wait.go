//go:build unix

package ptytest

import (
	"strings"
	"testing"
	"time"
)

// WaitFor waits until the screen is as ok wants it and returns that screen. When it does not become so, or the program
// ends before it does, the test fails, with what was waited for and the screen in its text.
func (t *Terminal) WaitFor(tb testing.TB, what string, ok func(Screen) bool) Screen {
	tb.Helper()
	late := time.NewTimer(t.patience)
	defer late.Stop()
	for {
		t.mu.Lock()
		screen, changed := t.screen(), t.changed
		t.mu.Unlock()
		if ok(screen) {
			return screen
		}
		select {
		case <-changed:
		case <-t.drained:
			if screen = t.Screen(); ok(screen) {
				return screen
			}
			tb.Fatalf("the program has ended without %s; the screen was\n%s", what, screen)
		case <-late.C:
			tb.Fatalf("waited in vain for %s; the screen is\n%s%s", what, t.Screen(), t.lastWords())
		}
	}
}

// lastWords is what the program wrote last, byte for byte: what the emulator has made of it is on the screen.
func (t *Terminal) lastWords() string {
	const some = 400
	raw := t.Raw()
	return "last it wrote " + strings.ReplaceAll(quote(raw[max(len(raw)-some, 0):]), `\n`, "\\n\n")
}

// WaitText waits until a line of the screen has text in it.
func (t *Terminal) WaitText(tb testing.TB, text string) Screen {
	tb.Helper()
	return t.WaitFor(tb, quote(text), func(s Screen) bool { return s.Contains(text) })
}

// WaitGone waits until no line of the screen has text in it.
func (t *Terminal) WaitGone(tb testing.TB, text string) Screen {
	tb.Helper()
	return t.WaitFor(tb, "the end of "+quote(text), func(s Screen) bool { return !s.Contains(text) })
}

// Wait waits until the program has ended and all it wrote is on the screen. It returns its exit code, or the number of the
// signal that ended it as a negative number.
func (t *Terminal) Wait(tb testing.TB) int {
	tb.Helper()
	late := time.NewTimer(t.patience)
	defer late.Stop()
	select {
	case <-t.exited:
	case <-late.C:
		tb.Fatalf("waited in vain for the program's end; the screen is\n%s%s", t.Screen(), t.lastWords())
	}
	t.after(tb)
	t.closeTTY(tb)
	select {
	case <-t.drained:
	case <-late.C:
		tb.Fatalf("the program has ended, but something it started still has the terminal; the screen is\n%s", t.Screen())
	}
	return t.exitCode()
}

// HangUp takes the terminal away, as a closed window or a lost connection does, and waits until the program has ended.
func (t *Terminal) HangUp(tb testing.TB) {
	tb.Helper()
	t.closeTTY(tb)
	if err := t.master.Close(); err != nil {
		tb.Fatalf("close the pseudo-terminal: %v", err)
	}
	late := time.NewTimer(t.patience)
	defer late.Stop()
	select {
	case <-t.exited:
	case <-late.C:
		tb.Fatal("the program goes on without a terminal")
	}
}

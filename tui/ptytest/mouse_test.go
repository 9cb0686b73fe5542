//go:build unix

package ptytest

import "testing"

// buttonEvents is the mode in which a terminal sends clicks and the wheel.
const buttonEvents = 1002

// TestMouse toggles the mouse: off at first, on while wanted, and off when the dashboard is left.
func TestMouse(t *testing.T) {
	t.Parallel()
	term := Start(t, Options{Args: []string{"--demo"}, Cols: 120, Rows: 30})
	term.WaitText(t, "▌ ● acme-shop")
	if term.Mode(buttonEvents) {
		t.Error("the mouse is on before it is asked for")
	}
	term.Type(t, "M")
	term.WaitText(t, "the mouse selects")
	term.WaitFor(t, "the mouse's mode", func(Screen) bool { return term.Mode(buttonEvents) })
	term.Type(t, "\x1b[<0;6;5M\x1b[<0;6;5m") // a click, counted from 1
	term.WaitText(t, "▌ ● bakery-blog")
	term.Type(t, "\x1b[<64;6;5M") // the wheel, upwards
	term.WaitText(t, "▌ ● acme-shop")
	term.Type(t, "q")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}

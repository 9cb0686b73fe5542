//go:build unix

package ptytest

import (
	"fmt"
	"strings"
	"testing"
)

// TestResizeStorm gives the terminal one size after the other, down to a single cell, without waiting for a frame. What it
// shows in the end is what a terminal of that size shows from the beginning.
func TestResizeStorm(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {80, 24}, {40, 10}, {160, 50}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			term := Start(t, Options{Cols: size[0], Rows: size[1]})
			want := term.WaitFor(t, "a whole screen", whole)
			for range 20 {
				for _, to := range [][2]int{{1, 1}, {200, 60}, {23, 5}, {2, 80}, {300, 1}, {1, 24}, {81, 25}, {24, 6}, {1, 1}} {
					term.Resize(t, to[0], to[1])
				}
			}
			term.Resize(t, size[0], size[1])
			term.WaitFor(t, "the screen as it was", func(s Screen) bool { return s.Text() == want.Text() && whole(s) })
			term.Resize(t, 1, 1)
			term.Resize(t, size[0], size[1])
			term.WaitFor(t, "the screen as it was", func(s Screen) bool { return s.Text() == want.Text() })
			quit(t, term)
		})
	}
}

// whole reports whether the dashboard is drawn to its last line, with what it says without Docker.
func whole(s Screen) bool {
	return s.Contains("No sites yet") && s.Contains("Docker is not reach") && strings.HasPrefix(s.Lines[len(s.Lines)-2], "╰") &&
		strings.Contains(s.Lines[len(s.Lines)-1], "n new")
}

// TestSmall opens the dashboard on terminals too small for it: it says so as far as that fits, and can be left.
func TestSmall(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1, 1}, {1, 24}, {80, 1}, {2, 2}, {23, 24}, {80, 5}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			term := Start(t, Options{Cols: size[0], Rows: size[1]})
			screen := term.WaitFor(t, "anything", func(s Screen) bool { return s.Alt && strings.TrimSpace(s.Text()) != "" })
			if size[0] > 20 && size[1] > 3 {
				screen = term.WaitText(t, "too small")
			}
			if len(screen.Lines) != size[1] {
				t.Errorf("the screen is\n%s", screen)
			}
			term.Type(t, "?jq")
			if code := term.Wait(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
			term.Restored(t)
		})
	}
}

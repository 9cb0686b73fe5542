package viewtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// View is a view under test: its lines at a size, in a look.
type View func(styles *theme.Styles, width, height int) []string

// Looks returns the styles that goldens are made in, by name.
func Looks() map[string]*theme.Styles {
	looks := map[string]*theme.Styles{}
	for name, s := range map[string]theme.Styles{
		"ansi":  theme.New("ansi", termenv.ANSI, theme.UTF8Glyphs()),
		"mono":  theme.New("mono", termenv.Ascii, theme.UTF8Glyphs()),
		"ascii": theme.New("mono", termenv.Ascii, theme.ASCIIGlyphs()),
	} {
		looks[name] = &s
	}
	return looks
}

// Styles returns the look that most tests use.
func Styles() *theme.Styles { return Looks()["ansi"] }

// Golden compares the view with its golden files, testdata/<test>/<size>-<look>.golden: 40×10, 80×24 and 160×50 in each
// look. `go test -update` writes them.
func Golden(t *testing.T, view View) {
	t.Helper()
	for _, size := range [][2]int{{40, 10}, {80, 24}, {160, 50}} {
		for name, styles := range Looks() {
			t.Run(fmt.Sprintf("%dx%d-%s", size[0], size[1], name), func(t *testing.T) {
				lines := view(styles, size[0], size[1])
				Exact(t, lines, size[0], size[1])
				if name == "ascii" {
					noForeign(t, lines)
				}
				golden.RequireEqual(t, []byte(strings.Join(lines, "\n")+"\n"))
			})
		}
	}
}

// Exact fails the test unless there are height lines of exactly width cells each.
func Exact(t testing.TB, lines []string, width, height int) {
	t.Helper()
	if len(lines) != height {
		t.Fatalf("%d×%d has %d lines", width, height, len(lines))
	}
	for i, line := range lines {
		if strings.Contains(line, "\n") || cell.Width(line) != width {
			t.Fatalf("%d×%d: line %d is %d wide: %q", width, height, i, cell.Width(line), line)
		}
	}
}

// Anywhere holds Exact at every size from nothing to beyond what people have, in steps.
func Anywhere(t *testing.T, view View) {
	t.Helper()
	for _, styles := range Looks() {
		for width := 1; width < 210; width += 1 + width/9 {
			for height := 1; height < 60; height += 1 + height/5 {
				Exact(t, view(styles, width, height), width, height)
			}
		}
	}
}

// noForeign fails the test when a glyph of ours is not ASCII; the texts under test may be anything in quotes of their own.
func noForeign(t testing.TB, lines []string) {
	t.Helper()
	for _, glyph := range []string{"─", "│", "╭", "●", "○", "◐", "✕", "▌", "█", "…", "·", "▁", "•", "→", "✓"} {
		for _, line := range lines {
			if strings.Contains(line, glyph) {
				t.Errorf("%q in %q", glyph, line)
			}
		}
	}
}

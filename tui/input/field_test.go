package input

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

func runes(text string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text)} }

func TestFieldEdits(t *testing.T) {
	t.Parallel()
	paste := runes("two\nlines\x1b]52;c;AAAA\x07")
	paste.Paste = true
	for _, c := range []struct {
		name string
		keys []tea.KeyMsg
		want string
	}{
		{"typed", []tea.KeyMsg{runes("a"), runes("b")}, "oldab"},
		{"at the front", []tea.KeyMsg{{Type: tea.KeyCtrlA}, runes("x")}, "xold"},
		{"to the front deleted", []tea.KeyMsg{{Type: tea.KeyCtrlU}}, ""},
		{"a word deleted", []tea.KeyMsg{runes(" word"), {Type: tea.KeyCtrlW}}, "old "},
		{"pasted", []tea.KeyMsg{paste}, "oldtwo lines"},
		{"backspace", []tea.KeyMsg{{Type: tea.KeyBackspace}, {Type: tea.KeyLeft}, {Type: tea.KeyBackspace}}, "l"},
		{"a blank", []tea.KeyMsg{{Type: tea.KeySpace, Runes: []rune{' '}}}, "old "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := New("old")
			changed := false
			for _, key := range c.keys {
				changed = f.Update(key) || changed
			}
			if f.Value() != c.want || !changed {
				t.Errorf("%q, %v; want %q", f.Value(), changed, c.want)
			}
		})
	}
}

// FuzzFieldView holds that a field has its width and shows its cursor, whatever is in it.
func FuzzFieldView(f *testing.F) {
	f.Add("日本語 abc", 6, 2)
	f.Add("e\u0301\u0301x", 3, 1)
	f.Fuzz(func(t *testing.T, text string, width, left int) {
		if width < 0 || width > 200 {
			return
		}
		styles := theme.New("mono", termenv.Ascii, theme.UTF8Glyphs())
		field := New(text)
		for range min(max(left, 0), 50) {
			field.Update(tea.KeyMsg{Type: tea.KeyLeft})
		}
		for _, focus := range []bool{true, false} {
			got := field.View(&styles, width, focus)
			if cell.Width(got) != width {
				t.Fatalf("%q in %d is %q", text, width, got)
			}
			if focus && width > 2 && !strings.Contains(got, styles.Cursor.On) {
				t.Fatalf("%q in %d has no cursor: %q", text, width, got)
			}
		}
	})
}

func TestFieldShowsItsPlaceholder(t *testing.T) {
	t.Parallel()
	styles := theme.New("mono", termenv.Ascii, theme.UTF8Glyphs())
	f := New("")
	f.Placeholder = "a name"
	if got := ansi.Strip(f.View(&styles, 10, true)); got != " a name   " {
		t.Errorf("%q", got)
	}
	f.SetValue("secret")
	f.Masked = true
	if got := ansi.Strip(f.View(&styles, 10, false)); got != "••••••    " {
		t.Errorf("%q", got)
	}
}

package theme

import (
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/model"
)

func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

// TestStylesEndWhatTheyBegin holds that text around a style keeps its own looks: every style's end undoes its begin.
func TestStylesEndWhatTheyBegin(t *testing.T) {
	t.Parallel()
	ends := map[string]string{"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "38": "39", "48": "49", "3x": "39", "9x": "39"}
	for _, name := range Names() {
		for _, profile := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI, termenv.Ascii} {
			s := New(name, profile, UTF8Glyphs())
			value := reflect.ValueOf(s)
			for i := range value.NumField() {
				style, ok := value.Field(i).Interface().(Style)
				if !ok || style.On == "" {
					continue
				}
				first := strings.FieldsFunc(style.On, func(r rune) bool { return r == '\x1b' || r == '[' || r == 'm' || r == ';' })[0]
				if len(first) == 2 && (first[0] == '3' && first != "38" || first[0] == '9') {
					first = first[:1] + "x"
				}
				if end := ends[first]; end == "" || !strings.Contains(style.Off, end) {
					t.Errorf("%s, %v: %s begins with %q and ends with %q", name, profile, value.Type().Field(i).Name, style.On, style.Off)
				}
			}
		}
	}
}

// TestNoColours holds that NO_COLOR and the theme mono leave no colour, on any terminal.
func TestNoColours(t *testing.T) {
	t.Parallel()
	profile := DetectProfile(env("NO_COLOR", "1", "COLORTERM", "truecolor"))
	for _, s := range []Styles{New("locorum", profile, UTF8Glyphs()), New("mono", termenv.TrueColor, UTF8Glyphs())} {
		value := reflect.ValueOf(s)
		for i := range value.NumField() {
			style, _ := value.Field(i).Interface().(Style)
			for _, colour := range []string{"3", "9", "4", "10"} {
				for digit := range 8 {
					code := colour + string(rune('0'+digit))
					for _, param := range strings.FieldsFunc(style.On, func(r rune) bool { return strings.ContainsRune("\x1b[m;", r) }) {
						if param == code {
							t.Errorf("%s has a colour: %q", value.Type().Field(i).Name, style.On)
						}
					}
				}
			}
		}
	}
}

func TestDetectProfile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env  []string
		want termenv.Profile
	}{
		{nil, termenv.ANSI},
		{[]string{"TERM", "xterm-256color"}, termenv.ANSI256},
		{[]string{"TERM", "tmux-256color", "COLORTERM", "truecolor"}, termenv.TrueColor},
		{[]string{"TERM", "xterm-kitty"}, termenv.TrueColor},
		{[]string{"TERM", "dumb", "COLORTERM", "truecolor"}, termenv.Ascii},
		{[]string{"TERM", "linux"}, termenv.ANSI},
	} {
		if got := DetectProfile(env(c.env...)); got != c.want {
			t.Errorf("%v: %v, want %v", c.env, got, c.want)
		}
	}
}

func TestDetectGlyphs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting string
		env     []string
		utf8    bool
	}{
		{"auto", []string{"LANG", "de_DE.UTF-8"}, true},
		{"auto", []string{"LANG", "C.utf8"}, true},
		{"auto", []string{"LC_ALL", "C", "LANG", "de_DE.UTF-8"}, false},
		{"auto", []string{"TERM", "linux", "LANG", "de_DE.UTF-8"}, false},
		{"auto", nil, false},
		{"utf8", nil, true},
		{"ascii", []string{"LANG", "de_DE.UTF-8"}, false},
	} {
		if got := DetectGlyphs(c.setting, env(c.env...)); (got.Running == "●") != c.utf8 {
			t.Errorf("%s %v: %q", c.setting, c.env, got.Running)
		}
	}
}

// TestGlyphsAreOneCellWide holds what every view counts on, and that states tell apart without colour.
func TestGlyphsAreOneCellWide(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]Glyphs{"utf8": UTF8Glyphs(), "ascii": ASCIIGlyphs()} {
		value := reflect.ValueOf(g)
		check := func(field, glyph string) {
			if ansi.StringWidth(glyph) != 1 {
				t.Errorf("%s: %s %q is %d cells wide", name, field, glyph, ansi.StringWidth(glyph))
			}
			if name == "ascii" && (len(glyph) != 1 || glyph[0] >= 0x7f) {
				t.Errorf("%s is not ASCII: %q", field, glyph)
			}
		}
		for i := range value.NumField() {
			switch v := value.Field(i).Interface().(type) {
			case string:
				check(value.Type().Field(i).Name, v)
			case []string:
				for _, glyph := range v {
					check(value.Type().Field(i).Name, glyph)
				}
			}
		}
		styles, seen := New("mono", termenv.Ascii, g), map[string]model.State{}
		for _, state := range []model.State{
			model.StateStopped, model.StateStarting, model.StateRunning, model.StateDegraded, model.StateFailed, model.StateAdopted,
			model.StateElsewhere,
		} {
			_, glyph := styles.State(state)
			if other, taken := seen[glyph]; taken {
				t.Errorf("%s: %v and %v look the same: %q", name, other, state, glyph)
			}
			seen[glyph] = state
		}
	}
}

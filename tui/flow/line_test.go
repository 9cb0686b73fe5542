package flow

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine"
)

func layOut(text string) *Line {
	l := &Line{}
	l.Set([]byte(text), false, true)
	return l
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width int
		want  string // rows, parted by |
	}{
		{"", 5, ""},
		{"abcdef", 3, "abc|def"},
		{"日本語", 5, "日本|語"},
		{"a日本語", 2, "a|日|本|語"},
		{"日", 1, "日"}, // drawn as ?
		{"a\tb", 20, "a       b"},
		{"12345678\tb", 20, "12345678        b"},
		{"\x1b[31mab\x1b[0mcd", 3, "abc|d"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301"},
		{"👩\u200d👧x", 2, "👩\u200d👧|x"},
		{"👩\x1b[31m\u200d👧", 4, "👩\u200d👧"},
	} {
		l := layOut(c.text)
		var rows []string
		for at := 0; at < len(l.clusters) || len(rows) == 0; {
			to, _ := l.Next(at, c.width)
			row := ""
			for _, cl := range l.clusters[at:to] {
				row += string(l.text[cl.start:cl.end])
			}
			rows = append(rows, row)
			at = to
		}
		if got := strings.Join(rows, "|"); got != c.want || l.Rows(c.width) != len(rows) {
			t.Errorf("%q in %d is %q, %d rows; want %q", c.text, c.width, got, l.Rows(c.width), c.want)
		}
	}
}

// TestSGR holds what is kept of sequences: colours and shapes, nothing that hides text or blinks.
func TestSGR(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		"31":               "\x1b[0;31m",
		"1;4;97;100":       "\x1b[0;1;4;97;100m",
		"38;5;208":         "\x1b[0;38;5;208m",
		"38;2;1;2;3":       "\x1b[0;38;2;1;2;3m",
		"38:2::1:2:3":      "\x1b[0;38;2;1;2;3m",
		"48;5;9;3":         "\x1b[0;3;101m",
		"8":                "\x1b[m",
		"5":                "\x1b[m",
		"6":                "\x1b[m",
		"31;0":             "\x1b[m",
		"31;":              "\x1b[m",
		"":                 "\x1b[m",
		"31;39":            "\x1b[m",
		"999999999999;31":  "\x1b[0;31m",
		"58;5;1;9":         "\x1b[0;9m",
		"38;5":             "\x1b[0;30m",
		"7;27;1;22;3;23;2": "\x1b[0;2m",
	} {
		var s sgr
		s.apply([]byte(params))
		if got := string(s.write(nil)); got != want {
			t.Errorf("%q looks like %q, want %q", params, got, want)
		}
	}
}

// FuzzLine holds that clusters cover the text, in order, and are as wide together as x/ansi says of each.
func FuzzLine(f *testing.F) {
	f.Add("a\x1b[31m日\tb\x1b[m", 7)
	f.Fuzz(func(t *testing.T, text string, width int) {
		if width < 1 || width > 300 {
			return
		}
		text = engine.SanitizeString(text)
		l := layOut(text)
		at, sum := int32(0), 0
		for _, c := range l.clusters {
			if c.start != at || c.end <= c.start || int(c.width) != ansi.StringWidth(string(l.text[c.start:c.end])) && l.text[c.start] >= 0x20 {
				t.Fatalf("%q: cluster %+v after %d", text, c, at)
			}
			at, sum = c.end, sum+int(c.width)
		}
		if int(at) != len(l.text) || sum != l.width {
			t.Fatalf("%q: clusters end at %d of %d, %d wide of %d", text, at, len(l.text), sum, l.width)
		}
		for from := 0; from < len(l.clusters); {
			to, used := l.Next(from, width)
			if to <= from || used > width {
				t.Fatalf("%q: a row from %d to %d, %d wide of %d", text, from, to, used, width)
			}
			from = to
		}
	})
}

package cell

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/theme"
)

func styles() *theme.Styles {
	s := theme.New("ansi", termenv.ANSI, theme.UTF8Glyphs())
	return &s
}

// TestWidthIsXAnsis holds that the short ways say what x/ansi says.
func TestWidthIsXAnsis(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "plain", "日本語", "e\u0301", "\x1b[31mred\x1b[39m", Link("https://a", "b"), "👩‍👩‍👧", "a\tb", "\x7f"} {
		if got, want := Width(text), ansi.StringWidth(text); got != want {
			t.Errorf("%q is %d wide, want %d", text, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		do   func(string, int, string) string
		text string
		w    int
		want string
	}{
		{Fit, "abc", 5, "abc  "},
		{Fit, "abcdef", 4, "abc…"},
		{Fit, "日本語", 5, "日本…"},
		{Fit, "日本語", 4, "日… "},
		{Fit, "abc", 0, ""},
		{Fit, "abc", -3, ""},
		{Right, "12", 5, "   12"},
		{Right, "123456", 4, "123…"},
		{CutLeft, "/home/me/sites/acme", 10, "…ites/acme"},
		{CutLeft, "short", 10, "short"},
		{CutLeft, "日本語", 3, "…語"},
	} {
		if got := c.do(c.text, c.w, "…"); got != c.want {
			t.Errorf("%q in %d is %q, want %q", c.text, c.w, got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                      "plain",
		"two\nlines\tand a tab":      "two lines and a tab",
		"\x1b]52;c;AAAA\x07x\x1b[2J": "x",
		"bad \xff byte":              "bad \uFFFD byte",
		"right\u202eleft":            "rightleft",
		"c1 \u009b31m":               "c1 31m",
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// FuzzPlain holds that what Plain returns is one line without controls.
func FuzzPlain(f *testing.F) {
	f.Add("a\x1b[31m\nb\x9b2J\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range Plain(text) {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || bidi(r) {
				t.Fatalf("%q leaves %q", text, r)
			}
		}
	})
}

// FuzzFit holds that Fit, Right and CutLeft keep to the width, whatever the text.
func FuzzFit(f *testing.F) {
	f.Add("日本語 abc", 4)
	f.Add("\x1b[31mred\x1b[39m", 2)
	f.Fuzz(func(t *testing.T, text string, width int) {
		text = Plain(text)
		if width < 0 || width > 200 {
			return
		}
		for name, got := range map[string]string{"Fit": Fit(text, width, "…"), "Right": Right(text, width, "…"), "Ends": Ends(text, "abc", width, "…")} {
			if Width(got) != width {
				t.Errorf("%s(%q, %d) is %q: %d wide", name, text, width, got, Width(got))
			}
		}
		if got := CutLeft(text, width, "…"); Width(got) > width {
			t.Errorf("CutLeft(%q, %d) is %q", text, width, got)
		}
	})
}

// TestFrame holds that a frame has its size at any size, with titles that do not fit and bodies that are too much.
func TestFrame(t *testing.T) {
	t.Parallel()
	f := Frame{Title: "acme-shop 日本", Right: "● running", Foot: "3 of 6", Focus: true}
	body := []string{"one", strings.Repeat("日", 90), "three", "four"}
	for w := range 90 {
		for h := range 8 {
			lines := f.Draw(styles(), body, w, h)
			if len(lines) != h {
				t.Fatalf("%d×%d has %d lines", w, h, len(lines))
			}
			for _, line := range lines {
				if Width(line) != w {
					t.Fatalf("%d×%d: %q is %d wide", w, h, line, Width(line))
				}
			}
		}
	}
}

// TestOver holds that a box hides what is under it and nothing else.
func TestOver(t *testing.T) {
	t.Parallel()
	under := []string{"日日日日日", "abcdefghij", "abcdefghij"}
	got := Over(under, []string{"XXX", "YYY", "ZZZ"}, 3, 0)
	for i, want := range []string{"日 XXX日日", "abcYYYghij", "abcZZZghij"} {
		if ansi.Strip(got[i]) != want {
			t.Errorf("line %d is %q, want %q", i, ansi.Strip(got[i]), want)
		}
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Size(0): "0 B", Size(999): "999 B", Size(1000): "1.0 K", Size(432013312): "412 M", Size(1503238553): "1.4 G", Size(-1): "?",
		Size(1 << 62):                "4096 P",
		Percent(0.04):                "0.0",
		Percent(9.96):                "10",
		Percent(250):                 "250",
		Took(300 * time.Millisecond): "0.3 s",
		Took(41 * time.Second):       "41 s",
		Took(125 * time.Second):      "2 m 5 s",
		Since(2*time.Hour + 14*60e9): "2 h 14 m",
		Since(76 * time.Hour):        "3 d 4 h",
		Age(59 * time.Second):        "< 1 m", Age(61 * time.Second): "1 m", Age(2 * time.Hour): "2 h",
		Since(-time.Second):            "0 s",
		Took(59800 * time.Millisecond): "59 s",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSpark(t *testing.T) {
	t.Parallel()
	g := theme.UTF8Glyphs()
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{nil, "     "},
		{[]float64{0, 50, 100}, "  ▁▄▇"},
		{[]float64{0.1, 0.2}, "   ▁▁"},
		{[]float64{9, 9, 0, 100, 200, 50, 0}, "▁▄▇▂▁"},
	} {
		if got := Spark(g, c.values, 10, 5); got != c.want {
			t.Errorf("%v is %q, want %q", c.values, got, c.want)
		}
	}
}

// TestBar holds that a bar has its width at every fraction and never falls back.
func TestBar(t *testing.T) {
	t.Parallel()
	for _, glyphs := range []theme.Glyphs{theme.UTF8Glyphs(), theme.ASCIIGlyphs()} {
		s := theme.New("mono", termenv.Ascii, glyphs)
		for i := -10; i <= 1010; i++ {
			if got := Bar(&s, float64(i)/1000, 13); Width(got) != 13 {
				t.Fatalf("at %d ‰ it is %d wide: %q", i, Width(got), got)
			}
		}
		if got := ansi.Strip(Bar(&s, 1, 4)); got != strings.Repeat(glyphs.Full, 4) {
			t.Errorf("a full bar is %q", got)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	for name, text := range map[string]string{"ascii": strings.Repeat("x", 150), "styled": "\x1b[31m" + strings.Repeat("x", 150) + "\x1b[39m"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fit(text, 120, "…")
			}
		})
	}
}

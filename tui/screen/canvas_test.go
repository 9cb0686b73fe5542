package screen

import (
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// shown is what an emulated terminal shows, line for line, with its styles.
func shown(e *vt.Emulator) []string {
	return strings.Split(strings.ReplaceAll(e.Render(), "\r\n", "\n"), "\n")
}

// plain is a line's text as a person reads it.
func plain(line string) string { return strings.TrimRight(ansi.Strip(line), " ") }

// TestDraw shows frame after frame on an emulated terminal, which must show each as if it were the only one.
func TestDraw(t *testing.T) {
	t.Parallel()
	const bar = "\x1b[7m▌\x1b[0m"
	for _, c := range []struct {
		name   string
		frames []string
	}{
		{"text", []string{"one\ntwo\nthree", "one\n2\nthree", "", "a"}},
		{"styles", []string{"\x1b[1mbold\x1b[0m x\n" + bar + "y", "\x1b[31mbold\x1b[0m x\ny" + bar, "bold x\ny"}},
		{"wide characters", []string{"日本語 a\nx", "日本 ab\nx", "a日本語\nx", "aaaaaaa\nx"}},
		{"emoji of several runes", []string{"👩‍👩‍👧 family\nbelow", "a 👩‍👩‍👧 family\nbelow", "none\nbelow"}},
		{"combining marks", []string{"e\u0301tude\nx", "etude\nx", "xe\u0301tude\nx"}},
		{"lines that scroll", []string{"1\n2\n3\n4\n5\n6", "2\n3\n4\n5\n6\n7", "4\n5\n6\n7\n8\n9", "1\n2\n3\n4\n5\n6"}},
		{"the last column", []string{strings.Repeat("x", 20) + "\ny", strings.Repeat("x", 19) + "z\ny", strings.Repeat("x", 18) + "日\ny"}},
		{"links", []string{"\x1b]8;;https://a.localhost\x1b\\a\x1b]8;;\x1b\\ b", "a b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			const cols, rows = 20, 6
			e := vt.NewEmulator(cols, rows)
			canvas := newCanvas(e, "xterm-256color")
			if err := canvas.enter(); err != nil {
				t.Fatal(err)
			}
			for i, text := range c.frames {
				if _, err := canvas.draw(Frame{text, cols, rows}); err != nil {
					t.Fatal(err)
				}
				alone := vt.NewEmulator(cols, rows)
				if _, err := newCanvas(alone, "xterm-256color").draw(Frame{text, cols, rows}); err != nil {
					t.Fatal(err)
				}
				if got, want := strings.Join(shown(e), "\n"), strings.Join(shown(alone), "\n"); got != want {
					t.Errorf("frame %d is shown as\n%q\nand would be alone as\n%q", i, got, want)
				}
				want := strings.Split(text, "\n")
				for y, line := range shown(e) {
					if y < len(want) && plain(line) != plain(want[y]) || y >= len(want) && plain(line) != "" {
						t.Errorf("frame %d: line %d is %q", i, y, plain(line))
					}
				}
			}
		})
	}
}

// TestDrawRandom does the same with frames that nobody has thought of, in sizes that change.
func TestDrawRandom(t *testing.T) {
	t.Parallel()
	pieces := []string{"a", "b", " ", "  ", "日", "●", "▌", "é", "e\u0301", "👩‍🚀", "\x1b[31m", "\x1b[1;7m", "\x1b[0m", "─", "longer text"}
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		e := vt.NewEmulator(10, 3)
		canvas := newCanvas(e, "xterm-256color")
		if err := canvas.enter(); err != nil {
			t.Fatal(err)
		}
		cols, rows := 10, 3
		for range 40 {
			if rnd.IntN(6) == 0 {
				cols, rows = 1+rnd.IntN(50), 1+rnd.IntN(12)
				e.Resize(cols, rows)
			}
			lines := make([]string, rows)
			for y := range lines {
				var line strings.Builder
				for range rnd.IntN(12) {
					line.WriteString(pieces[rnd.IntN(len(pieces))])
				}
				cut := ansi.Truncate(line.String(), cols, "")
				lines[y] = cut + "\x1b[0m" + strings.Repeat(" ", cols-ansi.StringWidth(cut))
			}
			if _, err := canvas.draw(Frame{strings.Join(lines, "\n"), cols, rows}); err != nil {
				t.Fatal(err)
			}
			for y, line := range shown(e) {
				if plain(line) != plain(lines[y]) {
					t.Fatalf("seed %d, %dx%d: line %d is %q, want %q", seed, cols, rows, y, plain(line), plain(lines[y]))
				}
			}
		}
	}
}

// TestDrawNothing shows the same frame again, which costs nothing, and one of which a little has changed, which costs a little.
func TestDrawNothing(t *testing.T) {
	t.Parallel()
	canvas := newCanvas(io.Discard, "xterm-256color")
	line := strings.Repeat("x", 119)
	text := strings.Repeat(line+"a\n", 39) + line + "a"
	first, err := canvas.draw(Frame{text, 120, 40})
	if err != nil || first < 40*119 {
		t.Fatalf("the first frame took %d bytes, %v", first, err)
	}
	for _, c := range []struct {
		name, text string
		most       int
	}{
		{"the same", text, 0},
		{"one cell", strings.Replace(text, "xa\n", "xb\n", 1), 16},
		{"a cell in ten lines", strings.Replace(text, "xa\n", "xb\n", 10), 160},
	} {
		n, err := canvas.draw(Frame{c.text, 120, 40})
		if err != nil || n > c.most {
			t.Errorf("%s took %d bytes, %v; at most %d do", c.name, n, err, c.most)
		}
	}
	canvas.forget()
	if again, err := canvas.draw(Frame{text, 120, 40}); err != nil || again < 40*119 {
		t.Errorf("drawn anew it took %d bytes, %v", again, err)
	}
}

// TestModes takes the terminal and gives it back.
func TestModes(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	canvas := newCanvas(&out, "xterm-256color")
	steps := []struct {
		name string
		do   func() error
		want []string
	}{
		{"enter", canvas.enter, []string{"\x1b[?1049h", "\x1b[?25l", "\x1b[?2004h"}},
		{"mouse", func() error { return canvas.setMouse(true) }, []string{"\x1b[?1002h", "\x1b[?1006h"}},
		{"leave", canvas.leave, []string{"\x1b[?1006l", "\x1b[?1002l", "\x1b[?2004l", "\x1b[?1049l", "\x1b[?25h"}},
		{"enter again", canvas.enter, []string{"\x1b[?1049h", "\x1b[?25l", "\x1b[?2004h", "\x1b[?1002h", "\x1b[?1006h"}},
		{"no mouse", func() error { return canvas.setMouse(false) }, []string{"\x1b[?1006l", "\x1b[?1002l"}},
		{"no mouse twice", func() error { return canvas.setMouse(false) }, nil},
	}
	for _, step := range steps {
		out.Reset()
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != strings.Join(step.want, "") {
			t.Errorf("%s wrote %q", step.name, got)
		}
	}
}

type brokenWriter struct{}

var errGone = errors.New("gone")

func (brokenWriter) Write([]byte) (int, error) { return 0, errGone }

// BenchmarkDraw is what a frame of a screen full of log lines costs, and one that differs in a few cells.
func BenchmarkDraw(b *testing.B) {
	const cols, rows = 120, 40
	frame := func(n int) string {
		lines := make([]string, rows)
		for y := range lines {
			lines[y] = ansi.Truncate("\x1b[2m14:02:11.120\x1b[0m \x1b[36mphp\x1b[0m  PHP Warning:  Undefined array key "+
				strings.Repeat(string(rune('a'+(n+y)%26)), 60)+strings.Repeat(" ", cols), cols, "")
		}
		return strings.Join(lines, "\n")
	}
	few := func(n int) string {
		return strings.Replace(frame(0), "Warning", "Warnin"+string(rune('a'+n%26)), 10)
	}
	for _, c := range []struct {
		name string
		make func(int) string
	}{{"scrolling", frame}, {"few", few}} {
		b.Run(c.name, func(b *testing.B) {
			frames := make([]string, 26)
			for i := range frames {
				frames[i] = c.make(i)
			}
			canvas := newCanvas(io.Discard, "xterm-256color")
			bytes := 0
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				n, err := canvas.draw(Frame{frames[i%len(frames)], cols, rows})
				if err != nil {
					b.Fatal(err)
				}
				bytes += n
			}
			b.ReportMetric(float64(bytes)/float64(b.N), "B/frame")
		})
	}
}

// TestASCII holds that a terminal whose characters are not UTF-8 gets none beyond ASCII, in columns that stay where they are.
func TestASCII(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                   "plain",
		"caf\u00e9 |":             "caf? |",
		"\u6771\u4eac |":          "???? |",
		"e\u0301 |":               "e |",
		"\U0001f35c |":            "?? |",
		"\x1b[31m\u25cf\x1b[0m |": "? |",
		"\x1b]8;;https://\u6771\x1b\\a\x1b]8;;\x1b\\ |": "a |",
		"\xff|": "?|",
	} {
		var out strings.Builder
		canvas := newCanvas(&out, "xterm")
		canvas.ascii = true
		if _, err := canvas.draw(Frame{text, 20, 1}); err != nil {
			t.Fatal(err)
		}
		for _, b := range []byte(out.String()) {
			if b >= 0x80 {
				t.Errorf("%q is written as %q", text, out.String())
				break
			}
		}
		e := vt.NewEmulator(20, 1)
		if _, err := io.WriteString(e, out.String()); err != nil {
			t.Fatal(err)
		}
		if got := plain(shown(e)[0]); got != want {
			t.Errorf("%q shows as %q, want %q", text, got, want)
		}
	}
}

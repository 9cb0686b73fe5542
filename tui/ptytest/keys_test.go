//go:build unix

package ptytest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// demo opens the dashboard on the demo, beside which no machine matters, and waits until the list is drawn.
func demo(t *testing.T, o Options) *Terminal {
	t.Helper()
	o.Args = append(o.Args, "--demo")
	if o.Cols == 0 {
		o.Cols = 100
	}
	term := Start(t, o)
	term.WaitFor(t, "the sites, with the keys below them", func(s Screen) bool {
		return s.Contains("of 9 running") && s.Contains("tokyo-ramen") && s.Lines[len(s.Lines)-1] != ""
	})
	return term
}

// under reports whether the list's cursor is on a site.
func under(site string) func(Screen) bool {
	return func(s Screen) bool {
		return slices.ContainsFunc(s.Lines, func(line string) bool {
			return strings.HasPrefix(line, "│▌") && strings.Contains(line, " "+site+" ")
		})
	}
}

// TestGluedKeys types keys that come in one read. Each is taken, in its order.
func TestGluedKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, keys string
		what       string
		ok         func(Screen) bool
	}{
		{"jj", "jj", "the third site", under("docs-portal")},
		{"down and up", "jjjjjkk", "the fourth site", under("legacy-intranet")},
		{"letters and arrows", "j" + KeyDown + "j" + KeyUp + KeyDown + "j", "the fifth site", under("magazine")},
		{"a tab and a shell", "3jx", "the third tab of the second site, after the shell", func(s Screen) bool {
			return s.Contains("This is the demo") && !s.Alt
		}},
		{"a filter and a move", "/o" + KeyEnter + "G", "the last site with an o", under("tokyo-ramen")},
		{"keys of another screen", "?" + KeyEsc + "jO", "the operations", func(s Screen) bool { return s.Contains("Operations") }},
		{"many", strings.Repeat("j", 1000) + strings.Repeat("k", 1000) + "jj", "the third site", under("docs-portal")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			term := demo(t, Options{})
			term.Type(t, c.keys)
			term.WaitFor(t, c.what, c.ok)
			if strings.HasSuffix(c.keys, "x") {
				term.Type(t, KeyEnter)
				term.WaitFor(t, "the dashboard", func(s Screen) bool { return s.Alt && under("bakery-blog")(s) })
				term.Type(t, "j") // the first key after the return
				term.WaitFor(t, "the third site", under("docs-portal"))
			}
			quit(t, term)
		})
	}
}

// quit leaves the dashboard: the terminal is as it was.
func quit(t *testing.T, term *Terminal) {
	t.Helper()
	term.Type(t, "\x03")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}

// TestGluedEscape types esc and what ends the dashboard in one read: together they could be alt and ctrl+c.
func TestGluedEscape(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\x03", "q"} {
		t.Run(fmt.Sprintf("%q", end), func(t *testing.T) {
			t.Parallel()
			term := demo(t, Options{})
			term.Type(t, "?"+KeyEsc+end)
			if code := term.Wait(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
			term.Restored(t)
		})
	}
}

// TestEscapeIsAKey holds that esc alone works, though every sequence begins with it.
func TestEscapeIsAKey(t *testing.T) {
	t.Parallel()
	term := demo(t, Options{})
	term.Type(t, "?")
	term.WaitText(t, "follow its logs")
	term.Type(t, KeyEsc)
	term.WaitGone(t, "follow its logs")
	term.Type(t, "/zzz")
	term.WaitText(t, "nothing matches")
	term.Type(t, KeyEsc)
	term.WaitGone(t, "nothing matches")
	quit(t, term)
}

// TestAnswersAreNoKeys sends what terminals answer though nobody has asked, as after a program in a shell that asked and did
// not wait. Their letters are keys that delete a site, or quit.
func TestAnswersAreNoKeys(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"\x1b]11;rgb:dddd/qqqq/nnnn\x1b\\", "\x1b]10;rgb:dddd/qqqq/nnnn\a", "\x1bP>|dqn(390)\x1b\\", "\x1bP1+r544e=dqn\x1b\\",
		"\x1b[?64;1;2;6;22c", "\x1b[>41;390;0c", "\x1b[12;40R", "\x1b[?2026;2$y", "\x1b[?0u", "\x1b[I", "\x1b[O", "\x1b[8;24;80t",
	} {
		t.Run(fmt.Sprintf("%q", answer), func(t *testing.T) {
			t.Parallel()
			term := demo(t, Options{})
			term.Type(t, answer+"j"+answer+"j")
			screen := term.WaitFor(t, "the third site", under("docs-portal"))
			if !screen.Contains("start/stop") || screen.Contains("New site") || screen.Contains("elete docs") {
				t.Errorf("an answer was taken for keys:\n%s", screen)
			}
			quit(t, term)
		})
	}
}

// TestPaste pastes into the filter what would do harm as keys or as output. It is one line of text, and nothing else.
func TestPaste(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, shown string }{
		{"a word", "tokyo", "/ tokyo"},
		{"lines", "acme\nshop\r\nq\rd\t", "/ acme shop"},
		{"keys", "q\x03\x1a\x1bq", "/ q"},
		{"output", "x\x1b]52;c;aGFja2Vk\a\x1b]0;hacked\a\x1b[31m\x1b[2J\x1b[?1049l\u009b31my", "/ x"},
		{"the other direction", "abc\u202edef\u2066g", "/ abcdefg"},
		{"a long text", strings.Repeat("日本", 100_000) + "\nq", "本"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			term := demo(t, Options{})
			term.Type(t, "/")
			term.WaitText(t, "│ /")
			term.Paste(t, c.text)
			screen := term.WaitText(t, c.shown)
			if !screen.Alt || !screen.Contains("Sites") {
				t.Errorf("the dashboard is gone:\n%s", screen)
			}
			for _, harm := range []string{"\x1b]52", "\x1b]0;", "\x1b[2J\x1b[?1049l", "\u009b", "\u202e", "\u2066"} {
				if strings.Contains(term.Raw(), harm) {
					t.Errorf("the terminal was sent %q", harm)
				}
			}
			term.Type(t, KeyEsc)
			term.WaitFor(t, "every site", func(s Screen) bool { return s.Contains("magazine") && s.Contains("old-agency") })
			term.Type(t, "j") // no key is left of what was pasted
			term.WaitFor(t, "the second site", under("bakery-blog"))
			quit(t, term)
		})
	}
}

// TestPasteOutsideOfText pastes where no text is asked for: what was pasted is no keys.
func TestPasteOutsideOfText(t *testing.T) {
	t.Parallel()
	term := demo(t, Options{})
	for _, text := range []string{"q", "dd", "n", "x\n", "\n"} {
		term.Paste(t, text)
	}
	term.Type(t, "jj")
	screen := term.WaitFor(t, "the third site", under("docs-portal"))
	if !screen.Contains("start/stop") {
		t.Errorf("a paste was taken for keys:\n%s", screen)
	}
	quit(t, term)
}

//go:build unix

package ptytest

import (
	"regexp"
	"strings"
	"testing"
)

// TestTerminalKinds opens the dashboard on terminals of several kinds: what they can show is what they are sent.
func TestTerminalKinds(t *testing.T) {
	t.Parallel()
	colour := regexp.MustCompile("\x1b\\[(?:[0-9]+;)*[349][0-8][;0-9]*m")
	for _, c := range []struct {
		name         string
		env          []string
		ascii, plain bool
	}{
		{"an xterm", nil, false, false},
		{"no locale", []string{"LC_ALL=C"}, true, false},
		{"POSIX over UTF-8", []string{"LC_ALL=POSIX", "LANG=en_GB.UTF-8"}, true, false},
		{"another character set", []string{"LC_ALL=de_DE.ISO-8859-1"}, true, false},
		{"NO_COLOR", []string{"NO_COLOR=1"}, false, true},
		{"the Linux console", []string{"TERM=linux"}, true, false},
		{"a terminal nobody knows", []string{"TERM=mystery"}, false, false},
		{"no TERM", []string{"TERM="}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			term := Start(t, Options{Env: c.env, Mute: true, Cols: 100})
			screen := term.WaitFor(t, "a whole screen", func(s Screen) bool {
				return s.Contains(unreachable) && s.Contains("No sites yet") && strings.Contains(s.Lines[len(s.Lines)-1], "n new")
			})
			if ascii := !strings.ContainsFunc(screen.Text(), func(r rune) bool { return r > 127 }); ascii != c.ascii {
				t.Errorf("in ASCII is %t, want %t:\n%s", ascii, c.ascii, screen)
			}
			raw := term.Raw()
			if plain := !colour.MatchString(raw); plain != c.plain {
				t.Errorf("without colours is %t, want %t", plain, c.plain)
			}
			if asked := term.Asked(); len(asked) > 0 {
				t.Errorf("it has asked the terminal for %v", asked)
			}
			quit(t, term)
		})
	}
}

// TestNoTerminal holds that the dashboard does not open where it could not be seen or used, and says what to do instead.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, script, says string
		env                []string
	}{
		{"a dumb terminal", `exec "$0"`, "a dumb terminal cannot show the dashboard", []string{"TERM=dumb"}},
		{"input from a pipe", `echo q | "$0"`, "this is no terminal", nil},
		{"no input", `exec "$0" </dev/null`, "this is no terminal", nil},
		{"closed input", `exec "$0" <&-`, "this is no terminal", nil},
		{"output to a pipe", `"$0" | cat; exec "$0" >/dev/null`, "this is no terminal", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			term := Start(t, Options{Command: []string{"sh", "-c", c.script, Build(t)}, Env: c.env})
			if code := term.Wait(t); code != 2 {
				t.Errorf("exit code %d, want 2", code)
			}
			screen := term.Screen()
			if text := strings.Join(screen.Lines, ""); !strings.Contains(text, c.says) || !strings.Contains(text, "locorum-tui ls") {
				t.Errorf("it does not say %q:\n%s", c.says, screen)
			}
			if strings.Contains(term.Raw(), "\x1b") {
				t.Errorf("it wrote escapes: %q", term.Raw())
			}
			term.Restored(t)
		})
	}
}

//go:build unix

package ptytest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBadConfig opens the dashboard on a config.toml that cannot be used: it says what is wrong with it, and where, and works
// with the defaults.
func TestBadConfig(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		says       []string
	}{
		{"unknown keys", "\n[screen]\nthem = \"mono\"\n", []string{"line 3", "screen.them is no setting"}},
		{"wrong types", "[logs]\nlines = \"many\"\n", []string{"line 2", "lines"}},
		{"out of bounds", "[screen]\n\ntheme = \"pink\"\n", []string{"line 3", `screen.theme "pink"`, "ansi, locorum, light, mono"}},
		{"no TOML", "[screen]\ntheme =\n", []string{"line 2"}},
		{"keys that collide", "[keys]\n\"site.logs\" = [\"s\"]\n", []string{"line 2", `"s" is both site.toggle and site.logs`}},
		{"keys of another scope that collide", "[keys]\n\"site.logs\" = [\"q\"]\n", []string{"line 2", `"q" is both quit and site.logs`}},
		{"an action that there is not", "[keys]\n\n\"site.fly\" = [\"F\"]\n", []string{"line 3", `no action "site.fly"`}},
		{"a key that there is not", "[keys]\nquit = [\"hyper+q\"]\n", []string{"line 2", "hyper+q"}},
		{"output", "[screen]\ntheme = \"\\u001b]0;hacked\\u0007\\u001b[2J\"\n", []string{"line 2", "screen.theme"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			dir := filepath.Join(home, ".config", "locorum-tui")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			term := Start(t, Options{Home: home, Cols: 240})
			screen := term.WaitText(t, "config.toml")
			line := screen.Line("config.toml")
			for _, say := range c.says {
				if !strings.Contains(line, say) {
					t.Errorf("it does not say %q:\n%s", say, line)
				}
			}
			if strings.Contains(term.Raw(), "\x1b]0;") {
				t.Error("the file has set the title")
			}
			term.Type(t, "?")
			term.WaitText(t, "follow its logs")
			term.Type(t, "q")
			if code := term.Wait(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
			term.Restored(t)
		})
	}
}

// TestGoodConfig holds that what config.toml says is done.
func TestGoodConfig(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	dir := filepath.Join(home, "elsewhere", "locorum-tui")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	const text = "[screen]\nglyphs = \"ascii\"\ntheme = \"mono\"\n[keys]\nquit = [\"Z\"]\nhelp = [\"f1\"]\n"
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	term := Start(t, Options{Home: home, Env: []string{"XDG_CONFIG_HOME=" + filepath.Join(home, "elsewhere")}})
	screen := term.WaitText(t, unreachable)
	if strings.ContainsFunc(screen.Text(), func(r rune) bool { return r > 127 }) {
		t.Errorf("not all of it is ASCII:\n%s", screen)
	}
	if strings.Contains(term.Raw(), "\x1b[3") {
		t.Error("there are colours")
	}
	term.Type(t, "q?")
	term.Type(t, "\x1bOP")
	term.WaitText(t, "follow its logs")
	term.Type(t, "Z")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
}

//go:build unix

package ptytest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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

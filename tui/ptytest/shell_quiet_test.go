//go:build unix

package ptytest

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestGuard builds a program that imports Bubble Tea, with the guard and without. Without it asks the terminal before its
// first line, as the dashboard would; so the tests that find nothing asked can fail.
func TestGuard(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		asks bool
	}{{"loud", true}, {"guarded", false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), c.name)
			if out, err := exec.Command("go", "build", "-o", path, "./testdata/"+c.name).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			term := Start(t, Options{Command: []string{path}, Mute: true})
			term.WaitText(t, "started tea.QuitMsg")
			if code := term.Wait(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if asks := slices.Contains(term.Asked(), "its colours"); asks != c.asks {
				t.Errorf("it asked for %v; asks for the colours: want %t", term.Asked(), c.asks)
			}
		})
	}
}

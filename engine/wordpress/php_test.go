package wordpress

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// settingsIn reads NAME = VALUE lines; those of a comment or a section are none.
func settingsIn(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == ';' || line[0] == '[' {
			continue
		}
		name, value, found := strings.Cut(line, " = ")
		if _, twice := settings[name]; !found || twice {
			t.Errorf("%s has the line %q", path, line)
		}
		settings[name] = value
	}
	return settings
}

func TestWritePHP(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	for _, write := range []func(string) error{WritePHP, WriteFPMPool} {
		if err := write(home); err != nil {
			t.Fatal(err)
		}
	}
	ini := settingsIn(t, engine.PHPIniPath(home))
	for name, want := range map[string]string{
		"memory_limit": "256M", "display_errors": "Off", "log_errors": "On", "error_log": "/proc/self/fd/2",
		"opcache.validate_timestamps": "1", "opcache.revalidate_freq": "0", "sendmail_path": `"/usr/bin/env true"`,
	} {
		if ini[name] != want {
			t.Errorf("%s is %q, want %q", name, ini[name], want)
		}
	}
	if ini["upload_max_filesize"] != ini["post_max_size"] || ini["post_max_size"] == "" {
		t.Errorf("a form of %s may carry a file of %s", ini["post_max_size"], ini["upload_max_filesize"])
	}
	if pool := settingsIn(t, engine.FPMPoolPath(home)); pool["listen"] != "php:9000" || pool["pm.status_path"] != "/.locorum/fpm-status" {
		t.Errorf("the pool is %v", pool)
	}
	if spx := settingsIn(t, engine.SPXIniPath(home)); spx["spx.data_dir"] != "/var/spx/data" {
		t.Errorf("the profiler's settings are %v", spx)
	}
}

// TestSettingsAreWrittenInPlace changes a file that a running container has mounted: it stays the same file, and one that is
// as it should be is not touched.
func TestSettingsAreWrittenInPlace(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	if err := WritePHP(home); err != nil {
		t.Fatal(err)
	}
	path := engine.PHPIniPath(home)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("memory_limit = 1M\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WritePHP(home); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) || settingsIn(t, path)["memory_limit"] != "256M" {
		t.Errorf("it is another file, or not mended: %v", err)
	}
	if err := os.Chtimes(path, before.ModTime(), before.ModTime().AddDate(-1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if err := WritePHP(home); err != nil {
		t.Fatal(err)
	}
	if same, err := os.Stat(path); err != nil || !same.ModTime().Before(before.ModTime()) {
		t.Errorf("a file that is right was written again: %v", err)
	}
}

func TestSPXKey(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	site := model.Site{Slug: "acme", SPXKey: "k\"ey"}
	path := engine.SPXKeyINIPath(home, site.Slug)
	if err := WriteSPXKey(home, site); err != nil {
		t.Fatal(err)
	}
	if got := settingsIn(t, path)["spx.http_key"]; got != `"k\"ey"` {
		t.Errorf("the key is %s", got)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v, want mode %o", name, info, err, mode)
		}
	}
	for range 2 {
		if err := RemoveSPXKey(home, site); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the key is still there: %v", err)
	}
}

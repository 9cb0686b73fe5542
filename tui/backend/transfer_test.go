package backend

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestCheckDumps holds what a database can be written to and read from.
func TestCheckDumps(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.sql")
	if err := os.WriteFile(file, []byte("-- dump"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := NewLive(LiveOptions{HomeDir: dir})
	for _, c := range []struct {
		name, file string
		out, in    error
	}{
		{"a file", file, os.ErrExist, nil},
		{"nothing yet", filepath.Join(dir, "b.sql"), nil, os.ErrNotExist},
		{"a folder", dir, os.ErrExist, os.ErrInvalid},
		{"no folder", filepath.Join(dir, "none", "b.sql"), os.ErrNotExist, os.ErrNotExist},
	} {
		if d, err := l.CheckExport(t.Context(), c.file); !errors.Is(err, c.out) || d.File != c.file {
			t.Errorf("%s, written: %+v, %v", c.name, d, err)
		}
		d, err := l.CheckImport(t.Context(), c.file)
		if !errors.Is(err, c.in) || d.File != c.file || err == nil && d.Size != 7 {
			t.Errorf("%s, read: %+v, %v", c.name, d, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "b\x1b[2J.sql"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{"a": ".sql", "a.s": "ql", "b": "", "none": ""} {
		if d, err := l.CheckImport(t.Context(), filepath.Join(dir, typed)); err == nil || d.Rest != want {
			t.Errorf("%s is completed by %q, want %q", typed, d.Rest, want)
		}
	}
	if path, err := l.absolute("~/a.sql"); err != nil || path != filepath.Join(dir, "a.sql") {
		t.Errorf("~ is %s, %v", path, err)
	}
}

package database

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestPruneSnapshots(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := func(slug, label string, day int) string {
		return fmt.Sprintf("%s--%s--202611%02dT120000Z--mariadb-11.4.sql.zst", slug, label, day)
	}
	var stay, old []string
	for day := 1; day <= 9; day++ {
		file := name("acme", []string{"pre_delete", "pre_import"}[day%2], day)
		own := []string{file, file + ".sha256"}
		if day <= 6 {
			old = append(old, own...)
		} else {
			stay = append(stay, own...)
		}
	}
	stay = append(stay, name("acme", "manual", 1), name("acme-shop", "pre_delete", 1), name("shop", "pre_delete", 1),
		"acme--pre_delete--yesterday--mariadb-11.4.sql.zst", "acme.sql", "."+name("acme", "pre_delete", 1)+".7.partial")
	for _, file := range append(slices.Clone(stay), old...) {
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder := name("acme", "pre_delete", 2) + "x.sql.zst" // a folder is nobody's snapshot
	if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
		t.Fatal(err)
	}
	stay = append(stay, folder)
	removed, err := PruneSnapshots(dir, "acme", 3)
	if err != nil || len(removed) != 6 {
		t.Errorf("removed %q, %v", removed, err)
	}
	left := func() (names []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return names
	}
	slices.Sort(stay)
	if got := left(); !slices.Equal(got, stay) {
		t.Errorf("left are\n%q, want\n%q", got, stay)
	}
	t.Run("never the only one", func(t *testing.T) {
		for _, slug := range []string{"acme", "shop", "nobody"} {
			if _, err := PruneSnapshots(dir, slug, 0); err != nil {
				t.Error(err)
			}
		}
		for _, file := range []string{name("acme", "pre_import", 9), name("shop", "pre_delete", 1)} {
			if !slices.Contains(left(), file) {
				t.Errorf("%s is gone", file)
			}
		}
	})
	t.Run("no folder", func(t *testing.T) {
		if removed, err := PruneSnapshots(filepath.Join(dir, "none"), "acme", 1); err != nil || removed != nil {
			t.Errorf("got %q, %v", removed, err)
		}
	})
}

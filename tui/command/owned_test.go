//go:build unix

package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gofrs/flock"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
)

// TestDesktopAppIsOpen changes a site while the desktop app has the data folder to itself, as a live process does.
func TestDesktopAppIsOpen(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	addSite(t, home, "acme")
	path := filepath.Join(sites.DataDir(home), "state", "owner.lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	desktop := flock.New(path)
	if taken, err := desktop.TryLock(); err != nil || !taken {
		t.Fatalf("taken %v, %v", taken, err)
	}
	info := fmt.Sprintf(`{"pid":%d,"startedAt":"2026-11-24T09:30:00Z","version":"1.0.0"}`, os.Getpid())
	if err := os.WriteFile(path+".info", []byte(info), 0o600); err != nil {
		t.Fatal(err)
	}
	types := func(args ...string) result {
		t.Helper()
		cmd := process(t, home, args...)
		cmd.Env = append(cmd.Env, "DOCKER_HOST=unix:///nowhere/docker.sock")
		return runs(t, cmd)
	}
	name := fmt.Sprintf("the Locorum desktop app is running (process %d)", os.Getpid())
	for _, args := range [][]string{
		{"start", "acme"}, {"stop", "acme"}, {"restart", "acme"}, {"versions", "acme", "--php", "8.4"}, {"db", "export", "acme", "-o", filepath.Join(home, "x.sql")},
	} {
		r := types(args...)
		if r.code != exitRefused || !strings.Contains(r.stderr, name) || !strings.Contains(r.stderr, "--force") {
			t.Errorf("%v ended with %d and said\n%s", args, r.code, r.stderr)
		}
	}
	if r := types("start", "acme", "--force"); r.code != exitUnreachable || !strings.Contains(r.stderr, name+" and would undo changes; going on all the same") {
		t.Errorf("with --force it ended with %d and said\n%s", r.code, r.stderr)
	}
	if err := desktop.Unlock(); err != nil {
		t.Fatal(err)
	}
	if r := types("start", "acme"); r.code != exitUnreachable || strings.Contains(r.stderr, "desktop") {
		t.Errorf("after the desktop app has ended: %d and\n%s", r.code, r.stderr)
	}
}

// TestFolderNotWritable has an ordinary user create a site where he may not write: a sentence, and nothing half made.
func TestFolderNotWritable(t *testing.T) {
	t.Parallel()
	root, err := os.MkdirTemp("", "ltt-readonly") // a test's own folder lies where root alone may go
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	home, locked := filepath.Join(root, "home"), filepath.Join(root, "locked")
	const nobody = 65534
	asNobody := &syscall.SysProcAttr{}
	for path, mode := range map[string]os.FileMode{home: 0o700, locked: 0o555} {
		if err := os.Mkdir(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 { // whom nothing forbids anything
		asNobody.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		for _, open := range []string{root, filepath.Dir(path)} {
			if err := os.Chmod(open, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(home, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	types := func(home string, args ...string) result {
		t.Helper()
		cmd := process(t, home, args...)
		cmd.Dir, cmd.SysProcAttr = root, asNobody
		cmd.Env = append(cmd.Env, "DOCKER_HOST=unix:///nowhere/docker.sock")
		return runs(t, cmd)
	}
	for _, folder := range []string{locked, filepath.Join(locked, "a", "b")} {
		r := types(home, "create", "Acme", "--folder", folder)
		if r.code != exitUsage || !strings.Contains(r.stderr, locked) || r.stdout != "" {
			t.Errorf("create in %s ended with %d and said\n%s", folder, r.code, r.stderr)
		}
	}
	if r := types(locked, "create", "Acme"); r.code != exitFailed || !strings.Contains(r.stderr, locked) || !strings.Contains(r.stderr, "see who owns it") {
		t.Errorf("create in a home that cannot be written ended with %d and said\n%s", r.code, r.stderr)
	}
	if entries, err := os.ReadDir(locked); err != nil || len(entries) != 0 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	db, err := store.Open(t.Context(), filepath.Join(sites.DataDir(home), "storage.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if rows, err := db.Sites(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("there are %d sites, %v", len(rows), err)
	}
	if entries, _ := os.ReadDir(filepath.Join(sites.DataDir(home), "tui", "operations")); len(entries) != 0 {
		t.Errorf("operations were begun: %v", entries)
	}
}

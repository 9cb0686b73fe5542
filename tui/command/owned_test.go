//go:build unix

package command

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
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

// nobodysHome is the home folder of an ordinary user, beside a folder that he may not write. change makes a process his.
type nobodysHome struct {
	home, locked string
	change       func(cmd *exec.Cmd)
}

func newNobody(t *testing.T) nobodysHome {
	t.Helper()
	root, err := os.MkdirTemp("", "ltt-nobody") // a test's own folder lies where root alone may go
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	n := nobodysHome{home: filepath.Join(root, "home"), locked: filepath.Join(root, "locked")}
	if err := errors.Join(os.Mkdir(n.home, 0o700), os.Mkdir(n.locked, 0o555)); err != nil {
		t.Fatal(err)
	}
	n.change = func(cmd *exec.Cmd) { cmd.Dir = root }
	if os.Getuid() != 0 {
		return n
	}
	const nobody = 65534
	n.change = func(cmd *exec.Cmd) {
		cmd.Dir = root
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	path, err := binary()
	err = errors.Join(err, os.Chmod(root, 0o755), os.Chmod(filepath.Dir(path), 0o755), os.Chown(n.home, nobody, nobody))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFolderNotWritable has an ordinary user create a site where he may not write: a sentence, and nothing half made.
func TestFolderNotWritable(t *testing.T) {
	t.Parallel()
	n := newNobody(t)
	for _, c := range []struct {
		name, home, folder string
		code               int
		said               string
	}{
		{"the folder", n.home, n.locked, exitUsage, "the folder"},
		{"where it is to be made", n.home, filepath.Join(n.locked, "a", "b"), exitUsage, "cannot be written"},
		{"the home folder", n.locked, "", exitFailed, "see who owns it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := []string{"create", "Acme"}
			if c.folder != "" {
				args = append(args, "--folder", c.folder)
			}
			cmd := process(t, c.home, args...)
			n.change(cmd)
			cmd.Env = append(cmd.Env, "DOCKER_HOST=unix:///nowhere/docker.sock")
			r := runs(t, cmd)
			if r.code != c.code || r.stdout != "" || !strings.Contains(r.stderr, n.locked) || !strings.Contains(r.stderr, c.said) {
				t.Errorf("it ended with %d and said\n%s", r.code, r.stderr)
			}
		})
	}
	if entries, err := os.ReadDir(n.locked); err != nil || len(entries) != 0 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	if entries, _ := os.ReadDir(filepath.Join(sites.DataDir(n.home), "tui", "operations")); len(entries) != 0 {
		t.Errorf("operations were begun: %v", entries)
	}
	db, err := store.Open(t.Context(), filepath.Join(sites.DataDir(n.home), "storage.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if rows, err := db.Sites(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("there are %d sites, %v", len(rows), err)
	}
}

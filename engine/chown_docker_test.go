//go:build unix

package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func ownerOf(t *testing.T, path string) (uid, gid uint32) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	return stat.Uid, stat.Gid
}

func TestChownVolume(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connectAs(t, d, newHome())
		name := makeVolume(t, d, testbed.NewName(), platformLabel)
		inside := func(script string) string {
			return d.Docker(t, "run", "--rm", "-v", name+":/v", testbed.Alpine, "sh", "-c", script)
		}
		inside("mkdir -p /v/shut/deep; touch /v/shut/deep/f; ln -s /etc/passwd /v/link; chown 7:7 /v/shut; chmod 0 /v/shut /v/shut/deep/f")
		for range 2 {
			if err := e.ChownVolume(t.Context(), name, 1234, 4321); err != nil {
				t.Fatal(err)
			}
		}
		want := strings.Repeat("1234:4321 ", 5)
		if got := inside(`cd /v && for f in . shut shut/deep shut/deep/f link; do printf '%s ' "$(stat -c %u:%g $f)"; done`); got != want {
			t.Errorf("owners are %q, want %q", got, want)
		}
	})
}

func TestChownVolumeRefused(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		absent := d.Volume(t, testbed.NewName())
		if err := e.ChownVolume(t.Context(), absent, 1, 1); !errors.Is(err, ErrNotFound) || volumeExists(t, d, absent) {
			t.Errorf("absent: got %v, want ErrNotFound and no volume", err)
		}
		for _, labels := range [][]string{nil, {platformLabel, LabelHome + "=/somebody/else"}} {
			var owner *OwnerError
			if err := e.ChownVolume(t.Context(), makeVolume(t, d, testbed.NewName(), labels...), 1, 1); !errors.As(err, &owner) {
				t.Errorf("labels %q: got %v, want an OwnerError", labels, err)
			}
		}
	})
}

func TestChownPath(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connect(t, d)
		root := t.TempDir()
		site, outside := filepath.Join(root, "a site"), filepath.Join(root, "outside")
		for _, dir := range []string{filepath.Join(site, "sub"), outside} {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		for _, file := range []string{filepath.Join(site, "sub", "f"), filepath.Join(outside, "f")} {
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for link, to := range map[string]string{"dir": outside, "file": filepath.Join(outside, "f")} {
			if err := os.Symlink(to, filepath.Join(site, link)); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.ChownPath(t.Context(), site, 1234, 4321); err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{site, site + "/sub", site + "/sub/f", site + "/dir", site + "/file"} {
			if uid, gid := ownerOf(t, f); uid != 1234 || gid != 4321 {
				t.Errorf("%s belongs to %d:%d", f, uid, gid)
			}
		}
		for _, f := range []string{outside, outside + "/f"} {
			if uid, _ := ownerOf(t, f); uid == 1234 {
				t.Errorf("%s, outside, was changed", f)
			}
		}
		missing := filepath.Join(root, "missing")
		if err := e.ChownPath(t.Context(), missing, 1, 1); !errors.Is(err, ErrSpecInvalid) || !strings.Contains(err.Error(), missing) {
			t.Errorf("missing: got %v, want ErrSpecInvalid naming it", err)
		}
		toSystem := filepath.Join(root, "to-system")
		if err := os.Symlink("/usr", toSystem); err != nil {
			t.Fatal(err)
		}
		if err := e.ChownPath(t.Context(), toSystem, 1, 1); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("a link to /usr: got %v, want ErrSpecInvalid", err)
		}
	})
}

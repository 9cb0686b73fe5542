package sites_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// failsWith carries out a request that has to fail with these words and a next step.
func (w *world) failsWith(t *testing.T, r sites.Request, words ...string) {
	t.Helper()
	result := w.operate(t.Context(), t, r)
	if result.Outcome != sites.Failed || result.NextStep == "" {
		t.Fatalf("got %+v, want a failure with a next step", result)
	}
	for _, word := range words {
		if !strings.Contains(result.Error+result.NextStep, word) {
			t.Errorf("%q and %q do not say %q", result.Error, result.NextStep, word)
		}
	}
}

// TestDiskFull has a disk that cannot be written, and then one that WordPress does not fit on. With more room the start goes on from there.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	disk := filepath.Join(w.home, "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	mount := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("mount", append(args, disk)...).CombinedOutput(); err != nil {
			t.Fatalf("mount: %v\n%s", err, out)
		}
	}
	mount("-t", "tmpfs", "-o", "size=8m,ro", "tmpfs")
	t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	if _, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "tight", Folder: filepath.Join(disk, "tight")}); !errors.Is(err, sites.ErrInvalid) ||
		!strings.Contains(err.Error(), "read-only") {
		t.Errorf("on a disk that cannot be written: %v", err)
	}
	mount("-o", "remount,rw")
	o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "tight", Folder: filepath.Join(disk, "tight")})
	if err != nil {
		t.Fatal(err)
	}
	w.failsWith(t, sites.Request{Verb: sites.VerbCreate, Slug: "tight", Create: &o}, "no space left", "room")
	mount("-o", "remount,size=300m")
	if status, _, _ := get(t, w.must(t, sites.Request{Verb: sites.VerbStart, Slug: "tight"}).URL); status != 200 {
		t.Errorf("the page answers %d", status)
	}
	w.must(t, sites.Request{Verb: sites.VerbDelete, Slug: "tight", Delete: &sites.DeleteOptions{Volume: true, Files: true, NoDump: true}})
}

// TestAddressPoolsUsedUp has a daemon with addresses for one site. When that one is gone there are enough for the next.
func TestAddressPoolsUsedUp(t *testing.T) {
	t.Parallel()
	// The daemons of one machine share its addresses, so that two runs of this test must not take the same.
	w := newWorld(t, true, "--default-address-pool", fmt.Sprintf("base=10.249.%d.0/27,size=28", os.Getpid()%256))
	w.create(t, sites.CreateOptions{Name: "first"})
	o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "second"})
	if err != nil {
		t.Fatal(err)
	}
	w.failsWith(t, sites.Request{Verb: sites.VerbCreate, Slug: "second", Create: &o}, "address pool", "prune")
	w.must(t, sites.Request{Verb: sites.VerbDelete, Slug: "first", Delete: &sites.DeleteOptions{Volume: true, Files: true, NoDump: true}})
	w.must(t, sites.Request{Verb: sites.VerbStart, Slug: "second"})
}

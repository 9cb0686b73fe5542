package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// makeVolume makes a volume with labels by the docker command, fills it and returns its name.
func makeVolume(t *testing.T, d testbed.Daemon, name string, labels ...string) string {
	t.Helper()
	args := []string{"volume", "create"}
	for _, label := range labels {
		args = append(args, "--label", label)
	}
	return d.Docker(t, append(args, d.Volume(t, name))...)
}

// volumeExists reports whether the daemon lists a volume of exactly that name.
func volumeExists(t *testing.T, d testbed.Daemon, name string) bool {
	t.Helper()
	return d.Docker(t, "volume", "ls", "-q", "-f", "name=^"+name+"$") != ""
}

const platformLabel = LabelPlatform + "=" + PlatformValue

func TestEnsureVolume(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := newHome()
		e := connectAs(t, d, home)
		t.Run("eight callers make one", func(t *testing.T) {
			t.Parallel()
			name := d.Volume(t, testbed.NewName())
			names, errs := race(t, d, home, func(e *Docker) (string, error) {
				return e.EnsureVolume(t.Context(), VolumeSpec{Name: name, Labels: map[string]string{LabelRole: RoleDatabaseData}})
			})
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			for _, got := range names {
				if got != name {
					t.Errorf("a caller got %q, want %q", got, name)
				}
			}
			got := d.Docker(t, "volume", "inspect", "-f", `{{index .Labels "io.locorum.platform"}} {{index .Labels "io.locorum.home"}} {{index .Labels "io.locorum.role"}}`, name)
			if want := "locorum " + home + " database-data"; got != want {
				t.Errorf("labels are %q, want %q", got, want)
			}
		})
		t.Run("the desktop app's is adopted", func(t *testing.T) {
			t.Parallel()
			name := makeVolume(t, d, testbed.NewName(), platformLabel)
			if _, err := e.EnsureVolume(t.Context(), VolumeSpec{Name: name}); err != nil {
				t.Error(err)
			}
		})
		t.Run("another owner's is refused", func(t *testing.T) {
			t.Parallel()
			name := makeVolume(t, d, testbed.NewName(), platformLabel, LabelHome+"=/somebody/else")
			_, err := e.EnsureVolume(t.Context(), VolumeSpec{Name: name})
			var owner *OwnerError
			if !errors.As(err, &owner) || owner.Kind != "volume" || owner.Owner != "/somebody/else" {
				t.Errorf("got %v, want an OwnerError", err)
			}
		})
		t.Run("an unlabelled one is refused with the way out", func(t *testing.T) {
			t.Parallel()
			name := makeVolume(t, d, testbed.NewName())
			_, err := e.EnsureVolume(t.Context(), VolumeSpec{Name: name})
			var owner *OwnerError
			if !errors.As(err, &owner) || owner.Owner != "" || !strings.Contains(owner.Why, "docker volume rm "+name) {
				t.Errorf("got %v, want an OwnerError with the next step", err)
			}
		})
	})
}

func TestVolumesByLabel(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		slug := testbed.NewName()
		match := map[string]string{LabelSite: slug}
		if vols, err := e.VolumesByLabel(t.Context(), match); err != nil || len(vols) != 0 {
			t.Fatalf("got %v, %v, want none", vols, err)
		}
		empty := makeVolume(t, d, slug+"-a", LabelSite+"="+slug)
		full := makeVolume(t, d, slug+"-b", LabelSite+"="+slug)
		d.Pull(t, testbed.Alpine)
		d.Docker(t, "run", "--name", d.Container(t, testbed.NewName()), "-v", full+":/v", testbed.Alpine, "dd", "if=/dev/zero", "of=/v/f", "bs=64k", "count=16")

		vols, err := e.VolumesByLabel(t.Context(), match)
		if err != nil {
			t.Fatal(err)
		}
		if len(vols) != 2 || vols[0].Name != empty || vols[1].Name != full {
			t.Fatalf("listed %+v, want %s and %s", vols, empty, full)
		}
		if v := vols[0]; v.Size < 0 || v.Size >= 1<<20 || v.RefCount != 0 || v.Driver != "local" || v.Labels[LabelSite] != slug {
			t.Errorf("the empty volume is %+v", v)
		}
		if v := vols[1]; v.Size < 1<<20 || v.RefCount != 1 {
			t.Errorf("the volume with 1 MiB and a stopped container is %+v", v)
		}
	})
}

func TestRemoveVolumesByLabel(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		slug := testbed.NewName()
		match := map[string]string{LabelSite: slug}
		site := LabelSite + "=" + slug
		held := makeVolume(t, d, slug+"-a", site, platformLabel) // first in the listing
		free := makeVolume(t, d, slug+"-b", site, platformLabel)
		foreign := makeVolume(t, d, slug+"-c", site, platformLabel, LabelHome+"=/somebody/else")
		unlabelled := makeVolume(t, d, slug+"-d", site)
		d.Pull(t, testbed.Alpine)
		holder := d.Container(t, testbed.NewName())
		d.Docker(t, "create", "--name", holder, "-v", held+":/v", testbed.Alpine, "true")

		err := e.RemoveVolumesByLabel(t.Context(), match)
		if err == nil || !strings.Contains(err.Error(), held) || !strings.Contains(err.Error(), holder+" (created)") {
			t.Errorf("got %v, want an error naming %s and %s", err, held, holder)
		}
		for name, want := range map[string]bool{held: true, free: false, foreign: true, unlabelled: true} {
			if got := volumeExists(t, d, name); got != want {
				t.Errorf("%s exists is %v, want %v", name, got, want)
			}
		}
		d.Docker(t, "rm", holder)
		for range 2 {
			if err := e.RemoveVolumesByLabel(t.Context(), match); err != nil {
				t.Error(err)
			}
		}
		if volumeExists(t, d, held) {
			t.Errorf("%s is left", held)
		}
	})
}

func TestImages(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		d.Docker(t, "create", "--name", d.Container(t, testbed.NewName()), testbed.Alpine)
		images, err := connect(t, d).Images(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(images, func(img ImageInfo) bool { return slices.Contains(img.Tags, testbed.Alpine) })
		if i < 0 {
			t.Fatalf("%s is not among %d images", testbed.Alpine, len(images))
		}
		if img := images[i]; img.Size <= 0 || img.Containers < 1 || img.Created.IsZero() || !strings.HasPrefix(img.ID, "sha256:") {
			t.Errorf("the image is %+v", img)
		}
	})
}

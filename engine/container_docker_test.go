package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// sleeper returns a spec of a new name that runs until it is told to stop, which it does at once. It is removed at the
// end of the test.
func sleeper(t *testing.T, d testbed.Daemon) ContainerSpec {
	t.Helper()
	d.Pull(t, testbed.Alpine)
	return ContainerSpec{
		Name:   d.Container(t, testbed.NewName()),
		Image:  testbed.Alpine,
		Cmd:    []string{"sleep", "1000000"},
		Init:   true,
		Labels: PlatformLabels(RoleWeb, "demo", "dev"),
	}
}

// connectAs returns an engine on d whose data folder is home.
func connectAs(t *testing.T, d testbed.Daemon, home string) *Docker {
	t.Helper()
	e := NewWithOptions(Options{Home: home})
	e.SetClient(d.Client(t))
	return e
}

// ensure fails the test when the container cannot be had.
func ensure(t *testing.T, e *Docker, spec ContainerSpec) string {
	t.Helper()
	id, err := e.EnsureContainer(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// start ensures and starts.
func start(t *testing.T, e *Docker, spec ContainerSpec) string {
	t.Helper()
	id := ensure(t, e, spec)
	if err := e.StartContainer(t.Context(), spec.Name); err != nil {
		t.Fatal(err)
	}
	return id
}

// raw returns what the daemon says about a container.
func raw(t *testing.T, d testbed.Daemon, name string) container.InspectResponse {
	t.Helper()
	c, err := d.Client(t).ContainerInspect(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newNetwork makes a network of a new name that is removed at the end of the test, after the containers made later.
func newNetwork(t *testing.T, d testbed.Daemon) string {
	t.Helper()
	name := d.Network(t, testbed.NewName())
	d.CreateNetwork(t, name)
	return name
}

// wantOwner fails the test unless err is an *OwnerError with that owner.
func wantOwner(t *testing.T, err error, owner string) {
	t.Helper()
	var refused *OwnerError
	if !errors.As(err, &refused) || !errors.Is(err, ErrAlreadyExists) {
		t.Fatalf("got %v, want an *OwnerError", err)
	}
	if refused.Owner != owner || refused.Kind != "container" {
		t.Errorf("%q: a %s of %q, want a container of %q", err, refused.Kind, refused.Owner, owner)
	}
}

// wantAlone fails the test unless the container that e refuses to touch is the one of before, still running.
func wantAlone(t *testing.T, d testbed.Daemon, name, id string) {
	t.Helper()
	if c := raw(t, d, name); c.ID != id || !c.State.Running {
		t.Errorf("the container was touched: it is %s, %s", c.ID, c.State.Status)
	}
}

func TestEnsureContainerAdoptsTheSameHash(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec := connect(t, d), sleeper(t, d)
		id := start(t, e, spec)
		started := raw(t, d, spec.Name).State.StartedAt
		spec.Labels[LabelVersion] = "newer"
		if again := ensure(t, e, spec); again != id {
			t.Errorf("a running container became %s", again)
		}
		if now := raw(t, d, spec.Name).State.StartedAt; now != started {
			t.Errorf("it was started again at %s", now)
		}
		if err := e.StopContainer(t.Context(), spec.Name, 0); err != nil {
			t.Fatal(err)
		}
		if again := ensure(t, e, spec); again != id {
			t.Errorf("a stopped container became %s", again)
		}
	})
}

// What the desktop app made carries its labels and no data folder, and the hash that we compute too.
func TestEnsureContainerAdoptsTheDesktopApps(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		spec := sleeper(t, d)
		args := []string{"create", "--name", spec.Name, "--label", LabelConfigHash + "=" + spec.ConfigHash()}
		for key, value := range spec.Labels {
			args = append(args, "--label", key+"="+value)
		}
		id := d.Docker(t, append(args, spec.Image, "sleep", "1000000")...)
		if got := ensure(t, connectAs(t, d, "/home/me/.locorum"), spec); got != id {
			t.Errorf("adopted %s instead of %s", got, id)
		}
	})
}

func TestEnsureContainerLabels(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	spec := sleeper(t, d)
	spec.Labels = nil
	ensure(t, connectAs(t, d, "/home/me/.locorum"), spec)
	want := map[string]string{LabelPlatform: PlatformValue, LabelHome: "/home/me/.locorum", LabelConfigHash: spec.ConfigHash()}
	for key, value := range want {
		if got := raw(t, d, spec.Name).Config.Labels[key]; got != value {
			t.Errorf("%s is %q, want %q", key, got, value)
		}
	}
	if spec.Labels != nil {
		t.Errorf("the spec became %v", spec.Labels)
	}
}

func TestEnsureContainerReplacesWhatDrifted(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec := connect(t, d), sleeper(t, d)
		volume := d.Volume(t, testbed.NewName())
		spec.Mounts = []Mount{{Volume: &VolumeMount{Name: volume, Target: "/data"}}}
		first := start(t, e, spec)
		d.Docker(t, "exec", spec.Name, "sh", "-c", "echo kept >/data/file")
		spec.Env = []string{"A=1"}
		second := start(t, e, spec)
		if second == first {
			t.Fatal("the container was kept")
		}
		if got := d.Docker(t, "exec", spec.Name, "cat", "/data/file"); got != "kept" {
			t.Errorf("the named volume holds %q", got)
		}
		if got := raw(t, d, spec.Name); !slices.Contains(got.Config.Env, "A=1") || got.ID != second {
			t.Errorf("it is %s with %q", got.ID, got.Config.Env)
		}
	})
}

func TestEnsureContainerLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		mine := connectAs(t, d, "/home/me/.locorum")
		run := func(t *testing.T, name string, options ...string) string {
			args := append([]string{"run", "-d", "--init", "--name", name}, options...)
			return d.Docker(t, append(args, testbed.Alpine, "sleep", "1000000")...)
		}
		t.Run("not Locorum's", func(t *testing.T) {
			spec := sleeper(t, d)
			id := run(t, spec.Name)
			_, err := mine.EnsureContainer(t.Context(), spec)
			wantOwner(t, err, "")
			wantOwner(t, mine.RemoveContainer(t.Context(), spec.Name), "")
			wantAlone(t, d, spec.Name, id)
		})
		t.Run("another data folder", func(t *testing.T) {
			spec := sleeper(t, d)
			id := start(t, connectAs(t, d, "/home/you/.locorum"), spec)
			_, err := mine.EnsureContainer(t.Context(), spec)
			wantOwner(t, err, "/home/you/.locorum")
			wantOwner(t, mine.RemoveContainer(t.Context(), spec.Name), "/home/you/.locorum")
			wantAlone(t, d, spec.Name, id)
		})
		t.Run("no data folder and foreign binds", func(t *testing.T) {
			spec, folder := sleeper(t, d), t.TempDir()
			id := run(t, spec.Name, "--label", LabelPlatform+"="+PlatformValue, "-v", folder+":/site")
			_, err := mine.EnsureContainer(t.Context(), spec)
			wantOwner(t, err, "")
			if !strings.Contains(err.Error(), folder) {
				t.Errorf("%q does not say what it mounts", err)
			}
			wantOwner(t, mine.RemoveContainer(t.Context(), spec.Name), "")
			wantAlone(t, d, spec.Name, id)
		})
		t.Run("no data folder and binds that we want too", func(t *testing.T) {
			spec, folder := sleeper(t, d), t.TempDir()
			id := run(t, spec.Name, "--label", LabelPlatform+"="+PlatformValue, "-v", folder+":/site")
			spec.Mounts = []Mount{{Bind: &BindMount{Source: folder, Target: "/site"}}}
			if got := ensure(t, mine, spec); got == id {
				t.Error("a container without a hash was kept")
			}
		})
	})
}

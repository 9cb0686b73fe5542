package engine

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// A database that is killed loses what it had not written: it has to see its stop signal first.
func TestDatabaseIsStoppedBeforeItIsRemoved(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		for _, tc := range []struct {
			name   string
			remove func(t *testing.T, spec ContainerSpec) error
		}{
			{"remove", func(t *testing.T, spec ContainerSpec) error { return e.RemoveContainer(t.Context(), spec.Name) }},
			{"drift", func(t *testing.T, spec ContainerSpec) error {
				spec.Env = []string{"A=1"}
				_, err := e.EnsureContainer(t.Context(), spec)
				return err
			}},
			{"remove by label", func(t *testing.T, spec ContainerSpec) error {
				return e.RemoveContainersByLabel(t.Context(), map[string]string{LabelSite: spec.Labels[LabelSite]})
			}},
		} {
			t.Run(tc.name, func(t *testing.T) {
				volume, spec := d.Volume(t, testbed.NewName()), sleeper(t, d)
				spec.Labels = PlatformLabels(RoleDatabase, testbed.NewName(), "dev")
				spec.Mounts = []Mount{{Volume: &VolumeMount{volume, "/data", false}}}
				spec.Cmd = []string{"sh", "-c", `trap "sleep 1; echo written >/data/page; exit" TERM; echo up >/data/page; while :; do sleep 0.1; done`}
				start(t, e, spec)
				page := func() string {
					return d.Docker(t, "run", "--rm", "-v", volume+":/data", testbed.Alpine, "cat", "/data/page")
				}
				for d.Docker(t, "exec", spec.Name, "ls", "/data") == "" { // until the trap is set
				}
				if err := tc.remove(t, spec); err != nil {
					t.Fatal(err)
				}
				if got := page(); got != "written" {
					t.Errorf("the page is %q", got)
				}
			})
		}
	})
}

func TestAnonymousVolumesGoWithTheirContainer(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, ctx := connect(t, d), t.Context()
		image := imageWithVolume(t, d)
		named := d.Volume(t, testbed.NewName())
		run := func(t *testing.T) (ContainerSpec, string) {
			spec := sleeper(t, d)
			spec.Image = image
			spec.Labels[LabelSite] = testbed.NewName()
			spec.Mounts = []Mount{{Volume: &VolumeMount{named, "/named", false}}}
			start(t, e, spec)
			for _, m := range raw(t, d, spec.Name).Mounts {
				if m.Destination == "/anonymous" {
					return spec, m.Name
				}
			}
			t.Fatal("the image declares no volume")
			return spec, ""
		}
		for name, remove := range map[string]func(spec ContainerSpec) error{
			"recreate": func(spec ContainerSpec) error {
				spec.Env = []string{"A=1"}
				_, err := e.EnsureContainer(ctx, spec)
				return err
			},
			"remove": func(spec ContainerSpec) error { return e.RemoveContainer(ctx, spec.Name) },
			"remove by label": func(spec ContainerSpec) error {
				return e.RemoveByLabel(ctx, map[string]string{LabelSite: spec.Labels[LabelSite]})
			},
		} {
			t.Run(name, func(t *testing.T) {
				spec, anonymous := run(t)
				if err := remove(spec); err != nil {
					t.Fatal(err)
				}
				volumes := strings.Fields(d.Docker(t, "volume", "ls", "-q"))
				if slices.Contains(volumes, anonymous) {
					t.Errorf("the anonymous volume %s is left", anonymous)
				}
				if !slices.Contains(volumes, named) {
					t.Errorf("the named volume %s has gone", named)
				}
			})
		}
	})
}

// imageWithVolume makes an image that declares a volume at /anonymous, as Redis's does.
func imageWithVolume(t *testing.T, d testbed.Daemon) string {
	t.Helper()
	d.Pull(t, testbed.Alpine)
	image, helper := testbed.NewName()+":1", d.Container(t, testbed.NewName())
	d.Docker(t, "create", "--name", helper, testbed.Alpine)
	d.Docker(t, "commit", "-c", "VOLUME /anonymous", helper, image)
	t.Cleanup(func() { d.Docker(t, "image", "rm", "-f", image) })
	return image
}

func TestRemoveContainersByLabel(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		mine, yours := connectAs(t, d, "/home/me/.locorum"), connectAs(t, d, "/home/you/.locorum")
		site := testbed.NewName()
		spec := func() ContainerSpec {
			s := sleeper(t, d)
			s.Labels[LabelSite] = site
			return s
		}
		first, second, foreign, stray := spec(), spec(), spec(), spec()
		start(t, mine, first)
		ensure(t, mine, second)
		foreignID := start(t, yours, foreign)
		strayID := d.Docker(t, "run", "-d", "--init", "--name", stray.Name, "--label", LabelSite+"="+site, testbed.Alpine, "sleep", "1000000")

		list, err := mine.ContainersByLabel(t.Context(), map[string]string{LabelSite: site})
		if err != nil || len(list) != 4 {
			t.Fatalf("listed %v, %v; want four", list, err)
		}
		list, err = mine.ContainersByLabel(t.Context(), map[string]string{LabelSite: site, LabelHome: ""})
		if err != nil || len(list) != 3 {
			t.Fatalf("with any owner: %v, %v; want three", list, err)
		}
		i := slices.IndexFunc(list, func(c ContainerInfo) bool { return c.ID == foreignID })
		if c := list[i]; c.Names[0] != "/"+foreign.Name || c.State != "running" || c.Image != testbed.Alpine || c.Labels[LabelHome] != "/home/you/.locorum" {
			t.Errorf("listed as %+v", c)
		}
		for range 2 {
			if err := mine.RemoveContainersByLabel(t.Context(), map[string]string{LabelSite: site}); err != nil {
				t.Fatal(err)
			}
		}
		wantAbsent(t, mine, first.Name)
		wantAbsent(t, mine, second.Name)
		wantAlone(t, d, foreign.Name, foreignID)
		wantAlone(t, d, stray.Name, strayID)
	})
}

// One container that cannot be removed must not keep the others.
func TestRemoveContainersByLabelGoesOn(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		site := testbed.NewName()
		var ids, names []string
		for range 4 {
			spec := sleeper(t, d)
			spec.Labels[LabelSite] = site
			names, ids = append(names, spec.Name), append(ids, ensure(t, connect(t, d), spec))
		}
		e := meddled(t, d, "1.41", meddler{refuse: func(r *http.Request) string {
			if r.Method == http.MethodDelete && (strings.HasSuffix(r.URL.Path, ids[1]) || strings.HasSuffix(r.URL.Path, ids[2])) {
				return "refused on purpose"
			}
			return ""
		}})
		err := e.RemoveContainersByLabel(t.Context(), map[string]string{LabelSite: site})
		if err == nil {
			t.Fatal("no error")
		}
		for i, name := range names {
			refused := i == 1 || i == 2
			there, lookErr := e.ContainerExists(t.Context(), name)
			if there != refused || lookErr != nil || strings.Contains(err.Error(), name) != refused {
				t.Errorf("container %d: exists %v, %v; the error reads %q", i, there, lookErr, err)
			}
		}
	})
}

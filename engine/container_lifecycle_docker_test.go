package engine

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestContainerLifecycle(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec, ctx := connect(t, d), sleeper(t, d), t.Context()
		is := func(exists, running bool) {
			t.Helper()
			gotExists, err := e.ContainerExists(ctx, spec.Name)
			gotRunning, err2 := e.ContainerIsRunning(ctx, spec.Name)
			if gotExists != exists || gotRunning != running || err != nil || err2 != nil {
				t.Fatalf("exists %v, runs %v, want %v and %v (%v, %v)", gotExists, gotRunning, exists, running, err, err2)
			}
		}
		twice := func(what string, do func() error) {
			t.Helper()
			for i := range 2 {
				if err := do(); err != nil {
					t.Fatalf("%s, time %d: %v", what, i+1, err)
				}
			}
		}
		startIt := func() error { return e.StartContainer(ctx, spec.Name) }
		stopIt := func() error { return e.StopContainer(ctx, spec.Name, 10*time.Second) }
		removeIt := func() error { return e.RemoveContainer(ctx, spec.Name) }

		is(false, false)
		if err := startIt(); !errors.Is(err, ErrNotFound) {
			t.Errorf("starting nothing: %v", err)
		}
		if err := e.RestartContainer(ctx, spec.Name, 0); !errors.Is(err, ErrNotFound) {
			t.Errorf("restarting nothing: %v", err)
		}
		twice("stopping nothing", stopIt)
		twice("removing nothing", removeIt)
		ensure(t, e, spec)
		is(true, false)
		twice("start", startIt)
		is(true, true)
		d.Docker(t, "pause", spec.Name)
		twice("start of a paused one", startIt)
		if raw(t, d, spec.Name).State.Paused {
			t.Error("it is still paused")
		}
		twice("stop", stopIt)
		is(true, false)
		twice("start", startIt)
		twice("remove", removeIt)
		is(false, false)
	})
}

func TestRestartContainer(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec := connect(t, d), sleeper(t, d)
		start(t, e, spec)
		for _, state := range []string{"running", "stopped"} {
			before, err := e.Inspect(t.Context(), spec.Name)
			if err != nil {
				t.Fatal(err)
			}
			if state == "stopped" {
				d.Docker(t, "stop", spec.Name)
			}
			if err := e.RestartContainer(t.Context(), spec.Name, 10*time.Second); err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			after, err := e.Inspect(t.Context(), spec.Name)
			if err != nil {
				t.Fatal(err)
			}
			if !after.StartedAt.After(before.StartedAt) || !after.Running || after.ID != before.ID {
				t.Errorf("%s: started at %v, then at %v; runs: %v", state, before.StartedAt, after.StartedAt, after.Running)
			}
		}
	})
}

// The daemon takes whole seconds: half of one must not become a kill at once, nor the time of another request.
func TestStopGraceIsRoundedUp(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	var mu sync.Mutex
	asked := ""
	e := meddled(t, d, "1.41", meddler{before: func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/stop") || strings.HasSuffix(r.URL.Path, "/restart") {
			mu.Lock()
			defer mu.Unlock()
			asked = r.URL.Query().Get("t")
		}
		return nil
	}})
	spec := sleeper(t, d)
	for grace, want := range map[time.Duration]string{
		0: "0", 1: "1", 500 * time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", time.Minute: "60",
		1<<63 - 1: "2147483647",
	} {
		start(t, e, spec)
		if err := e.StopContainer(t.Context(), spec.Name, grace); err != nil {
			t.Fatal(err)
		}
		if asked != want {
			t.Errorf("stop with %v asked for %q, want %q", grace, asked, want)
		}
		if err := e.RestartContainer(t.Context(), spec.Name, grace); err != nil {
			t.Fatal(err)
		}
		if asked != want {
			t.Errorf("restart with %v asked for %q, want %q", grace, asked, want)
		}
	}
}

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

// The daemon takes the first digits of an ID for a container; a name that looks like that is another's.
func TestContainersAreNotFoundByTheirFirstDigits(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec := connect(t, d), sleeper(t, d)
		id := start(t, e, spec)
		short := id[:12]
		wantAbsent(t, e, short)
		if err := e.StopContainer(t.Context(), short, 0); err != nil {
			t.Error(err)
		}
		if err := e.RemoveContainer(t.Context(), short); err != nil {
			t.Error(err)
		}
		wantAlone(t, d, spec.Name, id)
		if there, err := e.ContainerExists(t.Context(), id); !there || err != nil {
			t.Errorf("not found by its ID: %v", err)
		}
	})
}

func TestPublishedHostPort(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec := connect(t, d), sleeper(t, d)
		spec.Ports = []PortMap{{HostIP: "127.0.0.1", HostPort: "0", ContainerPort: "3306"}, {ContainerPort: "80"}, {HostPort: "0", ContainerPort: "53", Proto: "udp"}}
		ask := func(port int) int {
			t.Helper()
			got, err := e.PublishedHostPort(t.Context(), spec.Name, port)
			if err != nil {
				t.Error(err)
			}
			return got
		}
		if _, err := e.PublishedHostPort(t.Context(), spec.Name, 80); !errors.Is(err, ErrNotFound) {
			t.Errorf("absent: %v", err)
		}
		start(t, e, spec)
		if got := ask(3306); "127.0.0.1:"+itoa(got) != d.Docker(t, "port", spec.Name, "3306/tcp") {
			t.Errorf("published at %d", got)
		}
		if ask(80) != 0 || ask(53) != 0 || ask(81) != 0 {
			t.Errorf("80, 53, 81 are at %d, %d, %d; none is published over TCP", ask(80), ask(53), ask(81))
		}
		if err := e.StopContainer(t.Context(), spec.Name, 0); err != nil {
			t.Fatal(err)
		}
		if got := ask(3306); got != 0 {
			t.Errorf("a stopped container publishes %d", got)
		}
	})
}

func TestCreateContainer(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, "/home/me/.locorum")
		nets := []string{newNetwork(t, d), newNetwork(t, d)}
		name := sleeper(t, d).Name
		cfg := &container.Config{Cmd: []string{"sleep", "1000000"}, Labels: PlatformLabels(RoleRouter, "", "dev")}
		host := &container.HostConfig{NetworkMode: container.NetworkMode(nets[1]), Init: new(true)}
		joined := &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{
			nets[0]: nil, nets[1]: {Aliases: []string{"router"}},
		}}
		create := func(name string) error {
			return e.CreateContainer(t.Context(), name, testbed.Alpine, cfg, host, joined)
		}
		if err := create(name); err != nil {
			t.Fatal(err)
		}
		c := raw(t, d, name)
		if !c.State.Running || len(c.NetworkSettings.Networks) != 2 || c.Config.Labels[LabelHome] != "/home/me/.locorum" {
			t.Errorf("it is %s in %v with %v", c.State.Status, c.NetworkSettings.Networks, c.Config.Labels)
		}
		if !slices.Contains(c.NetworkSettings.Networks[nets[1]].Aliases, "router") {
			t.Errorf("the alias is missing: %v", c.NetworkSettings.Networks[nets[1]].Aliases)
		}
		if cfg.Image != "" || len(cfg.Labels) != 3 {
			t.Errorf("the caller's configuration became %+v", cfg)
		}
		t.Run("again", func(t *testing.T) {
			var owner *OwnerError
			if err := create(name); !errors.Is(err, ErrAlreadyExists) || errors.As(err, &owner) {
				t.Errorf("got %v, want an ErrAlreadyExists that is no OwnerError", err)
			}
			wantAlone(t, d, name, c.ID)
		})
		t.Run("over another's", func(t *testing.T) {
			other := sleeper(t, d).Name
			id := d.Docker(t, "run", "-d", "--name", other, testbed.Alpine, "sleep", "1000000")
			wantOwner(t, create(other), "")
			wantAlone(t, d, other, id)
		})
		t.Run("that does not start", func(t *testing.T) {
			spec := sleeper(t, d)
			err := e.CreateContainer(t.Context(), spec.Name, testbed.Alpine, &container.Config{Cmd: []string{"/no/such/program"}}, nil, nil)
			if err == nil || !strings.Contains(err.Error(), "/no/such/program") {
				t.Errorf("got %v, want the daemon's reason", err)
			}
			wantAbsent(t, e, spec.Name)
		})
	})
}

package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/docker/docker/api/types/network"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// newHome returns the name of a data folder that nobody else has.
func newHome() string { return "/nonexistent/" + testbed.NewName() }

// race calls fn from eight goroutines, each with an engine of its own, and returns what they returned.
func race[T any](t *testing.T, d testbed.Daemon, home string, fn func(e *Docker) (T, error)) ([]T, []error) {
	t.Helper()
	const callers = 8
	values, errs := make([]T, callers), make([]error, callers)
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range callers {
		e := connectAs(t, d, home)
		wg.Go(func() {
			<-begin
			values[i], errs[i] = fn(e)
		})
	}
	close(begin)
	wg.Wait()
	return values, errs
}

// networkIDs returns the full IDs of the networks of exactly that name.
func networkIDs(t *testing.T, d testbed.Daemon, name string) []string {
	t.Helper()
	return strings.Fields(d.Docker(t, "network", "ls", "-q", "--no-trunc", "-f", "name=^"+name+"$"))
}

func TestEnsureNetworkRace(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		name := d.Network(t, testbed.NewName())
		spec := NetworkSpec{Name: name, Internal: true, Labels: map[string]string{LabelRole: RoleSiteNetwork}}
		ids, errs := race(t, d, newHome(), func(e *Docker) (string, error) { return e.EnsureNetwork(t.Context(), spec) })
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		there := networkIDs(t, d, name)
		if len(there) != 1 {
			t.Fatalf("there are %d networks of the name, want 1", len(there))
		}
		for _, id := range ids {
			if id != there[0] {
				t.Errorf("a caller got %q, want %q", id, there[0])
			}
		}
	})
}

func TestEnsureNetwork(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := newHome()
		e := connectAs(t, d, home)
		ensure := func(t *testing.T, spec NetworkSpec) string {
			t.Helper()
			id, err := e.EnsureNetwork(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		inspect := func(t *testing.T, ref, format string) string {
			t.Helper()
			return d.Docker(t, "network", "inspect", "-f", format, ref)
		}
		t.Run("made with labels and found again", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			labels := map[string]string{LabelSite: "demo"}
			id := ensure(t, NetworkSpec{Name: name, Internal: true, Labels: labels})
			if again := ensure(t, NetworkSpec{Name: name, Internal: true}); again != id {
				t.Errorf("the second call returned %q, want %q", again, id)
			}
			got := inspect(t, id, `{{.Driver}} {{.Internal}} {{index .Labels "io.locorum.platform"}} {{index .Labels "io.locorum.home"}} {{index .Labels "io.locorum.site"}}`)
			if want := "bridge true locorum " + home + " demo"; got != want {
				t.Errorf("made %q, want %q", got, want)
			}
			if len(labels) != 1 {
				t.Errorf("the caller's labels were changed to %v", labels)
			}
		})
		t.Run("drift without containers is replaced", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			id := ensure(t, NetworkSpec{Name: name})
			other := ensure(t, NetworkSpec{Name: name, Internal: true})
			if other == id || inspect(t, name, "{{.Internal}}") != "true" {
				t.Errorf("the network was not replaced: %s, then %s", id, other)
			}
		})
		for _, state := range []string{"running", "exited", "created"} {
			t.Run("drift under a container is kept: "+state, func(t *testing.T) {
				t.Parallel()
				name := d.Network(t, testbed.NewName())
				id := ensure(t, NetworkSpec{Name: name})
				onNetwork(t, d, name, state)
				if again := ensure(t, NetworkSpec{Name: name, Internal: true}); again != id {
					t.Errorf("returned %q, want the one in use, %q", again, id)
				}
			})
		}
		t.Run("the desktop app's is adopted", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			id := d.Docker(t, "network", "create", "--label", LabelPlatform+"="+PlatformValue, name)
			if got := ensure(t, NetworkSpec{Name: name}); got != id {
				t.Errorf("returned %q, want %q", got, id)
			}
		})
		t.Run("others' are refused", func(t *testing.T) {
			t.Parallel()
			for _, labels := range [][]string{
				nil,
				{"--label", LabelPlatform + "=" + PlatformValue, "--label", LabelHome + "=/somebody/else"},
			} {
				name := d.Network(t, testbed.NewName())
				d.Docker(t, slices.Concat([]string{"network", "create"}, labels, []string{name})...)
				_, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
				var owner *OwnerError
				if !errors.As(err, &owner) || owner.Kind != "network" || owner.Name != name || !errors.Is(err, ErrAlreadyExists) {
					t.Errorf("labels %q: got %v, want an OwnerError", labels, err)
				}
				if len(labels) > 0 && owner != nil && owner.Owner != "/somebody/else" {
					t.Errorf("the owner is %q", owner.Owner)
				}
			}
		})
		t.Run("CreateNetwork is idempotent", func(t *testing.T) {
			t.Parallel()
			name := d.Network(t, testbed.NewName())
			for range 2 {
				if err := e.CreateNetwork(t.Context(), name, true, nil); err != nil {
					t.Fatal(err)
				}
			}
			if got := inspect(t, name, "{{.Internal}}"); got != "true" {
				t.Errorf("internal is %s", got)
			}
		})
	})
}

// onNetwork makes a container on the network, in the given state, and returns its name.
func onNetwork(t *testing.T, d testbed.Daemon, on, state string) string {
	t.Helper()
	d.Pull(t, testbed.Alpine)
	name := d.Container(t, testbed.NewName())
	run := []string{"run", "-d", "--init", "--name", name, "--network", on, testbed.Alpine}
	switch state {
	case "running":
		d.Docker(t, append(run, "sleep", "600")...)
	case "exited":
		d.Docker(t, append(run, "true")...)
		d.Docker(t, "wait", name)
	case "created":
		d.Docker(t, "create", "--name", name, "--network", on, testbed.Alpine, "true")
	}
	return name
}

// Only a daemon that lets one name be used twice can have twins, and only if somebody else makes them.
func TestEnsureNetworkTwins(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		unique, err := e.apiAtLeast(t.Context(), "1.44")
		if err != nil {
			t.Fatal(err)
		}
		if unique {
			name := d.Network(t, testbed.NewName())
			if _, err := twin(t, e, name); err != nil {
				t.Fatal(err)
			}
			if _, err := twin(t, e, name); err == nil {
				t.Error("a daemon of API 1.44 took a name twice; the cases below should run on it")
			}
			return
		}
		t.Run("empty ones leave the oldest", func(t *testing.T) {
			t.Parallel()
			name := testbed.NewName()
			first, second := twins(t, d, e, name)
			ids, errs := race(t, d, e.opts.Home, func(e *Docker) (string, error) {
				return e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
			})
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			for _, id := range ids {
				if id != first {
					t.Errorf("a caller got %q, want the older %q, not %q", id, first, second)
				}
			}
			if left := networkIDs(t, d, name); !slices.Equal(left, []string{first}) {
				t.Errorf("left are %q", left)
			}
		})
		t.Run("the one in use stays", func(t *testing.T) {
			t.Parallel()
			name := testbed.NewName()
			_, second := twins(t, d, e, name)
			onNetwork(t, d, second, "created") // the daemon starts none on a name that is ambiguous
			id, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
			if err != nil || id != second {
				t.Errorf("got %q, %v, want %q", id, err, second)
			}
		})
		t.Run("two in use are an error", func(t *testing.T) {
			t.Parallel()
			name := testbed.NewName()
			first, second := twins(t, d, e, name)
			onNetwork(t, d, first, "created")
			user := onNetwork(t, d, second, "created")
			_, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name})
			if !errors.Is(err, ErrAlreadyExists) || !strings.Contains(err.Error(), user) {
				t.Errorf("got %v, want an ErrAlreadyExists naming %s", err, user)
			}
			if left := networkIDs(t, d, name); len(left) != 2 {
				t.Errorf("left are %q", left)
			}
		})
	})
}

// twin makes a network of ours as a program does that lets the daemon name the bridge.
func twin(t *testing.T, e *Docker, name string) (string, error) {
	t.Helper()
	cli, err := e.client()
	if err != nil {
		t.Fatal(err)
	}
	off := false
	//lint:ignore SA1019 this asks an old daemon for what programs asked of it then
	body := network.CreateRequest{Name: name, CheckDuplicate: &off}
	body.Driver, body.Labels = "bridge", map[string]string{LabelPlatform: PlatformValue}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := cli.HTTPClient().Post("http://docker/v"+cli.ClientVersion()+"/networks/create", "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var made network.CreateResponse
	if resp.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("the daemon answered %s", resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil {
		t.Fatal(err)
	}
	return made.ID, nil
}

// twins makes two networks of one name and returns their IDs, the older first.
func twins(t *testing.T, d testbed.Daemon, e *Docker, name string) (first, second string) {
	t.Helper()
	var ids [2]string
	for i := range ids {
		id, err := twin(t, e, name)
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = id
		d.Network(t, id)
	}
	return ids[0], ids[1]
}

func TestNetworksByLabel(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		slug := testbed.NewName()
		match := map[string]string{LabelSite: slug, LabelRole: ""}
		if nets, err := e.NetworksByLabel(t.Context(), match); err != nil || len(nets) != 0 {
			t.Fatalf("got %v, %v, want none", nets, err)
		}
		names := []string{d.Network(t, slug+"-a"), d.Network(t, slug+"-b")}
		for _, name := range names {
			labels := map[string]string{LabelSite: slug, LabelRole: RoleSiteNetwork}
			if _, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name, Labels: labels}); err != nil {
				t.Fatal(err)
			}
		}
		nets, err := e.NetworksByLabel(t.Context(), match)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range nets {
			got = append(got, n.Name)
			if n.ID == "" || n.Driver != "bridge" || n.Labels[LabelSite] != slug {
				t.Errorf("an incomplete row: %+v", n)
			}
		}
		if !slices.Equal(got, names) {
			t.Errorf("listed %q, want %q", got, names)
		}
		match[LabelRole] = RoleGlobalNetwork
		if nets, err := e.NetworksByLabel(t.Context(), match); err != nil || len(nets) != 0 {
			t.Errorf("another role: got %v, %v, want none", nets, err)
		}
	})
}

func TestRemoveNetworksByLabel(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		slug := testbed.NewName()
		match := map[string]string{LabelSite: slug}
		create := func(suffix string, labels ...string) string {
			name := d.Network(t, slug+suffix)
			args := []string{"network", "create", "--label", LabelSite + "=" + slug}
			d.Docker(t, slices.Concat(args, labels, []string{name})...)
			return name
		}
		ours := []string{"--label", LabelPlatform + "=" + PlatformValue}
		busy := create("-a", ours...) // first in the listing
		user := onNetwork(t, d, busy, "running")
		free := create("-b", ours...)
		stopped := create("-c", ours...)
		onNetwork(t, d, stopped, "exited")
		foreign := create("-d", slices.Concat(ours, []string{"--label", LabelHome + "=/somebody/else"})...)
		unlabelled := create("-e")

		err := e.RemoveNetworksByLabel(t.Context(), match)
		if err == nil || !strings.Contains(err.Error(), busy) || !strings.Contains(err.Error(), user) {
			t.Errorf("got %v, want an error naming %s and %s", err, busy, user)
		}
		for name, want := range map[string]int{busy: 1, free: 0, stopped: 0, foreign: 1, unlabelled: 1} {
			if got := len(networkIDs(t, d, name)); got != want {
				t.Errorf("%s: %d networks are left, want %d", name, got, want)
			}
		}
		d.Docker(t, "rm", "-f", user)
		for range 2 { // the second finds nothing of ours
			if err := e.RemoveNetworksByLabel(t.Context(), match); err != nil {
				t.Error(err)
			}
		}
		if left := networkIDs(t, d, busy); len(left) != 0 {
			t.Errorf("%s is left", busy)
		}
	})
}

func TestReconcileNetworks(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		want := map[string]int{}
		for _, state := range []string{"none", "running", "exited", "created", "joined later"} {
			name := d.Network(t, testbed.NewName())
			if _, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name}); err != nil {
				t.Fatal(err)
			}
			want[name] = 1
			switch state {
			case "none":
				want[name] = 0
			case "joined later":
				d.Docker(t, "network", "connect", name, onNetwork(t, d, "bridge", "created"))
			default:
				onNetwork(t, d, name, state)
			}
		}
		desktop := d.Network(t, testbed.NewName())
		d.Docker(t, "network", "create", "--label", LabelPlatform+"="+PlatformValue, desktop)
		want[desktop] = 1

		for range 2 {
			if err := e.ReconcileNetworks(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for name, n := range want {
			if got := len(networkIDs(t, d, name)); got != n {
				t.Errorf("%s: %d networks are left, want %d", name, got, n)
			}
		}
	})
}

func TestReconcileNetworksRace(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := newHome()
		e := connectAs(t, d, home)
		var names []string
		for range 3 {
			name := d.Network(t, testbed.NewName())
			if _, err := e.EnsureNetwork(t.Context(), NetworkSpec{Name: name}); err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		_, errs := race(t, d, home, func(e *Docker) (struct{}, error) { return struct{}{}, e.ReconcileNetworks(t.Context()) })
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		for _, name := range names {
			if left := networkIDs(t, d, name); len(left) != 0 {
				t.Errorf("%s is left", name)
			}
		}
	})
}

func TestNetworkBadInput(t *testing.T) {
	t.Parallel()
	e := New() // no client: nothing can be created
	for name, spec := range map[string]NetworkSpec{
		"Name":   {Name: ""},
		"Name 2": {Name: "a b"},
		"Driver": {Name: "ok-name", Driver: "a/b"},
		"label":  {Name: "ok-name", Labels: map[string]string{"a=b": "c"}},
	} {
		_, err := e.EnsureNetwork(t.Context(), spec)
		if field := strings.Fields(name)[0]; !errors.Is(err, ErrSpecInvalid) || !strings.Contains(err.Error(), field) {
			t.Errorf("%+v: got %v, want an ErrSpecInvalid naming %s", spec, err, field)
		}
	}
	for _, call := range []func() error{
		func() error { return e.RemoveNetworksByLabel(t.Context(), nil) },
		func() error { return e.RemoveNetworksByLabel(t.Context(), map[string]string{"a=b": ""}) },
		func() error { return e.RemoveVolumesByLabel(t.Context(), nil) },
		func() error { _, err := e.EnsureVolume(t.Context(), VolumeSpec{Name: "/"}); return err },
		func() error { _, err := e.NetworksByLabel(t.Context(), map[string]string{"": ""}); return err },
		func() error { _, err := e.VolumesByLabel(t.Context(), map[string]string{"": ""}); return err },
	} {
		if err := call(); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("got %v, want ErrSpecInvalid", err)
		}
	}
}

func TestResourcesWithoutClient(t *testing.T) {
	t.Parallel()
	e := New()
	ctx := t.Context()
	match := map[string]string{LabelSite: "x"}
	calls := map[string]func(context.Context) error{
		"EnsureNetwork": func(ctx context.Context) error {
			_, err := e.EnsureNetwork(ctx, NetworkSpec{Name: "ok-name"})
			return err
		},
		"NetworksByLabel":       func(ctx context.Context) error { _, err := e.NetworksByLabel(ctx, match); return err },
		"RemoveNetworksByLabel": func(ctx context.Context) error { return e.RemoveNetworksByLabel(ctx, match) },
		"ReconcileNetworks":     e.ReconcileNetworks,
		"EnsureVolume": func(ctx context.Context) error {
			_, err := e.EnsureVolume(ctx, VolumeSpec{Name: "ok-name"})
			return err
		},
		"VolumesByLabel":       func(ctx context.Context) error { _, err := e.VolumesByLabel(ctx, match); return err },
		"RemoveVolumesByLabel": func(ctx context.Context) error { return e.RemoveVolumesByLabel(ctx, match) },
		"Images":               func(ctx context.Context) error { _, err := e.Images(ctx); return err },
		"DiskUsage":            func(ctx context.Context) error { _, err := e.DiskUsage(ctx); return err },
		"Prune":                func(ctx context.Context) error { _, err := e.Prune(ctx); return err },
		"ChownVolume":          func(ctx context.Context) error { return e.ChownVolume(ctx, "ok-name", 1, 1) },
		"ChownPath":            func(ctx context.Context) error { return e.ChownPath(ctx, "/nonexistent/x", 1, 1) },
		"RunOneShotCapture": func(ctx context.Context) error {
			_, err := e.RunOneShotCapture(ctx, "ok-name", testbed.Alpine, []string{"true"}, nil)
			return err
		},
	}
	for name, call := range calls {
		if err := call(ctx); !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("%s: got %v, want ErrDaemonUnreachable", name, err)
		}
	}
}

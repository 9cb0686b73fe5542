package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

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

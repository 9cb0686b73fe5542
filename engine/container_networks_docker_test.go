package engine

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestEnsureContainerJoinsAllNetworks(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		nets := []string{newNetwork(t, d), newNetwork(t, d), newNetwork(t, d)}
		spec := sleeper(t, d)
		spec.Networks = []NetworkAttachment{{nets[0], []string{"web"}}, {nets[1], nil}, {nets[2], []string{"front", "door"}}}
		start(t, e, spec)
		c := raw(t, d, spec.Name)
		if string(c.HostConfig.NetworkMode) != nets[0] {
			t.Errorf("the primary network is %s, want %s", c.HostConfig.NetworkMode, nets[0])
		}
		for net, names := range map[string][]string{
			nets[0]: {"web", spec.Name}, nets[1]: {spec.Name}, nets[2]: {"front", "door", spec.Name},
		} {
			for _, name := range names {
				want := c.NetworkSettings.Networks[net].IPAddress
				got := d.Docker(t, "run", "--rm", "--network", net, testbed.Alpine, "ping", "-c1", "-w5", name)
				if want == "" || !strings.Contains(got, "("+want+")") {
					t.Errorf("in %s %s is not %q: %s", net, name, want, got)
				}
			}
		}
	})
}

func TestEnsureContainerHealsLostNetworks(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		setup := func(t *testing.T) (*Docker, ContainerSpec, string) {
			e, nets := connect(t, d), []string{newNetwork(t, d), newNetwork(t, d)}
			spec := sleeper(t, d)
			spec.Networks = []NetworkAttachment{{Network: nets[0]}, {Network: nets[1]}}
			id := start(t, e, spec)
			if err := e.StopContainer(t.Context(), spec.Name, 0); err != nil {
				t.Fatal(err)
			}
			return e, spec, id
		}
		t.Run("removed and made again", func(t *testing.T) {
			e, spec, id := setup(t)
			d.Docker(t, "network", "rm", spec.Networks[1].Network)
			d.CreateNetwork(t, spec.Networks[1].Network)
			if err := e.StartContainer(t.Context(), spec.Name); !errors.Is(err, ErrNotFound) {
				t.Fatalf("the daemon starts it all the same (%v): this test proves nothing", err)
			}
			if again := start(t, e, spec); again == id {
				t.Error("it was kept")
			}
			if c := raw(t, d, spec.Name); !c.State.Running || len(c.NetworkSettings.Networks) != 2 {
				t.Errorf("it is %s in %v", c.State.Status, c.NetworkSettings.Networks)
			}
		})
		t.Run("removed", func(t *testing.T) {
			e, spec, id := setup(t)
			lost := spec.Networks[1].Network
			d.Docker(t, "network", "rm", lost)
			_, err := e.EnsureContainer(t.Context(), spec)
			if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), lost) {
				t.Errorf("got %v, want an ErrNotFound that names %s", err, lost)
			}
			if c := raw(t, d, spec.Name); c.ID != id {
				t.Error("the old container was removed before the new one could be made")
			}
		})
		t.Run("one that it joined on demand removed", func(t *testing.T) {
			e, spec, id := setup(t)
			extra := newNetwork(t, d)
			d.Docker(t, "network", "connect", extra, spec.Name)
			start(t, e, spec)
			if err := e.StopContainer(t.Context(), spec.Name, 0); err != nil {
				t.Fatal(err)
			}
			if kept := ensure(t, e, spec); kept != id {
				t.Error("it was replaced though all its networks exist")
			}
			d.Docker(t, "network", "rm", extra)
			if again := start(t, e, spec); again == id {
				t.Error("it was kept")
			}
		})
		t.Run("left by hand", func(t *testing.T) {
			e, spec, id := setup(t)
			d.Docker(t, "network", "disconnect", spec.Networks[1].Network, spec.Name)
			if kept := start(t, e, spec); kept != id {
				t.Error("it was replaced")
			}
			if c := raw(t, d, spec.Name); len(c.NetworkSettings.Networks) != 2 {
				t.Errorf("it is in %v", c.NetworkSettings.Networks)
			}
		})
	})
}

func TestEnsureContainerNeedsItsNetworks(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, missing := connect(t, d), testbed.NewName()
		t.Run("nothing there", func(t *testing.T) {
			spec := sleeper(t, d)
			spec.Networks = []NetworkAttachment{{Network: missing}}
			_, err := e.EnsureContainer(t.Context(), spec)
			if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), missing) {
				t.Errorf("got %v, want an ErrNotFound that names %s", err, missing)
			}
			wantAbsent(t, e, spec.Name)
		})
		t.Run("drifted", func(t *testing.T) {
			spec := sleeper(t, d)
			id := start(t, e, spec)
			spec.Networks = []NetworkAttachment{{Network: missing}}
			if _, err := e.EnsureContainer(t.Context(), spec); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v, want an ErrNotFound", err)
			}
			wantAlone(t, d, spec.Name, id)
		})
	})
}

// Below API 1.44 the container exists before it is in its second network.
func TestEnsureContainerLeavesNothingHalfMade(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		setup := func(t *testing.T, m meddler) (*Docker, ContainerSpec) {
			nets := []NetworkAttachment{{Network: newNetwork(t, d)}, {Network: newNetwork(t, d)}}
			spec := sleeper(t, d)
			spec.Networks = nets
			return meddled(t, d, "1.41", m), spec
		}
		joining := func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/connect") }
		t.Run("join fails", func(t *testing.T) {
			e, spec := setup(t, meddler{refuse: func(r *http.Request) string {
				if joining(r) {
					return "refused on purpose"
				}
				return ""
			}})
			_, err := e.EnsureContainer(t.Context(), spec)
			if err == nil || !strings.Contains(err.Error(), "refused on purpose") || !strings.Contains(err.Error(), spec.Networks[1].Network) {
				t.Errorf("got %v, want the refusal and the network's name", err)
			}
			wantAbsent(t, connect(t, d), spec.Name)
		})
		t.Run("cancelled while joining", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			e, spec := setup(t, meddler{before: func(r *http.Request) error {
				if joining(r) {
					cancel()
					return context.Canceled
				}
				return nil
			}})
			if _, err := e.EnsureContainer(ctx, spec); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want a cancel", err)
			}
			wantAbsent(t, connect(t, d), spec.Name)
		})
		t.Run("the answer to the create is lost", func(t *testing.T) {
			lost := false
			e, spec := setup(t, meddler{lose: func(r *http.Request) bool {
				first := strings.HasSuffix(r.URL.Path, "/containers/create") && !lost
				lost = lost || first
				return first
			}})
			id := ensure(t, e, spec)
			if c := raw(t, d, spec.Name); !lost || c.ID != id || len(c.NetworkSettings.Networks) != 2 {
				t.Errorf("lost: %v; it is %s in %v, want %s in two", lost, c.ID, c.NetworkSettings.Networks, id)
			}
		})
	})
}

// wantAbsent fails the test when the container exists.
func wantAbsent(t *testing.T, e *Docker, name string) {
	t.Helper()
	if there, err := e.ContainerExists(t.Context(), name); there || err != nil {
		t.Errorf("container %s exists: %v, %v", name, there, err)
	}
}

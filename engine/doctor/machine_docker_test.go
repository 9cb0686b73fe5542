package doctor

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// connectTo returns an engine on the daemon at host, for the home folder.
func connectTo(t *testing.T, host, home string) *engine.Docker {
	t.Helper()
	d, err := engine.Connect(engine.ConnectOptions{
		Options:   engine.Options{Home: filepath.Join(home, ".locorum")},
		ConfigDir: t.TempDir(),
		LookupEnv: func(key string) (string, bool) { return host, key == "DOCKER_HOST" },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// find returns the findings of that kind, as line has them.
func find(r Report, kind string) []string {
	var found []string
	for _, f := range r.Findings {
		if f.Check == kind {
			found = append(found, line(f))
		}
	}
	return found
}

// TestRealMachine makes every check on this machine as it is. What is wrong with it is its own matter; each check must
// come to an end that is a finding.
func TestRealMachine(t *testing.T) {
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := t.TempDir()
		docker := connectTo(t, d.Host, home)
		r := Run(t.Context(), Checks(Options{
			HomeDir: home, Docker: docker, Store: &rows{},
			Lookup: func(context.Context, string) ([]netip.Addr, error) { return nil, &net.DNSError{} }, // the resolver may ask the network
		}))
		for _, f := range r.Findings {
			if strings.HasPrefix(f.Check, "check-") || f.Severity > Info && f.Fix == "" {
				t.Errorf("got %+v", f)
			}
		}
		if len(r.Skipped) > 0 {
			t.Errorf("skipped %q", r.Skipped)
		}
		for kind, want := range map[string]string{
			"docker":    "ok docker: Docker answers at " + d.Host,
			"clock":     "ok clock: Docker's clock agrees with ours",
			"leftovers": "ok leftovers: Docker has nothing of sites that are gone",
		} {
			if got := find(r, kind); !slices.Equal(got, []string{want}) {
				t.Errorf("%s: got %q", kind, got)
			}
		}
		x := examiner{Options{Docker: docker}.complete()}
		if local, _, err := x.onThisMachine(t.Context()); !local || err != nil {
			t.Errorf("the daemon is said to be elsewhere: %v", err)
		}
	})
}

func TestRealLeftovers(t *testing.T) {
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		home := t.TempDir()
		docker := connectTo(t, d.Host, home)
		slug := testbed.NewName()
		labels := engine.PlatformLabels(engine.RoleDatabaseData, slug, "1")
		if _, err := docker.EnsureVolume(t.Context(), engine.VolumeSpec{Name: d.Volume(t, engine.SiteVolumeName(slug)), Labels: labels}); err != nil {
			t.Fatal(err)
		}
		if _, err := docker.EnsureNetwork(t.Context(), engine.NetworkSpec{Name: d.Network(t, engine.SiteNetworkName(slug)), Labels: labels}); err != nil {
			t.Fatal(err)
		}
		opts := Options{HomeDir: home, Docker: docker, Store: &rows{}}
		r := Run(t.Context(), only(t, opts, "leftovers"))
		want := "info leftovers: the database does not know the site " + slug + " $ locorum-tui show " + slug
		if got := lines(r); !slices.Equal(got, []string{want}) || r.Findings[0].Detail != "Docker has 1 network and 1 volume of it; its database takes 0B." {
			t.Errorf("got %q: %+v", got, r.Findings)
		}
		opts.HomeDir = t.TempDir()
		if got := lines(Run(t.Context(), only(t, opts, "leftovers"))); len(got) != 1 || strings.Contains(got[0], slug) {
			t.Errorf("for another person: %q", got)
		}
	})
}

// TestRealPools uses up the addresses of a daemon: it must refuse exactly when we say that there are none. One of its four
// ranges belongs to a network of another daemon, so that the machine has a route there.
func TestRealPools(t *testing.T) {
	t.Parallel()
	for _, modern := range []bool{false, true} {
		t.Run(fmt.Sprintf("modern %v", modern), func(t *testing.T) {
			t.Parallel()
			third, fourth := rand.IntN(256), 16*rand.IntN(16)
			other := testbed.One(t)
			other.CreateNetwork(t, other.Network(t, testbed.NewName()), "--subnet", fmt.Sprintf("10.216.%d.%d/30", third, fourth+4))
			d := testbed.NewThrowaway(t, modern, fmt.Sprintf("--default-address-pool=base=10.216.%d.%d/28,size=30", third, fourth))
			docker := connectTo(t, d.Host, t.TempDir())
			check := only(t, Options{HomeDir: t.TempDir(), Docker: docker}, "pools")
			const prune = " $ docker network prune"
			for made, want := range []string{
				"warn pools: Docker can make only 3 more networks" + prune,
				"warn pools: Docker can make only 2 more networks" + prune,
				"warn pools: Docker can make only 1 more network" + prune,
				"blocker pools: Docker can make no more networks" + prune,
			} {
				if got := lines(Run(t.Context(), check)); !slices.Equal(got, []string{want}) {
					t.Errorf("after %d networks: got %q, want %q", made, got, want)
				}
				_, err := docker.EnsureNetwork(t.Context(), engine.NetworkSpec{Name: d.Network(t, fmt.Sprintf("dn%d", made))})
				if (err != nil) != (made == 3) {
					t.Fatalf("after %d networks: %v", made, err)
				}
			}
		})
	}
}

// TestOnTheFake makes every check on a daemon in memory, whose machine is not this one.
func TestOnTheFake(t *testing.T) {
	t.Parallel()
	docker := fake.New(fake.Options{})
	t.Cleanup(func() { _ = docker.Close() })
	b := newBox(t)
	b.Docker, b.Now = docker, nil
	r := Run(t.Context(), Checks(b.Options))
	if !r.OK() || len(r.Skipped) > 0 {
		t.Errorf("got %q, skipped %q", lines(r), r.Skipped)
	}
	docker.Fail("DaemonDetail", context.DeadlineExceeded, 1)
	if got := lines(Run(t.Context(), only(t, b.Options, "clock"))); !slices.Equal(got, []string{"warn check-clock: could not check clock"}) {
		t.Errorf("got %q", got)
	}
}

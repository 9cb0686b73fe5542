package engine

import (
	"strings"
	"sync"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// raceCallers is how many ask for the same thing at once.
const raceCallers = 8

// together runs do on an engine of its own for every caller, all at once, and returns when all are through.
func together(t *testing.T, d testbed.Daemon, do func(caller int, e *Docker)) {
	t.Helper()
	engines := make([]*Docker, raceCallers)
	for i := range engines {
		engines[i] = connect(t, d)
		if _, err := engines[i].ready(t.Context()); err != nil { // so that all of them start at the same point
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for i, e := range engines {
		wg.Go(func() { do(i, e) })
	}
	wg.Wait()
}

func TestEnsureContainerRace(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		for _, tc := range []struct {
			name   string
			before func(t *testing.T, spec ContainerSpec)
		}{
			{"nothing there", func(*testing.T, ContainerSpec) {}},
			{"one that drifted", func(t *testing.T, spec ContainerSpec) {
				spec.Env = []string{"OLD=1"}
				ensure(t, connect(t, d), spec)
			}},
			{"a running one that drifted", func(t *testing.T, spec ContainerSpec) {
				spec.Env = []string{"OLD=1"}
				start(t, connect(t, d), spec)
			}},
			{"one that fits", func(t *testing.T, spec ContainerSpec) { ensure(t, connect(t, d), spec) }},
		} {
			t.Run(tc.name, func(t *testing.T) {
				spec := ContainerSpec{Networks: []NetworkAttachment{{Network: newNetwork(t, d)}, {Network: newNetwork(t, d)}}}
				one := sleeper(t, d) // after the networks, so that it goes before them
				one.Networks = spec.Networks
				tc.before(t, one)
				var ids [raceCallers]string
				var errs [raceCallers]error
				together(t, d, func(i int, e *Docker) { ids[i], errs[i] = e.EnsureContainer(t.Context(), one) })
				for i := range raceCallers {
					if errs[i] != nil {
						t.Errorf("caller %d: %v", i, errs[i])
					} else if ids[i] != ids[0] {
						t.Errorf("caller %d has %s, caller 0 has %s", i, ids[i], ids[0])
					}
				}
				listed := d.Docker(t, "ps", "-aq", "--no-trunc", "--filter", "name="+one.Name)
				if listed != ids[0] {
					t.Errorf("there is %q, want %s", listed, ids[0])
				}
				c := raw(t, d, one.Name)
				if len(c.NetworkSettings.Networks) != 2 || c.Config.Labels[LabelConfigHash] != one.ConfigHash() {
					t.Errorf("it has the networks %v and the hash %s", c.NetworkSettings.Networks, c.Config.Labels[LabelConfigHash])
				}
			})
		}
	})
}

func TestRemoveContainerRace(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		spec := sleeper(t, d)
		start(t, connect(t, d), spec)
		together(t, d, func(i int, e *Docker) {
			if err := e.RemoveContainer(t.Context(), spec.Name); err != nil {
				t.Errorf("caller %d: %v", i, err)
			}
			if there, err := e.ContainerExists(t.Context(), spec.Name); there || err != nil {
				t.Errorf("caller %d: it still exists: %v, %v", i, there, err)
			}
		})
		if left := d.Docker(t, "ps", "-aq", "--filter", "name="+spec.Name); strings.TrimSpace(left) != "" {
			t.Errorf("left: %s", left)
		}
	})
}

package engine

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

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

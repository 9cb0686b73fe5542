package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestEventsOfAContainersLife(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		name := d.Container(t, testbed.NewName())
		other := d.Container(t, testbed.NewName())
		listed := d.Container(t, testbed.NewName())
		label := "ltt." + name
		d.Docker(t, "create", "--name", listed, "--label", label+"=1", testbed.Alpine, "true")

		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := connect(t, d).Events(ctx, map[string]string{label: ""})
		e := nextEvent(t, events)
		if e.Kind != EventListed || len(e.Containers) != 1 || e.Containers[0].Names[0] != "/"+listed || e.Containers[0].State != "created" {
			t.Fatalf("the first event is %+v, want the list of one", e)
		}

		d.Docker(t, "run", "-d", "--name", other, testbed.Alpine, "true")
		id := d.Docker(t, "run", "-d", "--name", name, "--label", label+"=2", "--health-cmd", "exit 0", "--health-interval", "250ms",
			testbed.Alpine, "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.1; done")
		for _, want := range []ContainerAction{ActionCreate, ActionStart, ActionHealth} {
			e := awaitEvent(t, events, string(want), func(e Event) bool { return e.Action != ActionDestroy && e.Name != listed })
			if e.Action != want || e.ID != id || e.Name != name || e.Labels[label] != "2" || e.Time.IsZero() {
				t.Fatalf("got %+v, want %s of %s", e, want, name)
			}
			if want == ActionHealth && e.Health != "healthy" {
				t.Errorf("health %q, want healthy", e.Health)
			}
		}
		d.Docker(t, "stop", name)
		e = awaitEvent(t, events, "die", func(e Event) bool { return e.Action == ActionDie })
		if e.ID != id || e.ExitCode != 3 {
			t.Errorf("got %+v, want the death of %s with code 3", e, name)
		}
		d.Docker(t, "rm", "-f", name)
		e = awaitEvent(t, events, "destroy", func(e Event) bool { return e.Action == ActionDestroy })
		if e.ID != id || e.Dropped != 0 {
			t.Errorf("got %+v, want the removal of %s with nothing dropped", e, name)
		}
		cancel()
		closes(t, events)
	})
}

// Whatever is made while a stream begins is in its first list or comes as an event.
func TestEventsLoseNothingAtTheStart(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connect(t, d)
		label := "ltt." + testbed.NewName()
		for range 10 {
			ctx, cancel := context.WithCancel(t.Context())
			events := e.Events(ctx, map[string]string{label: ""})
			name := d.Container(t, testbed.NewName())
			d.Docker(t, "create", "--name", name, "--label", label, testbed.Alpine, "true")
			awaitEvent(t, events, "the container that was made meanwhile", func(e Event) bool {
				listed := slices.ContainsFunc(e.Containers, func(c ContainerInfo) bool { return c.Names[0] == "/"+name })
				return listed || e.Action == ActionCreate && e.Name == name
			})
			cancel()
			closes(t, events)
		}
	})
}

func TestEventsOverADaemonThatIsKilled(t *testing.T) {
	t.Parallel()
	for _, modern := range []bool{false, true} {
		t.Run(fmt.Sprintf("modern=%v", modern), func(t *testing.T) {
			t.Parallel()
			d := testbed.NewThrowaway(t, modern, "--live-restore")
			d.Docker(t, "create", "--name", "first", testbed.Alpine, "sleep", "1000")
			events := connect(t, d.Daemon).Events(t.Context(), nil)
			if e := nextEvent(t, events); e.Kind != EventListed || len(e.Containers) != 1 {
				t.Fatalf("the first event is %+v, want the list of one", e)
			}
			d.Kill(t)
			lost := awaitEvent(t, events, "the loss", isKind(EventLost))
			var why *UnreachableError
			if !errors.Is(lost.Err, ErrDaemonUnreachable) || !errors.As(lost.Err, &why) || why.NextStep == "" {
				t.Errorf("lost because %v, want an UnreachableError with a next step", lost.Err)
			}
			d.Start(t)
			d.Docker(t, "create", "--name", "second", testbed.Alpine, "sleep", "1000")
			known := make(map[string]bool)
			awaitEvent(t, events, "the second container, by the list or an event", func(e Event) bool {
				for _, c := range e.Containers {
					known[c.Names[0][1:]] = true
				}
				if e.Kind == EventContainer {
					known[e.Name] = true
				}
				return known["first"] && known["second"]
			})
			d.Docker(t, "start", "second")
			awaitEvent(t, events, "start", func(e Event) bool { return e.Action == ActionStart && e.Name == "second" })
		})
	}
}

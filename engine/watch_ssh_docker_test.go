package engine

import (
	"os"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestWatchOverSSH(t *testing.T) {
	t.Parallel()
	daemon := testbed.One(t)
	daemon.Pull(t, testbed.Alpine)
	s := testbed.SSH(t, "DOCKER_HOST="+daemon.Host)
	d := connectSSH(t, s)
	name := daemon.Container(t, testbed.NewName())
	label := "ltt." + name
	events := d.Events(t.Context(), map[string]string{label: ""})
	if e := nextEvent(t, events); e.Kind != EventListed {
		t.Fatalf("the first event is %+v, want a list", e)
	}
	daemon.Docker(t, append([]string{"run", "-d", "--name", name, "--label", label, "--health-interval", "1h", "--health-cmd", "true"}, runs("true")...)...)
	awaitEvent(t, events, "start", func(e Event) bool { return e.Action == ActionStart && e.Name == name })
	if err := d.WaitReady(t.Context(), name, patience); err != nil {
		t.Errorf("WaitReady: %v", err)
	}
	readings, err := d.Stats(t.Context(), name, minStatsInterval)
	if err != nil {
		t.Fatal(err)
	}
	awaitStats(t, readings, "a second reading", func(s Stats) bool { return s.HasCPU })

	for _, pid := range sshChildren(t, s) {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill()
		}
	}
	awaitEvent(t, events, "the loss", isKind(EventLost))
	if e := awaitEvent(t, events, "the list after it", isKind(EventListed)); len(e.Containers) != 1 {
		t.Errorf("the list has %d containers, want 1", len(e.Containers))
	}
}

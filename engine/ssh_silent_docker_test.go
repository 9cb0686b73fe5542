package engine

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// TestSSHGoesSilent takes the network away under the events that are followed: nothing comes any more, not even the end.
// ssh itself notices, and the loss is told.
func TestSSHGoesSilent(t *testing.T) {
	t.Parallel()
	daemon := testbed.One(t)
	s := testbed.SSH(t, "DOCKER_HOST="+daemon.Host)
	patient := connectSSH(t, s)
	if err := patient.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, pid := range sshChildren(t, s) { // an engine that nobody gave options to asks the far side for a sign of life
		text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		if err != nil {
			continue // it has ended meanwhile
		}
		if args := strings.ReplaceAll(string(text), "\x00", " "); !strings.Contains(args, strings.Join(sshAlive[:], " ")) {
			t.Errorf("ssh was started as %q", args)
		}
	}
	s.Options = append(s.Options, "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=2")
	d := connectSSH(t, s)
	follow := d.Events(t.Context(), map[string]string{LabelSite: testbed.NewName()})
	if e := nextEvent(t, follow); e.Kind != EventListed {
		t.Fatalf("the first event is %+v", e)
	}
	s.Freeze(t)
	if e := nextEvent(t, follow); e.Kind != EventLost || !errors.Is(e.Err, ErrDaemonUnreachable) {
		t.Errorf("without a network came %+v", e)
	}
	s.Thaw(t)
	if e := nextEvent(t, follow); e.Kind != EventListed {
		t.Errorf("with the network back came %+v", e)
	}
}

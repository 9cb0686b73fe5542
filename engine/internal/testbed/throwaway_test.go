package testbed

import (
	"testing"
)

func TestThrowawaySurvivesKill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		modern bool
	}{{"old", false}, {"modern", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := NewThrowaway(t, c.modern, "--live-restore")
			name := NewName()
			d.Docker(t, "run", "-d", "--name", name, Alpine, "sleep", "1000")
			d.Kill(t)
			if _, err := Probe(d.Host); err == nil {
				t.Error("a killed daemon answers")
			}
			d.Start(t)
			if got := d.Docker(t, "inspect", "-f", "{{.State.Running}}", name); got != "true" {
				t.Errorf("running after the daemon came back: %s, want true", got)
			}
		})
	}
}

package command

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/doctor"
)

// TestDoctor runs the checks on this machine, whatever it is like: the text says what the JSON does, and so does the code.
func TestDoctor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		change  func(h *harness)
		blocker string // in the text, of a finding that stops everything; empty for none that is expected
	}{
		{"with Docker", func(*harness) {}, ""},
		{"address unknown", func(h *harness) { h.connectErr = errUnreachable }, "obody is at home"},
		{"daemon down", func(h *harness) { h.daemon.Down() }, "Docker"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.site("acme", nil)
			c.change(h)
			var report doctor.Report
			asJSON := h.run("doctor", "--json")
			if err := json.Unmarshal([]byte(asJSON.stdout), &report); err != nil || len(report.Findings) == 0 {
				t.Fatalf("%v in %+v", err, asJSON)
			}
			want := exitDone
			if !report.OK() {
				want = exitFailed
			}
			text := h.run("doctor")
			if asJSON.code != want || text.code != want || text.stderr != "" {
				t.Errorf("codes %d and %d, want %d; said %q", asJSON.code, text.code, want, text.stderr)
			}
			if c.blocker != "" && (want == exitDone || !strings.Contains(text.stdout, c.blocker)) {
				t.Errorf("%q is missing in\n%s", c.blocker, text.stdout)
			}
		})
	}
}

func TestDoctorChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.run("doctor")
	if entries, err := os.ReadDir(h.home); err != nil || len(entries) > 0 {
		t.Errorf("it made %v, %v", entries, err)
	}
}

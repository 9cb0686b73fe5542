package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/sites"
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

// TestDoctorTellsWhatBrokeOff tells of an operation whose process died, until a later one on the site has ended.
func TestDoctorTellsWhatBrokeOff(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.site("acme", nil)
	begun := clock().Add(-time.Hour)
	record := func(id string, lines ...sites.Line) {
		t.Helper()
		dir := filepath.Join(sites.DataDir(h.home), "tui", "operations")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		var text []byte
		for _, line := range append([]sites.Line{{Operation: &sites.Operation{
			ID: id, Request: sites.Request{Verb: sites.VerbStart, Slug: "acme"}, PID: 1, Begun: begun,
		}}}, lines...) {
			encoded, err := json.Marshal(line)
			if err != nil {
				t.Fatal(err)
			}
			text = append(append(text, encoded...), '\n')
		}
		if err := os.WriteFile(filepath.Join(dir, id+".jsonl"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tells := func() bool {
		var report doctor.Report
		if out := h.run("doctor", "--json"); json.Unmarshal([]byte(out.stdout), &report) != nil {
			t.Fatalf("%+v", out)
		}
		return slices.ContainsFunc(report.Findings, func(f doctor.Finding) bool {
			return strings.Contains(f.Title+f.Detail, "start") && strings.Contains(f.Title+f.Detail+f.Fix, "acme")
		})
	}
	record("20260504T100000.000Z-00000001")
	if !tells() {
		t.Error("it does not tell that the start broke off")
	}
	record("20260504T110000.000Z-00000002", sites.Line{Result: &sites.Result{Outcome: sites.Succeeded}})
	if tells() {
		t.Error("it tells of what a later start has made good")
	}
}

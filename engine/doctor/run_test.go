package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// finds is a check that finds the same each time.
func finds(id string, findings ...Finding) Check {
	return Check{ID: id, Run: func(context.Context) ([]Finding, error) { return findings, nil }}
}

// fails is a check that finds something and then fails.
func fails(id string, err error) Check {
	return Check{ID: id, Run: func(context.Context) ([]Finding, error) {
		return []Finding{{Severity: Info, Title: "before"}}, err
	}}
}

func lines(r Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, line(f))
	}
	return all
}

func TestRunSorts(t *testing.T) {
	t.Parallel()
	r := Run(t.Context(), []Check{
		finds("b", Finding{Severity: Warn, Title: "2"}, Finding{Severity: Warn, Title: "1"}, Finding{Title: "fine"}),
		finds("c", Finding{Severity: Blocker, Title: "last named, first shown"}),
		finds("a", Finding{Severity: Warn, Title: "x"}, Finding{Check: "own", Severity: Info, Title: "kind"}),
		finds("nothing"),
	})
	want := []string{"blocker c: last named, first shown", "warn a: x", "warn b: 2", "warn b: 1", "info own: kind", "ok b: fine"}
	if got := lines(r); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if r.Worst() != Blocker || r.OK() || r.Skipped != nil {
		t.Errorf("got %+v", r)
	}
}

func TestReportOK(t *testing.T) {
	t.Parallel()
	for severity, want := range map[Severity]bool{OK: true, Info: true, Warn: false, Blocker: false} {
		r := Report{Findings: []Finding{{Severity: OK}, {Severity: severity}}}
		if r.OK() != want || r.Worst() != severity {
			t.Errorf("%v: OK is %v, the worst %v", severity, r.OK(), r.Worst())
		}
	}
	if empty := Run(t.Context(), nil); !empty.OK() || empty.Worst() != OK {
		t.Errorf("of nothing: %+v", empty)
	}
}

func TestRunSurvivesItsChecks(t *testing.T) {
	t.Parallel()
	type private struct{ password string }
	panics := func(id string, value any) Check {
		return Check{ID: id, Run: func(context.Context) ([]Finding, error) { panic(value) }}
	}
	r := Run(t.Context(), []Check{
		fails("failed", errors.New("the disk \x1b]0;owned\x07is odd")),
		panics("panicked", "no such day"),
		panics("secret", private{"hunter2"}),
		{ID: "index", Run: func(context.Context) ([]Finding, error) { var none []Finding; return none[3:4], nil }},
		{ID: "goexit", Run: func(context.Context) ([]Finding, error) { runtime.Goexit(); return nil, nil }},
		finds("fine", Finding{Title: "fine"}),
	})
	want := []string{
		"warn check-failed: could not check failed", "warn check-index: the check of index broke", "warn check-panicked: the check of panicked broke",
		"warn check-secret: the check of secret broke", "info failed: before", "ok fine: fine",
	}
	if got := lines(r); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for i, detail := range []string{"The disk is odd.", "slice bounds out of range", "It is a fault of this program: no such day.", "a panic with a doctor.private"} {
		if got := r.Findings[i].Detail; !strings.Contains(got, detail) || strings.Contains(got, "hunter2") {
			t.Errorf("%s: the detail is %q, want %q in it", r.Findings[i].Check, got, detail)
		}
	}
}

func TestRunKeepsBudgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		defer close(stuck)
		until := func(wait func(ctx context.Context)) func(ctx context.Context) ([]Finding, error) {
			return func(ctx context.Context) ([]Finding, error) { wait(ctx); return nil, ctx.Err() }
		}
		r := Run(t.Context(), []Check{
			{ID: "obeys", Budget: 2 * time.Second, Run: until(func(ctx context.Context) { <-ctx.Done() })},
			{ID: "ignores", Budget: 3 * time.Second, Run: until(func(context.Context) { <-stuck })},
			{ID: "preset", Run: until(func(ctx context.Context) { <-ctx.Done() })},
			{ID: "in-time", Budget: 3 * time.Second, Run: until(func(context.Context) { time.Sleep(2 * time.Second) })},
		})
		want := []string{"warn check-ignores: could not check ignores", "warn check-obeys: could not check obeys", "warn check-preset: could not check preset"}
		if got := lines(r); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		for i, budget := range []string{"3s", "2s", "5s"} {
			if got := r.Findings[i].Detail; got != "It took longer than "+budget+"." {
				t.Errorf("got %q", got)
			}
		}
		if r.Took != defaultBudget { // side by side: the longest, not the sum
			t.Errorf("it took %v", r.Took)
		}
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		defer close(stuck)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := Run(ctx, []Check{
			{ID: "ignores", Run: func(context.Context) ([]Finding, error) { <-stuck; return nil, nil }},
			{ID: "obeys", Run: func(ctx context.Context) ([]Finding, error) { <-ctx.Done(); return nil, ctx.Err() }},
			finds("fine", Finding{Title: "fine"}),
		})
		if got := lines(r); !slices.Equal(got, []string{"ok fine: fine"}) || !slices.Equal(r.Skipped, []string{"ignores", "obeys"}) || r.Took != time.Second {
			t.Errorf("got %+v", r)
		}
	})
}

// TestRunTellsOneFaultOnce: without Docker there is one finding that says so, if there is one.
func TestRunTellsOneFaultOnce(t *testing.T) {
	t.Parallel()
	gone := fmt.Errorf("list: %w", engine.ErrDaemonUnreachable)
	for _, tc := range []struct {
		name          string
		check         Check
		want, skipped []string
	}{
		{"Docker is away", finds(idDocker, Finding{Severity: Blocker, Title: "away"}), []string{"blocker docker: away", "info b: before"}, []string{"b"}},
		{"no permission", finds(idDocker, Finding{Check: idPermission, Severity: Blocker, Title: "no"}), []string{"blocker docker-permission: no", "info b: before"}, []string{"b"}},
		{"it went away in between", finds(idDocker, Finding{Title: "answers"}), []string{"warn check-b: could not check b", "info b: before", "ok docker: answers"}, nil},
		{"another blocker explains nothing", finds("disk", Finding{Severity: Blocker, Title: "full"}), []string{"blocker disk: full", "warn check-b: could not check b", "info b: before"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := Run(t.Context(), []Check{tc.check, fails("b", gone)})
			if got := lines(r); !slices.Equal(got, tc.want) || !slices.Equal(r.Skipped, tc.skipped) {
				t.Errorf("got %q, skipped %q", got, r.Skipped)
			}
		})
	}
}

// TestWithoutDocker makes every check on a healthy machine that has no Docker.
func TestWithoutDocker(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	b.docker.err = &engine.UnreachableError{Reason: "Docker is stopped", NextStep: "Start it."}
	b.SeesFolders = func(context.Context) (bool, error) { return false, b.docker.err }
	r := Run(t.Context(), Checks(b.Options))
	if r.Worst() != Blocker || r.Findings[0].Check != idDocker || r.Findings[1].Severity > Info {
		t.Errorf("got %q", lines(r))
	}
	want := []string{"clock", "disk", "docker-disk", "docker-limits", "docker-version", "folders", "leftovers", "pools", "ports", "router", "services"}
	if !slices.Equal(r.Skipped, want) {
		t.Errorf("skipped %q, want %q", r.Skipped, want)
	}
}

// TestHealthy makes every check on a machine where all is well.
func TestHealthy(t *testing.T) {
	t.Parallel()
	r := Run(t.Context(), Checks(newBox(t).Options))
	if !r.OK() || len(r.Skipped) > 0 || len(r.Findings) < 18 {
		t.Errorf("got %q, skipped %q", lines(r), r.Skipped)
	}
}

func TestChecksHaveNamesAndBudgets(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, check := range Checks(Options{HomeDir: "/home/ann", Docker: &scripted{}}) {
		if check.ID == "" || seen[check.ID] || check.Budget <= 0 || check.Budget > time.Minute || check.Run == nil {
			t.Errorf("got %+v", check)
		}
		seen[check.ID] = true
	}
}

func TestReportJSON(t *testing.T) {
	t.Parallel()
	r := Report{Findings: []Finding{{Check: "disk", Severity: Warn, Title: "low", Fix: "make room", Command: "rm"}, {Check: "x", Title: "y"}}, Took: 5}
	text, err := json.Marshal(r)
	const want = `{"findings":[{"check":"disk","severity":"warn","title":"low","fix":"make room","command":"rm"},{"check":"x","severity":"ok","title":"y"}],"took":5}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v", text, err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil || !slices.Equal(back.Findings, r.Findings) {
		t.Errorf("back: %+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"findings":[{"severity":"dire"}]}`), &back); err == nil {
		t.Error("an unknown severity is no error")
	}
	if got := Severity(9).String(); got != "severity 9" {
		t.Errorf("got %q", got)
	}
}

func TestFindingsAreSanitised(t *testing.T) {
	t.Parallel()
	const hostile = "a\x1b[31mb\x1b]0;owned\x07\nc\u202ed\xff"
	r := Run(t.Context(), []Check{finds("x", Finding{Check: hostile, Title: hostile, Detail: hostile, Fix: hostile, Command: hostile})})
	f := r.Findings[0]
	for _, text := range []string{f.Check, f.Title, f.Detail, f.Fix, f.Command} {
		if text != "abcd\ufffd" {
			t.Errorf("got %q", text)
		}
	}
}

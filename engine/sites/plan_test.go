package sites

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// journal keeps what a plan told.
type journal struct {
	events []Event
}

func (j *journal) emit(e Event) { j.events = append(j.events, e) }

// last returns the last state of each step, in the order of name.
func (j *journal) last() string {
	states := map[string]StepState{}
	for _, e := range j.events {
		states[e.Step] = e.State
	}
	var lines []string
	for step, state := range states {
		lines = append(lines, step+"="+string(state))
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

// takes is a step that works for d unless its context ends.
func takes(name string, d time.Duration, needs ...string) Step {
	return Step{Name: name, Needs: needs, Run: func(ctx context.Context, _ func(Progress)) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
}

// fails is a step that fails with err after d.
func fails(name string, d time.Duration, err error, needs ...string) Step {
	return Step{Name: name, Needs: needs, Run: func(context.Context, func(Progress)) error {
		time.Sleep(d)
		return err
	}}
}

var errBroken = errors.New("broken")

func TestValidate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		steps []Step
		why   string
	}{
		{"empty", nil, ""},
		{"chain", []Step{takes("b", 0, "a"), takes("a", 0)}, ""},
		{"nameless", []Step{takes("", 0)}, "no name"},
		{"nothing to run", []Step{{Name: "a"}}, "nothing to run"},
		{"twice", []Step{takes("a", 0), takes("a", 0)}, "two steps named a"},
		{"unknown need", []Step{takes("a", 0, "z")}, "needs z"},
		{"itself", []Step{takes("a", 0, "a")}, "circle"},
		{"circle", []Step{takes("x", 0), takes("a", 0, "c"), takes("b", 0, "a"), takes("c", 0, "b", "x")}, "circle"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := Plan{Name: "p", Steps: c.steps}.Validate()
			if c.why == "" {
				if err != nil {
					t.Errorf("got %v, want nil", err)
				}
				return
			}
			if !errors.Is(err, ErrInvalidPlan) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want an ErrInvalidPlan that says %q", err, c.why)
			}
			var j journal
			if err := (Plan{Name: "p", Steps: c.steps}).Run(t.Context(), time.Now, j.emit); !errors.Is(err, ErrInvalidPlan) || len(j.events) > 0 {
				t.Errorf("running it: %v after %d events", err, len(j.events))
			}
		})
	}
}

func TestIndependentStepsRunSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Name: "p", Steps: []Step{
			takes("start", time.Second, "pull", "config"), takes("pull", 5*time.Second), takes("config", 2*time.Second), takes("page", time.Second, "start"),
		}}
		var j journal
		began := time.Now()
		if err := plan.Run(t.Context(), time.Now, j.emit); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 7*time.Second {
			t.Errorf("took %v, want the longest chain's 7 s", took)
		}
		var told []string
		for _, e := range j.events {
			told = append(told, fmt.Sprintf("%s %s %v", e.Step, e.State, e.Took))
		}
		want := []string{
			"pull started 0s", "config started 0s", "config done 2s", "pull done 5s", "start started 0s", "start done 1s",
			"page started 0s", "page done 1s",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestFailureEndsThePlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Name: "p", Steps: []Step{
			takes("done", 0), fails("bad", time.Second, errBroken), takes("long", time.Hour), takes("later", 0, "bad"),
			fails("late", 2*time.Second, errors.New("another")),
		}}
		var j journal
		err := plan.Run(t.Context(), time.Now, j.emit)
		var failed *StepError
		if !errors.As(err, &failed) || failed.Step != "bad" || !errors.Is(err, errBroken) {
			t.Errorf("got %v, want the first failure", err)
		}
		if got, want := j.last(), "bad=failed done=done late=failed later=skipped long=cancelled"; got != want {
			t.Errorf("ended as %s, want %s", got, want)
		}
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		plan := Plan{Name: "p", Steps: []Step{takes("a", time.Hour), takes("b", 0, "a")}}
		time.AfterFunc(time.Minute, func() { cancel(errBroken) })
		var j journal
		if err := plan.Run(ctx, time.Now, j.emit); !errors.Is(err, errBroken) {
			t.Errorf("got %v, want the cause of the cancellation", err)
		}
		if got, want := j.last(), "a=cancelled b=skipped"; got != want {
			t.Errorf("ended as %s, want %s", got, want)
		}
	})
}

func TestPanicIsAFailure(t *testing.T) {
	t.Parallel()
	plan := Plan{Name: "p", Steps: []Step{{Name: "a", Run: func(context.Context, func(Progress)) error { panic("oops") }}}}
	var j journal
	err := plan.Run(t.Context(), time.Now, j.emit)
	if err == nil || !strings.Contains(err.Error(), "oops") || !strings.Contains(err.Error(), "plan_test.go") {
		t.Errorf("got %v, want the panic with its stack", err)
	}
}

func TestProgressIsTold(t *testing.T) {
	t.Parallel()
	plan := Plan{Name: "p", Steps: []Step{{Name: "a", Run: func(_ context.Context, report func(Progress)) error {
		report(Progress{Label: "x", Current: 1, Total: 2})
		return nil
	}}}}
	var j journal
	if err := plan.Run(t.Context(), time.Now, j.emit); err != nil {
		t.Fatal(err)
	}
	if len(j.events) != 3 || j.events[1].State != StepProgress || *j.events[1].Progress != (Progress{Label: "x", Current: 1, Total: 2}) {
		t.Errorf("told %+v", j.events)
	}
}

func TestUndoGoesBackwards(t *testing.T) {
	t.Parallel()
	var undone []string
	undo := func(name string, err error) func(context.Context) error {
		return func(context.Context) error {
			undone = append(undone, name)
			return err
		}
	}
	plan := Plan{Name: "p", Steps: []Step{
		{Name: "a", Undo: undo("a", nil)}, {Name: "b", Undo: undo("b", errBroken)}, {Name: "c"}, {Name: "d", Undo: undo("d", nil)},
	}}
	var j journal
	err := plan.Undo(t.Context(), []string{"a", "b", "c"}, time.Now, j.emit)
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v, want the failure of b", err)
	}
	if !slices.Equal(undone, []string{"b", "a"}) {
		t.Errorf("undone %v, want b, then a", undone)
	}
	if got, want := j.last(), "a=undone b=failed"; got != want {
		t.Errorf("ended as %s, want %s", got, want)
	}
}

// TestErrorOfAStepIsOneSentence: the log of a container that is carried below an error is the result's, not the step's.
func TestErrorOfAStepIsOneSentence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var j journal
		long := errors.New("exited with code 1\n--- its log ---\nline")
		p := Plan{Name: "start", Steps: []Step{fails("database", 0, long)}}
		if err := p.Run(t.Context(), time.Now, j.emit); !errors.Is(err, long) {
			t.Fatalf("%v, want the step's error with all it carries", err)
		}
		if last := j.events[len(j.events)-1]; last.State != StepFailed || last.Error != "exited with code 1" {
			t.Errorf("the step ended as %s: %q", last.State, last.Error)
		}
	})
}

package doctor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// defaultBudget is that of a check that names none.
const defaultBudget = 5 * time.Second

// Check is one family of findings.
type Check struct {
	// ID names the check, and those of its findings that name no kind of their own.
	ID string
	// Budget is how long Run may take; 0 is five seconds.
	Budget time.Duration
	// Run looks. It ends when ctx does, and its findings count beside an error too. An engine.ErrDaemonUnreachable says
	// that the check cannot be made without Docker.
	Run func(ctx context.Context) ([]Finding, error)
}

// outcome is what became of a check.
type outcome struct {
	check    Check
	findings []Finding
	err      error
	panicked any
}

// Run makes the checks side by side, each within its budget, and reports when the last has ended. A check that fails,
// panics or overruns is a finding itself, "check-" and its ID; the others do not notice.
//
// Run does not wait for a check that ignores the end of its context, as a look at a dead network drive does: its
// goroutine ends when the look does, and what it found is dropped. When ctx ends Run returns what it has.
func Run(ctx context.Context, checks []Check) Report {
	start := time.Now()
	outcomes := make([]chan outcome, len(checks))
	for i, check := range checks {
		outcomes[i] = make(chan outcome, 1)
		go func() { outcomes[i] <- perform(ctx, check) }()
	}
	var all []outcome
	for _, each := range outcomes {
		all = append(all, <-each)
	}
	report := collect(ctx, all)
	report.Took = time.Since(start)
	return report
}

// perform makes one check, and returns at the end of its budget at the latest.
func perform(ctx context.Context, check Check) outcome {
	if check.Budget <= 0 {
		check.Budget = defaultBudget
	}
	ctx, cancel := context.WithTimeout(ctx, check.Budget)
	defer cancel()
	done := make(chan outcome, 1) // has room, so that a check which overran can still end
	go func() {
		out := outcome{check: check}
		defer func() {
			if out.panicked = recover(); out.panicked != nil {
				out.findings = nil
			}
			done <- out
		}()
		out.findings, out.err = check.Run(ctx)
	}()
	select {
	case out := <-done:
		return out
	case <-ctx.Done():
	}
	select {
	case out := <-done: // it ended at the same moment
		return out
	default:
		return outcome{check: check, err: ctx.Err()}
	}
}

// collect turns outcomes into a report.
func collect(ctx context.Context, all []outcome) Report {
	report := Report{Findings: []Finding{}}
	for _, out := range all {
		for _, f := range out.findings {
			if f.Check == "" {
				f.Check = out.check.ID
			}
			report.Findings = append(report.Findings, f.sanitised())
		}
	}
	explained := slices.ContainsFunc(report.Findings, func(f Finding) bool {
		return f.Severity == Blocker && (f.Check == idDocker || f.Check == idPermission)
	})
	for _, out := range all {
		switch {
		case out.panicked == nil && out.err == nil:
		case out.panicked == nil && ctx.Err() != nil,
			explained && errors.Is(out.err, engine.ErrDaemonUnreachable):
			report.Skipped = append(report.Skipped, out.check.ID)
		default:
			report.Findings = append(report.Findings, out.failure().sanitised())
		}
	}
	report.sort()
	return report
}

// failure is the finding that a check could not be made.
func (o outcome) failure() Finding {
	f := Finding{Check: "check-" + o.check.ID, Severity: Warn, Title: "could not check " + o.check.ID, Fix: "Try again."}
	switch {
	case o.panicked != nil:
		f.Title = "the check of " + o.check.ID + " broke"
		f.Detail = "It is a fault of this program: " + panicText(o.panicked) + "."
		f.Fix = "Please report it."
	case errors.Is(o.err, context.DeadlineExceeded):
		f.Detail = fmt.Sprintf("It took longer than %v.", o.check.Budget)
		f.Fix = "Try again when the machine is less busy; if it stays so, look for a network drive or a Docker that hangs."
	default:
		f.Detail = sentence(o.err.Error())
	}
	return f
}

// panicText describes what was panicked with. Only Go's own errors and plain text are quoted: a value could hold anything.
func panicText(value any) string {
	switch value := value.(type) {
	case runtime.Error:
		return value.Error()
	case string:
		return value
	}
	return fmt.Sprintf("a panic with a %T", value)
}

package sites

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// Step is one part of a plan.
type Step struct {
	// Name is unique in its plan and what people read: "database".
	Name string
	// Needs are the names of the steps that must be done before this one begins.
	Needs []string
	// Run does the step. It obeys ctx, may call report at any time until it returns, and finds its work done when it was
	// done before.
	Run func(ctx context.Context, report func(Progress)) error
	// Undo takes back what Run did, as far as that loses no data. It may be nil.
	Undo func(ctx context.Context) error
}

// quiet returns a step that has nothing to tell while it runs.
func quiet(name string, needs []string, do func(context.Context) error) Step {
	return Step{Name: name, Needs: needs, Run: func(ctx context.Context, _ func(Progress)) error { return do(ctx) }}
}

// Plan is an operation: steps in an order that their needs allow.
type Plan struct {
	// Name is the operation with its site: "start-site:acme".
	Name  string
	Steps []Step
}

// ErrInvalidPlan says that a plan cannot be run: two steps of one name, an unknown need, or needs in a circle.
var ErrInvalidPlan = errors.New("invalid plan")

// StepError is the failure of one step. A plan's error is one of these, or the context's.
type StepError struct {
	Step string
	Err  error
}

// Error names the step and its cause.
func (e *StepError) Error() string { return e.Step + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

// Validate reports what would keep the plan from ever ending; nil or an ErrInvalidPlan.
func (p Plan) Validate() error {
	left := map[string]*Step{}
	for i := range p.Steps {
		s := &p.Steps[i]
		switch {
		case s.Name == "" || s.Run == nil:
			return fmt.Errorf("%w: step %d of %s has no name or nothing to run", ErrInvalidPlan, i, p.Name)
		case left[s.Name] != nil:
			return fmt.Errorf("%w: %s has two steps named %s", ErrInvalidPlan, p.Name, s.Name)
		}
		left[s.Name] = s
	}
	for _, s := range p.Steps {
		for _, need := range s.Needs {
			if left[need] == nil {
				return fmt.Errorf("%w: step %s of %s needs %s, which is no step", ErrInvalidPlan, s.Name, p.Name, need)
			}
		}
	}
	for len(left) > 0 {
		before := len(left)
		for name, s := range left {
			if !slices.ContainsFunc(s.Needs, func(need string) bool { return left[need] != nil }) {
				delete(left, name)
			}
		}
		if len(left) == before {
			return fmt.Errorf("%w: steps of %s need each other in a circle", ErrInvalidPlan, p.Name)
		}
	}
	return nil
}

// Run runs the plan and returns nil, the *StepError of the step that failed first, or ctx's error. Events go to emit, one
// at a time and in order; when Run returns no step is running and emit is not called again. now is the clock.
func (p Plan) Run(ctx context.Context, now func() time.Time, emit func(Event)) error {
	if err := p.Validate(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &run{plan: p, now: now, emit: emit, ended: make(chan ending, len(p.Steps)), state: map[string]StepState{}}
	var first error
	for running := r.begin(ctx); running > 0; {
		end := <-r.ended
		running--
		if err := r.finish(ctx, end); err != nil && first == nil {
			first = err
			cancel()
		}
		if first == nil && ctx.Err() == nil {
			running += r.begin(ctx)
		}
	}
	for _, s := range p.Steps {
		if r.state[s.Name] == "" {
			r.tell(Event{Step: s.Name, State: StepSkipped})
		}
	}
	if first == nil {
		first = engine.Ended(ctx)
	}
	return first
}

// run is a plan under way. Everything but tell belongs to the goroutine of Plan.Run.
type run struct {
	plan  Plan
	now   func() time.Time
	state map[string]StepState
	// ended has room for every step, so that none waits to be heard.
	ended chan ending

	mu   sync.Mutex // guards emit: one event at a time
	emit func(Event)
}

// ending is how a step ended.
type ending struct {
	step Step
	took time.Duration
	err  error
}

// begin starts every step whose needs are met and returns how many it started.
func (r *run) begin(ctx context.Context) int {
	started := 0
	for _, s := range r.plan.Steps {
		if r.state[s.Name] != "" || slices.ContainsFunc(s.Needs, func(need string) bool { return r.state[need] != StepDone }) {
			continue
		}
		r.state[s.Name] = StepStarted
		r.tell(Event{Step: s.Name, State: StepStarted})
		started++
		go func() {
			began := r.now()
			err := guard(func() error {
				return s.Run(ctx, func(p Progress) { r.tell(Event{Step: s.Name, State: StepProgress, Progress: &p}) })
			})
			r.ended <- ending{s, r.now().Sub(began), err}
		}()
	}
	return started
}

// finish records how a step ended and returns its error, if it failed by itself. A step that was asked to end because
// another failed, or because the plan was cancelled, did not fail.
func (r *run) finish(ctx context.Context, end ending) error {
	event := Event{Step: end.step.Name, State: StepDone, Took: end.took}
	var failure error
	switch {
	case end.err == nil:
	case ctx.Err() != nil && errors.Is(end.err, context.Canceled):
		event.State = StepCancelled
	default:
		failure = &StepError{end.step.Name, end.err}
		event.State, event.Error = StepFailed, withoutLogs(end.err.Error())
	}
	r.state[end.step.Name] = event.State
	r.tell(event)
	return failure
}

// tell hands an event to the receiver.
func (r *run) tell(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Time = r.now()
	r.emit(e)
}

// guard runs do and turns a panic into an error with its stack: one broken step must not take the whole operation's
// record with it.
func guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// Undo takes back the steps named in done, the last first, and goes on after a failure. It returns the joined
// *StepErrors. Steps without Undo are passed over.
func (p Plan) Undo(ctx context.Context, done []string, now func() time.Time, emit func(Event)) error {
	var failures []error
	for _, name := range slices.Backward(done) {
		i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Name == name })
		if i < 0 || p.Steps[i].Undo == nil {
			continue
		}
		began := now()
		err := guard(func() error { return p.Steps[i].Undo(ctx) })
		event := Event{Time: now(), Step: name, State: StepUndone, Took: now().Sub(began)}
		if err != nil {
			event.State, event.Error = StepFailed, withoutLogs(err.Error())
			failures = append(failures, &StepError{name, err})
		}
		emit(event)
	}
	return errors.Join(failures...)
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// atOnce is how many operations of one command run side by side: more would only wait for the same disk.
const atOnce = 3

// operations is what begins operations and reads their records: *sites.Operations, or what tests put in its place.
type operations interface {
	Begin(ctx context.Context, request sites.Request) (sites.Operation, error)
	Follow(id string) (follower, error)
	Cancel(id string) error
	List() ([]sites.Operation, error)
}

// follower reads a record; *sites.Follower is one.
type follower interface {
	Next(ctx context.Context) (sites.Line, error)
	Close() error
}

// recorded makes *sites.Operations an operations.
type recorded struct{ *sites.Operations }

// Follow opens a record.
func (r recorded) Follow(id string) (follower, error) {
	record, err := r.Operations.Follow(id)
	if err != nil {
		return nil, err
	}
	return record, nil
}

// watch follows operations until they have ended, a second ctrl+c, or the end of the context.
type watch struct {
	app      *app
	ops      operations
	progress progress
	json     bool

	mu      sync.Mutex // guards what follows, and standard output
	running map[string]sites.Operation
	asked   bool // ctrl+c came once
	left    bool // and twice
}

// newWatch returns a watch of one operation, or of several.
func (a *app) newWatch(ops operations, asJSON, several bool) *watch {
	return &watch{app: a, ops: ops, progress: a.newProgress(asJSON, several), json: asJSON, running: map[string]sites.Operation{}}
}

// begin carries out the requests, at most atOnce at a time, and follows them. The error is that of the worst.
func (w *watch) begin(ctx context.Context, requests []sites.Request, done func(sites.Operation, sites.Result) error) error {
	return w.all(ctx, len(requests), func(ctx context.Context, i int) error {
		w.mu.Lock()
		stop := w.asked
		w.mu.Unlock()
		if stop {
			return errInterrupted // what has not begun does not begin
		}
		op, err := w.ops.Begin(ctx, requests[i])
		if err != nil {
			return fmt.Errorf("%s %s: %w", requests[i].Verb, requests[i].Slug, err)
		}
		return w.follow(ctx, op, done)
	})
}

// attach follows operations that are under way already.
func (w *watch) attach(ctx context.Context, ops []sites.Operation, done func(sites.Operation, sites.Result) error) error {
	return w.all(ctx, len(ops), func(ctx context.Context, i int) error { return w.follow(ctx, ops[i], done) })
}

// all calls do for 0 to n-1 side by side, deals with ctrl+c meanwhile, and returns the worst error.
func (w *watch) all(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	over, listened := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(listened)
		w.listen(ctx, cancel, over)
	}()
	errs := make([]error, n)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i := range n {
		group.Go(func() error {
			errs[i] = do(ctx, i)
			return nil
		})
	}
	_ = group.Wait()
	close(over)
	<-listened
	return w.worst(errs)
}

// worst returns the error with the highest exit code, and says the others.
func (w *watch) worst(errs []error) error {
	slices.SortStableFunc(errs, func(a, b error) int { return Code(a) - Code(b) })
	worst := errs[len(errs)-1]
	for _, err := range errs[:len(errs)-1] {
		if text := sentence(err); text != "" {
			fmt.Fprintln(w.app.Stderr, text)
		}
	}
	return worst
}

// listen turns the first ctrl+c into a request to cancel and the second into the end of following.
func (w *watch) listen(ctx context.Context, leave context.CancelCauseFunc, over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-ctx.Done():
			return
		case <-w.app.Interrupts:
		}
		w.mu.Lock()
		second := w.asked
		w.asked, w.left = true, second
		var running []sites.Operation
		for _, op := range w.running {
			running = append(running, op)
		}
		w.mu.Unlock()
		if second {
			leave(errInterrupted)
			return
		}
		for _, op := range running {
			text := "asked to cancel; ctrl+c again leaves it running"
			if err := w.ops.Cancel(op.ID); err != nil {
				text = "could not be asked to cancel: " + err.Error()
			}
			w.progress.note(op, text)
		}
	}
}

// follow shows the record of an operation until its result, which done is given. Its error is the operation's failure.
func (w *watch) follow(ctx context.Context, op sites.Operation, done func(sites.Operation, sites.Result) error) error {
	w.mu.Lock()
	w.running[op.ID] = op
	w.mu.Unlock()
	result, err := w.read(ctx, op)
	w.mu.Lock()
	delete(w.running, op.ID)
	w.mu.Unlock()
	switch {
	case ctx.Err() != nil && result == nil:
		w.progress.note(op, "it goes on; `locorum-tui follow "+op.ID+"` shows it")
		return context.Cause(ctx)
	case err != nil:
		return err
	case result == nil:
		return fmt.Errorf("%s of %s ended without saying how; see `locorum-tui show %[2]s`", op.Request.Verb, op.Request.Slug)
	case result.Outcome != sites.Succeeded:
		return w.failure(op, *result)
	}
	return done(op, *result)
}

// read shows the record's lines and returns the result; nil when there was none.
func (w *watch) read(ctx context.Context, op sites.Operation) (result *sites.Result, err error) {
	record, err := w.ops.Follow(op.ID)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, record.Close()) }()
	for {
		line, err := record.Next(ctx)
		if err == io.EOF {
			return result, nil
		}
		if err != nil {
			return result, err
		}
		if line.Result != nil {
			result = line.Result
		}
		if err := w.progress.line(op, line); err != nil {
			return result, err
		}
	}
}

// failure says how an operation failed, with the last lines of the container that is to blame and what to do next. The
// error has its exit code.
func (w *watch) failure(op sites.Operation, result sites.Result) error {
	code := codeOf(result.Code)
	if result.Outcome == sites.Cancelled {
		w.progress.note(op, "cancelled"+nextStep(result))
		return &codeError{code: exitCancelled}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s of %s failed: %s", op.Request.Verb, op.Request.Slug, result.Error)
	if len(result.Logs) > 0 {
		fmt.Fprintf(&text, "\nThe last lines of %s:", result.Service)
		for _, line := range result.Logs {
			text.WriteString("\n  " + engine.SanitizeString(line))
		}
	}
	if result.NextStep != "" {
		text.WriteString("\nNext: " + result.NextStep)
	}
	return &codeError{code: code, err: errors.New(text.String())}
}

func nextStep(result sites.Result) string {
	if result.NextStep == "" {
		return ""
	}
	return "; " + result.NextStep
}

// codeOf returns the exit code for the word that a result carries.
func codeOf(word string) int {
	for _, rule := range exitRules() {
		if rule.word != "" && rule.word == word {
			return rule.code
		}
	}
	return exitFailed
}

// terminalSize returns the size of the terminal that w is; zero when it is none that says.
func (a *app) terminalSize(w io.Writer) (cols, rows int) {
	file, ok := w.(*os.File)
	if !ok {
		return 0, 0
	}
	size := sizeOf(file)
	return int(size.Cols), int(size.Rows)
}

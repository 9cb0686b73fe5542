package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/tui/backend"
)

const (
	// keepRecords is how many records there are at most; the oldest that has ended goes.
	keepRecords = 100
	// progressEvery is how often a step's progress is recorded at most.
	progressEvery = 100 * time.Millisecond
)

// record is what an operation has told.
type record struct {
	cancel context.CancelFunc

	mu      sync.Mutex // guards what follows
	op      sites.Operation
	lines   []sites.Line
	changed chan struct{} // closed and replaced at every line
	last    map[string]time.Time
	pending map[string]sites.Event
}

func newRecord(op sites.Operation, cancel context.CancelFunc) *record {
	r := &record{cancel: cancel, op: op, changed: make(chan struct{}), last: map[string]time.Time{}, pending: map[string]sites.Event{}}
	r.addLocked(sites.Line{Operation: &op})
	return r
}

func (r *record) addLocked(line sites.Line) {
	r.lines = append(r.lines, line)
	close(r.changed)
	r.changed = make(chan struct{})
}

// Event adds an event. Progress that comes too quickly is kept until the step ends.
func (r *record) Event(e sites.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.State == sites.StepProgress {
		if e.Time.Sub(r.last[e.Step]) < progressEvery {
			r.pending[e.Step] = e
			return
		}
		r.last[e.Step] = e.Time
		delete(r.pending, e.Step)
	} else if last, ok := r.pending[e.Step]; ok {
		delete(r.pending, e.Step)
		r.addLocked(sites.Line{Event: &last})
	}
	r.addLocked(sites.Line{Event: &e})
}

// Notice adds a sentence for the person.
func (r *record) Notice(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.addLocked(sites.Line{Notice: text})
}

// finish adds how it ended. There is nothing after it.
func (r *record) finish(result sites.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.op.Result = &result
	r.addLocked(sites.Line{Result: &result})
}

// state returns the operation as it is now.
func (r *record) state() sites.Operation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.op
}

// follower reads a record from its beginning. It belongs to one goroutine.
type follower struct {
	record *record
	next   int
	done   bool
}

// Next is backend.Follower's.
func (f *follower) Next(ctx context.Context) (sites.Line, error) {
	if f.done {
		return sites.Line{}, io.EOF
	}
	for {
		f.record.mu.Lock()
		lines, changed := f.record.lines, f.record.changed
		f.record.mu.Unlock()
		if f.next < len(lines) {
			line := lines[f.next]
			f.next++
			f.done = line.Result != nil
			return line, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return sites.Line{}, ctx.Err()
		}
	}
}

// Close is backend.Follower's.
func (f *follower) Close() error { return nil }

// find returns the record of an operation.
func (d *Demo) find(id string) (*record, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.records {
		if r.state().ID == id {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", sites.ErrNoOperation, id)
}

// Follow is Backend's.
func (d *Demo) Follow(id string) (backend.Follower, error) {
	r, err := d.find(id)
	if err != nil {
		return nil, err
	}
	return &follower{record: r}, nil
}

// Cancel is Backend's. One that has ended is left alone.
func (d *Demo) Cancel(id string) error {
	r, err := d.find(id)
	if err != nil {
		return err
	}
	r.cancel()
	return nil
}

// List is Backend's.
func (d *Demo) List() ([]sites.Operation, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]sites.Operation, 0, len(d.records))
	for _, r := range slices.Backward(d.records) {
		all = append(all, r.state())
	}
	return all, nil
}

// keepLocked adds a record, and drops the oldest that has ended when there are too many.
func (d *Demo) keepLocked(r *record) {
	d.records = append(d.records, r)
	if len(d.records) <= keepRecords {
		return
	}
	if i := slices.IndexFunc(d.records, func(r *record) bool { return r.state().Result != nil }); i >= 0 {
		d.records = slices.Delete(d.records, i, i+1)
	}
}

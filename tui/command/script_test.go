package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// script plays the operations of a machine: what each site's record says.
type script struct {
	t *testing.T
	// records are the lines of the operations on each site. One without a result waits until it is cancelled or given up.
	records map[string][]sites.Line
	// hold, when not nil, keeps every operation from ending until it is closed.
	hold chan struct{}
	// following is sent the ID of each operation whose record was read as far as it goes. nil tells nobody.
	following chan string

	mu        sync.Mutex // guards what follows
	begun     []sites.Request
	running   int
	most      int // how many ran at once
	cancelled map[string]chan struct{}
}

func newScript(t *testing.T) *script {
	return &script{t: t, records: map[string][]sites.Line{}, cancelled: map[string]chan struct{}{}}
}

// event is a line about a step.
func event(step string, state sites.StepState, took time.Duration) sites.Line {
	return sites.Line{Event: &sites.Event{Time: clock(), Step: step, State: state, Took: took}}
}

// progressed is a line about how far a step is.
func progressed(step, label, status string, current, total int64) sites.Line {
	line := event(step, sites.StepProgress, 0)
	line.Event.Progress = &sites.Progress{Label: label, Status: status, Current: current, Total: total}
	return line
}

// succeeded is the line of a result.
func succeeded(url string) sites.Line {
	return sites.Line{Result: &sites.Result{Outcome: sites.Succeeded, URL: url, Took: 1300 * time.Millisecond}}
}

// failed is the line of a result.
func failed(code, text string) sites.Line {
	return sites.Line{Result: &sites.Result{Outcome: sites.Failed, Code: code, Error: text, NextStep: "try again"}}
}

func (s *script) Begin(_ context.Context, request sites.Request) (sites.Operation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = append(s.begun, request)
	s.running++
	s.most = max(s.most, s.running)
	id := fmt.Sprintf("%s-%s", request.Verb, request.Slug)
	s.cancelled[id] = make(chan struct{})
	return sites.Operation{ID: id, Request: request}, nil
}

func (s *script) Follow(id string) (follower, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, request := range s.begun {
		if fmt.Sprintf("%s-%s", request.Verb, request.Slug) == id {
			return &scriptedRecord{s: s, id: id, lines: s.records[request.Slug]}, nil
		}
	}
	return nil, fmt.Errorf("no operation %s", id)
}

func (s *script) Cancel(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.cancelled[id])
	return nil
}

func (s *script) List() ([]sites.Operation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []sites.Operation
	for _, r := range s.begun {
		list = append(list, sites.Operation{ID: fmt.Sprintf("%s-%s", r.Verb, r.Slug), Request: r, Begun: clock()})
	}
	return list, nil
}

// requests returns what was begun.
func (s *script) requests() []sites.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begun
}

// scriptedRecord reads the record of one operation.
type scriptedRecord struct {
	s     *script
	id    string
	lines []sites.Line
	over  bool
}

func (r *scriptedRecord) Next(ctx context.Context) (sites.Line, error) {
	if len(r.lines) > 0 && (r.lines[0].Result == nil || r.s.hold == nil) {
		line := r.lines[0]
		r.lines = r.lines[1:]
		r.over = line.Result != nil
		return line, nil
	}
	if r.over {
		return sites.Line{}, io.EOF
	}
	if r.s.following != nil {
		r.s.following <- r.id
	}
	r.s.mu.Lock()
	cancelled := r.s.cancelled[r.id]
	r.s.mu.Unlock()
	select {
	case <-r.s.hold:
		r.over = true
		return r.lines[0], nil
	case <-cancelled:
		r.over = true
		return sites.Line{Result: &sites.Result{Outcome: sites.Cancelled, NextStep: "start goes on from there"}}, nil
	case <-ctx.Done():
		return sites.Line{}, ctx.Err()
	}
}

func (r *scriptedRecord) Close() error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.running--
	return nil
}

// exporting writes the file of an export when it begins.
type exporting struct{ *script }

func (e *exporting) Begin(ctx context.Context, request sites.Request) (sites.Operation, error) {
	if err := os.WriteFile(request.Export.File, []byte("-- a dump\n"), 0o600); err != nil {
		return sites.Operation{}, err
	}
	return e.script.Begin(ctx, request)
}

// Cancel of the deaf machine does nothing.
func (deaf) Cancel(string) error { return nil }

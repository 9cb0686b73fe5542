package sites

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Outcome is how an operation ended.
type Outcome string

// The outcomes.
const (
	Succeeded Outcome = "succeeded"
	Failed    Outcome = "failed"
	Cancelled Outcome = "cancelled"
	// Interrupted: its process died before it could say how it ended. Starting the site heals what it left.
	Interrupted Outcome = "interrupted"
)

// Operation is an operation on a site, as its record has it.
type Operation struct {
	ID      string    `json:"id"`
	Request Request   `json:"request"`
	PID     int       `json:"pid"`
	Begun   time.Time `json:"begun"`
	// Result is nil while it runs.
	Result *Result `json:"result,omitempty"`
}

// Result is how an operation ended, in words for a person.
type Result struct {
	Outcome Outcome `json:"outcome"`
	// Code is what exit codes are made from: one of the Code constants; empty after a success.
	Code string `json:"code,omitempty"`
	// Error is one sentence, NextStep what to do about it.
	Error    string        `json:"error,omitempty"`
	NextStep string        `json:"nextStep,omitempty"`
	Took     time.Duration `json:"took"`
	URL      string        `json:"url,omitempty"`
	// Service is the container that failed, Logs its last lines; sanitised.
	Service string   `json:"service,omitempty"`
	Logs    []string `json:"logs,omitempty"`
}

// Line is one line of a record; exactly one field is set. The first is the operation itself, the last its result.
type Line struct {
	Operation *Operation `json:"operation,omitempty"`
	Event     *Event     `json:"event,omitempty"`
	Notice    string     `json:"notice,omitempty"`
	Result    *Result    `json:"result,omitempty"`
}

// Teller is told what happens in an operation, from one goroutine at a time for events; notices come from any.
type Teller interface {
	Event(e Event)
	// Notice is a sentence that the person should read, whatever the outcome.
	Notice(text string)
}

const (
	// recordPoll is how often a follower looks for more: a person does not notice, and it costs one read of nothing.
	recordPoll = 50 * time.Millisecond
	// maxLine bounds a line of a record, in bytes. Ours have a few hundred.
	maxLine = 1 << 20
)

// Follower reads the record of an operation from its beginning and waits for more. It belongs to one goroutine.
type Follower struct {
	file *os.File
	in   *bufio.Reader
	half []byte // a line of which the end has not been written yet
	done bool
}

// Follow opens the record of an operation. The caller closes the follower.
func (o *Operations) Follow(id string) (*Follower, error) {
	path, err := o.path(id)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("follow operation %s: %w", id, err)
	}
	return &Follower{file: file, in: bufio.NewReader(file)}, nil
}

// Next returns the next line, waiting for it until ctx ends. After the result it returns io.EOF. An operation whose process
// died has a result all the same, Interrupted. A line that cannot be read is passed over.
func (f *Follower) Next(ctx context.Context) (Line, error) {
	if f.done {
		return Line{}, io.EOF
	}
	for {
		alive := f.alive() // asked before reading: what it wrote last is read
		line, ok, err := f.read()
		if err != nil {
			return Line{}, err
		}
		if ok {
			f.done = line.Result != nil
			return line, nil
		}
		if !alive {
			f.done = true
			return Line{Result: interrupted()}, nil
		}
		select {
		case <-ctx.Done():
			return Line{}, ctx.Err()
		case <-time.After(recordPoll):
		}
	}
}

func interrupted() *Result {
	return &Result{Outcome: Interrupted, Code: CodeCancelled, Error: "the operation's process died", NextStep: "start the site again: what was done is kept"}
}

// read returns the next whole line that is one of a record, if there is one yet.
func (f *Follower) read() (Line, bool, error) {
	for {
		text, err := f.in.ReadSlice('\n')
		f.half = append(f.half, text...)
		switch {
		case err == io.EOF:
			return Line{}, false, nil
		case errors.Is(err, bufio.ErrBufferFull):
			if len(f.half) > maxLine {
				f.half = f.half[:0]
			}
			continue
		case err != nil:
			return Line{}, false, err
		}
		var line Line
		bad := json.Unmarshal(f.half, &line)
		f.half = f.half[:0]
		if bad == nil && (line.Operation != nil || line.Event != nil || line.Notice != "" || line.Result != nil) {
			return line, true, nil
		}
	}
}

// alive reports whether the operation's process still holds its record.
func (f *Follower) alive() bool { return held(f.file.Name()) }

// Close ends the following; the operation goes on.
func (f *Follower) Close() error { return f.file.Close() }

// held reports whether a process holds the lock on the record at path.
func held(path string) bool {
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	free, err := lock.TryRLock()
	if err != nil {
		return false
	}
	if free {
		_ = lock.Unlock() // closing it gives it back in any case
	}
	return !free
}

// recorder appends lines to a record. Progress is written at most every progressEvery for each step, and not at all once
// the record is maxRecord long: it must not grow with the time that an operation takes.
type recorder struct {
	file *os.File
	now  func() time.Time

	mu      sync.Mutex // guards what follows, and the order of lines
	last    map[string]time.Time
	written int64
	pending map[string]Event
}

const (
	progressEvery = 100 * time.Millisecond
	maxRecord     = 4 << 20
)

func newRecorder(file *os.File, now func() time.Time) *recorder {
	return &recorder{file: file, now: now, last: map[string]time.Time{}, pending: map[string]Event{}}
}

// Event implements Teller.
func (r *recorder) Event(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.State == StepProgress {
		now := r.now()
		if now.Sub(r.last[e.Step]) < progressEvery || r.written > maxRecord {
			r.pending[e.Step] = e
			return
		}
		r.last[e.Step] = now
		delete(r.pending, e.Step)
	} else if last, ok := r.pending[e.Step]; ok { // how far it came before it ended
		delete(r.pending, e.Step)
		r.write(Line{Event: &last})
	}
	r.write(Line{Event: &e})
}

// Notice implements Teller.
func (r *recorder) Notice(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.write(Line{Notice: text})
}

// write appends one line with one call, so that a reader never finds the lines of two writers mixed. A disk that is full
// costs the line, not the operation.
func (r *recorder) write(line Line) {
	text, err := json.Marshal(line)
	if err != nil {
		return
	}
	n, _ := r.file.Write(append(bytes.ReplaceAll(text, []byte("\n"), nil), '\n'))
	r.written += int64(n)
}

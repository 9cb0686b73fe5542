package sites

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// OperationsOptions are what Operations work with.
type OperationsOptions struct {
	// HomeDir is the person's home directory; the records lie in .locorum/tui/operations.
	HomeDir string
	// Program and its arguments make the child process; the operation's ID is appended. Empty is this executable with the
	// argument "operation".
	Program []string
	// Env is the child's environment; nil is this process's own.
	Env    []string
	Now    func() time.Time
	Random io.Reader
}

// Operations begins operations, each in a process of its own, and reads their records. It is safe for concurrent use.
type Operations struct {
	o OperationsOptions
}

// NewOperations returns the operations of a data folder.
func NewOperations(o OperationsOptions) *Operations { return &Operations{o: o} }

// ErrNoOperation says that there is no operation with that ID.
var ErrNoOperation = errors.New("no such operation")

// idForm is what may become a file's name: a time, which makes IDs sort by age, and some random.
var idForm = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}\.[0-9]{3}Z-[0-9a-f]{8}$`)

func (o *Operations) dir() string {
	return filepath.Join(DataDir(o.o.HomeDir), "tui", "operations")
}

// path returns the record of an operation.
func (o *Operations) path(id string) (string, error) {
	if !idForm.MatchString(id) {
		return "", fmt.Errorf("%w: %q", ErrNoOperation, id)
	}
	return filepath.Join(o.dir(), id+".jsonl"), nil
}

// beginWithin bounds how long the child may take to say that it lives.
const beginWithin = 20 * time.Second

// Begin starts the operation in a process of its own, in a session of its own, so that neither the end of this process nor
// of the terminal reaches it, and returns when that process has begun its record. What the process writes besides goes to
// a log beside the record. This process reaps the child as long as it lives.
func (o *Operations) Begin(ctx context.Context, r Request) (Operation, error) {
	id, path, err := o.newRecord(r)
	if err != nil {
		return Operation{}, fmt.Errorf("begin to %s %s: %w", r.Verb, r.Slug, err)
	}
	exited, err := o.spawn(id)
	if err != nil {
		return Operation{}, errors.Join(fmt.Errorf("begin to %s %s: %w", r.Verb, r.Slug, err), os.Remove(path))
	}
	ctx, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		op, err := o.read(path)
		if err == nil && op.PID != 0 {
			return op, nil
		}
		select {
		case <-exited:
			if op, err := o.read(path); err == nil && op.PID != 0 {
				return op, nil
			}
			return Operation{}, fmt.Errorf("begin to %s %s: the process ended at once; %s says more", r.Verb, r.Slug, o.logPath(id))
		case <-ctx.Done():
			return Operation{}, fmt.Errorf("begin to %s %s: %w", r.Verb, r.Slug, ctx.Err())
		case <-tick.C:
		}
	}
}

func (o *Operations) logPath(id string) string { return filepath.Join(o.dir(), id+".log") }

// newRecord makes a record that holds the request.
func (o *Operations) newRecord(r Request) (id, path string, err error) {
	if err := os.MkdirAll(o.dir(), 0o700); err != nil {
		return "", "", err
	}
	random := make([]byte, 4)
	if _, err := io.ReadFull(o.o.Random, random); err != nil {
		return "", "", err
	}
	now := o.o.Now().UTC()
	id = now.Format("20060102T150405.000Z") + "-" + hex.EncodeToString(random)
	if path, err = o.path(id); err != nil {
		return "", "", err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return "", "", err
	}
	newRecorder(file, o.o.Now).write(Line{Operation: &Operation{ID: id, Request: r, Begun: now}})
	return id, path, file.Close()
}

// spawn starts the child. The channel is closed when it has ended and is reaped; the goroutine that does so ends with it.
func (o *Operations) spawn(id string) (exited <-chan struct{}, err error) {
	program := o.o.Program
	if len(program) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		program = []string{self, "operation"}
	}
	log, err := os.OpenFile(o.logPath(id), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	cmd := exec.Command(program[0], append(slices.Clone(program[1:]), id)...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = o.o.Env, "/", log, log
	ownSession(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = cmd.Wait() // the record says how it ended
	}()
	return done, nil
}

// read returns the operation of a record, with its result if it has one.
func (o *Operations) read(path string) (Operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return Operation{}, err
	}
	f := &Follower{file: file, in: bufio.NewReader(file)}
	defer f.Close()
	var op Operation
	for {
		line, ok, err := f.read()
		if err != nil || !ok {
			return op, err
		}
		if line.Operation != nil {
			op = *line.Operation
		}
		if line.Result != nil {
			op.Result = line.Result
		}
	}
}

// Run is what the child process does: it holds the record, so that everybody sees that it lives, calls do, and writes how
// it ended. SIGHUP is ignored; SIGTERM and SIGINT, which Cancel sends, end the context that do gets.
func (o *Operations) Run(ctx context.Context, id string, do func(ctx context.Context, op Operation, tell Teller) (Result, error)) (err error) {
	path, err := o.path(id)
	if err != nil {
		return err
	}
	op, err := o.read(path)
	if err != nil {
		return fmt.Errorf("run operation %s: %w", id, err)
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	waiting, stopWaiting := context.WithTimeout(ctx, beginWithin) // whoever looks at the record has it for a moment
	defer stopWaiting()
	if taken, err := lock.TryLockContext(waiting, 10*time.Millisecond); err != nil || !taken || op.PID != 0 {
		return errors.Join(fmt.Errorf("run operation %s: another process runs it, or has", id), err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("run operation %s: %w", id, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	record := newRecorder(file, o.o.Now)
	op.PID = os.Getpid()
	record.write(Line{Operation: &op})
	ctx, stop := untilCancelled(ctx)
	defer stop()
	result := guarded(ctx, op, record, do)
	record.write(Line{Result: &result})
	return file.Sync()
}

// guarded calls do; a panic in it is a failure like any other, with its stack in the log.
func guarded(ctx context.Context, op Operation, tell Teller, do func(context.Context, Operation, Teller) (Result, error)) (result Result) {
	defer func() {
		if cause := recover(); cause != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", cause, debug.Stack())
			result = Result{Outcome: Failed, Code: CodeFailed, Error: fmt.Sprintf("the program failed: %v", cause), NextStep: "please report it; what was done is kept"}
		}
	}()
	result, err := do(ctx, op, tell)
	if err != nil {
		return Result{Outcome: Failed, Code: CodeFailed, Error: err.Error()}
	}
	return result
}

// Cancel asks the operation to stop where it is. One that has ended is left alone, and so is whoever has its process's
// number by now: the number counts only while the record is held.
func (o *Operations) Cancel(id string) error {
	path, err := o.path(id)
	if err != nil {
		return err
	}
	op, err := o.read(path)
	if err != nil {
		return fmt.Errorf("cancel operation %s: %w", id, err)
	}
	if op.PID == 0 || !held(path) {
		return nil
	}
	if err := terminate(op.PID); err != nil {
		return fmt.Errorf("cancel operation %s: %w", id, err)
	}
	return nil
}

// List returns every operation that has a record, the newest first. One whose process died has the outcome Interrupted.
func (o *Operations) List() ([]Operation, error) {
	entries, err := os.ReadDir(o.dir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the operations: %w", err)
	}
	var all []Operation
	for _, entry := range slices.Backward(entries) {
		id, isRecord := strings.CutSuffix(entry.Name(), ".jsonl")
		path, err := o.path(id)
		if !isRecord || err != nil {
			continue
		}
		alive := held(path)
		op, err := o.read(path)
		if err != nil || op.ID == "" {
			continue
		}
		if op.Result == nil && !alive && o.o.Now().Sub(op.Begun) > beginWithin {
			op.Result = interrupted()
		}
		all = append(all, op)
	}
	return all, nil
}

// keepRecords is how many records Sweep leaves.
const keepRecords = 200

// Sweep removes all but the newest records, and none of an operation that runs.
func (o *Operations) Sweep() error {
	all, err := o.List()
	if err != nil {
		return err
	}
	for i, op := range all {
		if i < keepRecords || op.Result == nil {
			continue
		}
		path, err := o.path(op.ID)
		if err == nil {
			err = errors.Join(removeFile(path), removeFile(o.logPath(op.ID)))
		}
		if err != nil {
			return fmt.Errorf("remove an old record: %w", err)
		}
	}
	return nil
}

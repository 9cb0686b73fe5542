//go:build unix

package sites

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// operationEnv makes the test binary the child process of an operation of that home folder.
const operationEnv = "LOCORUM_TEST_OPERATION_HOME"

// TestOperationChild is the child process. What it does depends on the slug.
func TestOperationChild(t *testing.T) {
	home := os.Getenv(operationEnv)
	if home == "" {
		return
	}
	id := os.Args[len(os.Args)-1]
	err := testOperations(home).Run(context.Background(), id, func(ctx context.Context, op Operation, tell Teller) (Result, error) {
		tell.Event(Event{Step: "one", State: StepStarted})
		switch op.Request.Slug {
		case "panics":
			panic("on purpose")
		case "waits":
			tell.Notice("waiting")
			<-ctx.Done()
			return Result{Outcome: Cancelled, Code: CodeCancelled}, nil
		case "floods":
			for i := range 10_000 {
				tell.Event(Event{Step: "one", State: StepProgress, Progress: &Progress{Current: int64(i)}})
			}
		case "gate": // goes on when a file appears
			for {
				if _, err := os.Stat(filepath.Join(home, "open")); err == nil {
					break
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
		tell.Event(Event{Step: "one", State: StepDone})
		return Result{Outcome: Succeeded, URL: "https://x.localhost"}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// testOperations are those of a home folder, whose child is this test binary.
func testOperations(home string) *Operations {
	return NewOperations(OperationsOptions{
		HomeDir: home, Program: []string{os.Args[0], "-test.run=^TestOperationChild$"},
		Env: append(os.Environ(), operationEnv+"="+home), Now: time.Now, Random: rand.Reader,
	})
}

// follow reads the record to its end.
func follow(t *testing.T, o *Operations, id string) []Line {
	t.Helper()
	f, err := o.Follow(id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []Line
	for {
		line, err := f.Next(t.Context())
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
}

func begin(t *testing.T, o *Operations, slug string) Operation {
	t.Helper()
	op, err := o.Begin(t.Context(), Request{Verb: VerbStart, Slug: slug})
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func last(lines []Line) *Result { return lines[len(lines)-1].Result }

func TestOperationIsFollowedByMany(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	o := testOperations(home)
	op := begin(t, o, "gate")
	if op.PID == 0 || op.PID == os.Getpid() || op.Request.Slug != "gate" {
		t.Errorf("the operation is %+v", op)
	}
	got := make(chan []Line, 2)
	for range 2 {
		go func() { got <- follow(t, testOperations(home), op.ID) }()
	}
	if all, err := o.List(); err != nil || len(all) != 1 || all[0].Result != nil {
		t.Errorf("while it runs: %+v, %v", all, err)
	}
	if err := os.WriteFile(filepath.Join(home, "open"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		lines := <-got
		if r := last(lines); r == nil || r.Outcome != Succeeded || r.URL == "" {
			t.Errorf("it ended with %+v", r)
		}
	}
	if late := follow(t, o, op.ID); last(late).Outcome != Succeeded || late[0].Operation == nil {
		t.Errorf("who comes late reads %+v", late)
	}
	for _, name := range []string{op.ID + ".jsonl", op.ID + ".log"} {
		info, err := os.Stat(filepath.Join(o.dir(), name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestOperationEnds(t *testing.T) {
	t.Parallel()
	for slug, tt := range map[string]struct {
		do   func(o *Operations, op Operation) error
		want Outcome
	}{
		"waits":    {func(o *Operations, op Operation) error { return o.Cancel(op.ID) }, Cancelled},
		"gate":     {func(_ *Operations, op Operation) error { return syscall.Kill(op.PID, syscall.SIGKILL) }, Interrupted},
		"panics":   {func(*Operations, Operation) error { return nil }, Failed},
		"succeeds": {func(*Operations, Operation) error { return nil }, Succeeded},
	} {
		t.Run(slug, func(t *testing.T) {
			t.Parallel()
			o := testOperations(t.TempDir())
			op := begin(t, o, slug)
			if err := tt.do(o, op); err != nil {
				t.Fatal(err)
			}
			if r := last(follow(t, o, op.ID)); r.Outcome != tt.want {
				t.Errorf("got %+v, want %s", r, tt.want)
			}
		})
	}
}

// The terminal's end reaches neither the child nor its record: the child is in a session of its own, and deaf to SIGHUP.
func TestOperationOutlivesItsParent(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	parent := exec.Command(os.Args[0], "-test.run=^TestOperationParent$")
	parent.Env = append(os.Environ(), "LOCORUM_TEST_PARENT="+home)
	parent.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := parent.Output()
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for line := range strings.Lines(string(out)) {
		if rest, ok := strings.CutPrefix(line, "begun "); ok {
			id = strings.TrimSpace(rest)
		}
	}
	_ = syscall.Kill(-parent.Process.Pid, syscall.SIGHUP) // what is left of the session, if anything
	o := testOperations(home)
	op, err := o.read(filepath.Join(o.dir(), id+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(op.PID, syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "open"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := last(follow(t, o, id)); r.Outcome != Succeeded {
		t.Errorf("got %+v", r)
	}
}

// TestOperationParent is the process of the test above that begins an operation and ends.
func TestOperationParent(t *testing.T) {
	home := os.Getenv("LOCORUM_TEST_PARENT")
	if home == "" {
		return
	}
	op, err := testOperations(home).Begin(t.Context(), Request{Verb: VerbStart, Slug: "gate"})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("begun", op.ID)
	os.Exit(0)
}

func TestRecordStaysSmall(t *testing.T) {
	t.Parallel()
	o := testOperations(t.TempDir())
	op := begin(t, o, "floods")
	lines := follow(t, o, op.ID)
	events := 0
	newest := int64(0)
	for _, line := range lines {
		if line.Event != nil && line.Event.Progress != nil {
			events, newest = events+1, line.Event.Progress.Current
		}
	}
	if events > 1000 || newest != 9999 {
		t.Errorf("%d of 10000 reports were written, the newest %d; want few, and the last one", events, newest)
	}
}

func TestRecordWithGarbage(t *testing.T) {
	t.Parallel()
	o := testOperations(t.TempDir())
	id, path, err := o.newRecord(Request{Verb: VerbStop, Slug: "x"})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString("\x00\xff garbage\n{}\n[1,2]\n" + strings.Repeat("x", 3*maxLine) + "\n{\"notice\":\"still here\"}\n{\"result\":{\"outcome\":"); err != nil {
		t.Fatal(err)
	}
	lines := follow(t, o, id)
	if len(lines) != 3 || lines[1].Notice != "still here" || last(lines).Outcome != Interrupted {
		t.Errorf("got %d lines: %+v", len(lines), lines)
	}
}

func TestOperationIDs(t *testing.T) {
	t.Parallel()
	o := testOperations(t.TempDir())
	for _, id := range []string{"", "../../etc/passwd", "x", "20260101T000000.000Z-1234567", "20260101T000000.000Z-12345678/x"} {
		if _, err := o.Follow(id); !errors.Is(err, ErrNoOperation) {
			t.Errorf("follow %q: %v", id, err)
		}
		if err := o.Cancel(id); !errors.Is(err, ErrNoOperation) {
			t.Errorf("cancel %q: %v", id, err)
		}
	}
}

func TestCancelSparesStrangers(t *testing.T) {
	t.Parallel()
	o := testOperations(t.TempDir())
	id, path, err := o.newRecord(Request{Verb: VerbStop, Slug: "x"})
	if err != nil {
		t.Fatal(err)
	}
	stranger := exec.Command("sleep", "1000")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	newRecorder(file, time.Now).write(Line{Operation: &Operation{ID: id, PID: stranger.Process.Pid}})
	if err := errors.Join(file.Close(), o.Cancel(id)); err != nil {
		t.Fatal(err)
	}
	if err := stranger.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the stranger: %v", err)
	}
}

func TestOwnerLock(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	path := filepath.Join(DataDir(home), "state", "owner.lock")
	first, err := AcquireOwner(home, "1", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	second, err := AcquireOwner(home, "1", time.Now)
	if err != nil {
		t.Fatalf("two of ours at once: %v", err)
	}
	if readOwner(path+".info").PID != os.Getpid() {
		t.Errorf("the holder is %+v", readOwner(path+".info"))
	}
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	if readOwner(path+".info").PID == 0 {
		t.Error("with one of ours left, nobody is named")
	}
	for range 2 {
		if err := second.Unlock(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path + ".info"); !os.IsNotExist(err) {
		t.Errorf("when nobody holds it: %v", err)
	}
	desktop := hold(t, path) // another process that has it alone, as the desktop app does
	_, err = AcquireOwner(home, "1", time.Now)
	if !errors.Is(err, ErrOwned) {
		t.Errorf("while the desktop app has it: %v", err)
	}
	_ = desktop.Process.Kill()
	_ = desktop.Wait()
	third, err := AcquireOwner(home, "1", time.Now)
	if err != nil {
		t.Fatalf("after the desktop app died: %v", err)
	}
	if err := third.Unlock(); err != nil {
		t.Error(err)
	}
}

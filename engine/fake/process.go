package fake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// Program is what runs inside a container. It returns its exit code, and returns soon after ctx ends, which is when it
// was killed: what it returns then is not looked at. It must not outlive its own goroutines.
type Program func(ctx context.Context, p *Process) int

// Process is one running program.
type Process struct {
	// Args is the argument vector; Args[0] is the program as it was called.
	Args []string
	// Env holds KEY=VALUE entries.
	Env []string
	// Dir is the working directory, absolute.
	Dir string
	// User is the user it was started as; "" is root.
	User string
	// Stdin is never nil and ends at once when nothing is attached. The writers fail once the process is killed.
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	task  *task
	files *fileSystem
	tty   *terminal // nil without one
}

// Container returns the name of the container that the process runs in.
func (p *Process) Container() string {
	p.task.d.mu.Lock()
	defer p.task.d.mu.Unlock()
	return p.task.c.name
}

// PID returns the process's number as seen inside of the container; the main process is 1.
func (p *Process) PID() int { return p.task.pid }

// Now returns the daemon's time.
func (p *Process) Now() time.Time { return p.task.d.clock.Now() }

// Sleep waits on the daemon's clock. It returns ctx's error when that ends first.
func (p *Process) Sleep(ctx context.Context, d time.Duration) error {
	return p.task.d.clock.Sleep(ctx, d)
}

// Getenv returns the value of an environment variable; the last entry of a key counts.
func (p *Process) Getenv(key string) string {
	for i := len(p.Env) - 1; i >= 0; i-- {
		if k, v, _ := strings.Cut(p.Env[i], "="); k == key {
			return v
		}
	}
	return ""
}

// TerminalSize returns the size of the terminal, and false without one.
func (p *Process) TerminalSize() (engine.TerminalSize, bool) {
	if p.tty == nil {
		return engine.TerminalSize{}, false
	}
	return p.tty.dimensions(), true
}

// ReadFile returns the contents of a file in the container.
func (p *Process) ReadFile(name string) ([]byte, error) {
	path := p.abs(name)
	if data, ok := p.proc(path); ok {
		return data, nil
	}
	return p.files.read(path)
}

// WriteFile makes or replaces a file in the container.
func (p *Process) WriteFile(name string, data []byte) error { return p.files.write(p.abs(name), data) }

// Signals makes the process handle the named signals ("TERM", "INT", …) itself: they arrive on the channel, which drops
// what nobody takes, and no longer end the process.
func (p *Process) Signals(names ...string) <-chan string { return p.task.notify(names...) }

// Run runs another program of the container with the given streams' owner as its parent and returns its exit code.
// 127 says that there is no such program.
func (p *Process) Run(ctx context.Context, args ...string) int {
	child := *p
	child.Args = args
	prog := p.task.d.program(args)
	if prog == nil {
		fmt.Fprintf(p.Stderr, "sh: %s: not found\n", args[0])
		return 127
	}
	return prog(ctx, &child)
}

// abs returns name as an absolute path.
func (p *Process) abs(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(p.Dir, name)
}

// killedError is why a task's context ended, with the exit code that the kernel reports for it.
type killedError struct{ code int }

func (e killedError) Error() string { return fmt.Sprintf("ended with exit code %d", e.code) }

// signalNumbers are the signals that can be sent by name.
var signalNumbers = map[string]int{
	"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "TERM": 15, "CONT": 18, "STOP": 19, "WINCH": 28,
}

// signalName reads a signal as kill(1) and Docker take it: TERM, SIGTERM or 15.
func signalName(s string) (string, bool) {
	name := strings.TrimPrefix(strings.ToUpper(s), "SIG")
	if _, ok := signalNumbers[name]; ok {
		return name, true
	}
	for name, number := range signalNumbers {
		if s == fmt.Sprint(number) {
			return name, true
		}
	}
	return "", false
}

// task is one process as the kernel sees it.
type task struct {
	d       *Daemon
	c       *container
	pid     int // inside of the container
	hostPID int
	// orphan: the first process of a container without an init, which ignores signals that it does not handle.
	orphan bool
	args   []string // what it was started with, as env
	env    []string
	ctx    context.Context
	kill   context.CancelCauseFunc
	done   chan struct{} // closed when the program has returned

	mu    sync.Mutex // guards traps
	traps map[string]chan string
}

// newTaskLocked registers a process of c. It ends with parent.
func (d *Daemon) newTaskLocked(parent context.Context, c *container, args, env []string) *task {
	pid := c.nextPIDLocked()
	t := &task{d: d, c: c, args: args, env: env, pid: pid, hostPID: d.nextPID, done: make(chan struct{}), traps: map[string]chan string{}}
	d.nextPID++
	t.ctx, t.kill = context.WithCancelCause(parent)
	c.tasks[pid] = t
	return t
}

// run runs the program and returns the exit code that the kernel reports.
func (t *task) run(prog Program, p *Process) int {
	defer close(t.done)
	p.task = t
	code := prog(t.ctx, p) & 0xff
	var killed killedError
	if errors.As(context.Cause(t.ctx), &killed) {
		code = killed.code
	} else if t.ctx.Err() != nil {
		code = 137 // the container or the daemon went away under it
	}
	t.kill(context.Canceled)
	return code
}

// notify routes signals to a channel.
func (t *task) notify(names ...string) <-chan string {
	ch := make(chan string, 8)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		t.traps[name] = ch
	}
	return ch
}

// ignore forgets a trap.
func (t *task) ignore(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.traps, name)
}

// signal delivers a signal by its name, as the kernel does.
func (t *task) signal(name string) {
	t.mu.Lock()
	ch := t.traps[name]
	t.mu.Unlock()
	switch {
	case name == "KILL":
		t.kill(killedError{137})
	case ch != nil:
		select {
		case ch <- name:
		default:
		}
	case t.orphan, name == "CONT", name == "STOP", name == "WINCH":
	default:
		t.kill(killedError{128 + signalNumbers[name]})
	}
}

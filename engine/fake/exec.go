package fake

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/docker/docker/api/types/common"
	containertypes "github.com/docker/docker/api/types/container"
	"github.com/moby/term"

	"github.com/Locorum/locorum-tui/engine"
)

// terminalDefault is the size of a terminal that nobody sized.
var terminalDefault = engine.TerminalSize{}

// execution is one exec. The daemon's lock guards its fields.
type execution struct {
	id      string
	c       *container
	opts    containertypes.ExecOptions
	started bool
	running bool
	code    *int // nil before the start
	pid     int  // of the host
	tty     *terminal
}

// createExec is POST /containers/{id}/exec.
func (d *Daemon) createExec(r *request) error {
	var opts containertypes.ExecOptions
	if err := r.decode(&opts); err != nil {
		return err
	}
	return d.with(r, func(c *container) error {
		switch {
		case c.state == containertypes.StatePaused:
			return failf(http.StatusConflict, "Container %s is paused, unpause the container before exec", c.id)
		case c.main == nil:
			return failf(http.StatusConflict, "container %s is not running", c.id)
		case len(opts.Cmd) == 0:
			return failf(http.StatusBadRequest, "No exec command specified")
		}
		if opts.DetachKeys != "" {
			if _, err := term.ToBytes(opts.DetachKeys); err != nil {
				return failf(http.StatusBadRequest, "Invalid escape keys (%s) provided", opts.DetachKeys)
			}
		}
		e := &execution{id: d.newIDLocked(), c: c, opts: opts}
		d.execs[e.id] = e
		d.emitContainerLocked(c, "exec_create: "+eventCommand(opts.Cmd), "execID", e.id)
		return r.answer(http.StatusCreated, common.IDResponse{ID: e.id})
	})
}

// execLocked finds an exec whose container still runs.
func (d *Daemon) execLocked(id string) (*execution, error) {
	e := d.execs[id]
	if e == nil {
		return nil, failf(http.StatusNotFound, "No such exec instance: %s", id)
	}
	return e, nil
}

// startExec is POST /exec/{id}/start: it turns the connection into the process's streams.
func (d *Daemon) startExec(r *request) error {
	var opts containertypes.ExecStartOptions
	if err := r.decode(&opts); err != nil {
		return err
	}
	d.mu.Lock()
	e, err := d.execLocked(r.PathValue("id"))
	switch {
	case err != nil:
	case e.started:
		err = failf(http.StatusConflict, "Error: Exec command %s is already running", e.id)
	case e.c.main == nil:
		err = failf(http.StatusConflict, "Container %s is not running", e.c.id)
	case e.c.state == containertypes.StatePaused:
		err = failf(http.StatusConflict, "Container %s is paused, unpause the container before exec", e.c.id)
	default:
		e.started = true
	}
	d.mu.Unlock()
	if err != nil {
		return err
	}
	size := e.opts.ConsoleSize
	if opts.ConsoleSize != nil {
		size = opts.ConsoleSize
	}
	if r.below("1.42") {
		size = nil
	}
	if opts.Detach {
		run := d.newExecRun(e, io.Discard, nil, size)
		d.tasks.Go(run.run)
		return r.answer(http.StatusOK, nil)
	}
	return d.attachExec(r, e, size)
}

// attachExec takes the connection over and runs the exec on it.
func (d *Daemon) attachExec(r *request, e *execution, size *[2]uint) error {
	nc, buffered, err := r.upgrade(d, !e.opts.Tty)
	if err != nil {
		return err
	}
	defer d.listen.forget(nc)
	defer nc.Close()
	run := d.newExecRun(e, nc, buffered, size)
	run.run()
	return nil
}

// execRun is a started exec and its connection.
type execRun struct {
	d       *Daemon
	e       *execution
	t       *task
	p       *Process
	prog    Program
	out     *execOutput
	in      *bufio.Reader // nil when detached
	conn    net.Conn      // nil when detached
	stdin   *io.PipeWriter
	started bool
}

// newExecRun makes the process of an exec; nothing of it runs yet.
func (d *Daemon) newExecRun(e *execution, w io.Writer, in *bufio.Reader, size *[2]uint) *execRun {
	x := &execRun{d: d, e: e, in: in, out: &execOutput{w: w}}
	x.conn, _ = w.(net.Conn)
	d.mu.Lock()
	defer d.mu.Unlock()
	x.p = d.processLocked(e.c, e.opts.Cmd, e.opts.Env, e.opts.User, e.opts.WorkingDir)
	x.prog = d.execProgramLocked(e)
	main := e.c.main
	if main == nil || x.prog == nil {
		return x
	}
	x.started = true
	x.t = d.newTaskLocked(main.ctx, e.c, x.p.Args, x.p.Env)
	x.p.task = x.t
	e.pid, e.running = x.t.hostPID, true
	var read *io.PipeReader
	read, x.stdin = io.Pipe()
	x.p.Stdin = read
	context.AfterFunc(x.t.ctx, func() { _ = read.Close(); _ = x.stdin.Close() })
	if e.opts.Tty {
		from := engine.TerminalSize{}
		if size != nil {
			from = engine.TerminalSize{Rows: size[0], Cols: size[1]}
		}
		tty := newTerminal(x.t, x.out, from)
		e.tty = tty
		x.p.tty, x.p.Stdin, x.p.Stdout, x.p.Stderr = tty, tty.read, tty, tty
		context.AfterFunc(x.t.ctx, tty.hangUp)
	} else {
		x.p.Stdout, x.p.Stderr = x.out.stream(x.t.ctx, streamOut), x.out.stream(x.t.ctx, streamErr)
	}
	if !e.opts.AttachStdin {
		_ = x.stdin.Close()
	}
	d.emitContainerLocked(e.c, "exec_start: "+eventCommand(e.opts.Cmd), "execID", e.id)
	return x
}

// execProgramLocked finds the program, or the answer of a scripted probe when it is the container's own health check.
func (d *Daemon) execProgramLocked(e *execution) Program {
	probe := d.probeLocked(e.c)
	isCheck := probe != nil && e.c.config.Healthcheck != nil &&
		strings.Join(checkCommand(e.c.config.Healthcheck.Test), "\x00") == strings.Join(e.opts.Cmd, "\x00")
	up := d.clock.Now().Sub(e.c.started)
	if isCheck {
		return func(_ context.Context, p *Process) int {
			code, output := probe(up)
			_, _ = io.WriteString(p.Stdout, output)
			return code
		}
	}
	return d.programLocked(e.opts.Cmd)
}

// run runs the process to its end and ends the connection after it.
func (x *execRun) run() {
	if !x.started {
		x.refuse()
		return
	}
	var feeding sync.WaitGroup
	if x.in != nil {
		feeding.Go(x.feed)
	}
	code := x.t.run(x.prog, x.p)
	x.d.mu.Lock()
	x.e.running, x.e.code = false, &code
	delete(x.e.c.tasks, x.t.pid)
	x.d.emitContainerLocked(x.e.c, "exec_die", "execID", x.e.id, "exitCode", fmt.Sprint(code))
	x.d.mu.Unlock()
	if x.conn != nil {
		_ = x.conn.Close()
	}
	feeding.Wait()
}

// refuse tells, as Docker does, in the output that the program could not be started.
func (x *execRun) refuse() {
	code := 127
	text := fmt.Sprintf("OCI runtime exec failed: exec failed: unable to start container process: exec: %q: executable file not found in $PATH: unknown\r\n", x.e.opts.Cmd[0])
	_ = writeFrame(x.out.w, streamOut, []byte(text), !x.e.opts.Tty)
	x.d.mu.Lock()
	defer x.d.mu.Unlock()
	x.e.code = &code
	x.d.bumpLocked()
}

// feed brings what the client sends to the process, until either has had enough.
func (x *execRun) feed() {
	if x.conn == nil {
		return
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := x.in.Read(buf)
		if n > 0 && x.e.opts.AttachStdin {
			if x.p.tty != nil {
				x.p.tty.typed(buf[:n])
			} else if _, werr := x.stdin.Write(buf[:n]); werr != nil {
				n = 0 // nobody reads it; the rest is thrown away until the client ends
			}
		}
		if err != nil {
			_ = x.stdin.Close()
			return
		}
	}
}

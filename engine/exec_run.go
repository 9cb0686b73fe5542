package engine

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// execMarkKey is the variable that every process of an exec inherits, by which a cancel finds them.
const execMarkKey = "LOCORUM_EXEC"

// execStreams is where the input of an exec comes from and its output goes. Nil is none and nowhere.
type execStreams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// execRun is one exec from its creation to its exit code. It is used by one goroutine; kill is the exception and says so.
type execRun struct {
	d    *Docker
	cli  *client.Client
	opts ExecOptions
	tty  *execTerminal // nil without a terminal

	mark    string // the value of execMarkKey; empty for an exec that nothing ends
	name    string // the container's, as the caller named it
	ctrID   string
	ctrBoot string // when the container started, in the daemon's words
	id      string // the exec's

	refusal string // the daemon's sentence why the process never started; empty if it did
}

// execute runs opts in the named container.
func (d *Docker) execute(ctx context.Context, name string, opts ExecOptions, streams execStreams) (int, error) {
	op := execOp(name, opts)
	e, err := d.prepareExec(ctx, name, opts)
	if err != nil {
		return -1, d.fail(err, op)
	}
	if err := e.create(ctx, streams.stdin != nil); err != nil {
		return -1, d.fail(err, op)
	}
	code, err := e.run(ctx, streams)
	return code, d.failRun(err, op)
}

// failRun says what was being done when run returned err. Unlike fail it asks for no kind: run knows it, and an error of the
// caller's reader or writer may look like one of the daemon's connection.
func (d *Docker) failRun(err error, op string) error {
	if err == nil {
		return nil
	}
	return d.redact(fmt.Errorf("%s: %w", op, err))
}

// prepareExec checks the arguments, finds the container and gives the exec its mark.
func (d *Docker) prepareExec(ctx context.Context, name string, opts ExecOptions) (*execRun, error) {
	if err := checkExec(name, opts); err != nil {
		return nil, err
	}
	cli, err := d.client()
	if err != nil {
		return nil, err
	}
	e := &execRun{d: d, cli: cli, opts: opts, name: name}
	ctr, err := cli.ContainerInspect(ctx, name)
	if err != nil {
		return nil, err
	}
	if ctr.ContainerJSONBase == nil || ctr.State == nil {
		return nil, fmt.Errorf("the daemon's answer about container %s has no state", name)
	}
	if !ctr.State.Running {
		return nil, fmt.Errorf("container %s does not run (%s); start it first: %w", name, ctr.State.Status, ErrNotRunning)
	}
	e.ctrID, e.ctrBoot = ctr.ID, ctr.State.StartedAt

	var mark [16]byte
	if _, err := io.ReadFull(d.random, mark[:]); err != nil {
		return nil, fmt.Errorf("draw the mark of the exec: %w", err)
	}
	e.mark = hex.EncodeToString(mark[:])
	return e, nil
}

// create makes the exec known to the daemon; nothing runs yet.
func (e *execRun) create(ctx context.Context, stdin bool) error {
	config := container.ExecOptions{
		Cmd: e.opts.Cmd, User: e.opts.User, WorkingDir: e.opts.WorkingDir,
		AttachStdin: stdin, AttachStdout: true, AttachStderr: true,
		Env: e.opts.Env,
	}
	if e.mark != "" {
		config.Env = append(slices.Clone(e.opts.Env), execMarkKey+"="+e.mark)
	}
	if e.tty != nil {
		config.Tty, config.DetachKeys, config.ConsoleSize = true, e.tty.detachKeys, e.tty.consoleSize
		config.Cmd = e.tty.command(e.opts.Cmd)
	}
	created, err := e.cli.ContainerExecCreate(ctx, e.ctrID, config)
	switch {
	case cerrdefs.IsConflict(err): // stopped, paused or restarting since it was looked at
		return kindError{ErrNotRunning, err}
	case cerrdefs.IsInvalidArgument(err): // no such user
		return kindError{ErrSpecInvalid, err}
	}
	e.id = created.ID
	return err
}

// run starts the exec, moves its streams and returns how it ended.
func (e *execRun) run(parent context.Context, streams execStreams) (int, error) {
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	conn, err := e.start(ctx)
	if err != nil {
		if ctx.Err() == nil {
			return -1, err
		}
		return -1, ended(parent, ctx, e.kill(ctx)) // the request may have reached the daemon
	}

	// Both outlive ctx: copied ends when no more output comes, released once the process was ended for ctx's sake.
	copied, endCopied := context.WithCancel(context.WithoutCancel(ctx))
	defer endCopied()
	released, release := context.WithCancel(context.WithoutCancel(ctx))
	defer release()
	var killErr error // written before released ends
	unwatch := context.AfterFunc(ctx, func() {
		defer release()
		if e.mark != "" {
			killErr = e.kill(ctx)
			_ = e.d.clock.Sleep(copied, execDrain)
		}
		_ = conn.Close()
	})
	input := e.feed(conn, streams.stdin, stop)
	resizing := e.followSize(ctx)
	readErr := e.copyOutput(conn, &execSink{w: streams.stdout, broken: stop}, &execSink{w: streams.stderr, broken: stop})
	detached := e.tty != nil && e.tty.detach.hit.Load()
	if readErr != nil && ctx.Err() == nil && !detached {
		stop(e.brokeOff(ctx, readErr))
	}
	endCopied()
	_ = conn.Close()
	input.stop()
	resizing.stop()

	code, err := -1, ErrDetached
	if !detached && ctx.Err() == nil {
		code, err = e.awaitExit(released)
	}
	if ctx.Err() != nil || !unwatch() {
		<-released.Done()
		return -1, ended(parent, ctx, killErr)
	}
	return code, err
}

// ended explains why we ended an exec: the caller's context, or what else was given as the cause of ctx. killErr is told
// as text only, since its kind is not the kind of what went wrong.
func ended(parent, ctx context.Context, killErr error) error {
	err := context.Cause(ctx)
	if parent.Err() != nil && err == context.Cause(parent) { //nolint:errorlint // the very value: which of the two ended
		err = Ended(parent)
	}
	if killErr != nil {
		err = fmt.Errorf("%w; the process may still run in the container: %v", err, killErr)
	}
	return err
}

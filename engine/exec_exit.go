package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
)

const (
	// execAnswer is how long one question about an exec may take: the daemon answers it from memory.
	execAnswer = 10 * time.Second
	// execPollFirst and execPollLast bound the pause between two questions whether the process has ended.
	execPollFirst = 2 * time.Millisecond
	execPollLast  = 200 * time.Millisecond
	// execFate is how long after an exit code of 137 the daemon may take to note that the whole container was killed.
	execFate = 500 * time.Millisecond

	exitCannotRun = 126
	exitNoProgram = 127
	exitKilled    = 137 // 128 + SIGKILL
)

// errNoAnswer is the cause when the daemon is there but silent.
var errNoAnswer = errors.New("the daemon does not answer")

// inspect asks for the state of the exec and waits for execAnswer at most. The callers' contexts end by our own doing only,
// never by a cancel from outside.
func (e *execRun) inspect(ctx context.Context) (container.ExecInspect, error) {
	ctx, cancel := context.WithTimeout(ctx, execAnswer)
	defer cancel()
	state, err := e.cli.ContainerExecInspect(ctx, e.id)
	return state, e.answerError(ctx, err)
}

// answerError returns err as a question that has its own deadline met it: a deadline is the daemon's fault, not the
// caller's, and what the daemon did not answer makes it unreachable.
func (e *execRun) answerError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return &UnreachableError{
			Endpoint: Endpoint{Host: e.cli.DaemonHost()}, Err: errNoAnswer,
			Reason: "Docker accepts requests but does not answer", NextStep: "Restart Docker, then try again.",
		}
	case isConnectionLost(err):
		return e.d.unreachable(err)
	}
	return err
}

// awaitExit waits until the daemon reports the end of the process and returns its exit code. The end of the output does
// not tell it: a process may close its output and go on, and a daemon may end the stream before it notes the code.
func (e *execRun) awaitExit(ctx context.Context) (int, error) {
	var waited time.Duration
	for pause := execPollFirst; ; pause = min(2*pause, execPollLast) {
		state, err := e.inspect(ctx)
		switch {
		case cerrdefs.IsNotFound(err):
			return -1, e.lost(ctx)
		case err != nil:
			return -1, err
		case e.hasEnded(state):
			return e.exitCode(ctx, state.ExitCode)
		case !state.Running && waited > execAnswer:
			return -1, errors.New("the daemon does not say how the command ended")
		case pause == execPollLast:
			if err := e.containerFate(ctx); err != nil {
				return -1, err
			}
		}
		if err := e.d.clock.Sleep(ctx, pause); err != nil {
			return -1, err
		}
		waited += pause
	}
}

// hasEnded reports whether state is that of a process which ended or could not be started. An exec that has not been
// started looks like one that ended well, but for the process number that it lacks.
func (e *execRun) hasEnded(state container.ExecInspect) bool {
	return !state.Running && (state.Pid != 0 || state.ExitCode != 0)
}

// exitCode turns the daemon's code into ours.
func (e *execRun) exitCode(ctx context.Context, code int) (int, error) {
	switch {
	case code == exitCannotRun && e.refusal != "" && isNoProgram(e.refusal):
		return exitNoProgram, nil
	case code == exitKilled:
		return code, e.awaitFate(ctx)
	}
	return code, nil
}

// isNoProgram reports whether the daemon's sentence says that the program does not exist. Some versions end with 126 for
// that and some with 127.
func isNoProgram(refusal string) bool {
	if strings.Contains(refusal, "executable file not found") {
		return true
	}
	return strings.Contains(refusal, "no such file or directory") && strings.Contains(refusal, "exec: ") &&
		!strings.Contains(refusal, "chdir")
}

// lost explains why the daemon no longer knows the exec.
func (e *execRun) lost(ctx context.Context) error {
	if err := e.containerFate(ctx); err != nil {
		return err
	}
	return errors.New("the daemon no longer knows the command, so its exit code is lost; it may have been restarted")
}

// awaitFate returns what befell the container, or nil when it still runs after execFate.
func (e *execRun) awaitFate(ctx context.Context) error {
	for waited := time.Duration(0); ; waited += execFate / 10 {
		if err := e.containerFate(ctx); err != nil || waited >= execFate {
			return err
		}
		if err := e.d.clock.Sleep(ctx, execFate/10); err != nil {
			return err
		}
	}
}

// containerFate returns what befell the container since the exec was prepared, as an ErrNotRunning or ErrNotFound, or nil
// when it runs on. Other errors say that the daemon did not tell. For ctx see inspect.
func (e *execRun) containerFate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, execAnswer)
	defer cancel()
	ctr, err := e.cli.ContainerInspect(ctx, e.ctrID)
	switch {
	case cerrdefs.IsNotFound(err):
		return kindError{ErrNotFound, fmt.Errorf("container %s was removed while the command ran", e.name)}
	case err != nil:
		return e.answerError(ctx, err)
	case ctr.ContainerJSONBase == nil || ctr.State == nil:
		return nil
	case !ctr.State.Running:
		why := fmt.Sprintf("exit code %d", ctr.State.ExitCode)
		if ctr.State.OOMKilled {
			why += ", out of memory"
		}
		return kindError{ErrNotRunning, fmt.Errorf("container %s stopped while the command ran (%s)", e.name, why)}
	case ctr.State.StartedAt != e.ctrBoot:
		return kindError{ErrNotRunning, fmt.Errorf("container %s was restarted while the command ran", e.name)}
	}
	return nil
}

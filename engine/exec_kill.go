package engine

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	cerrdefs "github.com/containerd/errdefs"
)

const (
	// execKillBudget bounds everything that a cancel does inside the container: seven seconds of waiting in the script,
	// and what the daemon takes to run it.
	execKillBudget = 20 * time.Second
	// execDrain is how long the last output may still come after the processes have ended.
	execDrain = 2 * time.Second
	// execMisses is how often no process may be found before the search is given up: a process that is just being
	// started is not there yet. Between two searches lies execMissPause.
	execMisses    = 8
	execMissPause = 200 * time.Millisecond
)

// killScript ends the processes that carry a mark; its own comments say how.
//
//go:embed exec_kill.sh
var killScript string

// The exit codes of killScript.
const (
	killDone      = 0
	killLeft      = 1 // some processes survived KILL, or we may not signal them
	killNoneFound = 2
)

// kill ends the processes of the exec by a second exec of the same user. It outlives the end of ctx, but not
// execKillBudget. nil says that the daemon reports the end of the process. It may run beside the other methods.
func (e *execRun) kill(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), execKillBudget)
	defer cancel()
	for misses := 0; ; misses++ {
		state, err := e.inspect(ctx)
		switch {
		case cerrdefs.IsNotFound(err), err == nil && e.hasEnded(state):
			return nil // the first says that the container is gone, or was started anew
		case err != nil:
			return err
		case misses >= execMisses && !state.Running:
			return nil // it never started
		case misses >= execMisses:
			return errors.New("its processes were not found; they may have changed their user or environment")
		}
		pause := execMissPause
		if state.Running {
			code, err := e.signal(ctx)
			switch {
			case err != nil && e.containerEnded(ctx):
				return nil // and the process with it
			case err != nil:
				return err
			case code == killLeft:
				return errors.New("a process survived KILL or belongs to another user")
			case code == killDone:
				pause = execPollFirst // the daemon may need a moment to notice
			case code != killNoneFound:
				return fmt.Errorf("/bin/sh, which would end it, ended with code %d", code)
			}
		}
		if err := e.d.clock.Sleep(ctx, pause); err != nil {
			return fmt.Errorf("it did not end within %v", execKillBudget)
		}
	}
}

// containerEnded reports whether the daemon says that the container no longer runs, or not as it did.
func (e *execRun) containerEnded(ctx context.Context) bool {
	fate := e.containerFate(ctx)
	return errors.Is(fate, ErrNotRunning) || errors.Is(fate, ErrNotFound)
}

// signal runs killScript in the container and returns its exit code.
func (e *execRun) signal(ctx context.Context) (int, error) {
	stages := []string{"TERM", "50", "KILL", "20"} // signals, and how many tenths of a second each is given
	if e.tty != nil {
		// A shell on a terminal ignores TERM; HUP, which the loss of its terminal would send it, ends it and its jobs.
		stages = []string{"TERM", "10", "HUP", "40", "KILL", "20"}
	}
	helper := &execRun{d: e.d, cli: e.cli, name: e.name, ctrID: e.ctrID, ctrBoot: e.ctrBoot, opts: ExecOptions{
		Cmd:        append([]string{"/bin/sh", "-c", killScript, "sh", execMarkKey + "=" + e.mark}, stages...),
		User:       e.opts.User,
		WorkingDir: "/",
	}}
	if err := helper.create(ctx, false); err != nil {
		return -1, err
	}
	code, err := helper.run(ctx, execStreams{})
	if err == nil && helper.refusal != "" {
		err = fmt.Errorf("the container has no /bin/sh to end it with: %s", SanitizeString(helper.refusal))
	}
	return code, err
}

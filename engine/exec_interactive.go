package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/moby/term"
)

// defaultDetachKeys are keys that nobody types by chance and no program wants.
const defaultDetachKeys = "ctrl-^,ctrl-@"

// consoleSizeAPI is the first API version that starts an exec on a terminal of a given size.
const consoleSizeAPI = "1.42"

// sizeScript gives the terminal its size before the program sees it, for daemons that cannot.
const sizeScript = `stty rows "$1" cols "$2" 2>/dev/null; shift 2; exec "$@"`

// execTerminal is what an exec on a terminal has besides.
type execTerminal struct {
	detachKeys  string // for the daemon, which never sees them: detachFilter does
	detach      detachFilter
	size        TerminalSize
	resize      <-chan TerminalSize
	consoleSize *[2]uint      // rows and columns for the daemon; nil when it does not take them
	wrap        bool          // sizeScript sets the size instead
	printed     chan struct{} // closed when the first output has come
}

// ExecInteractive runs a program on a terminal of its own in the named container and connects it to the session until it
// ends, then returns its exit code. Setting the local terminal raw, and TERM in the environment, are the caller's.
//
// The program finds the terminal at s.Size when it first asks: on daemons below API 1.42 a line of /bin/sh sets it, or,
// where the container has none, a resize right after the start. Sizes of s.Resize are applied in order, the newest alone
// when several wait. Every byte of s.Stdin reaches the program but the detach keys, on which the call returns ErrDetached
// and leaves the program running; of keys that begin like them the bytes wait for the one that tells. The end of s.Stdin does not end the session, since a terminal has no half close; ctx does.
//
// For errors, exit codes and what ctx does see ExecInContainerWriter; a program that could not be started has the daemon's
// sentence on s.Stdout, there being no other stream. When ctx ends, HUP follows TERM after a second, for shells ignore TERM.
func (d *Docker) ExecInteractive(ctx context.Context, name string, s ExecSession) (int, error) {
	op := execOp(name, s.ExecOptions)
	tty := &execTerminal{detachKeys: s.DetachKeys, size: s.Size, resize: s.Resize, printed: make(chan struct{})}
	if tty.detachKeys == "" {
		tty.detachKeys = defaultDetachKeys
	}
	keys, err := term.ToBytes(tty.detachKeys)
	if err != nil || len(keys) == 0 {
		return -1, d.fail(fmt.Errorf("DetachKeys %q are not in Docker's notation: %w", s.DetachKeys, ErrSpecInvalid), op)
	}
	tty.detach.keys = keys
	e, err := d.prepareExec(ctx, name, s.ExecOptions)
	if err != nil {
		return -1, d.fail(err, op)
	}
	e.tty = tty
	if err := e.chooseSizing(ctx); err != nil {
		return -1, d.fail(err, op)
	}
	if err := e.create(ctx, s.Stdin != nil); err != nil {
		return -1, d.fail(err, op)
	}
	code, err := e.run(ctx, execStreams{stdin: s.Stdin, stdout: s.Stdout})
	return code, d.failRun(err, op)
}

// chooseSizing decides who gives the terminal its first size.
func (e *execRun) chooseSizing(ctx context.Context) error {
	if e.tty.size == (TerminalSize{}) {
		return nil
	}
	atLeast, err := e.d.apiAtLeast(ctx, consoleSizeAPI)
	if err != nil {
		return err
	}
	if atLeast {
		e.tty.consoleSize = &[2]uint{e.tty.size.Rows, e.tty.size.Cols}
		return nil
	}
	_, err = e.cli.ContainerStatPath(ctx, e.ctrID, "/bin/sh")
	e.tty.wrap = err == nil
	return ctx.Err()
}

// command returns what the daemon is to run for cmd.
func (t *execTerminal) command(cmd []string) []string {
	if !t.wrap {
		return cmd
	}
	return slices.Concat([]string{"/bin/sh", "-c", sizeScript, "sh", fmt.Sprint(t.size.Rows), fmt.Sprint(t.size.Cols)}, cmd)
}

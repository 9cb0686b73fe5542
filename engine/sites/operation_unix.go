//go:build unix

package sites

import (
	"context"
	"errors"
	"os/exec"
	"os/signal"
	"syscall"
)

// ownSession makes the child the leader of a session of its own: no terminal's end, and no ctrl+c in it, reaches it.
func ownSession(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// untilCancelled returns a context that ends when somebody asks this process to.
func untilCancelled(ctx context.Context) (context.Context, context.CancelFunc) {
	signal.Ignore(syscall.SIGHUP)
	return signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
}

func terminate(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) }

// processAlive reports whether there is such a process, whoever's it is.
func processAlive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

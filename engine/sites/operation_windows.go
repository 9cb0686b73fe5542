package sites

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
)

func ownSession(*exec.Cmd) {}

func untilCancelled(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt)
}

// terminate cannot ask a process of another console here.
func terminate(int) error { return errors.New("operations cannot be cancelled on Windows yet") }

// processAlive reports whether there is such a process.
func processAlive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = p.Release()
	return true
}

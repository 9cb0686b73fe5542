package engine

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
)

// probeQuick is the longest StartInterval with which the daemon's own probes are quick enough.
const probeQuick = 500 * time.Millisecond

// checkTimeout is the daemon's timeout for a health check that names none.
const checkTimeout = 30 * time.Second

// probeExec runs a command inside a container, as ExecInContainerWriter does.
type probeExec func(ctx context.Context, name string, opts ExecOptions, stdout, stderr io.Writer) (int, error)

// wantsProbe reports whether the health check should be run by us, because the daemon's first probe is far off.
func wantsProbe(c *container.Config) bool {
	if !hasHealthcheck(c) || probeCommand(c) == nil {
		return false
	}
	quick := c.Healthcheck.StartInterval
	return quick <= 0 || quick > probeQuick
}

// probeCommand returns what the daemon would run for the health check; nil for a kind that it does not know.
func probeCommand(c *container.Config) []string {
	test := c.Healthcheck.Test
	if len(test) < 2 {
		return nil
	}
	switch test[0] {
	case "CMD":
		return test[1:]
	case "CMD-SHELL":
		shell := []string(c.Shell)
		if len(shell) == 0 {
			shell = []string{"/bin/sh", "-c"}
		}
		return append(slices.Clone(shell), test[1:]...)
	}
	return nil
}

// prober runs a health check again and again until it passes once, for one run of a container at a time. Its methods
// are called by one goroutine.
type prober struct {
	exec  probeExec
	pause time.Duration
	// passed receives the run whose check passed. It has room for one.
	passed chan string

	run    string             // that is being probed; empty when none is
	cancel context.CancelFunc // ends the goroutine; nil before the first
	done   chan struct{}      // closed when the goroutine has ended
}

// start probes the given run of the container, unless it is being probed already.
func (p *prober) start(ctx context.Context, id, run string, config *container.Config) {
	if p.run == run {
		return
	}
	p.halt()
	ctx, cancel := context.WithCancel(ctx)
	before, done := p.done, make(chan struct{})
	p.run, p.cancel, p.done = run, cancel, done
	go func() {
		defer close(done)
		if before != nil {
			<-before
		}
		p.probe(ctx, id, run, config)
	}()
}

// halt ends the probing. It does not wait for a check that is running: that is told to end.
func (p *prober) halt() {
	if p.run != "" {
		p.run = ""
		p.cancel()
	}
}

// stop ends the probing and waits for it.
func (p *prober) stop() {
	p.halt()
	if p.done != nil {
		<-p.done
	}
}

// probe runs the check until it passes or ctx ends. After a check it waits as long as the check took, at least the
// pause, so that half of the time is the container's own. That a check cannot be run says nothing: the container may be
// about to restart.
func (p *prober) probe(ctx context.Context, id, run string, config *container.Config) {
	limit := config.Healthcheck.Timeout
	if limit <= 0 {
		limit = checkTimeout
	}
	opts := ExecOptions{Cmd: probeCommand(config)} // user, folder and environment are the container's, as in the daemon's
	for ctx.Err() == nil {
		began := time.Now()
		one, cancel := context.WithTimeout(ctx, limit)
		code, err := p.exec(one, id, opts, nil, nil)
		cancel()
		if err == nil && code == 0 {
			select {
			case p.passed <- run:
			case <-ctx.Done():
			}
			return
		}
		timer := time.NewTimer(max(p.pause, time.Since(began)))
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

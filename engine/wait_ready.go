package engine

import (
	"context"
	"errors"
	"math"
	"os"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
)

// waitEnv names the environment variable that WaitReady's timeouts are multiplied by, for machines that are slow.
const waitEnv = "LOCORUM_HEALTH_TIMEOUT_MULT"

// waitPace is how often a wait does what it does. The zero value is not valid.
type waitPace struct {
	// look is the time between two inspects when no event asks for one sooner.
	look time.Duration
	// probe is the least pause between two of our own runs of a health check.
	probe time.Duration
	// settle is how long a container without a health check must have run.
	settle time.Duration
	// blip is how long a daemon that answered before may be away, and firstBlip one that has not answered yet.
	blip      time.Duration
	firstBlip time.Duration
	// retry is the time between two inspects while the daemon is away.
	retry time.Duration
}

// defaultWaitPace: an inspect takes the daemon under a millisecond, an exec some tens; a daemon restarts in some seconds,
// and takes ten to end containers that do not stop by themselves.
func defaultWaitPace() waitPace {
	return waitPace{
		look:      2 * time.Second,
		probe:     150 * time.Millisecond,
		settle:    time.Second,
		blip:      30 * time.Second,
		firstBlip: 2 * time.Second,
		retry:     200 * time.Millisecond,
	}
}

// The least time that the first inspect may take, however short the timeout, and the most of any.
const (
	waitFirstLook = time.Second
	waitAnyLook   = 10 * time.Second
)

// WaitReady waits until the named container is ready: its health check passed or, when it has none (also {"NONE"}), it
// has kept running for a second. One that is created, paused or being restarted by its restart policy is waited for; a
// person's `docker restart` is a death, as the daemon tells it.
//
// ErrContainerNotReady is a *NotReadyError, with the last 50 log lines in its text: the container died or turned
// unhealthy, which is reported at once, or was not ready in time. ErrNotFound says that there is no such container, also
// when it is removed meanwhile; one that takes its name is another. When ctx ends the error is ctx's.
//
// A daemon that does not answer is waited for, 30 s long, or 2 s if it has not answered this call before; then the error
// is ErrDaemonUnreachable.
//
// The timeout is multiplied by LOCORUM_HEALTH_TIMEOUT_MULT, a number above 0. A timeout of 0 or less looks once.
//
// A daemon probes the first time when a whole interval of the health check has passed. Unless the check has a short
// StartInterval, WaitReady therefore runs its test itself until it passes once, inside the container as the daemon
// would. Whether a container is unhealthy the daemon alone decides.
func (d *Docker) WaitReady(ctx context.Context, name string, timeout time.Duration) error {
	if err := validateName("container", name); err != nil {
		return d.fail(err, "wait for a container")
	}
	return d.newWaiter(name, d.scaleTimeout(timeout)).wait(ctx)
}

// scaleTimeout multiplies by the variable. A value that is no number above 0 is ignored.
func (d *Docker) scaleTimeout(timeout time.Duration) time.Duration {
	lookup := d.opts.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	text, _ := lookup(waitEnv)
	factor, err := strconv.ParseFloat(text, 64)
	if err != nil || !(factor > 0) || math.IsInf(factor, 0) {
		return timeout
	}
	scaled := factor * float64(timeout)
	if scaled >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(scaled)
}

// waiter is one wait. It belongs to the goroutine that waits; events and probes come from others, which have ended when
// wait returns.
type waiter struct {
	d       *Docker
	name    string
	timeout time.Duration
	pace    waitPace
	exec    probeExec
	logs    func(ctx context.Context, name string, lines int) (string, error)

	id string // of the container that was found first; empty before
	// last is what the latest inspect that succeeded found. lastErr is why the latest one failed, nil if it did not, and
	// away when inspects began to fail.
	last    container.InspectResponse
	lastErr error
	away    time.Time
	// run is the StartedAt of the run that is being watched, and settled when it will have lasted long enough.
	run     string
	settled time.Time
}

func (d *Docker) newWaiter(name string, timeout time.Duration) *waiter {
	return &waiter{
		d: d, name: name, timeout: timeout, pace: defaultWaitPace(), exec: d.ExecInContainerWriter, logs: d.ContainerLogs,
	}
}

// errWaitTimeout is the cause that ends a wait's own context.
var errWaitTimeout = errors.New("the container was not ready in time")

// wait returns nil once the container is ready, else an error for the caller.
func (w *waiter) wait(ctx context.Context) error {
	err := w.loop(ctx)
	var notReady *NotReadyError
	if errors.As(err, &notReady) {
		return w.d.redact(err) // it says the name itself
	}
	return w.d.fail(err, "wait for container "+w.name)
}

// loop looks until there is something to say.
//
// Events only say that it is time to look; what counts is what an inspect finds. So it does not matter when an event is
// late, old, missing or of a kind that a newer daemon invents.
func (w *waiter) loop(ctx context.Context) error {
	patience, cancel := context.WithTimeoutCause(ctx, w.timeout, errWaitTimeout)
	defer cancel()
	probes := &prober{exec: w.exec, pause: w.pace.probe, passed: make(chan string, 1)}
	defer probes.stop()
	var events <-chan Event
	defer func() {
		cancel()
		for events != nil { // until its goroutines have ended
			if _, open := <-events; !open {
				events = nil
			}
		}
	}()

	first, stop := context.WithTimeout(ctx, max(w.timeout, waitFirstLook))
	seen := w.look(first)
	stop()
	passed := ""
	for {
		switch {
		case ctx.Err() != nil:
			return Ended(ctx)
		case seen.state == waitReady, seen.state == waitStarting && passed != "" && passed == w.run:
			return nil
		case seen.state == waitFailed:
			return w.report(ctx, seen)
		case patience.Err() != nil:
			return w.report(ctx, waitResult{reason: w.overdue()})
		}
		if events == nil && w.id != "" {
			// From here on nothing is missed: the stream begins with a list, which makes us look again.
			events = w.d.containerEvents(patience, w.id)
		}
		if seen.state == waitStarting && wantsProbe(w.last.Config) {
			probes.start(patience, w.id, w.run, w.last.Config)
		} else {
			probes.halt()
		}
		again := time.NewTimer(seen.again)
		select {
		case <-events:
		case passed = <-probes.passed:
		case <-again.C:
		case <-patience.Done():
		}
		again.Stop()
		if patience.Err() == nil {
			seen = w.look(patience)
		}
	}
}

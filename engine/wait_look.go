package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
)

// waitState is what one look found.
type waitState uint8

const (
	waitNotYet   waitState = iota // nothing to say yet
	waitStarting                  // it runs, and its health check has not passed yet
	waitReady
	waitFailed // it will not become ready, or the wait cannot go on
)

// waitResult is what one look found, and when to look again if nothing happens before.
type waitResult struct {
	state waitState
	again time.Duration
	// reason is why a container is not ready, in words that follow "container web".
	reason string
	// err, set with waitFailed, is returned instead of a NotReadyError.
	err error
}

// look inspects the container and judges what it finds.
func (w *waiter) look(ctx context.Context) waitResult {
	one, cancel := context.WithTimeout(ctx, waitAnyLook)
	defer cancel()
	found, err := w.inspect(one)
	switch {
	case err == nil:
		w.id, w.lastErr, w.away = found.ID, nil, time.Time{}
		w.last, err = w.sureOfDeath(one, found)
		if err != nil {
			return w.blind(err)
		}
		return w.judge(one)
	case ctx.Err() != nil:
		return waitResult{} // cut short: the wait is over, and nothing was learnt
	case one.Err() != nil:
		err = w.d.unreachable(fmt.Errorf("no answer within %v", waitAnyLook))
	}
	return w.blind(err)
}

// sureOfDeath asks about a container that was found dead once more: one that is being removed is seen dead for a moment,
// just before it is gone. It returns what is to be judged, or why there is nothing left to judge. Only a removal changes
// what was found: a container that somebody has started again did die.
func (w *waiter) sureOfDeath(ctx context.Context, found container.InspectResponse) (container.InspectResponse, error) {
	if status := found.State.Status; status != container.StateExited && status != container.StateDead {
		return found, nil
	}
	after, err := w.inspect(ctx)
	switch {
	case cerrdefs.IsNotFound(err):
		return found, err
	case err == nil && after.State.Status == container.StateRemoving:
		return after, nil
	}
	return found, nil
}

// inspect asks for the container that is waited for, by its ID once that is known.
func (w *waiter) inspect(ctx context.Context) (container.InspectResponse, error) {
	cli, err := w.d.ready(ctx)
	if err != nil {
		return container.InspectResponse{}, err
	}
	ref := w.name
	if w.id != "" {
		ref = w.id
	}
	found, err := cli.ContainerInspect(ctx, ref)
	if err == nil && (found.ContainerJSONBase == nil || found.State == nil || found.Config == nil) {
		err = errors.New("the daemon's answer to an inspect has no state or no configuration")
	}
	return found, err
}

// blind decides what a failed look means: the end for a container that is gone, a pause for a daemon that may come back.
func (w *waiter) blind(err error) waitResult {
	now := w.d.clock.Now()
	if w.away.IsZero() {
		w.away = now
	}
	w.lastErr = err
	blip := w.pace.blip
	if w.id == "" {
		blip = w.pace.firstBlip
	}
	switch {
	case cerrdefs.IsNotFound(err) && w.id != "":
		return waitResult{state: waitFailed, err: fmt.Errorf("it was removed: %w", kindError{ErrNotFound, err})}
	case cerrdefs.IsNotFound(err), errors.Is(err, syscall.EACCES), !w.d.HasClient(), now.Sub(w.away) >= blip:
		return waitResult{state: waitFailed, err: err}
	}
	return waitResult{again: w.pace.retry}
}

// judge reads the state that the last look found.
func (w *waiter) judge(ctx context.Context) waitResult {
	state := w.last.State
	again := waitResult{again: w.pace.look}
	switch state.Status {
	case container.StateExited, container.StateDead:
		return waitResult{state: waitFailed, reason: w.death()}
	case container.StateCreated:
		if state.Error != "" {
			return waitResult{state: waitFailed, reason: "could not be started: " + w.words(state.Error)}
		}
	case container.StateRunning:
		if !hasHealthcheck(w.last.Config) {
			return w.settle(ctx)
		}
		w.run = state.StartedAt
		if state.Health == nil {
			again.state = waitStarting
			return again
		}
		if state.Health.Status == container.Healthy {
			return waitResult{state: waitReady}
		}
		if isUnhealthy(state.Health, w.last.Config) {
			return waitResult{state: waitFailed, reason: "is unhealthy" + w.lastProbe()}
		}
		again.state = waitStarting
	}
	return again // paused, restarting and removing will change, and an event will say so
}

// hasHealthcheck reports whether the daemon probes the container; the image's own check is part of the configuration.
func hasHealthcheck(c *container.Config) bool {
	return c.Healthcheck != nil && len(c.Healthcheck.Test) > 0 && c.Healthcheck.Test[0] != "NONE"
}

// isUnhealthy reports whether enough probes have failed in a row. The word alone does not say so: a daemon also calls a
// container unhealthy from when it stops probing it, for a pause for instance, until a probe has passed.
func isUnhealthy(h *container.Health, c *container.Config) bool {
	retries := c.Healthcheck.Retries
	if retries <= 0 {
		retries = 3 // the daemon's own
	}
	return h.Status == container.Unhealthy && h.FailingStreak >= retries
}

// settle judges a container without a health check: it is ready once this run of it has lasted long enough. How long it
// has lasted already is asked of the daemon, whose clock need not be ours; from then on ours measures.
func (w *waiter) settle(ctx context.Context) waitResult {
	now := w.d.clock.Now()
	if started := w.last.State.StartedAt; w.run != started {
		w.run = started
		w.settled = now.Add(w.pace.settle - w.uptime(ctx, started))
	}
	if !now.Before(w.settled) {
		return waitResult{state: waitReady}
	}
	return waitResult{again: min(w.settled.Sub(now), w.pace.look)}
}

// uptime returns how long the container runs by the daemon's clock; 0 when that cannot be told.
func (w *waiter) uptime(ctx context.Context, started string) time.Duration {
	since, err := time.Parse(time.RFC3339Nano, started)
	if err != nil {
		return 0
	}
	cli, err := w.d.ready(ctx)
	if err != nil {
		return 0
	}
	info, err := cli.Info(ctx)
	if err != nil {
		return 0
	}
	now, err := time.Parse(time.RFC3339Nano, info.SystemTime)
	if err != nil {
		return 0
	}
	return min(max(now.Sub(since), 0), w.pace.settle)
}

// death says how the container ended.
func (w *waiter) death() string {
	state := w.last.State
	text := fmt.Sprintf("exited with code %d", state.ExitCode)
	if state.OOMKilled {
		text += w.outOfMemory()
	}
	if state.Error != "" {
		text += ": " + w.words(state.Error)
	}
	return text
}

// outOfMemory names the limit that was hit.
func (w *waiter) outOfMemory() string {
	if host := w.last.HostConfig; host != nil && host.Memory > 0 {
		return fmt.Sprintf(": out of memory (its limit is %d MiB)", host.Memory>>20)
	}
	return ": out of memory"
}

// overdue says what a container was still waiting for when the time was up.
func (w *waiter) overdue() string {
	text := fmt.Sprintf("is not ready after %v: ", w.timeout)
	switch {
	case w.lastErr != nil:
		return text + "the daemon does not answer: " + w.words(w.lastErr.Error())
	case w.last.ContainerJSONBase == nil:
		return text + "the daemon has not answered yet"
	}
	state := w.last.State
	switch {
	case state.Status == container.StateRunning && hasHealthcheck(w.last.Config):
		text += "its health check has not passed" + w.lastProbe()
	case state.Status == container.StateRunning:
		text += "it has only just started"
	case state.Status == container.StateRestarting:
		text += fmt.Sprintf("it was restarted %d times and last exited with code %d", w.last.RestartCount, state.ExitCode)
	default:
		text += "it is " + w.words(string(state.Status))
	}
	if state.OOMKilled {
		text += w.outOfMemory()
	}
	return text
}

// lastProbe tells what the daemon's latest probe said, if it has made one.
func (w *waiter) lastProbe() string {
	health := w.last.State.Health
	if health == nil || len(health.Log) == 0 || health.Log[len(health.Log)-1] == nil {
		return ""
	}
	probe := health.Log[len(health.Log)-1]
	text := fmt.Sprintf("; the latest probe exited with code %d", probe.ExitCode)
	if said := w.words(probe.Output); said != "" {
		text += " and said: " + said
	}
	return text
}

// words makes text of the daemon or of a container fit for the middle of a sentence: one line of printable characters,
// not long, without secrets.
func (w *waiter) words(text string) string {
	const most = 300 // bytes
	text = SanitizeString(strings.Join(strings.Fields(w.d.secrets.text(text)), " "))
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

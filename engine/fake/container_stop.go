package fake

import (
	"context"
	"net/http"
	"strings"
	"time"

	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
)

// stopContainer is POST /containers/{id}/stop.
func (d *Daemon) stopContainer(r *request) error {
	stopped := false
	var c *container
	err := d.with(r, func(found *container) error {
		c = found
		stopped = !c.running() && c.state != containertypes.StateRestarting
		return nil
	})
	switch {
	case err != nil:
		return err
	case stopped:
		r.WriteHeader(http.StatusNotModified)
		return nil
	}
	if err := d.stop(r.Context(), c, r.query("signal"), r.number("t", 10)); err != nil {
		return err
	}
	return r.noContent()
}

// stop sends the stop signal and, after the seconds of grace, KILL. A negative number waits for ever. It goes on when
// the client leaves, as Docker's does.
func (d *Daemon) stop(_ context.Context, c *container, signal string, grace int) error {
	ctx := d.ctx
	d.mu.Lock()
	main := c.main
	c.stopped = true
	if c.state == containertypes.StateRestarting && main == nil {
		c.cancelBack()
		c.state = containertypes.StateExited
		d.emitContainerLocked(c, events.ActionStop)
	}
	if signal == "" {
		signal = c.config.StopSignal
	}
	d.mu.Unlock()
	if main == nil {
		return nil
	}
	if signal == "" {
		signal = "TERM"
	}
	name, ok := signalName(signal)
	if !ok {
		return failf(http.StatusBadRequest, "Invalid signal: %s", signal)
	}
	d.deliver(c, main, name)
	wait, cancel := context.WithCancel(ctx)
	defer cancel()
	if grace >= 0 {
		d.tasks.Go(func() {
			if d.clock.Sleep(wait, time.Duration(grace)*time.Second) == nil {
				d.deliver(c, main, "KILL")
			}
		})
	}
	if err := d.await(ctx, func() bool { return c.main != main }); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.emitContainerLocked(c, events.ActionStop)
	return nil
}

// deliver sends a signal to a main process and says so.
func (d *Daemon) deliver(c *container, main *task, name string) {
	d.mu.Lock()
	if c.main == main {
		d.emitContainerLocked(c, events.ActionKill, "signal", name)
	}
	d.mu.Unlock()
	main.signal(name)
}

// killContainer is POST /containers/{id}/kill.
func (d *Daemon) killContainer(r *request) error {
	signal := r.query("signal")
	if signal == "" {
		signal = "KILL"
	}
	name, ok := signalName(signal)
	if !ok {
		return failf(http.StatusBadRequest, "Invalid signal: %s", signal)
	}
	var main *task
	var c *container
	err := d.with(r, func(found *container) error {
		c = found
		if !c.running() {
			return failf(http.StatusConflict, "cannot kill container: %s: container %s is not running", r.PathValue("id"), c.id)
		}
		main = c.main
		c.stopped = c.stopped || name == "KILL" || name == "TERM"
		return nil
	})
	if err != nil {
		return err
	}
	d.deliver(c, main, name)
	if name == "KILL" {
		if err := d.await(r.Context(), func() bool { return c.main != main }); err != nil {
			return err
		}
	}
	return r.noContent()
}

// restartContainer is POST /containers/{id}/restart.
func (d *Daemon) restartContainer(r *request) error {
	var c *container
	if err := d.with(r, func(found *container) error { c = found; return nil }); err != nil {
		return err
	}
	if err := d.stop(r.Context(), c, r.query("signal"), r.number("t", 10)); err != nil {
		return err
	}
	return d.with(r, func(c *container) error {
		c.stopped = false
		if !c.running() {
			if err := d.startLocked(c); err != nil {
				return err
			}
		}
		d.emitContainerLocked(c, events.ActionRestart)
		return r.noContent()
	})
}

// pauseContainer and unpauseContainer only change the state: the process goes on, which nobody outside can tell unless
// it writes.
func (d *Daemon) pauseContainer(r *request) error {
	return d.turn(r, containertypes.StateRunning, containertypes.StatePaused, events.ActionPause, http.StatusConflict, "Container %s is not running")
}

func (d *Daemon) unpauseContainer(r *request) error {
	return d.turn(r, containertypes.StatePaused, containertypes.StateRunning, events.ActionUnPause, http.StatusInternalServerError, "Container %s is not paused")
}

// turn changes a container's state, and refuses one that is in another than from.
func (d *Daemon) turn(r *request, from, to containertypes.ContainerState, action events.Action, code int, refusal string) error {
	return d.with(r, func(c *container) error {
		if c.state != from {
			return failf(code, refusal, c.id)
		}
		c.state = to
		d.emitContainerLocked(c, action)
		return r.noContent()
	})
}

// renameContainer is POST /containers/{id}/rename.
func (d *Daemon) renameContainer(r *request) error {
	return d.with(r, func(c *container) error {
		name := strings.TrimPrefix(r.query("name"), "/")
		if !namePattern.MatchString(name) {
			return failf(http.StatusBadRequest, "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name)
		}
		if other, err := d.containerLocked(name); err == nil && other.name == name {
			return failf(http.StatusConflict, "Conflict. The container name \"/%s\" is already in use by container \"%s\".", name, other.id)
		}
		old := c.name
		c.name = name
		d.emitContainerLocked(c, events.ActionRename, "oldName", "/"+old)
		return r.noContent()
	})
}

// removeContainer is DELETE /containers/{id}.
func (d *Daemon) removeContainer(r *request) error {
	var c *container
	err := d.with(r, func(found *container) error {
		c = found
		if c.running() && !r.flag("force") {
			return failf(http.StatusConflict, "cannot remove container \"/%s\": container is running: stop the container before removing or force remove", c.name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.mu.Lock()
	main := c.main
	c.stopped, c.removing = true, true
	d.mu.Unlock()
	if main != nil {
		d.deliver(c, main, "KILL")
		if err := d.await(d.ctx, func() bool { return c.main != main }); err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.removed {
		return failf(http.StatusNotFound, "No such container: %s", c.id)
	}
	d.removeLocked(c, r.flag("v"))
	return r.noContent()
}

// removeLocked forgets a container that does not run, with its anonymous volumes if asked.
func (d *Daemon) removeLocked(c *container, volumes bool) {
	if c.cancelBack != nil {
		c.cancelBack()
	}
	c.removed = true
	delete(d.containers, c.id)
	if volumes {
		for _, m := range c.mounts {
			if v := d.volumes[m.name]; v != nil && v.anonymous && len(d.volumeUsersLocked(v.name)) == 0 {
				delete(d.volumes, v.name)
			}
		}
	}
	for id, e := range d.execs {
		if e.c == c {
			delete(d.execs, id)
		}
	}
	c.log.remove()
	d.emitContainerLocked(c, events.ActionDestroy)
}

// waitContainer is POST /containers/{id}/wait: until it does not run, exits the next time, or is removed.
func (d *Daemon) waitContainer(r *request) error {
	condition := r.query("condition")
	var c *container
	var runs int
	err := d.with(r, func(found *container) error {
		c, runs = found, found.runs
		if !found.running() && condition == "next-exit" {
			runs++
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.stream("application/json") // the client knows by the header that the wait has begun
	code := 0
	err = d.await(r.Context(), func() bool {
		code = c.exitCode
		over := c.removed || !c.running() && c.state != containertypes.StateRestarting
		switch condition {
		case "removed":
			return c.removed
		case "next-exit":
			return c.removed || c.runs > runs || c.runs == runs && over
		}
		return over
	})
	if err != nil {
		return nil
	}
	return r.finish(containertypes.WaitResponse{StatusCode: int64(code)})
}

// pruneContainers is POST /containers/prune.
func (d *Daemon) pruneContainers(r *request) error {
	args, err := r.filters()
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	report := containertypes.PruneReport{ContainersDeleted: []string{}}
	for _, c := range d.sortedContainersLocked() {
		if !c.running() && c.state != containertypes.StateRestarting && args.MatchKVList("label", c.config.Labels) {
			d.removeLocked(c, false)
			report.ContainersDeleted = append(report.ContainersDeleted, c.id)
		}
	}
	return r.answer(http.StatusOK, report)
}

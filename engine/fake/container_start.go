package fake

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/go-connections/nat"
)

// restartPause is how long a restart policy waits the first time; it doubles, up to a minute.
const restartPause = 100 * time.Millisecond

// startContainer is POST /containers/{id}/start.
func (d *Daemon) startContainer(r *request) error {
	return d.with(r, func(c *container) error {
		if c.running() {
			r.WriteHeader(http.StatusNotModified)
			return nil
		}
		c.stopped, c.restarts = false, 0
		if err := d.startLocked(c); err != nil {
			return err
		}
		return r.noContent()
	})
}

// startLocked resolves the networks, binds the ports and runs the main process.
func (d *Daemon) startLocked(c *container) error {
	if d.closed {
		return failf(http.StatusServiceUnavailable, "the daemon shuts down")
	}
	if err := d.prepareLocked(c); err != nil {
		c.fault, c.exitCode = err.Error(), 128
		d.disconnectLocked(c)
		return err
	}
	prog := d.mainProgramLocked(c)
	if prog == nil {
		c.fault = fmt.Sprintf("failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: %q: executable file not found in $PATH: unknown", c.argv()[0])
		c.exitCode = 127
		d.disconnectLocked(c)
		d.bumpLocked()
		return failf(http.StatusBadRequest, "%s", c.fault)
	}
	if c.cancelBack != nil {
		c.cancelBack()
	}
	ctx, cancel := context.WithCancel(d.ctx)
	c.lastPID, c.tasks = 0, map[int]*task{}
	t := d.newTaskLocked(ctx, c, c.argv(), c.config.Env)
	c.lastPID = 6
	t.orphan = c.host.Init == nil || !*c.host.Init
	c.main, c.state, c.fault, c.exitCode, c.oom = t, containertypes.StateRunning, "", 0, false
	c.started, c.runs = d.clock.Now(), c.runs+1
	c.log.begin(c.runs)
	d.startHealthLocked(ctx, c)
	d.emitContainerLocked(c, events.ActionStart)
	p := d.mainProcessLocked(c, t)
	d.goLocked(func() {
		defer cancel()
		code := t.run(prog, p)
		c.log.flush()
		d.exited(c, t, code)
	})
	return nil
}

// mainProcessLocked is the first process, with the log as its output.
func (d *Daemon) mainProcessLocked(c *container, t *task) *Process {
	p := d.processLocked(c, c.argv(), nil, "", "")
	p.Stdin = strings.NewReader("")
	p.Stdout, p.Stderr = c.log.writer(t.ctx, streamOut), c.log.writer(t.ctx, streamErr)
	if c.config.Tty {
		tty := newTerminal(t, c.log.writer(t.ctx, streamOut), terminalDefault)
		p.tty, p.Stdout, p.Stderr = tty, tty, tty
	}
	return p
}

// processLocked is a process of c with what it inherits from the container.
func (d *Daemon) processLocked(c *container, args, env []string, user, dir string) *Process {
	p := &Process{Args: args, Dir: dir, User: user, files: c.fileSystem()}
	p.Env = append(slices.Clone(c.config.Env), "HOSTNAME="+c.id[:12], "HOME=/root")
	p.Env = append(p.Env, env...)
	if p.Dir == "" {
		p.Dir = c.config.WorkingDir
	}
	if p.Dir == "" {
		p.Dir = "/"
	}
	if p.User == "" {
		p.User = c.config.User
	}
	return p
}

// prepareLocked joins the networks and publishes the ports.
func (d *Daemon) prepareLocked(c *container) error {
	for _, ep := range c.nets {
		if ep.network == "none" || ep.network == "host" {
			continue
		}
		ref := ep.network
		if ep.id != "" {
			ref = ep.id // as with Docker: the network it was joined to, not another one of that name
		}
		n := d.networkLocked(ref)
		if n == nil {
			return failf(http.StatusNotFound, "network %s not found", ref)
		}
		ep.id = n.id
		ep.ip = n.nextIP()
	}
	c.ports = nat.PortMap{}
	for port := range c.config.ExposedPorts {
		c.ports[port] = nil
	}
	for port, bindings := range c.host.PortBindings {
		for _, b := range bindings {
			if b.HostPort == "" || b.HostPort == "0" {
				b.HostPort = strconv.Itoa(d.nextPort)
				d.nextPort++
			}
			if b.HostIP == "" {
				b.HostIP = "0.0.0.0"
			}
			for _, other := range d.containers {
				if other != c && other.running() && other.publishes(port.Proto(), b) {
					return failf(http.StatusInternalServerError, "driver failed programming external connectivity on endpoint %s: Bind for %s:%s failed: port is already allocated", c.name, b.HostIP, b.HostPort)
				}
			}
			c.ports[port] = append(c.ports[port], b)
		}
	}
	return nil
}

// publishes reports whether c holds a port of the host that b wants.
func (c *container) publishes(proto string, b nat.PortBinding) bool {
	for port, bindings := range c.ports {
		for _, have := range bindings {
			if port.Proto() == proto && have.HostPort == b.HostPort &&
				(have.HostIP == b.HostIP || have.HostIP == "0.0.0.0" || b.HostIP == "0.0.0.0") {
				return true
			}
		}
	}
	return false
}

// disconnectLocked gives up the addresses and ports of a container that does not run.
func (d *Daemon) disconnectLocked(c *container) {
	for _, ep := range c.nets {
		ep.ip = ""
	}
	c.ports = nil
}

// exited takes note of the end of a main process, and starts it again when the policy says so.
func (d *Daemon) exited(c *container, t *task, code int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, other := range c.tasks {
		if other != t {
			other.kill(killedError{137})
		}
	}
	delete(c.tasks, t.pid)
	c.state, c.exitCode, c.finished, c.main = containertypes.StateExited, code, d.clock.Now(), nil
	d.disconnectLocked(c)
	if c.health != nil {
		c.health.Status = containertypes.Unhealthy
	}
	restart := d.restartsLocked(c)
	if restart {
		c.state = containertypes.StateRestarting
	}
	c.log.end()
	d.emitContainerLocked(c, events.ActionDie, "exitCode", strconv.Itoa(code))
	switch {
	case restart:
		d.restartLaterLocked(c)
	case c.host.AutoRemove:
		d.removeLocked(c, true)
	}
}

// restartsLocked reports whether the restart policy brings c back.
func (d *Daemon) restartsLocked(c *container) bool {
	if c.stopped || d.closed || c.removed {
		return false
	}
	switch p := c.host.RestartPolicy; p.Name {
	case containertypes.RestartPolicyAlways, containertypes.RestartPolicyUnlessStopped:
		return true
	case containertypes.RestartPolicyOnFailure:
		return c.exitCode != 0 && (p.MaximumRetryCount == 0 || c.restarts < p.MaximumRetryCount)
	}
	return false
}

// restartLaterLocked starts c again after a pause, unless somebody stops, starts or removes it before.
func (d *Daemon) restartLaterLocked(c *container) {
	pause := min(restartPause<<min(c.restarts, 10), time.Minute)
	c.restarts++
	ctx, cancel := context.WithCancel(d.ctx)
	c.cancelBack = cancel
	d.goLocked(func() {
		defer cancel()
		if d.clock.Sleep(ctx, pause) != nil {
			return
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if ctx.Err() == nil && c.state == containertypes.StateRestarting {
			if err := d.startLocked(c); err != nil {
				c.state = containertypes.StateExited
				d.bumpLocked()
			}
		}
	})
}

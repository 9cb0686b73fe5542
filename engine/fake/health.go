package fake

import (
	"bytes"
	"context"
	"net/http"
	"time"

	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
)

// The daemon's own values for what a health check leaves open, and how much it keeps.
const (
	healthInterval      = 30 * time.Second
	healthTimeout       = 30 * time.Second
	healthStartInterval = 5 * time.Second
	healthRetries       = 3
	healthKept          = 5
	healthOutput        = 4096
)

// checkHealth refuses what Docker refuses.
func checkHealth(h *containertypes.HealthConfig) error {
	if h == nil {
		return nil
	}
	for name, d := range map[string]time.Duration{
		"Interval": h.Interval, "Timeout": h.Timeout, "StartPeriod": h.StartPeriod, "StartInterval": h.StartInterval,
	} {
		if d != 0 && d < containertypes.MinimumDuration {
			return failf(http.StatusBadRequest, "%s in Healthcheck cannot be less than %s", name, containertypes.MinimumDuration)
		}
	}
	if h.Retries < 0 {
		return failf(http.StatusBadRequest, "Retries in Healthcheck cannot be negative")
	}
	return nil
}

// Probe scripts the health of the container of that name, now or when it comes; nil ends the script.
func (d *Daemon) Probe(container string, probe Probe) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if probe == nil {
		delete(d.probes, container)
		return
	}
	d.probes[container] = probe
}

// probeLocked returns the script of c's health, or nil.
func (d *Daemon) probeLocked(c *container) Probe {
	if p := d.probes[c.name]; p != nil {
		return p
	}
	return c.image.Probe
}

// checkCommand is the command line of a health check; nil when there is none.
func checkCommand(test []string) []string {
	switch {
	case len(test) < 2:
		return nil
	case test[0] == "CMD":
		return test[1:]
	case test[0] == "CMD-SHELL":
		return []string{"/bin/sh", "-c", test[1]}
	}
	return nil
}

// startHealthLocked checks c's health until ctx ends.
func (d *Daemon) startHealthLocked(ctx context.Context, c *container) {
	c.health = nil
	if c.config.Healthcheck == nil || checkCommand(c.config.Healthcheck.Test) == nil {
		return
	}
	c.health = &containertypes.Health{Status: containertypes.Starting, Log: []*containertypes.HealthcheckResult{}}
	config, started := *c.config.Healthcheck, c.started
	if config.Interval == 0 {
		config.Interval = healthInterval
	}
	if config.Timeout == 0 {
		config.Timeout = healthTimeout
	}
	if config.StartInterval == 0 {
		config.StartInterval = healthStartInterval
	}
	if config.Retries == 0 {
		config.Retries = healthRetries
	}
	h := &healthMonitor{d: d, c: c, config: config, started: started}
	d.goLocked(func() { h.run(ctx) })
}

// healthMonitor checks the health of one run of a container.
type healthMonitor struct {
	d       *Daemon
	c       *container
	config  containertypes.HealthConfig
	started time.Time
}

func (h *healthMonitor) run(ctx context.Context) {
	for h.d.clock.Sleep(ctx, h.pause()) == nil {
		result := h.check(ctx)
		if ctx.Err() != nil {
			return
		}
		h.note(ctx, result)
	}
}

// pause is how long to wait for the next check: while the container starts, on a daemon that knows it, a shorter one.
func (h *healthMonitor) pause() time.Duration {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	starting := h.c.health.Status == containertypes.Starting && h.d.clock.Now().Sub(h.started) < h.config.StartPeriod
	if starting && h.d.atLeast("1.44") {
		return h.config.StartInterval
	}
	return h.config.Interval
}

// check runs the test once, by its script or in the container.
func (h *healthMonitor) check(ctx context.Context) *containertypes.HealthcheckResult {
	begin := h.d.clock.Now()
	h.d.mu.Lock()
	probe := h.d.probeLocked(h.c)
	h.d.mu.Unlock()
	result := &containertypes.HealthcheckResult{Start: begin}
	if probe != nil {
		result.ExitCode, result.Output = probe(begin.Sub(h.started))
	} else {
		result.ExitCode, result.Output = h.exec(ctx)
	}
	result.End = h.d.clock.Now()
	return result
}

// exec runs the test in the container, killed after its timeout.
func (h *healthMonitor) exec(ctx context.Context) (int, string) {
	args := checkCommand(h.config.Test)
	prog := h.d.program(args)
	if prog == nil {
		return -1, "OCI runtime exec failed: exec failed: unable to start container process: exec: \"" + args[0] + "\": executable file not found in $PATH: unknown"
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h.d.mu.Lock()
	p := h.d.processLocked(h.c, args, nil, "", "")
	t := h.d.newTaskLocked(ctx, h.c, p.Args, p.Env)
	h.d.mu.Unlock()
	defer h.d.forgetTask(t)
	var output bytes.Buffer
	p.Stdin, p.Stdout, p.Stderr = bytes.NewReader(nil), &limited{&output}, &limited{&output}
	late := make(chan bool, 1)
	go func() {
		late <- h.d.clock.Sleep(ctx, h.config.Timeout) == nil
		cancel()
	}()
	code := t.run(prog, p)
	cancel()
	if <-late {
		return -1, "Health check exceeded timeout (" + h.config.Timeout.String() + ")"
	}
	return code, output.String()
}

// limited keeps as much of a check's output as Docker does.
type limited struct{ *bytes.Buffer }

func (l *limited) Write(b []byte) (int, error) {
	l.Buffer.Write(b[:min(len(b), max(healthOutput-l.Len(), 0))])
	return len(b), nil
}

// note records a result and tells when the health changes.
func (h *healthMonitor) note(ctx context.Context, result *containertypes.HealthcheckResult) {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	if ctx.Err() != nil || h.c.health == nil {
		return
	}
	health := h.c.health
	health.Log = append(health.Log, result)
	if len(health.Log) > healthKept {
		health.Log = health.Log[1:]
	}
	before := health.Status
	switch {
	case result.ExitCode == 0:
		health.FailingStreak, health.Status = 0, containertypes.Healthy
	case health.Status == containertypes.Starting && result.Start.Sub(h.started) < h.config.StartPeriod:
	default:
		if health.FailingStreak++; health.FailingStreak >= h.config.Retries {
			health.Status = containertypes.Unhealthy
		}
	}
	if health.Status != before {
		h.d.emitContainerLocked(h.c, events.Action("health_status: "+health.Status))
	} else {
		h.d.bumpLocked()
	}
}

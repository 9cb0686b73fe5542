package enginetest

import (
	"context"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// traps is a command that ends with 7 as soon as it is told to.
func traps() []string {
	return []string{"sh", "-c", `trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done`}
}

// lifeMethods is the contract of starting, stopping and removing a container, and of waiting for it.
func lifeMethods() map[string]method {
	return map[string]method{
		"StartContainer":   startContainerContract(),
		"StopContainer":    stopContainerContract(),
		"RestartContainer": restartContainerContract(),
		"RemoveContainer":  removeContainerContract(),
		"WaitReady":        waitReady(),
	}
}

func startContainerContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it runs afterwards, also when it has ended before", func(c *C) {
				name := c.Stopped("sh", "-c", "[ -f /second ] && sleep 1000; touch /second")
				c.OK(c.S.StartContainer(c.Context(), name))
				wantBool(c, c.S.ContainerIsRunning, name, true)
			}},
			Absent: {"absent is an ErrNotFound", func(c *C) { c.Is(c.S.StartContainer(c.Context(), c.Name()), engine.ErrNotFound) }},
			Repeated: {"one that runs is left alone", func(c *C) {
				name := c.Running()
				began := c.Inspect(name).StartedAt
				c.OK(c.S.StartContainer(c.Context(), name))
				Equal(c, "the start", c.Inspect(name).StartedAt, began)
			}},
			"port taken": {"a port of the host that another container has is an error that names it", startPortTaken},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error { return s.StartContainer(ctx, name) },
	}
}

func stopContainerContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it sends the stop signal and waits for the end", func(c *C) {
				name := c.Running(traps()...)
				c.awaitLog(name, "ready")
				c.OK(c.S.StopContainer(c.Context(), name, time.Minute))
				Equal(c, "the exit code", c.Inspect(name).ExitCode, 7)
			}},
			Absent: {"absent is no error", func(c *C) { c.OK(c.S.StopContainer(c.Context(), c.Name(), 0)) }},
			Repeated: {"stopped is no error", func(c *C) {
				name := c.Running()
				c.OK(c.S.StopContainer(c.Context(), name, 0))
				c.OK(c.S.StopContainer(c.Context(), name, 0))
				Equal(c, "the exit code", c.Inspect(name).ExitCode, 137)
			}},
			"grace": {"what does not stop by itself is killed after the grace", func(c *C) {
				name := c.Running()
				c.OK(c.S.StopContainer(c.Context(), name, time.Second))
				d := c.Inspect(name)
				Equal(c, "the exit code", d.ExitCode, 137)
				Equal(c, "the state", d.State, "exited")
			}},
			"bad input": {"a negative grace, or a malformed name, is an ErrSpecInvalid", func(c *C) {
				name := c.Running()
				c.Is(c.S.StopContainer(c.Context(), name, -time.Second), engine.ErrSpecInvalid)
				c.Is(c.S.StopContainer(c.Context(), "", 0), engine.ErrSpecInvalid)
				c.Untouched(name)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error { return s.StopContainer(ctx, name, 0) },
	}
}

func restartContainerContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it has begun anew, in the same container", func(c *C) {
				name := c.Running()
				before := c.Inspect(name)
				c.OK(c.S.RestartContainer(c.Context(), name, 0))
				after := c.Inspect(name)
				Equal(c, "the ID", after.ID, before.ID)
				if !after.StartedAt.After(before.StartedAt) || !after.Running {
					c.Errorf("it began at %v, before at %v", after.StartedAt, before.StartedAt)
				}
			}},
			Absent: {"absent is an ErrNotFound", func(c *C) { c.Is(c.S.RestartContainer(c.Context(), c.Name(), 0), engine.ErrNotFound) }},
			Repeated: {"it can be done again, and a stopped one is started", func(c *C) {
				name := c.Running()
				c.OK(c.S.StopContainer(c.Context(), name, 0))
				for range 2 {
					c.OK(c.S.RestartContainer(c.Context(), name, 0))
					wantBool(c, c.S.ContainerIsRunning, name, true)
				}
			}},
			"bad input": {"a negative grace is an ErrSpecInvalid", func(c *C) {
				name := c.Running()
				c.Is(c.S.RestartContainer(c.Context(), name, -1), engine.ErrSpecInvalid)
				c.Untouched(name)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error { return s.RestartContainer(ctx, name, 0) },
	}
}

func removeContainerContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it is gone, running or not", func(c *C) {
				for _, name := range []string{c.Running(), c.Stopped()} {
					c.OK(c.S.RemoveContainer(c.Context(), name))
					c.NoContainer(name)
				}
			}},
			Absent: {"absent is no error", func(c *C) { c.OK(c.S.RemoveContainer(c.Context(), c.Name())) }},
			Repeated: {"the second call finds the work done", func(c *C) {
				name := c.Running()
				c.OK(c.S.RemoveContainer(c.Context(), name))
				c.OK(c.S.RemoveContainer(c.Context(), name))
			}},
			"foreign": {"another data folder's is an *OwnerError, and left alone", func(c *C) {
				name := c.Running()
				c.Is(c.Open("/enginetest/"+newName()).RemoveContainer(c.Context(), name), engine.ErrAlreadyExists, c.Home)
				c.Untouched(name)
			}},
			"volume kept": {"named volumes are kept", removeKeepsVolume},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error { return s.RemoveContainer(ctx, name) },
	}
}

func startPortTaken(c *C) {
	first := withPort(c)
	port, err := c.S.PublishedHostPort(c.Context(), first, 80)
	c.OK(err)
	spec := c.Spec()
	spec.Ports = []engine.PortMap{{HostIP: "127.0.0.1", HostPort: itoa(port), ContainerPort: "80"}}
	c.Ensure(spec)
	err = c.S.StartContainer(c.Context(), spec.Name)
	if err == nil {
		c.Fatal("it started")
	}
	c.Contains(err.Error(), itoa(port))
	wantBool(c, c.S.ContainerIsRunning, spec.Name, false)
}

func removeKeepsVolume(c *C) {
	volume := c.Name()
	_, err := c.S.EnsureVolume(c.Context(), engine.VolumeSpec{Name: volume})
	c.OK(err)
	spec := c.Spec()
	spec.Mounts = []engine.Mount{{Volume: &engine.VolumeMount{Name: volume, Target: "/data"}}}
	c.Start(spec)
	c.OK(c.S.RemoveContainer(c.Context(), spec.Name))
	list, err := c.S.VolumesByLabel(c.Context(), c.mine())
	c.OK(err)
	if len(list) != 1 || list[0].Name != volume {
		c.Errorf("the volumes are %+v", list)
	}
}

// checked is a spec whose health check is a line of shell.
func checked(c *C, line string, retries int) engine.ContainerSpec {
	spec := c.Spec("sh", "-c", "echo begun; echo badly >&2; sleep 1000")
	spec.Healthcheck = &engine.Healthcheck{
		Test: []string{"CMD-SHELL", line}, Interval: 200 * time.Millisecond, Timeout: 30 * time.Second, Retries: retries,
	}
	return spec
}

func waitReady() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it waits until the health check passes", func(c *C) {
				spec := checked(c, "[ -f /ready ]", 1000)
				spec.Cmd = []string{"sh", "-c", "sleep 1; touch /ready; sleep 1000"}
				name := c.Start(spec)
				c.OK(c.S.WaitReady(c.Context(), name, patience))
				out, err := c.S.ExecInContainer(c.Context(), name, []string{"cat", "/ready"})
				c.OK(err)
				Equal(c, "the contents of the file", out, "")
			}},
			Absent: {"absent is an ErrNotFound", func(c *C) { c.Is(c.S.WaitReady(c.Context(), c.Name(), patience), engine.ErrNotFound) }},
			Repeated: {"what is ready is ready again, with a check and without", func(c *C) {
				for _, name := range []string{c.Running(), c.Start(checked(c, "true", 3))} {
					c.OK(c.S.WaitReady(c.Context(), name, patience))
					c.OK(c.S.WaitReady(c.Context(), name, patience))
				}
			}},
			"exited": {"one that died is an ErrContainerNotReady with the exit code and its last lines", func(c *C) {
				name := c.Running("sh", "-c", "echo out of luck; exit 41")
				c.Is(c.S.WaitReady(c.Context(), name, patience), engine.ErrContainerNotReady, "41", "out of luck")
			}},
			"unhealthy": {"an unhealthy one is an ErrContainerNotReady with its last lines", func(c *C) {
				name := c.Start(checked(c, "false", 1))
				c.Is(c.S.WaitReady(c.Context(), name, patience), engine.ErrContainerNotReady, "unhealthy", "badly")
			}},
			"timeout": {"one that takes too long is an ErrContainerNotReady", func(c *C) {
				name := c.Start(checked(c, "false", 1000))
				c.Is(c.S.WaitReady(c.Context(), name, time.Second), engine.ErrContainerNotReady)
			}},
			"removed": {"one that is removed meanwhile is an ErrNotFound", func(c *C) {
				name := c.Start(checked(c, "false", 1000))
				done := make(chan error, 1)
				go func() { done <- c.S.WaitReady(c.Context(), name, patience) }()
				c.OK(c.S.RemoveContainer(c.Context(), name))
				c.Is(<-done, engine.ErrNotFound)
			}},
			"cancelled under way": {"the end of the context ends it", func(c *C) {
				name := c.Start(checked(c, "false", 1000))
				ctx, cancel := context.WithCancel(c.Context())
				done := make(chan error, 1)
				go func() { done <- c.S.WaitReady(ctx, name, patience) }()
				cancel()
				c.Is(<-done, context.Canceled)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error { return s.WaitReady(ctx, name, patience) },
	}
}

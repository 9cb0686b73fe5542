package enginetest

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
)

// containerMethods is the contract of making, looking at and removing one container.
func containerMethods() map[string]method {
	return map[string]method{
		"EnsureContainer":    ensureContainerContract(),
		"Inspect":            inspectContract(),
		"ContainerExists":    containerExistsContract(),
		"ContainerIsRunning": containerIsRunningContract(),
		"PublishedHostPort":  publishedHostPortContract(),
	}
}

func ensureContainerContract() method {
	return method{
		cases: map[Kind]rule{
			Success:            {"it makes what the spec describes and does not start it", ensureMakes},
			Absent:             {"without the image or a network it is an ErrNotFound, and nothing is made", ensureWithout},
			Repeated:           {"the same spec again finds the container, running or not", ensureAgain},
			"race":             {"of eight callers at once one makes it, and all get its ID", ensureRace},
			"drift":            {"another spec of the same name replaces it", ensureDrift},
			"foreign":          {"another data folder's container is an *OwnerError that names the folder, and left alone", ensureForeign},
			"network gone":     {"a stopped container whose network was removed is replaced and starts again", ensureNetworkGone},
			"two networks":     {"it joins every network of the spec, by its aliases", ensureTwoNetworks},
			"secret":           {"a secret reaches the container and appears in no error and no detail", ensureSecret},
			"bad input":        {"a spec that cannot be right is an error that names the field, and nothing is made", ensureBad},
			"no bind source":   {"a bind source that does not exist is an ErrSpecInvalid that names it, and nothing is left", ensureNoSource},
			"program to start": {"a program that is not in the image fails at the start and says its name", startNoProgram},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			spec := c.Spec()
			_, err := s.EnsureContainer(ctx, spec)
			return err
		},
	}
}

func inspectContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"it tells what was made: image, command, labels, environment, mounts, networks, state", inspectAll},
			Absent:   {"absent is an ErrNotFound", func(c *C) { _, err := c.S.Inspect(c.Context(), c.Name()); c.Is(err, engine.ErrNotFound) }},
			Repeated: {"it changes nothing", func(c *C) { n := c.Running(); Equal(c, "the ID", c.Inspect(n).ID, c.Inspect(n).ID); c.Untouched(n) }},
			"exited": {"of one that has ended it has the exit code and the times", inspectExited},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.Inspect(ctx, name)
			return err
		},
	}
}

func containerExistsContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it is true in any state", func(c *C) { wantBool(c, c.S.ContainerExists, c.Stopped(), true) }},
			Absent:  {"absent is false and no error", func(c *C) { wantBool(c, c.S.ContainerExists, c.Name(), false) }},
			Repeated: {"it is the same again", func(c *C) {
				n := c.Running()
				wantBool(c, c.S.ContainerExists, n, true)
				wantBool(c, c.S.ContainerExists, n, true)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.ContainerExists(ctx, name)
			return err
		},
	}
}

func containerIsRunningContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it is true while it runs", func(c *C) { wantBool(c, c.S.ContainerIsRunning, c.Running(), true) }},
			Absent:  {"absent is false and no error", func(c *C) { wantBool(c, c.S.ContainerIsRunning, c.Name(), false) }},
			Repeated: {"it is the same again", func(c *C) {
				n := c.Running()
				wantBool(c, c.S.ContainerIsRunning, n, true)
				wantBool(c, c.S.ContainerIsRunning, n, true)
			}},
			"stopped": {"it is false once it has ended", func(c *C) { wantBool(c, c.S.ContainerIsRunning, c.Stopped(), false) }},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.ContainerIsRunning(ctx, name)
			return err
		},
	}
}

func publishedHostPortContract() method {
	return method{
		cases: map[Kind]rule{
			Success:       {"it is the port of the host that the daemon chose", publishedPort},
			Absent:        {"absent is an ErrNotFound", func(c *C) { _, err := c.S.PublishedHostPort(c.Context(), c.Name(), 80); c.Is(err, engine.ErrNotFound) }},
			Repeated:      {"it is the same again", publishedAgain},
			"unpublished": {"a port that is not published is 0", publishedNone},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.PublishedHostPort(ctx, name, 80)
			return err
		},
	}
}

func wantBool(c *C, ask func(context.Context, string) (bool, error), name string, want bool) {
	c.Helper()
	got, err := ask(c.Context(), name)
	c.OK(err)
	Equal(c, "the answer", got, want)
}

func startNoProgram(c *C) {
	spec := c.Spec("no-such-program")
	c.Ensure(spec)
	err := c.S.StartContainer(c.Context(), spec.Name)
	if err == nil {
		c.Fatal("it started")
	}
	c.Contains(err.Error(), "no-such-program")
	wantBool(c, c.S.ContainerIsRunning, spec.Name, false)
}

func inspectAll(c *C) {
	spec := c.Spec("sleep", "1000")
	volume := c.Name()
	_, err := c.S.EnsureVolume(c.Context(), engine.VolumeSpec{Name: volume})
	c.OK(err)
	spec.Env = []string{"PLAIN=visible", "DB_PASSWORD=hunter2"}
	spec.Mounts = []engine.Mount{{Volume: &engine.VolumeMount{Name: volume, Target: "/data", ReadOnly: true}}}
	c.Start(spec)
	d := c.Inspect(spec.Name)
	Equal(c, "the name", d.Name, spec.Name)
	Equal(c, "the image", d.Image, spec.Image)
	Equal(c, "the state", d.State, "running")
	Equal(c, "running", d.Running, true)
	Equal(c, "the site", d.Labels[engine.LabelSite], "enginetest")
	Equal(c, "the command", len(d.Cmd), 2)
	if d.Health != nil {
		c.Errorf("the health is %+v", d.Health)
	}
	Equal(c, "the number of networks", len(d.Networks), 1)
	if d.StartedAt.IsZero() || d.CreatedAt.IsZero() || !d.FinishedAt.IsZero() || d.ImageID == "" {
		c.Errorf("times or image ID are wrong: %+v", d)
	}
	if len(d.Mounts) != 1 || d.Mounts[0].Kind != "volume" || d.Mounts[0].Name != volume || d.Mounts[0].Target != "/data" || !d.Mounts[0].ReadOnly {
		c.Errorf("the mounts are %+v", d.Mounts)
	}
	env := map[string]bool{}
	for _, entry := range d.Env {
		env[entry] = true
	}
	if !env["PLAIN=visible"] || !env["DB_PASSWORD=••••"] {
		c.Errorf("the environment is %q", d.Env)
	}
}

func inspectExited(c *C) {
	d := c.Inspect(c.Stopped("sh", "-c", "exit 42"))
	Equal(c, "the exit code", d.ExitCode, 42)
	Equal(c, "running", d.Running, false)
	if d.FinishedAt.IsZero() || d.StartedAt.IsZero() { // by two clocks, so a short run may seem to end before it began
		c.Errorf("it ran from %v to %v", d.StartedAt, d.FinishedAt)
	}
}

// withPort makes a running container that publishes port 80 on a port of the daemon's choice.
func withPort(c *C) string {
	spec := c.Spec()
	spec.Ports = []engine.PortMap{{HostIP: "127.0.0.1", HostPort: "0", ContainerPort: "80"}}
	return c.Start(spec)
}

func publishedPort(c *C) {
	name := withPort(c)
	port, err := c.S.PublishedHostPort(c.Context(), name, 80)
	c.OK(err)
	d := c.Inspect(name)
	if port == 0 || len(d.Ports) != 1 || d.Ports[0].HostPort != port || d.Ports[0].HostIP != "127.0.0.1" || d.Ports[0].ContainerPort != 80 {
		c.Errorf("the port is %d, the container has %+v", port, d.Ports)
	}
}

func publishedAgain(c *C) {
	name := withPort(c)
	first, err := c.S.PublishedHostPort(c.Context(), name, 80)
	c.OK(err)
	second, err := c.S.PublishedHostPort(c.Context(), name, 80)
	c.OK(err)
	Equal(c, "the port", second, first)
}

func publishedNone(c *C) {
	name := withPort(c)
	port, err := c.S.PublishedHostPort(c.Context(), name, 81)
	c.OK(err)
	Equal(c, "the port", port, 0)
}

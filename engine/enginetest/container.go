package enginetest

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/Locorum/locorum-tui/engine"
)

// containerMethods is the contract of making, looking at and removing one container.
func containerMethods() map[string]method {
	return map[string]method{
		"EnsureContainer": {
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
		},
		"Inspect": {
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
		},
		"ContainerExists": {
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
		},
		"ContainerIsRunning": {
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
		},
		"PublishedHostPort": {
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
		},
	}
}

func wantBool(c *C, ask func(context.Context, string) (bool, error), name string, want bool) {
	c.Helper()
	got, err := ask(c.Context(), name)
	c.OK(err)
	Equal(c, "the answer", got, want)
}

func ensureMakes(c *C) {
	spec := c.Spec()
	id := c.Ensure(spec)
	detail := c.Inspect(spec.Name)
	Equal(c, "the ID", detail.ID, id)
	Equal(c, "the state", detail.State, "created")
	Equal(c, "the owner", detail.Labels[engine.LabelHome], c.Home)
	Equal(c, "the hash", detail.Labels[engine.LabelConfigHash], spec.ConfigHash())
}

func ensureWithout(c *C) {
	spec := c.Spec()
	spec.Image = c.Suite.MissingImage
	_, err := c.S.EnsureContainer(c.Context(), spec)
	c.Is(err, engine.ErrNotFound)
	c.NoContainer(spec.Name)

	spec = c.Spec()
	spec.Networks = []engine.NetworkAttachment{{Network: c.Name()}}
	_, err = c.S.EnsureContainer(c.Context(), spec)
	c.Is(err, engine.ErrNotFound, spec.Networks[0].Network)
	c.NoContainer(spec.Name)
}

func ensureAgain(c *C) {
	spec := c.Spec()
	id := c.Ensure(spec)
	Equal(c, "the ID of the created one", c.Ensure(spec), id)
	c.Start(spec)
	Equal(c, "the ID of the running one", c.Ensure(spec), id)
	c.Untouched(spec.Name)
	c.OK(c.S.StopContainer(c.Context(), spec.Name, 0))
	Equal(c, "the ID of the stopped one", c.Ensure(spec), id)
}

func ensureRace(c *C) {
	spec := c.Spec()
	var ids [8]string
	var failures [8]error
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() { ids[i], failures[i] = c.S.EnsureContainer(c.Context(), spec) })
	}
	all.Wait()
	c.OK(errors.Join(failures[:]...))
	for _, id := range ids {
		Equal(c, "an ID", id, ids[0])
	}
	Equal(c, "the ID of the container", c.Inspect(spec.Name).ID, ids[0])
}

func ensureDrift(c *C) {
	spec := c.Spec(traps()...)
	c.Start(spec)
	c.awaitLog(spec.Name, "ready")
	before := c.Inspect(spec.Name).ID
	spec.Env = []string{"CHANGED=1"}
	after := c.Ensure(spec)
	if after == before {
		c.Error("the container was kept")
	}
	detail := c.Inspect(spec.Name)
	Equal(c, "the ID", detail.ID, after)
	Equal(c, "the state", detail.State, "created")
}

func ensureForeign(c *C) {
	spec := c.Spec()
	c.Start(spec)
	before := c.Inspect(spec.Name)
	spec.Env = []string{"CHANGED=1"}
	_, err := c.Open("/enginetest/"+newName()).EnsureContainer(c.Context(), spec)
	c.Is(err, engine.ErrAlreadyExists, c.Home)
	var owner *engine.OwnerError
	if !errors.As(err, &owner) || owner.Owner != c.Home || owner.Name != spec.Name {
		c.Errorf("%v is not the *OwnerError of %s", err, c.Home)
	}
	Equal(c, "the ID", c.Inspect(spec.Name).ID, before.ID)
	c.Untouched(spec.Name)
}

func ensureNetworkGone(c *C) {
	spec := c.Spec()
	network := engine.NetworkSpec{Name: c.Name(), Labels: map[string]string{"io.locorum.enginetest": c.Name()}}
	spec.Networks = []engine.NetworkAttachment{{Network: network.Name}}
	_, err := c.S.EnsureNetwork(c.Context(), network)
	c.OK(err)
	c.Start(spec)
	c.OK(c.S.StopContainer(c.Context(), spec.Name, 0))
	c.OK(c.S.RemoveNetworksByLabel(c.Context(), network.Labels))
	_, err = c.S.EnsureNetwork(c.Context(), network)
	c.OK(err)
	c.Is(c.S.StartContainer(c.Context(), spec.Name), engine.ErrNotFound)
	c.Start(spec)
	c.Untouched(spec.Name)
}

func ensureTwoNetworks(c *C) {
	spec := c.Spec()
	for _, alias := range []string{"one", "two"} {
		name := c.Name()
		_, err := c.S.EnsureNetwork(c.Context(), engine.NetworkSpec{Name: name})
		c.OK(err)
		spec.Networks = append(spec.Networks, engine.NetworkAttachment{Network: name, Aliases: []string{alias}})
	}
	c.Start(spec)
	detail := c.Inspect(spec.Name)
	Equal(c, "the number of networks", len(detail.Networks), 2)
	for _, want := range spec.Networks {
		found := false
		for _, have := range detail.Networks {
			if have.Name != want.Network {
				continue
			}
			for _, alias := range have.Aliases {
				found = found || alias == want.Aliases[0]
			}
			if have.IP == "" || have.ID == "" {
				c.Errorf("network %s has no address or ID", have.Name)
			}
		}
		if !found {
			c.Errorf("it is not on %s as %s: %+v", want.Network, want.Aliases[0], detail.Networks)
		}
	}
}

func ensureSecret(c *C) {
	secret := "hunter2-" + c.Name()
	spec := c.Spec()
	spec.EnvSecrets = []engine.EnvSecret{{Key: "WORDPRESS_KEY", Value: secret}}
	c.Start(spec)
	out, err := c.S.ExecInContainer(c.Context(), spec.Name, []string{"sh", "-c", `echo ${#WORDPRESS_KEY}`})
	c.OK(err)
	Equal(c, "the length of the secret inside", out, strconv.Itoa(len(secret)))
	for _, entry := range c.Inspect(spec.Name).Env {
		c.NotContains(entry, secret)
	}
	spec.Name, spec.Image = c.Name(), c.Suite.Image
	spec.Mounts = []engine.Mount{{Bind: &engine.BindMount{Source: "/enginetest/none/" + secret, Target: "/x"}}}
	_, err = c.S.EnsureContainer(c.Context(), spec)
	if err == nil {
		c.Fatal("a bind source that does not exist was taken")
	}
	c.NotContains(err.Error(), secret)
}

func ensureNoSource(c *C) {
	spec := c.Spec()
	spec.Mounts = []engine.Mount{{Bind: &engine.BindMount{Source: "/enginetest/none/such", Target: "/x"}}}
	_, err := c.S.EnsureContainer(c.Context(), spec)
	c.Is(err, engine.ErrSpecInvalid, "/enginetest/none/such")
	c.NoContainer(spec.Name)
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

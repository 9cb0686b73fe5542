package enginetest

import (
	"errors"
	"strconv"
	"sync"

	"github.com/Locorum/locorum-tui/engine"
)

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

package enginetest

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
)

// containerSetMethods is the contract of what works on all containers with a label.
func containerSetMethods() map[string]method {
	return map[string]method{
		"ContainersByLabel":       containersByLabelContract(),
		"RemoveContainersByLabel": removal(Subject.RemoveContainersByLabel),
		"RemoveByLabel":           removal(Subject.RemoveByLabel),
	}
}

func containersByLabelContract() method {
	return method{
		cases: map[Kind]rule{
			Success:     {"it lists containers in any state that carry every label", listByLabel},
			Absent:      {"when none carries the labels it lists none, without an error", listNone},
			Repeated:    {"it is the same again", listAgain},
			"bad input": {"a key with an equals sign is an ErrSpecInvalid", func(c *C) { _, err := c.S.ContainersByLabel(c.Context(), badMatch()); c.Is(err, engine.ErrSpecInvalid) }},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			_, err := s.ContainersByLabel(ctx, c.mine())
			return err
		},
	}
}

func badMatch() map[string]string { return map[string]string{"a=b": "c"} }

// removal is the contract of RemoveContainersByLabel, under either of its names.
func removal(remove func(Subject, context.Context, map[string]string) error) method {
	return method{
		cases: map[Kind]rule{
			Success: {"it removes containers in any state, and no others", func(c *C) {
				running, stopped, other := c.Running(), c.Stopped(), c.Open("/enginetest/"+newName())
				spec := c.Spec()
				_, err := other.EnsureContainer(c.Context(), spec)
				c.OK(err)
				c.OK(remove(c.S, c.Context(), c.mine()))
				c.NoContainer(running)
				c.NoContainer(stopped)
				wantBool(c, other.ContainerExists, spec.Name, true)
			}},
			Absent: {"when none carries the labels there is nothing to do", func(c *C) { c.OK(remove(c.S, c.Context(), c.mine())) }},
			Repeated: {"the second call finds the work done", func(c *C) {
				c.Running()
				c.OK(remove(c.S, c.Context(), c.mine()))
				c.OK(remove(c.S, c.Context(), c.mine()))
			}},
			"foreign": {"what another data folder owns is passed over", func(c *C) {
				name := c.Running()
				c.OK(remove(c.Open("/enginetest/"+newName()), c.Context(), c.mine()))
				c.Untouched(name)
			}},
			"bad input": {"an empty match, or a key with an equals sign, is an ErrSpecInvalid and removes nothing", func(c *C) {
				name := c.Running()
				c.Is(remove(c.S, c.Context(), nil), engine.ErrSpecInvalid)
				c.Is(remove(c.S, c.Context(), badMatch()), engine.ErrSpecInvalid)
				c.Untouched(name)
			}},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error { return remove(s, ctx, c.mine()) },
	}
}

func listByLabel(c *C) {
	running, stopped := c.Running(), c.Stopped("sh", "-c", "exit 3")
	created := c.Spec()
	c.Ensure(created)
	match := map[string]string{engine.LabelHome: c.Home, engine.LabelRole: "", engine.LabelSite: "enginetest"}
	list, err := c.S.ContainersByLabel(c.Context(), match)
	c.OK(err)
	states := map[string]string{}
	for _, info := range list {
		Equal(c, "the number of names", len(info.Names), 1)
		states[info.Names[0]] = info.State
		if info.Status == "" || info.ID == "" || info.Image != c.Suite.Image || info.Labels[engine.LabelHome] != c.Home {
			c.Errorf("a row is incomplete: %+v", info)
		}
	}
	Equal(c, "the number of containers", len(list), 3)
	Equal(c, "the running one", states["/"+running], "running")
	Equal(c, "the stopped one", states["/"+stopped], "exited")
	Equal(c, "the new one", states["/"+created.Name], "created")

	match[engine.LabelSite] = "another"
	list, err = c.S.ContainersByLabel(c.Context(), match)
	c.OK(err)
	Equal(c, "the number of another site's containers", len(list), 0)
}

func listNone(c *C) {
	list, err := c.S.ContainersByLabel(c.Context(), c.mine())
	c.OK(err)
	Equal(c, "the number of containers", len(list), 0)
}

func listAgain(c *C) {
	c.Ensure(c.Spec())
	for range 2 {
		list, err := c.S.ContainersByLabel(c.Context(), c.mine())
		c.OK(err)
		Equal(c, "the number of containers", len(list), 1)
	}
}

package enginetest

import (
	"context"
	"errors"
	"sync"

	"github.com/Locorum/locorum-tui/engine"
)

// networkMethods is the contract of networks.
func networkMethods() map[string]method {
	ensure := networkMaker(func(ctx context.Context, s Subject, spec engine.NetworkSpec) error {
		_, err := s.EnsureNetwork(ctx, spec)
		return err
	})
	ensure.cases["race"] = rule{"of eight callers at once one makes it, and all get its ID", networkRace}
	create := networkMaker(func(ctx context.Context, s Subject, spec engine.NetworkSpec) error {
		return s.CreateNetwork(ctx, spec.Name, spec.Internal, spec.Labels)
	})
	return map[string]method{
		"EnsureNetwork":         ensure,
		"CreateNetwork":         create,
		"NetworksByLabel":       networksByLabelContract(),
		"RemoveNetworksByLabel": removeNetworksByLabelContract(),
		"ReconcileNetworks":     reconcileNetworksContract(),
	}
}

func networksByLabelContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it lists the networks that carry every label", func(c *C) {
				spec := network(c)
				list, err := c.S.NetworksByLabel(c.Context(), map[string]string{engine.LabelHome: c.Home, engine.LabelPlatform: ""})
				c.OK(err)
				if len(list) != 1 || list[0].Name != spec.Name || list[0].Driver != "bridge" || len(list[0].Subnets) == 0 || list[0].ID == "" || list[0].Labels[engine.LabelHome] != c.Home {
					c.Errorf("the networks are %+v", list)
				}
			}},
			Absent:      {"when none carries the labels it lists none, without an error", func(c *C) { wantNetworks(c, 0) }},
			Repeated:    {"it is the same again", func(c *C) { network(c); wantNetworks(c, 1); wantNetworks(c, 1) }},
			"bad input": {"a key with an equals sign is an ErrSpecInvalid", func(c *C) { _, err := c.S.NetworksByLabel(c.Context(), badMatch()); c.Is(err, engine.ErrSpecInvalid) }},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			_, err := s.NetworksByLabel(ctx, c.mine())
			return err
		},
	}
}

func removeNetworksByLabelContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it removes the networks, also from under stopped containers", func(c *C) {
				spec := c.Spec("true")
				spec.Networks = []engine.NetworkAttachment{{Network: network(c).Name}}
				c.Start(spec)
				c.AwaitState(spec.Name, "exited")
				c.OK(c.S.RemoveNetworksByLabel(c.Context(), c.mine()))
				wantNetworks(c, 0)
			}},
			Absent: {"when none carries the labels there is nothing to do", func(c *C) { c.OK(c.S.RemoveNetworksByLabel(c.Context(), c.mine())) }},
			Repeated: {"the second call finds the work done", func(c *C) {
				network(c)
				c.OK(c.S.RemoveNetworksByLabel(c.Context(), c.mine()))
				c.OK(c.S.RemoveNetworksByLabel(c.Context(), c.mine()))
			}},
			"in use": {"one that a container runs on stays, the error names the container, and the others go", func(c *C) {
				spec, other := c.Spec(), network(c)
				used := network(c)
				spec.Networks = []engine.NetworkAttachment{{Network: used.Name}}
				c.Start(spec)
				err := c.S.RemoveNetworksByLabel(c.Context(), c.mine())
				if err == nil {
					c.Fatal("there was no error")
				}
				c.Contains(err.Error(), spec.Name)
				c.NotContains(err.Error(), other.Name)
				wantNetworks(c, 1)
			}},
			"foreign": {"another data folder's are passed over", func(c *C) {
				network(c)
				c.OK(c.Open("/enginetest/"+newName()).RemoveNetworksByLabel(c.Context(), c.mine()))
				wantNetworks(c, 1)
			}},
			"bad input": {"an empty match is an ErrSpecInvalid and removes nothing", func(c *C) {
				network(c)
				c.Is(c.S.RemoveNetworksByLabel(c.Context(), nil), engine.ErrSpecInvalid)
				wantNetworks(c, 1)
			}},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			return s.RemoveNetworksByLabel(ctx, c.mine())
		},
	}
}

func reconcileNetworksContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it removes networks of ours that no container refers to, and no others", func(c *C) {
				network(c)
				spec := c.Spec()
				spec.Networks = []engine.NetworkAttachment{{Network: network(c).Name}}
				c.Ensure(spec) // never started, but it refers to the network
				other := c.Open("/enginetest/" + newName())
				foreign := c.Name()
				_, err := other.EnsureNetwork(c.Context(), engine.NetworkSpec{Name: foreign})
				c.OK(err)
				c.OK(c.S.ReconcileNetworks(c.Context()))
				wantNetworks(c, 1)
				list, err := other.NetworksByLabel(c.Context(), map[string]string{engine.LabelPlatform: ""})
				c.OK(err)
				found := false
				for _, n := range list {
					found = found || n.Name == foreign
				}
				Equal(c, "the other's network is there", found, true)
			}},
			Repeated: {"the second call finds the work done", func(c *C) {
				network(c)
				c.OK(c.S.ReconcileNetworks(c.Context()))
				c.OK(c.S.ReconcileNetworks(c.Context()))
				wantNetworks(c, 0)
			}},
			Absent: {"without a network of ours there is nothing to do", func(c *C) { c.OK(c.S.ReconcileNetworks(c.Context())) }},
		},
		call: func(ctx context.Context, s Subject, _ *C, _ string) error { return s.ReconcileNetworks(ctx) },
	}
}

// network makes a network.
func network(c *C) engine.NetworkSpec {
	c.Helper()
	spec := engine.NetworkSpec{Name: c.Name()}
	_, err := c.S.EnsureNetwork(c.Context(), spec)
	c.OK(err)
	return spec
}

func wantNetworks(c *C, want int) {
	c.Helper()
	list, err := c.S.NetworksByLabel(c.Context(), c.mine())
	c.OK(err)
	Equal(c, "the number of networks", len(list), want)
}

// networkMaker is what both ways to make a network have in common.
func networkMaker(make func(ctx context.Context, s Subject, spec engine.NetworkSpec) error) method {
	return method{
		cases: map[Kind]rule{
			Success: {"it makes the network, ours", func(c *C) {
				spec := engine.NetworkSpec{Name: c.Name(), Internal: true, Labels: map[string]string{"io.locorum.enginetest": "1"}}
				c.OK(make(c.Context(), c.S, spec))
				list, err := c.S.NetworksByLabel(c.Context(), map[string]string{engine.LabelHome: c.Home, "io.locorum.enginetest": "1", engine.LabelPlatform: engine.PlatformValue})
				c.OK(err)
				if len(list) != 1 || list[0].Name != spec.Name {
					c.Errorf("the networks are %+v", list)
				}
			}},
			Repeated: {"the second call finds the network", func(c *C) {
				spec := engine.NetworkSpec{Name: c.Name()}
				c.OK(make(c.Context(), c.S, spec))
				c.OK(make(c.Context(), c.S, spec))
				wantNetworks(c, 1)
			}},
			"foreign": {"another data folder's network is an *OwnerError that names the folder", func(c *C) {
				spec := network(c)
				c.Is(make(c.Context(), c.Open("/enginetest/"+newName()), spec), engine.ErrAlreadyExists, c.Home)
			}},
			"bad input": {"no name, a malformed one, or a label with an equals sign is an ErrSpecInvalid, and nothing is made", func(c *C) {
				c.Is(make(c.Context(), c.S, engine.NetworkSpec{}), engine.ErrSpecInvalid)
				c.Is(make(c.Context(), c.S, engine.NetworkSpec{Name: "a/b"}), engine.ErrSpecInvalid)
				c.Is(make(c.Context(), c.S, engine.NetworkSpec{Name: c.Name(), Labels: badMatch()}), engine.ErrSpecInvalid)
				wantNetworks(c, 0)
			}},
		},
		without: map[Kind]string{Absent: "it makes what is absent: that is its success"},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			return make(ctx, s, engine.NetworkSpec{Name: c.Name()})
		},
	}
}

func networkRace(c *C) {
	spec := engine.NetworkSpec{Name: c.Name()}
	var ids [8]string
	var failures [8]error
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() { ids[i], failures[i] = c.S.EnsureNetwork(c.Context(), spec) })
	}
	all.Wait()
	c.OK(errors.Join(failures[:]...))
	for _, id := range ids {
		Equal(c, "an ID", id, ids[0])
	}
	wantNetworks(c, 1)
}

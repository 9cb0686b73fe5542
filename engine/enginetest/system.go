package enginetest

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
)

// systemMethods is the contract of what concerns the daemon as a whole.
func systemMethods() map[string]method {
	return map[string]method{
		"Ping":                 pingContract(),
		"CheckDockerAvailable": checkDockerAvailableContract(),
		"ProviderInfo":         providerInfoContract(),
		"RefreshProviderInfo":  refreshProviderInfoContract(),
		"DaemonID":             daemonIDContract(),
		"DaemonDetail":         daemonDetailContract(),
		"DiskUsage":            diskUsageContract(),
		"Prune":                pruneContract(),
	}
}

func pingContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"a daemon that answers is no error", func(c *C) { c.OK(c.S.Ping(c.Context())) }},
			Repeated: {"it is the same again", func(c *C) { c.OK(c.S.Ping(c.Context())); c.OK(c.S.Ping(c.Context())) }},
		},
		without: asksForNothing(),
		call:    func(ctx context.Context, s Subject, _ *C, _ string) error { return s.Ping(ctx) },
	}
}

func checkDockerAvailableContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"a daemon that answers is no error", func(c *C) { c.OK(c.S.CheckDockerAvailable(c.Context())) }},
			Repeated: {"it is the same again", func(c *C) { c.OK(c.S.CheckDockerAvailable(c.Context())); c.OK(c.S.CheckDockerAvailable(c.Context())) }},
		},
		without: asksForNothing(),
		call:    func(ctx context.Context, s Subject, _ *C, _ string) error { return s.CheckDockerAvailable(ctx) },
	}
}

func providerInfoContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it says which Docker this is", func(c *C) {
				info := provider(c)
				if info.Name == "" || info.OSType != "linux" || info.NCPU < 1 || info.MemTotal < 1 || info.ServerVersionP.IsZero() || info.Architecture == "" {
					c.Errorf("it is %+v", info)
				}
			}},
			Repeated: {"it is the same again", func(c *C) { Equal(c, "the answer", provider(c), provider(c)) }},
		},
		without: asksForNothing(),
		call:    func(ctx context.Context, s Subject, _ *C, _ string) error { _, err := s.ProviderInfo(ctx); return err },
	}
}

func refreshProviderInfoContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"the next ProviderInfo asks again", func(c *C) {
				before := provider(c)
				c.S.RefreshProviderInfo()
				Equal(c, "the answer", provider(c), before)
			}},
			Repeated: {"it can be called again, and before the first question", func(c *C) { c.S.RefreshProviderInfo(); c.S.RefreshProviderInfo(); provider(c) }},
			Gone:     {"without a daemon it does nothing", func(c *C) { c.Suite.Gone(c.T).RefreshProviderInfo() }},
		},
		without: map[Kind]string{Absent: asksForNothing()[Absent], Cancelled: "it has no context and asks nobody"},
		own:     true,
	}
}

func daemonIDContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"a daemon has an ID", func(c *C) {
				if daemonID(c, c.S) == "" {
					c.Error("it is empty")
				}
			}},
			Repeated: {"it is the same again, for another engine too", func(c *C) { Equal(c, "the ID", daemonID(c, c.Open("/enginetest/"+newName())), daemonID(c, c.S)) }},
		},
		without: asksForNothing(),
		call:    func(ctx context.Context, s Subject, _ *C, _ string) error { _, err := s.DaemonID(ctx); return err },
	}
}

func daemonDetailContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it says what the daemon is and stands on", func(c *C) {
				detail := daemonDetail(c)
				if detail.Name == "" || detail.KernelVersion == "" || detail.RootDir == "" || detail.CgroupVersion == "" || !detail.MemoryLimit {
					c.Errorf("it is %+v", detail)
				}
			}},
			Repeated: {"it is asked anew: its clock goes on", func(c *C) {
				first, second := daemonDetail(c).Time, daemonDetail(c).Time
				if first.IsZero() || second.Before(first) {
					c.Errorf("first %v, then %v", first, second)
				}
			}},
		},
		without: asksForNothing(),
		call:    func(ctx context.Context, s Subject, _ *C, _ string) error { _, err := s.DaemonDetail(ctx); return err },
	}
}

func daemonDetail(c *C) engine.DaemonDetail {
	c.Helper()
	detail, err := c.S.DaemonDetail(c.Context())
	c.OK(err)
	return detail
}

func diskUsageContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it counts what there is", func(c *C) {
				volume(c)
				c.Ensure(c.Spec())
				r, err := c.S.DiskUsage(c.Context())
				c.OK(err)
				if r.ImageCount < 1 || r.LayersSize < 1 || r.ContainerCount < 1 || r.VolumeCount < 1 {
					c.Errorf("it is %+v", r)
				}
			}},
			Repeated: {"it can be asked again", func(c *C) {
				for range 2 {
					_, err := c.S.DiskUsage(c.Context())
					c.OK(err)
				}
			}},
		},
		without: asksForNothing(),
		call:    func(ctx context.Context, s Subject, _ *C, _ string) error { _, err := s.DiskUsage(ctx); return err },
	}
}

func pruneContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it removes networks of ours that nothing refers to, and neither containers, volumes nor others' things", func(c *C) {
				volume(c)
				orphan, kept := network(c), c.Stopped()
				other := c.Open("/enginetest/" + newName())
				_, err := other.EnsureNetwork(c.Context(), engine.NetworkSpec{Name: c.Name()})
				c.OK(err)
				report, err := c.S.Prune(c.Context())
				c.OK(err)
				if len(report.Networks) != 1 || report.Networks[0] != orphan.Name || len(report.Containers) != 0 {
					c.Errorf("the report is %+v", report)
				}
				wantNetworks(c, 0)
				wantBool(c, c.S.ContainerExists, kept, true)
				theVolume(c)
			}},
			Absent: {"when nothing is left over the report is empty", func(c *C) { pruneNothing(c) }},
			Repeated: {"the second call finds the work done", func(c *C) {
				network(c)
				_, err := c.S.Prune(c.Context())
				c.OK(err)
				pruneNothing(c)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, _ string) error { _, err := s.Prune(ctx); return err },
	}
}

func pruneNothing(c *C) {
	c.Helper()
	report, err := c.S.Prune(c.Context())
	c.OK(err)
	Equal(c, "what was removed", len(report.Containers)+len(report.Networks), 0)
}

func provider(c *C) engine.ProviderInfo {
	c.Helper()
	info, err := c.S.ProviderInfo(c.Context())
	c.OK(err)
	return info
}

func daemonID(c *C, s Subject) string {
	c.Helper()
	id, err := s.DaemonID(c.Context())
	c.OK(err)
	return id
}

// asksForNothing is why there is no case Absent for what concerns the daemon as a whole.
func asksForNothing() map[Kind]string {
	return map[Kind]string{Absent: "it asks for nothing in particular that could be absent"}
}

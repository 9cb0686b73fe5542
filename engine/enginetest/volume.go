package enginetest

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
)

// volumeMethods is the contract of volumes.
func volumeMethods() map[string]method {
	return map[string]method{
		"EnsureVolume":         ensureVolumeContract(),
		"VolumesByLabel":       volumesByLabelContract(),
		"RemoveVolumesByLabel": removeVolumesByLabelContract(),
	}
}

func ensureVolumeContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it makes the volume, ours, and returns its name", func(c *C) {
				want := c.Name()
				name, err := c.S.EnsureVolume(c.Context(), engine.VolumeSpec{Name: want, Labels: map[string]string{engine.LabelSite: "x"}})
				c.OK(err)
				Equal(c, "the name", name, want)
				v := theVolume(c)
				Equal(c, "the name of the volume", v.Name, want)
				Equal(c, "the site", v.Labels[engine.LabelSite], "x")
			}},
			Repeated: {"the second call finds the volume, with what is in it", func(c *C) {
				name := volume(c)
				oneShot(c, c.Name(), name, "echo kept >/data/file")
				_, err := c.S.EnsureVolume(c.Context(), engine.VolumeSpec{Name: name})
				c.OK(err)
				Equal(c, "the file", string(oneShot(c, c.Name(), name, "cat /data/file").Stdout), "kept\n")
			}},
			"foreign": {"another data folder's volume is an *OwnerError that names the folder", func(c *C) {
				name := volume(c)
				_, err := c.Open("/enginetest/"+newName()).EnsureVolume(c.Context(), engine.VolumeSpec{Name: name})
				c.Is(err, engine.ErrAlreadyExists, c.Home)
			}},
			"bad input": {"no name, a malformed one, or a label with an equals sign is an ErrSpecInvalid, and nothing is made", func(c *C) {
				for _, spec := range []engine.VolumeSpec{{}, {Name: "a/b"}, {Name: c.Name(), Labels: badMatch()}} {
					_, err := c.S.EnsureVolume(c.Context(), spec)
					c.Is(err, engine.ErrSpecInvalid)
				}
				noVolumes(c)
			}},
		},
		without: map[Kind]string{Absent: "it makes what is absent: that is its success"},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			_, err := s.EnsureVolume(ctx, engine.VolumeSpec{Name: c.Name()})
			return err
		},
	}
}

func volumesByLabelContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it lists the volumes with their size and how many containers mount them", func(c *C) {
				name := volume(c)
				oneShot(c, c.Name(), name, "head -c 200000 /dev/zero >/data/file")
				spec := c.Spec()
				spec.Mounts = []engine.Mount{{Volume: &engine.VolumeMount{Name: name, Target: "/data"}}}
				c.Ensure(spec)
				v := theVolume(c)
				Equal(c, "the name", v.Name, name)
				Equal(c, "the driver", v.Driver, "local")
				Equal(c, "the number of containers", v.RefCount, 1)
				if v.Size < 200000 || v.Size > 2000000 {
					c.Errorf("the size is %d", v.Size)
				}
			}},
			Absent:      {"when none carries the labels it lists none, without an error", noVolumes},
			Repeated:    {"it is the same again", func(c *C) { volume(c); Equal(c, "the name", theVolume(c).Name, theVolume(c).Name) }},
			"bad input": {"a key with an equals sign is an ErrSpecInvalid", func(c *C) { _, err := c.S.VolumesByLabel(c.Context(), badMatch()); c.Is(err, engine.ErrSpecInvalid) }},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			_, err := s.VolumesByLabel(ctx, c.mine())
			return err
		},
	}
}

func removeVolumesByLabelContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it removes the volumes", func(c *C) { volume(c); volume(c); c.OK(c.S.RemoveVolumesByLabel(c.Context(), c.mine())); noVolumes(c) }},
			Absent:  {"when none carries the labels there is nothing to do", func(c *C) { c.OK(c.S.RemoveVolumesByLabel(c.Context(), c.mine())) }},
			Repeated: {"the second call finds the work done", func(c *C) {
				volume(c)
				c.OK(c.S.RemoveVolumesByLabel(c.Context(), c.mine()))
				c.OK(c.S.RemoveVolumesByLabel(c.Context(), c.mine()))
			}},
			"in use": {"one that a container mounts, running or not, stays, and the error names the container", func(c *C) {
				name := volume(c)
				volume(c)
				spec := c.Spec()
				spec.Mounts = []engine.Mount{{Volume: &engine.VolumeMount{Name: name, Target: "/data"}}}
				c.Ensure(spec)
				err := c.S.RemoveVolumesByLabel(c.Context(), c.mine())
				if err == nil {
					c.Fatal("there was no error")
				}
				c.Contains(err.Error(), spec.Name)
				Equal(c, "the volume that is left", theVolume(c).Name, name)
			}},
			"foreign": {"another data folder's are passed over", func(c *C) {
				name := volume(c)
				c.OK(c.Open("/enginetest/"+newName()).RemoveVolumesByLabel(c.Context(), c.mine()))
				Equal(c, "the volume", theVolume(c).Name, name)
			}},
			"bad input": {"an empty match is an ErrSpecInvalid and removes nothing", func(c *C) {
				name := volume(c)
				c.Is(c.S.RemoveVolumesByLabel(c.Context(), nil), engine.ErrSpecInvalid)
				Equal(c, "the volume", theVolume(c).Name, name)
			}},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			return s.RemoveVolumesByLabel(ctx, c.mine())
		},
	}
}

// theVolume returns the only volume of the case.
func theVolume(c *C) engine.VolumeInfo {
	c.Helper()
	list, err := c.S.VolumesByLabel(c.Context(), c.mine())
	c.OK(err)
	if len(list) != 1 {
		c.Fatalf("the volumes are %+v, want one", list)
	}
	return list[0]
}

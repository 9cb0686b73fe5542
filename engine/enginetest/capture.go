package enginetest

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
)

// execCaptureMethods is the contract of the execs that return text.
func execCaptureMethods() map[string]method {
	return map[string]method{
		"ExecInContainer": execInContainerContract(),
		"ProbeShell":      probeShellContract(),
	}
}

func execInContainerContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"it returns the lines of both streams", func(c *C) {
				out, err := c.S.ExecInContainer(c.Context(), c.Running(), []string{"sh", "-c", "echo a; echo b"})
				c.OK(err)
				Equal(c, "the output", out, "a\nb")
			}},
			Absent: {"absent is an ErrNotFound", func(c *C) {
				_, err := c.S.ExecInContainer(c.Context(), c.Name(), []string{"true"})
				c.Is(err, engine.ErrNotFound)
			}},
			Repeated: {"every call runs the command", func(c *C) {
				name := c.Running()
				for _, want := range []string{"x", "x\nx"} {
					out, err := c.S.ExecInContainer(c.Context(), name, []string{"sh", "-c", "echo x >>/log; cat /log"})
					c.OK(err)
					Equal(c, "the output", out, want)
				}
			}},
			"exit code": {"a code other than 0 is an error that says it, beside the output", func(c *C) {
				out, err := c.S.ExecInContainer(c.Context(), c.Running(), []string{"sh", "-c", "echo partly; exit 42"})
				Equal(c, "the output", out, "partly")
				if err == nil {
					c.Fatal("there was no error")
				}
				c.Contains(err.Error(), "42")
			}},
			"stopped": {"in a container that does not run it is an ErrNotRunning", func(c *C) {
				_, err := c.S.ExecInContainer(c.Context(), c.Stopped(), []string{"true"})
				c.Is(err, engine.ErrNotRunning)
			}},
			"bad input": {"without a command it is an ErrSpecInvalid", func(c *C) {
				_, err := c.S.ExecInContainer(c.Context(), c.Running(), nil)
				c.Is(err, engine.ErrSpecInvalid)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.ExecInContainer(ctx, name, []string{"true"})
			return err
		},
	}
}

func probeShellContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"it names a shell of the container that starts", probeShell},
			Absent:   {"absent is an ErrNotFound", func(c *C) { _, err := c.S.ProbeShell(c.Context(), c.Name(), ""); c.Is(err, engine.ErrNotFound) }},
			Repeated: {"it is the same again", func(c *C) { n := c.Running(); Equal(c, "the shell", shellOf(c, n), shellOf(c, n)) }},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.ProbeShell(ctx, name, "")
			return err
		},
	}
}

func runOneShotCaptureContract() method {
	return method{
		cases: map[Kind]rule{
			Success:               {"it returns both streams and the exit code, which is no error, and leaves no container", oneShotAll},
			Absent:                {"without the image it is an error, without the volume an ErrNotFound, and nothing is left", oneShotWithout},
			Repeated:              {"the next one can have the name, and sees what the one before left in the volume", oneShotAgain},
			"bad input":           {"a mount of two kinds, or no image, is an ErrSpecInvalid or ErrSpecAmbiguous", oneShotBad},
			"cancelled under way": {"the end of the context kills it and removes the container", oneShotCancelled},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			_, err := s.RunOneShotCapture(ctx, c.Name(), c.Suite.Image, []string{"true"}, nil)
			return err
		},
	}
}

func chownVolumeContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"everything in the volume belongs to that user", func(c *C) { chownVolume(c, 1) }},
			Absent:   {"absent is an ErrNotFound, and nothing is made", func(c *C) { c.Is(c.S.ChownVolume(c.Context(), c.Name(), 1, 1), engine.ErrNotFound); noVolumes(c) }},
			Repeated: {"it can be done again", func(c *C) { chownVolume(c, 2) }},
			"bad input": {"a negative user, or no name, is an ErrSpecInvalid", func(c *C) {
				c.Is(c.S.ChownVolume(c.Context(), c.Name(), -1, 0), engine.ErrSpecInvalid)
				c.Is(c.S.ChownVolume(c.Context(), "", 1, 1), engine.ErrSpecInvalid)
			}},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error { return s.ChownVolume(ctx, c.Name(), 1, 1) },
	}
}

func chownPathContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"everything under the path belongs to that user", func(c *C) { chownPath(c, 1) }},
			Absent:   {"a path that does not exist is an error that names it", chownNoPath},
			Repeated: {"it can be done again", func(c *C) { chownPath(c, 2) }},
			"bad input": {"a relative path, the root, or a negative group is an ErrSpecInvalid", func(c *C) {
				c.Is(c.S.ChownPath(c.Context(), "some/folder", 1, 1), engine.ErrSpecInvalid)
				c.Is(c.S.ChownPath(c.Context(), "/", 1, 1), engine.ErrSpecInvalid)
				c.Is(c.S.ChownPath(c.Context(), "/enginetest/none", 1, -1), engine.ErrSpecInvalid)
			}},
		},
		call: func(ctx context.Context, s Subject, c *C, _ string) error {
			return s.ChownPath(ctx, c.Suite.HostDir(c.T), 1, 1)
		},
	}
}

func shellOf(c *C, name string) string {
	c.Helper()
	shell, err := c.S.ProbeShell(c.Context(), name, "")
	c.OK(err)
	return shell
}

func probeShell(c *C) {
	name := c.Running()
	code, err := c.S.ExecInContainerWriter(c.Context(), name, argv(shellOf(c, name), "-c", "exit 9"), nil, nil)
	c.OK(err)
	Equal(c, "the exit code", code, 9)
}

// helperMethods is the contract of helper containers.
func helperMethods() map[string]method {
	return map[string]method{
		"RunOneShotCapture": runOneShotCaptureContract(),
		"ChownVolume":       chownVolumeContract(),
		"ChownPath":         chownPathContract(),
	}
}

// oneShot runs a line of shell over a volume.
func oneShot(c *C, name, volume, line string) engine.OneShotResult {
	c.Helper()
	var mounts []engine.OneShotMount
	if volume != "" {
		mounts = []engine.OneShotMount{{Volume: volume, Target: "/data"}}
	}
	result, err := c.S.RunOneShotCapture(c.Context(), name, c.Suite.Image, []string{"sh", "-c", line}, mounts)
	c.OK(err)
	return result
}

// volume makes a volume and returns its name.
func volume(c *C) string {
	c.Helper()
	name, err := c.S.EnsureVolume(c.Context(), engine.VolumeSpec{Name: c.Name()})
	c.OK(err)
	return name
}

func oneShotAll(c *C) {
	name := c.Name()
	result := oneShot(c, name, "", "echo out; echo err >&2; exit 3")
	Equal(c, "the standard output", string(result.Stdout), "out\n")
	Equal(c, "the standard error", string(result.Stderr), "err\n")
	Equal(c, "the exit code", result.ExitCode, 3)
	c.NoContainer(name)
}

func oneShotWithout(c *C) {
	name := c.Name()
	_, err := c.S.RunOneShotCapture(c.Context(), name, c.Suite.MissingImage, []string{"true"}, nil)
	if err == nil {
		c.Error("it ran without an image")
	}
	_, err = c.S.RunOneShotCapture(c.Context(), name, c.Suite.Image, []string{"true"}, []engine.OneShotMount{{Volume: c.Name(), Target: "/data"}})
	c.Is(err, engine.ErrNotFound)
	c.NoContainer(name)
	noVolumes(c)
}

func oneShotAgain(c *C) {
	name, volume := c.Name(), volume(c)
	oneShot(c, name, volume, "echo kept >/data/file")
	Equal(c, "the file", string(oneShot(c, name, volume, "cat /data/file").Stdout), "kept\n")
}

func oneShotBad(c *C) {
	name := c.Name()
	both := []engine.OneShotMount{{Volume: "some-volume", Bind: "/tmp", Target: "/data"}}
	_, err := c.S.RunOneShotCapture(c.Context(), name, c.Suite.Image, []string{"true"}, both)
	c.Is(err, engine.ErrSpecAmbiguous)
	_, err = c.S.RunOneShotCapture(c.Context(), name, "", []string{"true"}, nil)
	c.Is(err, engine.ErrSpecInvalid)
	_, err = c.S.RunOneShotCapture(c.Context(), "", c.Suite.Image, []string{"true"}, nil)
	c.Is(err, engine.ErrSpecInvalid)
	c.NoContainer(name)
}

func oneShotCancelled(c *C) {
	name := c.Name()
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := c.S.RunOneShotCapture(ctx, name, c.Suite.Image, []string{"sleep", "1000"}, nil)
		done <- err
	}()
	c.Await("it runs", func() bool {
		running, err := c.S.ContainerIsRunning(c.Context(), name)
		c.OK(err)
		return running
	})
	cancel()
	c.Is(<-done, context.Canceled)
	c.NoContainer(name)
}

func chownVolume(c *C, times int) {
	volume := volume(c)
	oneShot(c, c.Name(), volume, "mkdir /data/folder; touch /data/folder/file")
	for range times {
		c.OK(c.S.ChownVolume(c.Context(), volume, 1234, 567))
	}
	owners := oneShot(c, c.Name(), volume, "stat -c %u:%g /data /data/folder /data/folder/file")
	Equal(c, "the owners", string(owners.Stdout), "1234:567\n1234:567\n1234:567\n")
}

func chownPath(c *C, times int) {
	dir := c.Suite.HostDir(c.T)
	mounts := []engine.OneShotMount{{Bind: dir, Target: "/data"}}
	_, err := c.S.RunOneShotCapture(c.Context(), c.Name(), c.Suite.Image, []string{"touch", "/data/file"}, mounts)
	c.OK(err)
	for range times {
		c.OK(c.S.ChownPath(c.Context(), dir, 1234, 567))
	}
	owners, err := c.S.RunOneShotCapture(c.Context(), c.Name(), c.Suite.Image, []string{"stat", "-c", "%u:%g", "/data", "/data/file"}, mounts)
	c.OK(err)
	Equal(c, "the owners", string(owners.Stdout), "1234:567\n1234:567\n")
}

func chownNoPath(c *C) {
	err := c.S.ChownPath(c.Context(), "/enginetest/none/such", 1, 1)
	if err == nil {
		c.Fatal("there was no error")
	}
	c.Contains(err.Error(), "/enginetest/none/such")
}

func noVolumes(c *C) {
	c.Helper()
	list, err := c.S.VolumesByLabel(c.Context(), c.mine())
	c.OK(err)
	Equal(c, "the number of volumes", len(list), 0)
}

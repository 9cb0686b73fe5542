package enginetest

import (
	"github.com/Locorum/locorum-tui/engine"
)

// ensureBad is every spec that cannot be right: one field of it is wrong, and the error has to name that one.
func ensureBad(c *C) {
	volume := &engine.VolumeMount{Name: "some-volume", Target: "/x"}
	for _, bad := range []struct {
		name  string
		kind  error
		words string
		spoil func(s *engine.ContainerSpec)
	}{
		{"no name", engine.ErrSpecInvalid, "Name", func(s *engine.ContainerSpec) { s.Name = "" }},
		{"a name with a slash", engine.ErrSpecInvalid, "Name", func(s *engine.ContainerSpec) { s.Name = "a/b" }},
		{"no image", engine.ErrSpecInvalid, "Image", func(s *engine.ContainerSpec) { s.Image = "" }},
		{"a malformed image", engine.ErrSpecInvalid, "Image", func(s *engine.ContainerSpec) { s.Image = "UPPER CASE" }},
		{"a port that is no number", engine.ErrSpecInvalid, "Ports", func(s *engine.ContainerSpec) { s.Ports = []engine.PortMap{{ContainerPort: "http"}} }},
		{"a port out of range", engine.ErrSpecInvalid, "Ports", func(s *engine.ContainerSpec) { s.Ports = []engine.PortMap{{ContainerPort: "70000"}} }},
		{"a mount of no kind", engine.ErrSpecAmbiguous, "Mounts", func(s *engine.ContainerSpec) { s.Mounts = []engine.Mount{{}} }},
		{"a mount of two kinds", engine.ErrSpecAmbiguous, "Mounts", func(s *engine.ContainerSpec) {
			s.Mounts = []engine.Mount{{Volume: volume, Tmpfs: &engine.TmpfsMount{Target: "/x"}}}
		}},
		{"a relative bind source", engine.ErrSpecInvalid, "Mounts", func(s *engine.ContainerSpec) {
			s.Mounts = []engine.Mount{{Bind: &engine.BindMount{Source: "some/folder", Target: "/x"}}}
		}},
		{"a relative target", engine.ErrSpecInvalid, "Mounts", func(s *engine.ContainerSpec) {
			s.Mounts = []engine.Mount{{Volume: &engine.VolumeMount{Name: "some-volume", Target: "x"}}}
		}},
		{"a label with an equals sign", engine.ErrSpecInvalid, "Labels", func(s *engine.ContainerSpec) { s.Labels = map[string]string{"a=b": "c"} }},
		{"an environment entry without a key", engine.ErrSpecInvalid, "Env", func(s *engine.ContainerSpec) { s.Env = []string{"=value"} }},
	} {
		spec := c.Spec()
		bad.spoil(&spec)
		_, err := c.S.EnsureContainer(c.Context(), spec)
		if err == nil {
			c.Errorf("%s was taken", bad.name)
			continue
		}
		c.Is(err, bad.kind, bad.words)
	}
	list, err := c.S.ContainersByLabel(c.Context(), c.mine())
	c.OK(err)
	Equal(c, "the number of containers made", len(list), 0)
}

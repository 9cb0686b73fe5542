package engine

import (
	"fmt"
	"path"
	"strings"

	"github.com/docker/docker/api/types/mount"
)

// validate names the field that cannot be right.
func (run oneShot) validate() error {
	if err := validateName("one-shot name", run.name); err != nil {
		return err
	}
	if _, err := parseImageRef(run.image); err != nil {
		return err
	}
	if len(run.cmd) == 0 || run.cmd[0] == "" {
		return fmt.Errorf("%w: one-shot cmd: the first word is the program and must not be empty", ErrSpecInvalid)
	}
	for i, word := range run.cmd {
		if strings.Contains(word, "\x00") {
			return fmt.Errorf("%w: one-shot cmd[%d] holds a NUL byte", ErrSpecInvalid, i)
		}
	}
	targets := map[string]int{}
	for i, m := range run.mounts {
		if err := m.validate(fmt.Sprintf("mounts[%d]", i)); err != nil {
			return err
		}
		target := path.Clean(m.Target)
		if first, twice := targets[target]; twice {
			return fmt.Errorf("%w: mounts[%d].Target %q is that of mounts[%d] too", ErrSpecInvalid, i, m.Target, first)
		}
		targets[target] = i
	}
	return nil
}

// validate checks one mount; field is its name.
func (m OneShotMount) validate(field string) error {
	switch {
	case m.Volume != "" && m.Bind != "":
		return fmt.Errorf("%s has both Volume and Bind: %w", field, kindError{ErrSpecInvalid, ErrSpecAmbiguous})
	case m.Volume == "" && m.Bind == "":
		return fmt.Errorf("%s has neither Volume nor Bind: %w", field, kindError{ErrSpecInvalid, ErrSpecAmbiguous})
	case m.Volume != "":
		if err := validateName(field+".Volume", m.Volume); err != nil {
			return err
		}
	case !path.IsAbs(m.Bind) || strings.Contains(m.Bind, "\x00"):
		return fmt.Errorf("%w: %s.Bind %q is not an absolute path", ErrSpecInvalid, field, m.Bind)
	}
	if !path.IsAbs(m.Target) || path.Clean(m.Target) == "/" || strings.Contains(m.Target, "\x00") {
		return fmt.Errorf("%w: %s.Target %q is not an absolute path below /", ErrSpecInvalid, field, m.Target)
	}
	return nil
}

// apiMounts converts the mounts. They are not given as the desktop app does it, as lines of text: a bind source that does
// not exist would then be made, and a path with a colon could not be named.
func (run oneShot) apiMounts() []mount.Mount {
	out := make([]mount.Mount, len(run.mounts))
	for i, m := range run.mounts {
		out[i] = mount.Mount{Type: mount.TypeVolume, Source: m.Volume, Target: m.Target, ReadOnly: m.ReadOnly}
		if m.Bind != "" {
			out[i].Type, out[i].Source = mount.TypeBind, m.Bind
			out[i].BindOptions = &mount.BindOptions{NonRecursive: run.shallow}
		}
	}
	return out
}

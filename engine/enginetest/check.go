package enginetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// patience bounds a wait for something that has to come. It is far beyond what any daemon takes, so that only what never
// comes fails.
const patience = 90 * time.Second

// C is a case under way.
type C struct {
	*testing.T
	Suite Suite
	S     Subject
	Home  string // the data folder of S
}

// Open returns a further engine on the same daemon; what it has made is removed at the end.
func (c *C) Open(home string) Subject {
	s := c.Suite.Open(c.T, home)
	c.Cleanup(func() { clean(c.T, s, home) })
	return s
}

// Name returns a name that nothing else has.
func (c *C) Name() string { return newName() }

// Spec returns the spec of a container that runs a command, by default one that goes on until it is killed.
func (c *C) Spec(cmd ...string) engine.ContainerSpec {
	if len(cmd) == 0 {
		cmd = []string{"sleep", "1000"}
	}
	return engine.ContainerSpec{
		Name: c.Name(), Image: c.Suite.Image, Cmd: cmd, Labels: engine.PlatformLabels(engine.RoleWeb, "enginetest", "test"),
	}
}

// Ensure makes the container and returns its ID.
func (c *C) Ensure(spec engine.ContainerSpec) string {
	c.Helper()
	id, err := c.S.EnsureContainer(c.Context(), spec)
	c.OK(err)
	return id
}

// Start makes and starts the container and returns its name.
func (c *C) Start(spec engine.ContainerSpec) string {
	c.Helper()
	c.Ensure(spec)
	c.OK(c.S.StartContainer(c.Context(), spec.Name))
	return spec.Name
}

// Running makes and starts a container that runs cmd, and returns its name.
func (c *C) Running(cmd ...string) string {
	c.Helper()
	return c.Start(c.Spec(cmd...))
}

// Stopped makes a container that has run cmd to its end.
func (c *C) Stopped(cmd ...string) string {
	c.Helper()
	if len(cmd) == 0 {
		cmd = []string{"true"}
	}
	name := c.Running(cmd...)
	c.AwaitState(name, "exited")
	return name
}

// Inspect returns the container, which must exist.
func (c *C) Inspect(name string) engine.ContainerDetail {
	c.Helper()
	detail, err := c.S.Inspect(c.Context(), name)
	c.OK(err)
	return detail
}

// AwaitState waits until the container is in that state.
func (c *C) AwaitState(name, state string) engine.ContainerDetail {
	c.Helper()
	var detail engine.ContainerDetail
	c.Await("container "+name+" is "+state, func() bool {
		detail = c.Inspect(name)
		return detail.State == state
	})
	return detail
}

// Await waits until holds returns true.
func (c *C) Await(what string, holds func() bool) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), patience)
	defer cancel()
	for pause := 5 * time.Millisecond; !holds(); pause = min(2*pause, 200*time.Millisecond) {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			c.Fatalf("it never came that %s", what)
		}
	}
}

// Untouched fails the case unless the container runs and has the command that Running gave it.
func (c *C) Untouched(name string) {
	c.Helper()
	if detail := c.Inspect(name); !detail.Running || detail.RestartCount != 0 {
		c.Errorf("container %s is %s, want it left running", name, detail.State)
	}
}

// OK ends the case unless err is nil.
func (c *C) OK(err error) {
	c.Helper()
	if err != nil {
		c.Fatalf("got the error %v", err)
	}
}

// Is fails the case unless err is of that kind and its text has the words.
func (c *C) Is(err, kind error, words ...string) {
	c.Helper()
	if !errors.Is(err, kind) {
		c.Errorf("got the error %v, want one that is %q", err, kind)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			c.Errorf("the error %q does not say %q", err, word)
		}
	}
}

// Equal fails the case unless got is want.
func Equal[T comparable](c *C, what string, got, want T) {
	c.Helper()
	if got != want {
		c.Errorf("%s is %v, want %v", what, got, want)
	}
}

// NoContainer fails the case if there is a container of that name.
func (c *C) NoContainer(name string) {
	c.Helper()
	exists, err := c.S.ContainerExists(c.Context(), name)
	c.OK(err)
	if exists {
		c.Errorf("container %s exists", name)
	}
}

// mine is the match of everything that the case's engine has made.
func (c *C) mine() map[string]string { return map[string]string{engine.LabelHome: c.Home} }

// Contains fails the case unless text has the part; NotContains if it has it.
func (c *C) Contains(text, part string) {
	c.Helper()
	if !strings.Contains(text, part) {
		c.Errorf("%q does not say %q", text, part)
	}
}

// NotContains is the opposite of Contains.
func (c *C) NotContains(text, part string) {
	c.Helper()
	if strings.Contains(text, part) {
		c.Errorf("%q says %q", text, part)
	}
}

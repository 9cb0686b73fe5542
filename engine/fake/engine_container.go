package fake

import (
	"context"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// EnsureContainer is engine.Engine's.
func (e *Engine) EnsureContainer(ctx context.Context, spec engine.ContainerSpec) (string, error) {
	if err := e.enter(ctx, "EnsureContainer", spec); err != nil {
		return "", err
	}
	return e.docker.EnsureContainer(ctx, spec)
}

// StartContainer is engine.Engine's.
func (e *Engine) StartContainer(ctx context.Context, name string) error {
	if err := e.enter(ctx, "StartContainer", name); err != nil {
		return err
	}
	return e.docker.StartContainer(ctx, name)
}

// StopContainer is engine.Engine's.
func (e *Engine) StopContainer(ctx context.Context, name string, grace time.Duration) error {
	if err := e.enter(ctx, "StopContainer", name, grace); err != nil {
		return err
	}
	return e.docker.StopContainer(ctx, name, grace)
}

// RestartContainer is *engine.Docker's.
func (e *Engine) RestartContainer(ctx context.Context, name string, grace time.Duration) error {
	if err := e.enter(ctx, "RestartContainer", name, grace); err != nil {
		return err
	}
	return e.docker.RestartContainer(ctx, name, grace)
}

// RemoveContainer is engine.Engine's.
func (e *Engine) RemoveContainer(ctx context.Context, name string) error {
	if err := e.enter(ctx, "RemoveContainer", name); err != nil {
		return err
	}
	return e.docker.RemoveContainer(ctx, name)
}

// WaitReady is engine.Engine's.
func (e *Engine) WaitReady(ctx context.Context, name string, timeout time.Duration) error {
	if err := e.enter(ctx, "WaitReady", name, timeout); err != nil {
		return err
	}
	return e.docker.WaitReady(ctx, name, timeout)
}

// Inspect is *engine.Docker's.
func (e *Engine) Inspect(ctx context.Context, name string) (engine.ContainerDetail, error) {
	if err := e.enter(ctx, "Inspect", name); err != nil {
		return engine.ContainerDetail{}, err
	}
	return e.docker.Inspect(ctx, name)
}

// ContainerExists is engine.Engine's.
func (e *Engine) ContainerExists(ctx context.Context, name string) (bool, error) {
	if err := e.enter(ctx, "ContainerExists", name); err != nil {
		return false, err
	}
	return e.docker.ContainerExists(ctx, name)
}

// ContainerIsRunning is engine.Engine's.
func (e *Engine) ContainerIsRunning(ctx context.Context, name string) (bool, error) {
	if err := e.enter(ctx, "ContainerIsRunning", name); err != nil {
		return false, err
	}
	return e.docker.ContainerIsRunning(ctx, name)
}

// PublishedHostPort is *engine.Docker's.
func (e *Engine) PublishedHostPort(ctx context.Context, name string, containerPort int) (int, error) {
	if err := e.enter(ctx, "PublishedHostPort", name, containerPort); err != nil {
		return 0, err
	}
	return e.docker.PublishedHostPort(ctx, name, containerPort)
}

// ContainersByLabel is engine.Engine's.
func (e *Engine) ContainersByLabel(ctx context.Context, match map[string]string) ([]engine.ContainerInfo, error) {
	if err := e.enter(ctx, "ContainersByLabel", match); err != nil {
		return nil, err
	}
	return e.docker.ContainersByLabel(ctx, match)
}

// RemoveContainersByLabel is engine.Engine's.
func (e *Engine) RemoveContainersByLabel(ctx context.Context, match map[string]string) error {
	if err := e.enter(ctx, "RemoveContainersByLabel", match); err != nil {
		return err
	}
	return e.docker.RemoveContainersByLabel(ctx, match)
}

// RemoveByLabel is *engine.Docker's.
func (e *Engine) RemoveByLabel(ctx context.Context, match map[string]string) error {
	if err := e.enter(ctx, "RemoveByLabel", match); err != nil {
		return err
	}
	return e.docker.RemoveByLabel(ctx, match)
}

// ContainerLogs is engine.Engine's.
func (e *Engine) ContainerLogs(ctx context.Context, name string, lines int) (string, error) {
	if err := e.enter(ctx, "ContainerLogs", name, lines); err != nil {
		return "", err
	}
	return e.docker.ContainerLogs(ctx, name, lines)
}

// StreamContainerLogs is engine.Engine's.
func (e *Engine) StreamContainerLogs(ctx context.Context, name string, since time.Time) (<-chan engine.LogLine, error) {
	if err := e.enter(ctx, "StreamContainerLogs", name, since); err != nil {
		return nil, err
	}
	return e.docker.StreamContainerLogs(ctx, name, since)
}

// FollowLogs is *engine.Docker's.
func (e *Engine) FollowLogs(ctx context.Context, name string, opts engine.LogOptions) (*engine.LogFollower, error) {
	if err := e.enter(ctx, "FollowLogs", name, opts); err != nil {
		return nil, err
	}
	return e.docker.FollowLogs(ctx, name, opts)
}

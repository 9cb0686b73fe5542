package demo

import (
	"context"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// Daemon is Backend's.
func (d *Demo) Daemon(ctx context.Context) (engine.ProviderInfo, error) {
	return d.docker.ProviderInfo(ctx)
}

// Events is Backend's.
func (d *Demo) Events(ctx context.Context) <-chan engine.Event {
	return d.docker.Events(ctx, map[string]string{engine.LabelPlatform: engine.PlatformValue})
}

// Stats is Backend's.
func (d *Demo) Stats(ctx context.Context, container string, every time.Duration) (<-chan engine.Stats, error) {
	return d.docker.Stats(ctx, container, every)
}

// Inspect is Backend's.
func (d *Demo) Inspect(ctx context.Context, container string) (engine.ContainerDetail, error) {
	return d.docker.Inspect(ctx, container)
}

// FollowLogs is Backend's.
func (d *Demo) FollowLogs(ctx context.Context, container string, o engine.LogOptions) (*engine.LogFollower, error) {
	return d.docker.FollowLogs(ctx, container, o)
}

// StartContainer is Backend's.
func (d *Demo) StartContainer(ctx context.Context, container string) error {
	return d.docker.StartContainer(ctx, container)
}

// StopContainer is Backend's.
func (d *Demo) StopContainer(ctx context.Context, container string) error {
	return d.docker.StopContainer(ctx, container, stopGrace)
}

// RestartContainer is Backend's.
func (d *Demo) RestartContainer(ctx context.Context, container string) error {
	return d.docker.RestartContainer(ctx, container, stopGrace)
}

package fake

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
)

// EnsureNetwork is engine.Engine's.
func (e *Engine) EnsureNetwork(ctx context.Context, spec engine.NetworkSpec) (string, error) {
	if err := e.enter(ctx, "EnsureNetwork", spec); err != nil {
		return "", err
	}
	return e.docker.EnsureNetwork(ctx, spec)
}

// CreateNetwork is *engine.Docker's.
func (e *Engine) CreateNetwork(ctx context.Context, name string, internal bool, labels map[string]string) error {
	if err := e.enter(ctx, "CreateNetwork", name, internal, labels); err != nil {
		return err
	}
	return e.docker.CreateNetwork(ctx, name, internal, labels)
}

// NetworksByLabel is engine.Engine's.
func (e *Engine) NetworksByLabel(ctx context.Context, match map[string]string) ([]engine.NetworkInfo, error) {
	if err := e.enter(ctx, "NetworksByLabel", match); err != nil {
		return nil, err
	}
	return e.docker.NetworksByLabel(ctx, match)
}

// RemoveNetworksByLabel is engine.Engine's.
func (e *Engine) RemoveNetworksByLabel(ctx context.Context, match map[string]string) error {
	if err := e.enter(ctx, "RemoveNetworksByLabel", match); err != nil {
		return err
	}
	return e.docker.RemoveNetworksByLabel(ctx, match)
}

// ReconcileNetworks is *engine.Docker's.
func (e *Engine) ReconcileNetworks(ctx context.Context) error {
	if err := e.enter(ctx, "ReconcileNetworks"); err != nil {
		return err
	}
	return e.docker.ReconcileNetworks(ctx)
}

// EnsureVolume is engine.Engine's.
func (e *Engine) EnsureVolume(ctx context.Context, spec engine.VolumeSpec) (string, error) {
	if err := e.enter(ctx, "EnsureVolume", spec); err != nil {
		return "", err
	}
	return e.docker.EnsureVolume(ctx, spec)
}

// VolumesByLabel is *engine.Docker's.
func (e *Engine) VolumesByLabel(ctx context.Context, match map[string]string) ([]engine.VolumeInfo, error) {
	if err := e.enter(ctx, "VolumesByLabel", match); err != nil {
		return nil, err
	}
	return e.docker.VolumesByLabel(ctx, match)
}

// RemoveVolumesByLabel is *engine.Docker's.
func (e *Engine) RemoveVolumesByLabel(ctx context.Context, match map[string]string) error {
	if err := e.enter(ctx, "RemoveVolumesByLabel", match); err != nil {
		return err
	}
	return e.docker.RemoveVolumesByLabel(ctx, match)
}

// Prune is *engine.Docker's.
func (e *Engine) Prune(ctx context.Context) (engine.PruneReport, error) {
	if err := e.enter(ctx, "Prune"); err != nil {
		return engine.PruneReport{}, err
	}
	return e.docker.Prune(ctx)
}

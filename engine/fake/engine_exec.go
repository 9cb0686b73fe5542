package fake

import (
	"context"
	"io"

	"github.com/Locorum/locorum-tui/engine"
)

// ExecInContainer is *engine.Docker's.
func (e *Engine) ExecInContainer(ctx context.Context, containerName string, cmd []string) (string, error) {
	if err := e.enter(ctx, "ExecInContainer", containerName, cmd); err != nil {
		return "", err
	}
	return e.docker.ExecInContainer(ctx, containerName, cmd)
}

// ExecInContainerStream is *engine.Docker's.
func (e *Engine) ExecInContainerStream(ctx context.Context, containerName string, opts engine.ExecOptions, onLine engine.ExecLineHandler) (int, error) {
	if err := e.enter(ctx, "ExecInContainerStream", containerName, opts); err != nil {
		return -1, err
	}
	return e.docker.ExecInContainerStream(ctx, containerName, opts, onLine)
}

// ExecInContainerWriter is *engine.Docker's.
func (e *Engine) ExecInContainerWriter(ctx context.Context, containerName string, opts engine.ExecOptions, stdoutW, stderrW io.Writer) (int, error) {
	if err := e.enter(ctx, "ExecInContainerWriter", containerName, opts); err != nil {
		return -1, err
	}
	return e.docker.ExecInContainerWriter(ctx, containerName, opts, stdoutW, stderrW)
}

// ExecInContainerWriterStdin is *engine.Docker's.
func (e *Engine) ExecInContainerWriterStdin(ctx context.Context, containerName string, opts engine.ExecOptions, stdin io.Reader, stdoutW, stderrW io.Writer) (int, error) {
	if err := e.enter(ctx, "ExecInContainerWriterStdin", containerName, opts); err != nil {
		return -1, err
	}
	return e.docker.ExecInContainerWriterStdin(ctx, containerName, opts, stdin, stdoutW, stderrW)
}

// ExecInteractive is *engine.Docker's.
func (e *Engine) ExecInteractive(ctx context.Context, name string, s engine.ExecSession) (int, error) {
	if err := e.enter(ctx, "ExecInteractive", name, s.ExecOptions); err != nil {
		return -1, err
	}
	return e.docker.ExecInteractive(ctx, name, s)
}

// ProbeShell is *engine.Docker's.
func (e *Engine) ProbeShell(ctx context.Context, name, user string) (string, error) {
	if err := e.enter(ctx, "ProbeShell", name, user); err != nil {
		return "", err
	}
	return e.docker.ProbeShell(ctx, name, user)
}

// RunOneShotCapture is engine.Engine's.
func (e *Engine) RunOneShotCapture(ctx context.Context, name, image string, cmd []string, mounts []engine.OneShotMount) (engine.OneShotResult, error) {
	if err := e.enter(ctx, "RunOneShotCapture", name, image, cmd, mounts); err != nil {
		return engine.OneShotResult{}, err
	}
	return e.docker.RunOneShotCapture(ctx, name, image, cmd, mounts)
}

// ChownVolume is engine.Engine's.
func (e *Engine) ChownVolume(ctx context.Context, volumeName string, uid, gid int) error {
	if err := e.enter(ctx, "ChownVolume", volumeName, uid, gid); err != nil {
		return err
	}
	return e.docker.ChownVolume(ctx, volumeName, uid, gid)
}

// ChownPath is engine.Engine's.
func (e *Engine) ChownPath(ctx context.Context, hostPath string, uid, gid int) error {
	if err := e.enter(ctx, "ChownPath", hostPath, uid, gid); err != nil {
		return err
	}
	return e.docker.ChownPath(ctx, hostPath, uid, gid)
}

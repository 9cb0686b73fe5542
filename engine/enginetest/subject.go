package enginetest

import (
	"context"
	"io"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// Subject is what the suite checks: an Engine, and the methods beside it that the dashboard uses.
type Subject interface {
	engine.Engine

	RestartContainer(ctx context.Context, name string, grace time.Duration) error
	Inspect(ctx context.Context, name string) (engine.ContainerDetail, error)
	PublishedHostPort(ctx context.Context, name string, containerPort int) (int, error)
	RemoveByLabel(ctx context.Context, match map[string]string) error

	FollowLogs(ctx context.Context, name string, opts engine.LogOptions) (*engine.LogFollower, error)
	Events(ctx context.Context, match map[string]string) <-chan engine.Event
	Stats(ctx context.Context, name string, every time.Duration) (<-chan engine.Stats, error)

	ExecInContainer(ctx context.Context, containerName string, cmd []string) (string, error)
	ExecInContainerStream(ctx context.Context, containerName string, opts engine.ExecOptions, onLine engine.ExecLineHandler) (int, error)
	ExecInContainerWriter(ctx context.Context, containerName string, opts engine.ExecOptions, stdoutW, stderrW io.Writer) (int, error)
	ExecInContainerWriterStdin(ctx context.Context, containerName string, opts engine.ExecOptions, stdin io.Reader, stdoutW, stderrW io.Writer) (int, error)
	ExecInteractive(ctx context.Context, name string, s engine.ExecSession) (int, error)
	ProbeShell(ctx context.Context, name, user string) (string, error)

	CreateNetwork(ctx context.Context, name string, internal bool, labels map[string]string) error
	ReconcileNetworks(ctx context.Context) error
	VolumesByLabel(ctx context.Context, match map[string]string) ([]engine.VolumeInfo, error)
	RemoveVolumesByLabel(ctx context.Context, match map[string]string) error
	PullImages(ctx context.Context, refs []string) *engine.Pull
	Images(ctx context.Context) ([]engine.ImageInfo, error)
	Prune(ctx context.Context) (engine.PruneReport, error)

	CheckDockerAvailable(ctx context.Context) error
	DaemonID(ctx context.Context) (string, error)
	DaemonDetail(ctx context.Context) (engine.DaemonDetail, error)
	RefreshProviderInfo()
}

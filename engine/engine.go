package engine

import (
	"context"
	"net/netip"
	"time"

	"github.com/Locorum/locorum-tui/model"
)

// Engine is what everything above this package needs of Docker. *Docker and fake.Engine implement it and pass one
// contract suite (enginetest). A consumer that needs three methods declares an interface of three.
//
// The context comes first and ends every call that it governs. Every method may be called again with the same arguments:
// the second call finds the work done. Errors wrap the sentinels of this package.
type Engine interface {
	// EnsureContainer makes the container that spec describes, or replaces ours of that name when its hash differs or a
	// network was removed from under it. It returns the ID, does not pull and does not start.
	EnsureContainer(ctx context.Context, spec ContainerSpec) (string, error)
	// StartContainer starts the named container; one that runs is left alone.
	StartContainer(ctx context.Context, name string) error
	// StopContainer sends the stop signal and, after grace, SIGKILL. Absent or stopped is no error.
	StopContainer(ctx context.Context, name string, grace time.Duration) error
	// RemoveContainer removes the named container and its anonymous volumes, running or not. Absent is no error.
	RemoveContainer(ctx context.Context, name string) error

	// EnsureNetwork makes the network if it is absent and returns its ID.
	EnsureNetwork(ctx context.Context, spec NetworkSpec) (string, error)
	// EnsureVolume makes the named volume if it is absent and returns its name.
	EnsureVolume(ctx context.Context, spec VolumeSpec) (string, error)
	// PullImage pulls ref unless it is there. onProgress may be nil; it is called from one goroutine, at most every
	// 50 ms and once at the end, and never after PullImage has returned.
	PullImage(ctx context.Context, ref string, onProgress func(PullProgress)) error
	// WaitReady waits until the container is healthy or, without a health check, has kept running for a second.
	// ErrContainerNotReady, with the last 50 log lines, says that it died, turned unhealthy or took too long.
	WaitReady(ctx context.Context, name string, timeout time.Duration) error

	// ContainerLogs returns the last lines of both streams in the order they were written, sanitised.
	ContainerLogs(ctx context.Context, name string, lines int) (string, error)
	// StreamContainerLogs follows both streams; see *Docker for who closes the channel and when.
	StreamContainerLogs(ctx context.Context, name string, since time.Time) (<-chan LogLine, error)

	// ChownVolume gives everything in the volume to uid:gid, by a helper container.
	ChownVolume(ctx context.Context, volumeName string, uid, gid int) error
	// ChownPath does the same for a path of the daemon's host.
	ChownPath(ctx context.Context, hostPath string, uid, gid int) error

	// ContainersByLabel lists containers in any state that carry every label of match; an empty value matches any.
	ContainersByLabel(ctx context.Context, match map[string]string) ([]ContainerInfo, error)
	// RemoveContainersByLabel removes what ContainersByLabel would list and is ours.
	RemoveContainersByLabel(ctx context.Context, match map[string]string) error
	// NetworksByLabel lists networks that carry every label of match; an empty value matches any.
	NetworksByLabel(ctx context.Context, match map[string]string) ([]NetworkInfo, error)
	// RemoveNetworksByLabel removes what NetworksByLabel would list and is ours.
	RemoveNetworksByLabel(ctx context.Context, match map[string]string) error
	// ContainerExists reports whether a container of that name exists, in any state.
	ContainerExists(ctx context.Context, name string) (bool, error)
	// ContainerIsRunning reports whether it exists and runs.
	ContainerIsRunning(ctx context.Context, name string) (bool, error)

	// ProviderInfo says which daemon this is; asked once, then remembered.
	ProviderInfo(ctx context.Context) (ProviderInfo, error)
	// Ping reports whether the daemon answers; its error is an ErrDaemonUnreachable.
	Ping(ctx context.Context) error
	// RunOneShotCapture runs cmd in a container made for it and removed after it. A non-zero exit is not an error.
	RunOneShotCapture(ctx context.Context, name, image string, cmd []string, mounts []OneShotMount) (OneShotResult, error)
	// DiskUsage sums up `docker system df`. It may take seconds: give ctx a deadline. Concurrent callers share one answer.
	DiskUsage(ctx context.Context) (DiskReport, error)
}

// ContainerInfo is one row of a container listing.
type ContainerInfo struct {
	ID string
	// Names keep Docker's leading slash, as in the desktop app.
	Names []string
	Image string
	// State is Docker's word: created, running, paused, restarting, removing, exited or dead.
	State string
	// Status is Docker's phrase for people: "Up 2 hours (healthy)".
	Status string
	Labels map[string]string
}

// NetworkInfo is one row of a network listing.
type NetworkInfo struct {
	ID     string
	Name   string
	Driver string
	Labels map[string]string
	// Subnets are the addresses that it takes up; empty where the driver needs none.
	Subnets []netip.Prefix
}

// ProviderInfo says which Docker this is.
type ProviderInfo struct {
	// Name is "Docker Desktop", "OrbStack", "Rancher Desktop", "Colima", "Podman", else the daemon's host name, else
	// "docker".
	Name            string
	OperatingSystem string
	OSType          string
	Architecture    string
	// ServerVersion is the text that the daemon reports, ServerVersionP what we read from it.
	ServerVersion   string
	ServerVersionP  model.DockerServerVersion
	Rootless        bool
	IsDockerDesktop bool
	NCPU            int
	// MemTotal in bytes.
	MemTotal int64
}

// DiskReport sums up what Docker keeps on disk, in bytes and counts. A zero says that there is none of it.
type DiskReport struct {
	LayersSize     int64
	BuildCacheSize int64
	// UnusedImages is what removing every image without a container would free at least, UnusedCache the same of build
	// cache that no build is using. Both are parts of the sizes above.
	UnusedImages int64
	UnusedCache  int64
	// VolumeSize counts only volumes whose driver measures them.
	VolumeSize int64
	// ImageCount counts tagged images.
	ImageCount     int
	ContainerCount int
	VolumeCount    int
}

// OneShotMount is a mount of a one-shot container: Volume or Bind, and where.
type OneShotMount struct {
	Volume   string
	Bind     string
	Target   string
	ReadOnly bool
}

// OneShotResult is what a one-shot container left.
type OneShotResult struct {
	Stdout   []byte
	Stderr   []byte
	ExitCode int
}

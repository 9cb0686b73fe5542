package engine

import "time"

// ContainerDetail is what `docker inspect` knows of a container, in our terms and with secrets masked. Text that comes
// from the container or its image is sanitised.
type ContainerDetail struct {
	ID      string
	Name    string // without a leading slash
	Image   string // the reference it was made from
	ImageID string
	Labels  map[string]string
	Cmd     []string
	// Env has KEY=VALUE entries; values of keys that look like secrets are "••••".
	Env []string
	TTY bool

	// State is Docker's word: created, running, paused, restarting, removing, exited or dead.
	State     string
	Running   bool
	ExitCode  int
	OOMKilled bool
	// Error is the daemon's own reason why a start failed.
	Error        string
	RestartCount int
	// The times are zero for what has not happened.
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time

	// Health is nil without a health check, or with {"NONE"}.
	Health   *HealthDetail
	Ports    []PublishedPort
	Mounts   []MountDetail
	Networks []NetworkDetail
}

// HealthDetail is the state of a health check.
type HealthDetail struct {
	Status        string // starting, healthy or unhealthy
	FailingStreak int
	// LastOutput, LastExit and LastAt are the newest probe's; zero before the first.
	LastOutput string
	LastExit   int
	LastAt     time.Time
}

// PublishedPort is one port of a container. HostPort is 0 when it is exposed only.
type PublishedPort struct {
	HostIP        string
	HostPort      int
	ContainerPort int
	Proto         string
}

// MountDetail is one mount of a container.
type MountDetail struct {
	Kind     string // bind, volume or tmpfs
	Name     string // the volume's
	Source   string
	Target   string
	ReadOnly bool
}

// NetworkDetail is one network that a container is joined to.
type NetworkDetail struct {
	Name    string
	ID      string
	IP      string // empty while the container is stopped
	Aliases []string
}

// Stats is one reading of a container's use of the machine. Sizes are bytes; network and block counts run from the
// container's start.
type Stats struct {
	ID   string
	Time time.Time
	// CPUPercent is the share of one core since the reading before: 100 is one core, 200 two. HasCPU is false for the
	// first reading, which has none before it.
	CPUPercent float64
	HasCPU     bool
	// Memory leaves out the page cache that the kernel can take back, on cgroup v1 and v2. MemoryLimit is the
	// container's, or the machine's memory.
	Memory      int64
	MemoryLimit int64
	NetRx       int64
	NetTx       int64
	BlockRead   int64
	BlockWrite  int64
	PIDs        int64
	// Err is set in the last reading of a stream that ended for any reason but the container's stop or the context.
	Err error
}

// ImageInfo is one image of the daemon.
type ImageInfo struct {
	ID      string
	Tags    []string
	Size    int64
	Created time.Time
	// Containers counts the containers made from it; -1 when the daemon did not count.
	Containers int64
}

// VolumeInfo is one named volume.
type VolumeInfo struct {
	Name   string
	Driver string
	Labels map[string]string
	// Size in bytes and RefCount, the number of containers that mount it; -1 when the driver does not say.
	Size     int64
	RefCount int64
}

// PruneReport says what Prune removed, by name.
type PruneReport struct {
	Containers []string
	Networks   []string
}

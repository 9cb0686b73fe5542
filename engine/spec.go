package engine

import "time"

// ContainerSpec describes a container completely; EnsureContainer decides from it alone whether what exists still fits.
//
// Zero values are the safe ones: a zero Security drops every capability and sets no-new-privileges, a zero Resources
// keeps 3 log files of 10 MB and allows 1024 processes, an empty Restart never restarts.
//
// The order and the names of the fields are part of ConfigHash, which the desktop app computes too.
type ContainerSpec struct {
	// Name is not part of the hash. Required, of Docker's form.
	Name string
	// Image is a reference with or without a tag or digest. Required; EnsureContainer does not pull it.
	Image      string
	Cmd        []string
	Entrypoint []string
	// Env holds KEY=VALUE entries. A value that must not be seen belongs into EnvSecrets.
	Env        []string
	EnvSecrets []EnvSecret
	// User is uid[:gid] or a name; empty is the image's own.
	User       string
	WorkingDir string
	// Tty merges stderr into stdout, and logs then cannot tell them apart.
	Tty    bool
	Labels map[string]string

	Ports      []PortMap
	Mounts     []Mount
	Networks   []NetworkAttachment
	ExtraHosts []string

	// Healthcheck of nil, or with an empty Test, keeps the image's own.
	Healthcheck *Healthcheck
	Resources   Resources
	Security    SecurityOptions
	Init        bool
	Restart     RestartPolicy
}

// EnvSecret is an environment variable whose value appears nowhere that we write: not in errors, logs, progress or
// panels. `docker inspect` still shows it to whoever may ask the daemon. The key is part of ConfigHash, the value not.
type EnvSecret struct {
	Key   string
	Value string
}

// PortMap publishes one port of a container.
type PortMap struct {
	// HostIP of "" is 0.0.0.0.
	HostIP string
	// HostPort of "" exposes without publishing; "0" lets the daemon choose.
	HostPort string
	// ContainerPort is a number from 1 to 65535. Required.
	ContainerPort string
	// Proto is "tcp" (also when empty), "udp" or "sctp".
	Proto string
}

// Mount is one mount of a container: exactly one field is set, else ErrSpecAmbiguous.
type Mount struct {
	Bind   *BindMount
	Volume *VolumeMount
	Tmpfs  *TmpfsMount
}

// BindMount mounts a path of the daemon's host. Source must be absolute and exist: it is never made on the way.
type BindMount struct {
	Source   string
	Target   string
	ReadOnly bool
}

// VolumeMount mounts a named volume.
type VolumeMount struct {
	Name     string
	Target   string
	ReadOnly bool
}

// TmpfsMount mounts a tmpfs. Options are mount(8)'s, comma-separated: size=64m,mode=1777,uid=1000,noexec.
type TmpfsMount struct {
	Target  string
	Options string
}

// NetworkAttachment joins a container to a network under extra names. The first of a spec is the primary one.
type NetworkAttachment struct {
	Network string
	Aliases []string
}

// Healthcheck is the probe that the daemon runs.
type Healthcheck struct {
	// Test is Docker's form: {"CMD", argv…}, {"CMD-SHELL", line} or {"NONE"}.
	Test        []string
	Interval    time.Duration
	Timeout     time.Duration
	Retries     int
	StartPeriod time.Duration
	// StartInterval is the pause between probes during StartPeriod. Daemons below API 1.44 do not know it: there it is
	// left out, and WaitReady runs the test itself. Zero is left out of the hash, which the desktop app computes
	// without it.
	StartInterval time.Duration `json:",omitempty"`
}

// Resources caps what a container may use.
type Resources struct {
	// MemoryLimit in bytes; 0 is unlimited.
	MemoryLimit int64
	// CPUShares is the relative weight; 0 is the daemon's 1024.
	CPUShares int64
	// LogMaxSize is one log file's size in Docker's notation; "" is "10m".
	LogMaxSize string
	// LogMaxFiles is how many log files are kept; 0 is 3.
	LogMaxFiles int
	// PidsLimit is how many processes; 0 is 1024, negative is unlimited.
	PidsLimit int64
	Ulimits   []Ulimit
}

// Ulimit is one limit of setrlimit(2), by the name that Docker gives it ("nofile").
type Ulimit struct {
	Name string
	Soft int64
	Hard int64
}

// SecurityOptions hardens a container. Its zero value (every field nil or false) is the hardened default: all
// capabilities dropped, no-new-privileges set. Whoever sets a field says why beside it.
type SecurityOptions struct {
	// CapDrop of nil is ALL; empty and not nil drops nothing.
	CapDrop         []string
	CapAdd          []string
	NoNewPrivileges bool
	ReadOnlyRootFS  bool
	SecurityOpt     []string
}

// RestartPolicy says when the daemon restarts a container by itself.
type RestartPolicy string

// The restart policies we use; anything else, the empty one included, is RestartNo. A restart loop hides why a service
// does not start, so RestartNo is the rule.
const (
	RestartNo            RestartPolicy = "no"
	RestartOnFailure     RestartPolicy = "on-failure"
	RestartUnlessStopped RestartPolicy = "unless-stopped"
)

// NetworkSpec describes a network that should exist.
type NetworkSpec struct {
	Name string
	// Internal networks have no way out of the host.
	Internal bool
	// Driver of "" is "bridge".
	Driver string
	Labels map[string]string
}

// VolumeSpec describes a named volume that should exist.
type VolumeSpec struct {
	Name   string
	Labels map[string]string
}

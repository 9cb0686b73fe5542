package doctor

import (
	"context"
	"crypto/x509"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// Docker is what the checks ask of the daemon. *engine.Docker is one.
type Docker interface {
	Endpoint() engine.Endpoint
	Ping(ctx context.Context) error
	ProviderInfo(ctx context.Context) (engine.ProviderInfo, error)
	DaemonDetail(ctx context.Context) (engine.DaemonDetail, error)
	DiskUsage(ctx context.Context) (engine.DiskReport, error)
	Inspect(ctx context.Context, name string) (engine.ContainerDetail, error)
	ContainersByLabel(ctx context.Context, match map[string]string) ([]engine.ContainerInfo, error)
	NetworksByLabel(ctx context.Context, match map[string]string) ([]engine.NetworkInfo, error)
	VolumesByLabel(ctx context.Context, match map[string]string) ([]engine.VolumeInfo, error)
}

// Store is what the checks ask of the site database. *store.Store is one.
type Store interface {
	Sites(ctx context.Context) ([]model.Site, error)
	Writable() error
}

// Operation is an operation on a site that broke off: its process is gone, and it has neither succeeded nor failed.
type Operation struct {
	Slug  string
	Kind  string // "start", "create", for people
	Since time.Time
}

// Space is what a file system has.
type Space struct {
	Free   int64  // bytes that this person may use
	Device string // the same for paths on one file system
}

// Options say what the checks look at. Only HomeDir and Docker are required; a nil function or a zero value is this
// machine's own or, where it says so, leaves the check out.
type Options struct {
	// HomeDir is the person's home directory, absolute; the data folder is .locorum in it.
	HomeDir string
	Docker  Docker

	// Bind is the address that the router is to listen on; "" is 127.0.0.1. HTTPPort and HTTPSPort are its ports; 0 is
	// 80 and 443.
	Bind                string
	HTTPPort, HTTPSPort int
	// Holder names the program that listens on a port of this machine, if it can; nil cannot.
	Holder func(port int) (name string, ok bool)
	// CAPath is the certificate of our authority; "" is that of the data folder.
	CAPath string

	// ConfigError is why config.toml cannot be used; nil when it can.
	ConfigError error
	// Store is the open site database. nil leaves out what needs it; StoreError then says why it did not open.
	Store      Store
	StoreError error
	// Operations lists the operations that broke off; nil leaves the check out.
	Operations func(ctx context.Context) ([]Operation, error)
	// SeesFolders reports whether containers see the files of our folders. It may run a container that removes itself;
	// nil leaves the check out.
	SeesFolders func(ctx context.Context) (bool, error)

	// Root is the file system that /proc, /sys, /etc, /run and /var are read from, without the slash; nil is "/".
	Root fs.FS
	// OS is the operating system; "" is runtime.GOOS.
	OS string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// LookupEnv reads the environment; nil is os.LookupEnv.
	LookupEnv func(string) (string, bool)
	// Dial connects to ports of loopback; nil is a net.Dialer's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Lookup resolves a host name as programs of this machine do; nil asks the system.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Roots returns whom this machine trusts; nil is x509.SystemCertPool, which reads the system's files once.
	Roots func() (*x509.CertPool, error)
	// Free measures the file system that an absolute path is on; nil asks the system.
	Free func(path string) (Space, error)
}

// complete fills in what was left out.
func (o Options) complete() Options {
	fill(&o.Bind, "127.0.0.1")
	fill(&o.HTTPPort, 80)
	fill(&o.HTTPSPort, 443)
	fill(&o.OS, runtime.GOOS)
	fill(&o.CAPath, filepath.Join(o.dataFolder(), "tui", "ca", "ca.pem"))
	if o.Root == nil {
		o.Root = os.DirFS("/")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.LookupEnv == nil {
		o.LookupEnv = os.LookupEnv
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Lookup == nil {
		o.Lookup = lookupHost
	}
	if o.Roots == nil {
		o.Roots = x509.SystemCertPool
	}
	if o.Free == nil {
		o.Free = freeSpace
	}
	return o
}

// fill sets a zero value.
func fill[T comparable](value *T, preset T) {
	var zero T
	if *value == zero {
		*value = preset
	}
}

func (o Options) dataFolder() string { return filepath.Join(o.HomeDir, ".locorum") }

// env returns a variable's value, or nothing.
func (o Options) env(key string) string {
	value, _ := o.LookupEnv(key)
	return value
}

// overSSH reports whether the person sits at another machine.
func (o Options) overSSH() bool { return o.env("SSH_CONNECTION") != "" }

// examiner makes the checks. It never changes.
type examiner struct{ Options }

// Checks returns every check that applies to the options. They may be run at the same time and again.
func Checks(opts Options) []Check {
	x := examiner{opts.complete()}
	const quick, slow = 3 * time.Second, 30 * time.Second
	return []Check{
		{idDocker, 10 * time.Second, x.docker},
		{"docker-version", quick, x.dockerVersion},
		{"docker-limits", quick, x.limitsHold},
		{"folders", slow, x.folders},
		{"clock", quick, x.clock},
		{"disk", quick, x.disk},
		{"docker-disk", slow, x.dockerDisk},
		{"ports", quick, x.ports},
		{"router", quick, x.router},
		{"services", quick, x.services},
		{"ca", quick, x.authority},
		{"dns", quick, x.names},
		{"inotify", quick, x.inotify},
		{"open-files", quick, x.openFiles},
		{"pools", quick, x.pools},
		{"logout", quick, x.logout},
		{"wsl", quick, x.wsl},
		{"selinux", quick, x.selinux},
		{"config", quick, x.config},
		{"database", quick, x.database},
		{"leftovers", slow, x.leftovers},
		{"operations", quick, x.operations},
	}
}

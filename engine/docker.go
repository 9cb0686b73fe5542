package engine

import (
	"crypto/rand"
	"io"
	"sync"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"
	"golang.org/x/sync/semaphore"
)

// Options of an engine. The zero value is valid.
type Options struct {
	// Home is the absolute path of our data folder. It is written to LabelHome of what we create, and what carries
	// another is neither replaced, reused nor removed. Empty owns everything with the platform label.
	Home string
	// AppVersion is written to LabelVersion of helper containers and by callers of PlatformLabels.
	AppVersion string
	// LookupEnv returns the value of an environment variable; nil is os.LookupEnv, or what ConnectOptions say. The engine
	// reads LOCORUM_HEALTH_TIMEOUT_MULT by it, each time that WaitReady is called.
	LookupEnv func(key string) (string, bool)
}

// Docker is the Engine on a Docker daemon. It is safe for concurrent use. New makes it without a client; until SetClient
// is called every method fails with ErrDaemonUnreachable. Connect makes it with one.
type Docker struct {
	opts   Options
	clock  clock
	random io.Reader // marks of execs

	config dockerConfig // where the docker command keeps its settings; set before the engine is shared

	mu         sync.RWMutex // guards the fields below
	cli        *client.Client
	negotiated *client.Client // the one that has agreed on an API version; nil or cli
	endpoint   Endpoint
	encrypted  bool            // the connection is TLS
	ssh        *sshDialer      // nil unless the connection is ssh
	identity   *daemonIdentity // nil until the daemon was asked
	lookups    int             // counts what made an identity asked for earlier out of date

	negotiation sharedCall[struct{}]
	identifying sharedCall[daemonIdentity]
	diskAll     sharedCall[types.DiskUsage]
	diskVolumes sharedCall[types.DiskUsage] // of volumes alone; API 1.42
	polls       *semaphore.Weighted         // shared by the streams of statistics
	secrets     redactor
}

// New returns an engine without a client and with zero Options.
func New() *Docker { return NewWithOptions(Options{}) }

// NewWithOptions returns an engine without a client.
func NewWithOptions(opts Options) *Docker {
	return &Docker{opts: opts, clock: systemClock{}, random: rand.Reader, polls: semaphore.NewWeighted(statsAtOnce)}
}

// SetClient gives the engine its connection, replacing an earlier one, which stays the caller's to close: that of Connect
// with Close before. A nil client takes the connection away. One whose transport is no EndedTransport takes a context that
// was cancelled with a cause for a daemon that is gone.
func (d *Docker) SetClient(cli *client.Client) {
	defer d.RefreshProviderInfo()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cli = cli
	d.negotiated = nil
	d.encrypted, d.ssh = false, nil
	d.endpoint = Endpoint{}
	if cli != nil {
		d.endpoint = Endpoint{Host: showHost(cli.DaemonHost())}
	}
}

// HasClient reports whether a client is set. It does not say that the daemon answers.
func (d *Docker) HasClient() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.cli != nil
}

// client returns the client, or an ErrDaemonUnreachable when none is set.
func (d *Docker) client() (*client.Client, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.cli == nil {
		return nil, &UnreachableError{Endpoint: d.endpoint, Reason: "no Docker connection has been made", NextStep: "Connect to a daemon first."}
	}
	return d.cli, nil
}

// Close closes idle connections of the client. Over ssh it ends every ssh process, under a stream that is read as well.
// The engine stays usable.
func (d *Docker) Close() error {
	d.mu.RLock()
	cli, ssh := d.cli, d.ssh
	d.mu.RUnlock()
	if cli == nil {
		return nil
	}
	err := cli.Close()
	if ssh != nil {
		ssh.closeAll()
	}
	return err
}

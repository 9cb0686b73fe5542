package engine

import (
	"sync"

	"github.com/docker/docker/client"
	"golang.org/x/sync/singleflight"
)

// Options of an engine. The zero value is valid.
type Options struct {
	// Home is the absolute path of our data folder. It is written to LabelHome of what we create, and what carries
	// another is neither replaced, reused nor removed. Empty owns everything with the platform label.
	Home string
	// AppVersion is written to LabelVersion of helper containers and by callers of PlatformLabels.
	AppVersion string
}

// Docker is the Engine on a Docker daemon. It is safe for concurrent use. New makes it without a client; until SetClient
// is called every method fails with ErrDaemonUnreachable. Connect makes it with one.
type Docker struct {
	opts  Options
	clock clock

	config dockerConfig // where the docker command keeps its settings; set before the engine is shared

	mu         sync.RWMutex // guards the fields below
	cli        *client.Client
	negotiated *client.Client // the one that has agreed on an API version; nil or cli
	endpoint   Endpoint
	identity   *daemonIdentity // nil until the daemon was asked
	lookups    int             // counts what made an identity asked for earlier out of date

	negotiation sharedCall[struct{}]
	identifying sharedCall[daemonIdentity]
	flights     singleflight.Group // disk usage
	secrets     redactor
}

// dockerConfig is what an engine knows of the docker command's settings. The zero value knows of none.
type dockerConfig struct {
	dir       string // ~/.docker
	lookupEnv func(string) (string, bool)
}

// lookup returns the value of an environment variable.
func (c dockerConfig) lookup(key string) (string, bool) {
	if c.lookupEnv == nil {
		return "", false
	}
	return c.lookupEnv(key)
}

// New returns an engine without a client and with zero Options.
func New() *Docker { return NewWithOptions(Options{}) }

// NewWithOptions returns an engine without a client.
func NewWithOptions(opts Options) *Docker { return &Docker{opts: opts, clock: systemClock{}} }

// SetClient gives the engine its connection, replacing an earlier one, which stays the caller's to close. A nil client
// takes the connection away.
func (d *Docker) SetClient(cli *client.Client) {
	defer d.RefreshProviderInfo()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cli = cli
	d.negotiated = nil
	d.endpoint = Endpoint{}
	if cli != nil {
		d.endpoint = Endpoint{Host: cli.DaemonHost()}
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

// Close closes idle connections of the client. The engine stays usable.
func (d *Docker) Close() error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.cli == nil {
		return nil
	}
	return d.cli.Close()
}

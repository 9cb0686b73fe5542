package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/docker/docker/client"
)

// The limits of the connections to a daemon.
const (
	// dialTimeout bounds one attempt to connect. An ssh connection has ssh's own, 30 s unless SSHOptions say otherwise.
	dialTimeout = 10 * time.Second
	// tlsTimeout bounds a TLS handshake.
	tlsTimeout = 10 * time.Second
	// idleConns are kept open for the next request, for idleTime. Over ssh each is a process on either side, but a new
	// one takes a key exchange.
	idleConns = 6
	idleTime  = 30 * time.Second
)

// ConnectOptions say where to look for the daemon. The zero value is the person's own environment.
type ConnectOptions struct {
	Options
	// LookupEnv reads the environment; nil is os.LookupEnv. ssh, credential helpers and HTTP proxies see the process's
	// own environment.
	LookupEnv func(string) (string, bool)
	// ConfigDir is where the docker command keeps its settings and contexts; empty is DOCKER_CONFIG or, without it,
	// .docker in the home folder.
	ConfigDir string
	// SSHOptions are put before ssh's other arguments: {"-F", "/home/ann/.ssh/work"}.
	SSHOptions []string
}

// Connect returns an engine on the daemon that the docker command would talk to: that of DOCKER_HOST, else of the context
// that DOCKER_CONTEXT names, else of the context that `docker context use` chose, else the system's own socket. A host is
// unix://, tcp://, ssh:// or, on Windows, npipe://. DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH mean what they mean
// to the docker command. DOCKER_API_VERSION means nothing: the version is agreed with the daemon.
//
// It reads files, but does not talk to the daemon and does not wait: the first call on the engine connects. Every error
// is an *UnreachableError: the host cannot be understood, the context does not exist, a file cannot be read.
//
// The engine is the caller's to Close.
func Connect(opts ConnectOptions) (*Docker, error) {
	cfg := opts.dockerConfig()
	target, err := cfg.target()
	if err != nil {
		return nil, err
	}
	cli, ssh, err := target.dial(opts.SSHOptions)
	if err != nil {
		return nil, malformed(target.endpoint, target.endpoint.Host, err.Error())
	}
	if opts.Options.LookupEnv == nil {
		opts.Options.LookupEnv = cfg.lookupEnv
	}
	d := NewWithOptions(opts.Options)
	d.config = cfg
	d.cli, d.endpoint, d.ssh, d.encrypted = cli, target.endpoint, ssh, target.tls != nil
	return d, nil
}

// dockerConfig fills in what the caller left empty.
func (o ConnectOptions) dockerConfig() dockerConfig {
	cfg := dockerConfig{dir: o.ConfigDir, lookupEnv: o.LookupEnv}
	if cfg.lookupEnv == nil {
		cfg.lookupEnv = os.LookupEnv
	}
	if cfg.dir == "" {
		cfg.dir = cfg.get("DOCKER_CONFIG")
	}
	if home := cfg.home(); cfg.dir == "" && home != "" {
		cfg.dir = filepath.Join(home, ".docker")
	}
	return cfg
}

// target is a daemon that was found, before anything is known of whether it is there.
type target struct {
	endpoint Endpoint
	host     dockerHost
	tls      *tls.Config // nil without TLS
}

// dial returns a client for the target, which connects when it is used. For ssh:// it returns what keeps its processes.
func (t target) dial(sshOptions []string) (*client.Client, *sshDialer, error) {
	transport := &http.Transport{
		MaxIdleConns: idleConns, MaxIdleConnsPerHost: idleConns, IdleConnTimeout: idleTime,
		TLSHandshakeTimeout: tlsTimeout, TLSClientConfig: t.tls,
	}
	host := t.host.url()
	var ssh *sshDialer
	if t.host.scheme == "ssh" {
		var err error
		if ssh, err = newSSHDialer(host, sshOptions); err != nil {
			return nil, nil, err
		}
		host = sshDummyHost
	}
	requests := &http.Client{Transport: transport, CheckRedirect: client.CheckRedirect}
	cli, err := client.NewClientWithOpts(
		client.WithHTTPClient(requests),
		client.WithHost(host), // sets a proxy and a dialer
		client.WithAPIVersionNegotiation(),
	)
	if err != nil {
		return nil, nil, err
	}
	requests.Transport = EndedTransport{Next: requests.Transport}
	switch t.host.scheme {
	case "ssh":
		transport.Proxy = nil // the dummy host is nobody's to ask
		transport.DialContext = ssh.DialContext
	case "unix":
		transport.DialContext = fixedDialer{network: "unix", address: t.host.path}.DialContext
	case "tcp":
		transport.DialContext = fixedDialer{network: "tcp"}.DialContext
	}
	return cli, ssh, nil
}

// fixedDialer connects to one address, or without one to whichever is asked for, and says what went wrong in a
// *dialError.
type fixedDialer struct{ network, address string }

// DialContext is for http.Transport.
func (f fixedDialer) DialContext(ctx context.Context, _, address string) (net.Conn, error) {
	if f.address != "" {
		address = f.address
	}
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, f.network, address)
	if err != nil && ctx.Err() == nil {
		return nil, &dialError{err}
	}
	return conn, err
}

// dialError is a failed attempt to connect. The Docker client throws the causes of most away, recognising them by their
// text; this text tells it nothing, so that it keeps the chain.
type dialError struct{ err error }

// Error does not repeat the cause; see dialError.
func (e *dialError) Error() string { return "no connection" }

// Unwrap returns the cause, unless it is a timeout: the net package's own says that it is context.DeadlineExceeded, and
// callers would think that their context had ended.
func (e *dialError) Unwrap() error {
	if isTimeout(e.err) {
		return nil
	}
	return e.err
}

// isTimeout reports whether err says of itself that it is one.
func isTimeout(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) && netErr.Timeout()
}

package engine

import (
	"errors"
	"net"
	"strings"
	"time"
)

// probeTimeout bounds a second attempt to connect, made only to say why the first has failed.
const probeTimeout = time.Second

// Endpoint is where a daemon is expected, and who said so.
type Endpoint struct {
	// Host is a Docker host: unix://…, tcp://…, ssh://…, npipe://….
	Host string
	// Context is the name of the Docker context it came from; empty when it came from DOCKER_HOST or is the default.
	Context string
}

// Endpoint returns where the daemon is expected; zero without a client.
func (d *Docker) Endpoint() Endpoint {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.endpoint
}

// where names the endpoint in a sentence.
func (d *Docker) where() string { return d.Endpoint().Host }

// UnreachableError says why no daemon answers and what a person can do about it. It is an ErrDaemonUnreachable.
type UnreachableError struct {
	Endpoint Endpoint
	// Reason is one sentence without a full stop; NextStep is one or two sentences or a command.
	Reason   string
	NextStep string
	// Err is the cause; it may be nil.
	Err error
}

// Error returns the reason and the next step.
func (e *UnreachableError) Error() string { return e.Reason + ". " + e.NextStep }

// Unwrap returns the sentinel and the cause.
func (e *UnreachableError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrDaemonUnreachable}
	}
	return []error{ErrDaemonUnreachable, e.Err}
}

// unreachable explains a failed connection: by the types in the cause's chain or, where the client has thrown them away,
// by trying again to connect.
func (d *Docker) unreachable(cause error) *UnreachableError {
	d.mu.RLock()
	out := &UnreachableError{Endpoint: d.endpoint, Err: cause}
	encrypted := d.encrypted
	d.mu.RUnlock()

	scheme, address, _ := strings.Cut(out.Endpoint.Host, "://")
	switch scheme {
	case "unix", "npipe":
		out.Reason, out.NextStep = d.explainSocket(scheme, address, cause)
	case "tcp":
		out.Reason, out.NextStep = explainTCP(address, encrypted, cause)
	case "ssh":
		out.Reason, out.NextStep = explainSSH(out.Endpoint.Host, cause)
	default:
		out.Reason, out.NextStep = "no Docker daemon answers at "+out.Endpoint.Host, "Start Docker, then try again."
	}
	if out.Endpoint.Context != "" {
		out.Reason += " (Docker context " + out.Endpoint.Context + ")"
	}
	return out
}

// probe tells why a connection to address failed whose error no longer says so. It connects and hangs up again; nil says
// that it connected.
func probe(network, address string) error {
	conn, err := (&net.Dialer{Timeout: probeTimeout}).Dial(network, address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// dialCause returns the error of the attempt to connect: out of the chain, or by a new attempt. nil says that there is
// nothing wrong with connecting.
func dialCause(network, address string, cause error) error {
	var dial *dialError
	if errors.As(cause, &dial) {
		return dial.err
	}
	var op *net.OpError
	if errors.As(cause, &op) && op.Op == "dial" {
		return op
	}
	return probe(network, address)
}

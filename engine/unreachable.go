package engine

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

// unreachable explains a failed connection.
func (d *Docker) unreachable(cause error) *UnreachableError {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return &UnreachableError{Endpoint: d.endpoint, Reason: "no Docker daemon answers at " + d.endpoint.Host, NextStep: "Start Docker, then try again.", Err: cause}
}

package engine

import "errors"

// What callers branch on, with errors.Is. An error of this package wraps one of these when it is of that kind and keeps
// its cause in the chain, so that errors.As still reaches the daemon's own error.
var (
	// ErrNotFound says that the named container, network, volume or image does not exist.
	ErrNotFound = errors.New("docker resource not found")

	// ErrAlreadyExists says that the name is taken by something that is not ours to replace, or that a primitive
	// create met its own kind. Errors of owners are *OwnerError.
	ErrAlreadyExists = errors.New("docker resource already exists")

	// ErrContainerNotReady is what WaitReady wraps when a container dies, turns unhealthy or runs out of time.
	ErrContainerNotReady = errors.New("container not ready")

	// ErrTransient marks a fault that usually passes but outlived the retries. The last cause is in the chain.
	ErrTransient = errors.New("transient docker error")

	// ErrSpecAmbiguous says that a mount names none of bind, volume and tmpfs, or more than one.
	ErrSpecAmbiguous = errors.New("mount spec must have exactly one of bind/volume/tmpfs")

	// ErrSpecInvalid says that a spec or an argument cannot be right; the text names the field. Nothing was created.
	ErrSpecInvalid = errors.New("invalid spec")

	// ErrDaemonUnreachable says that no Docker daemon answered. Errors of this kind are *UnreachableError, which has a
	// sentence for a person and a next step.
	ErrDaemonUnreachable = errors.New("docker daemon unreachable")

	// ErrNotRunning says that the operation needs a running container and this one is not.
	ErrNotRunning = errors.New("container not running")

	// ErrDetached is returned by ExecInteractive when the person typed the detach keys: the process goes on inside.
	ErrDetached = errors.New("detached from the exec session")
)

// OwnerError says that a name is taken by a resource which is not ours to touch. It is an ErrAlreadyExists.
type OwnerError struct {
	Kind  string // "container", "network" or "volume"
	Name  string
	Owner string // the data folder that owns it; empty when it is not Locorum's at all
	Why   string // one sentence more, or empty
}

// Error returns one sentence and the next step.
func (e *OwnerError) Error() string {
	text := e.Kind + " " + e.Name + " exists and was not made by Locorum; rename or remove it, then try again"
	if e.Owner != "" {
		text = e.Kind + " " + e.Name + " belongs to the Locorum data folder " + e.Owner + "; choose another name for the site"
	}
	if e.Why != "" {
		text += " (" + e.Why + ")"
	}
	return text
}

// Is reports that every OwnerError is an ErrAlreadyExists.
func (e *OwnerError) Is(target error) bool { return target == ErrAlreadyExists }

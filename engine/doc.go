// Package engine talks to Docker: it makes, finds, watches and removes the containers, networks, volumes and images that
// Locorum's sites consist of, and nothing else knows the Docker SDK.
//
// # Daemons
//
// Docker 20.10 (API 1.41) and everything newer; the API version is negotiated at the first call. [Connect] finds the
// daemon as the docker command does (DOCKER_HOST, DOCKER_CONTEXT, the current context, ssh:// included) and returns at
// once, whether a daemon answers or not. Where old and new daemons differ, the methods hide it: several networks at
// creation, health checks that start early, a terminal's size at the first prompt.
//
// # Whose things
//
// What we make carries labels (LabelPlatform and the others), which the desktop app writes and reads too, and LabelHome
// with the data folder that owns it. A container, network or volume of a wanted name that carries no such label, or
// another home, is not ours: it is an [OwnerError], and stays as it is. A container is replaced when the hash of its spec
// ([ContainerSpec.ConfigHash]) differs from the wanted one's; the desktop app computes the same hash.
//
// # Errors
//
// Errors wrap the sentinels of this package, say what was being done to what, and keep their cause. ErrDaemonUnreachable
// is always an [UnreachableError] with a reason and a next step for a person. A context's error is only prefixed.
//
// # Retries
//
// Calls that change something are tried again when the fault usually passes by itself: a daemon that restarts, a broken
// connection, a registry that is slow. At most five times and 90 seconds; what lasts longer wraps ErrTransient and its
// last cause.
//
// # Goroutines and channels
//
// Every method has returned all of its goroutines when it returns, except those that hand out a channel: Events, Stats,
// StreamContainerLogs and Pull.Progress. These make their channel, bound it, close it, and end with the context they were
// given; each says what happens to a slow receiver. Log lines are never dropped: a slow reader makes the daemon wait,
// whose file is the buffer.
//
// # Hostile text
//
// Whatever a container, an image, a registry or a daemon says may be meant for a terminal or for a log file. Text that is
// shown goes through [Sanitize], which keeps colours and drops every other control; sizes are bounded before they are
// believed.
//
// # Secrets
//
// Values of [EnvSecret] are learnt when a spec is used and taken out of every error, log line and panel after that.
// Whoever may ask the daemon itself can still see them there.
package engine

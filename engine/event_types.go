package engine

import "time"

// EventKind says what an Event tells.
type EventKind uint8

// The kinds of events.
const (
	// EventListed carries all containers of the match in Event.Containers: the first event, and again after every gap.
	// It replaces whatever the receiver knew.
	EventListed EventKind = iota
	// EventContainer tells of one container.
	EventContainer
	// EventLost says that the daemon went away, with the reason in Err. EventListed follows when it is back.
	EventLost
)

// ContainerAction is Docker's word for what happened to a container.
type ContainerAction string

// The actions that are passed on; all others are not.
const (
	ActionCreate  ContainerAction = "create"
	ActionStart   ContainerAction = "start"
	ActionRestart ContainerAction = "restart"
	ActionStop    ContainerAction = "stop"
	ActionKill    ContainerAction = "kill"
	ActionDie     ContainerAction = "die"
	ActionOOM     ContainerAction = "oom"
	ActionPause   ContainerAction = "pause"
	ActionUnpause ContainerAction = "unpause"
	ActionRename  ContainerAction = "rename"
	ActionHealth  ContainerAction = "health_status"
	ActionDestroy ContainerAction = "destroy"
)

// Event is one thing that happened on the daemon.
type Event struct {
	Kind EventKind
	Time time.Time

	// Containers is set for EventListed.
	Containers []ContainerInfo

	// These are set for EventContainer.
	Action ContainerAction
	ID     string
	Name   string // without a leading slash
	// Labels are the container's, without those of the names that the daemon uses for its own remarks: image, name,
	// exitCode, execDuration, execID, oldName and signal.
	Labels map[string]string
	// ExitCode is set for ActionDie; -1 when the daemon's cannot be read.
	ExitCode int
	// Health is set for ActionHealth: healthy, unhealthy or starting; empty when the daemon's word is none of these.
	Health string

	// Dropped counts the events, since the stream began, that a slow receiver made us drop. Each drop is healed by an
	// EventListed.
	Dropped int64
	// Err is set for EventLost.
	Err error
}

package model

import (
	"fmt"
	"slices"
)

// State is the one word for how a site is.
type State uint8

// The states of a site. Containers decide; what an operation is doing, and where the site lives, comes before them.
const (
	StateStopped State = iota
	StateStarting
	StateRunning
	// StateDegraded: it runs, but one of its services does not, or not well.
	StateDegraded
	StateStopping
	// StateFailed: it should run, but nothing of it does.
	StateFailed
	// StateAdopted: containers carry its label, but no database row knows it.
	StateAdopted
	// StateElsewhere: it was made on another Docker daemon, or its containers are somebody else's.
	StateElsewhere
)

// String returns the word that people read.
func (s State) String() string {
	words := [...]string{"stopped", "starting", "running", "degraded", "stopping", "failed", "adopted", "elsewhere"}
	if int(s) < len(words) {
		return words[s]
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// Status is how a site is, and why.
type Status struct {
	State State
	// Service is the role that Reason speaks of; empty when it speaks of the site.
	Service string
	// Reason is a short phrase, "exited with 1"; empty where the state says it all.
	Reason string
	// Running reports whether at least one container runs; it tells adopted sites apart.
	Running bool
}

// Activity is what an operation is doing to a site at the moment.
type Activity uint8

// The activities that show in a site's status.
const (
	ActivityNone Activity = iota
	ActivityStarting
	ActivityStopping
)

// Evidence is all that a site's status is derived from. Its zero value is a stopped site.
type Evidence struct {
	// Unknown is true for a site of which only containers are known.
	Unknown bool
	// Elsewhere names the daemon that the site lives on, when that is not this one.
	Elsewhere string
	// Owner names whom the containers belong to, when they are not ours.
	Owner string
	// Activity is what a live operation does.
	Activity Activity
	// Failure is the reason why the last operation failed to start the site; empty when it did not.
	Failure string
	// Containers are the site's containers, in any order; at most one of a role counts.
	Containers []Container
}

// DeriveStatus returns the status that the evidence allows. It never reports a site as running unless each of its four
// services is there, runs, and is not unhealthy.
func DeriveStatus(e Evidence) Status {
	running := slices.ContainsFunc(e.Containers, Container.Running)
	status := Status{Running: running}
	switch {
	case e.Elsewhere != "":
		status.State, status.Reason = StateElsewhere, "lives on "+e.Elsewhere
		return status
	case e.Owner != "":
		status.State, status.Reason = StateElsewhere, "belongs to "+e.Owner
		return status
	case e.Activity == ActivityStarting:
		status.State = StateStarting
		return status
	case e.Activity == ActivityStopping:
		status.State = StateStopping
		return status
	case !running && e.Failure != "":
		status.State, status.Reason = StateFailed, e.Failure
	case !running:
		status.State, status.Service, status.Reason = restingState(e.Containers)
	default:
		status.State, status.Service, status.Reason = runningState(e.Containers)
	}
	if e.Unknown {
		if status.Reason == "" {
			status.Reason = status.State.String()
		}
		status.State = StateAdopted
	}
	return status
}

// restingState tells a stopped site from one that its last run was taken from.
func restingState(containers []Container) (state State, service, reason string) {
	for _, role := range SiteRoles() {
		if c, ok := byRole(containers, role); ok && (c.OOMKilled || c.State == "dead") {
			return StateFailed, role, trouble(c)
		}
	}
	return StateStopped, "", ""
}

// runningState looks for the first service in trouble, then for one that is still coming up.
func runningState(containers []Container) (state State, service, reason string) {
	for _, role := range SiteRoles() {
		c, ok := byRole(containers, role)
		if !ok {
			return StateDegraded, role, "missing"
		}
		if why := trouble(c); why != "" {
			return StateDegraded, role, why
		}
	}
	for _, role := range SiteRoles() {
		if c, _ := byRole(containers, role); c.Health == "starting" {
			return StateStarting, role, "not healthy yet"
		}
	}
	return StateRunning, "", ""
}

func byRole(containers []Container, role string) (Container, bool) {
	i := slices.IndexFunc(containers, func(c Container) bool { return c.Role == role })
	if i < 0 {
		return Container{}, false
	}
	return containers[i], true
}

// trouble says in a phrase why a container does not serve; empty when it does, or may soon.
func trouble(c Container) string {
	switch {
	case c.State == "running" && c.Health == "unhealthy":
		return "unhealthy"
	case c.State == "running":
		return ""
	case c.OOMKilled:
		return "out of memory"
	case c.State == "exited":
		return fmt.Sprintf("exited with %d", c.ExitCode)
	case c.State == "created":
		return "not started"
	default:
		return c.State
	}
}

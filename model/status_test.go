package model

import "testing"

// four returns the containers of a healthy site, each changed by edit.
func four(edit func(c *Container)) []Container {
	var all []Container
	for _, role := range SiteRoles() {
		c := Container{Role: role, State: "running", Health: "healthy"}
		if edit != nil {
			edit(&c)
		}
		all = append(all, c)
	}
	return all
}

// only returns an edit for the container of one role.
func only(role string, edit func(c *Container)) func(c *Container) {
	return func(c *Container) {
		if c.Role == role {
			edit(c)
		}
	}
}

func TestDeriveStatus(t *testing.T) {
	t.Parallel()
	exited := func(c *Container) { c.State, c.Health, c.ExitCode = "exited", "", 0 }
	for _, c := range []struct {
		name string
		in   Evidence
		want Status
	}{
		{"nothing", Evidence{}, Status{State: StateStopped}},
		{"all healthy", Evidence{Containers: four(nil)}, Status{State: StateRunning, Running: true}},
		{"no health checks", Evidence{Containers: four(func(c *Container) { c.Health = "" })}, Status{State: StateRunning, Running: true}},
		{"all exited", Evidence{Containers: four(exited)}, Status{State: StateStopped}},
		{
			"redis exited", Evidence{Containers: four(only("redis", func(c *Container) { c.State, c.ExitCode = "exited", 1 }))},
			Status{State: StateDegraded, Service: "redis", Reason: "exited with 1", Running: true},
		},
		{
			"database out of memory", Evidence{Containers: four(only("database", func(c *Container) { c.State, c.OOMKilled = "exited", true }))},
			Status{State: StateDegraded, Service: "database", Reason: "out of memory", Running: true},
		},
		{
			"unhealthy before missing", Evidence{Containers: four(only("php", func(c *Container) { c.Health = "unhealthy" }))[:3]},
			Status{State: StateDegraded, Service: "php", Reason: "unhealthy", Running: true},
		},
		{
			"missing", Evidence{Containers: four(nil)[1:]},
			Status{State: StateDegraded, Service: "web", Reason: "missing", Running: true},
		},
		{
			"paused", Evidence{Containers: four(only("php", func(c *Container) { c.State = "paused" }))},
			Status{State: StateDegraded, Service: "php", Reason: "paused", Running: true},
		},
		{
			"coming up", Evidence{Containers: four(only("database", func(c *Container) { c.Health = "starting" }))},
			Status{State: StateStarting, Service: "database", Reason: "not healthy yet", Running: true},
		},
		{
			"trouble before coming up", Evidence{Containers: four(only("web", func(c *Container) { c.Health = "starting" }))[:3]},
			Status{State: StateDegraded, Service: "redis", Reason: "missing", Running: true},
		},
		{
			"killed for memory and down", Evidence{Containers: four(func(c *Container) { exited(c); c.OOMKilled = c.Role == "php" })},
			Status{State: StateFailed, Service: "php", Reason: "out of memory"},
		},
		{"failed start", Evidence{Failure: "database died", Containers: four(exited)}, Status{State: StateFailed, Reason: "database died"}},
		{"failed start, then it runs", Evidence{Failure: "old", Containers: four(nil)}, Status{State: StateRunning, Running: true}},
		{"starting", Evidence{Activity: ActivityStarting, Failure: "old"}, Status{State: StateStarting}},
		{"stopping", Evidence{Activity: ActivityStopping, Containers: four(nil)}, Status{State: StateStopping, Running: true}},
		{"elsewhere", Evidence{Elsewhere: "build-box", Containers: four(nil)}, Status{State: StateElsewhere, Reason: "lives on build-box", Running: true}},
		{"somebody else's", Evidence{Owner: "/home/bob", Unknown: true, Containers: four(nil)}, Status{State: StateElsewhere, Reason: "belongs to /home/bob", Running: true}},
		{"adopted, running", Evidence{Unknown: true, Containers: four(nil)}, Status{State: StateAdopted, Reason: "running", Running: true}},
		{"adopted, stopped", Evidence{Unknown: true, Containers: four(exited)}, Status{State: StateAdopted, Reason: "stopped"}},
		{
			"adopted, degraded", Evidence{Unknown: true, Containers: four(nil)[:3]},
			Status{State: StateAdopted, Service: "redis", Reason: "missing", Running: true},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := DeriveStatus(c.in); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestStateString(t *testing.T) {
	t.Parallel()
	if got := StateDegraded.String(); got != "degraded" {
		t.Errorf("got %q, want degraded", got)
	}
	if got := State(99).String(); got != "State(99)" {
		t.Errorf("got %q, want State(99)", got)
	}
}

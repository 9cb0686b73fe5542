package model

// Container is what a site's status needs to know of one of its containers.
type Container struct {
	// Role is the container's io.locorum.role: web, php, database, redis.
	Role string
	// State is Docker's word: created, running, paused, restarting, removing, exited or dead.
	State string
	// Health is starting, healthy or unhealthy; empty without a health check.
	Health string
	// ExitCode and OOMKilled speak of the last run of a container that does not run.
	ExitCode  int
	OOMKilled bool
}

// Running reports whether its processes run; a paused container's do not answer, but they are there.
func (c Container) Running() bool {
	return c.State == "running" || c.State == "paused" || c.State == "restarting"
}

// SiteRoles returns the roles of a site's containers, in the order in which people look for trouble.
func SiteRoles() []string { return []string{"web", "php", "database", "redis"} }

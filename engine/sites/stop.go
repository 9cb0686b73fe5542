package sites

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/model"
)

// stopStep is the name of the step that stops the container of a role.
func stopStep(role string) string { return "stop " + role }

// stopSteps returns what leads to a site of which nothing runs. The web server and PHP go before the database does, so
// that nothing writes to it while it stops.
func (j *job) stopSteps(needs ...string) []Step {
	var steps []Step
	for _, role := range model.SiteRoles() {
		before := append([]string(nil), needs...)
		if role == engine.RoleDatabase || role == engine.RoleRedis {
			before = append(before, stopStep(engine.RoleWeb), stopStep(engine.RolePHP))
		}
		steps = append(steps, j.stopAfter(role, before...))
	}
	return append(steps, quiet(stopStep(stepRoute), needs, func(ctx context.Context) error {
		return j.router.Remove(ctx, router.SiteRoute(j.site.Slug, j.hosts(), false).Name)
	}))
}

// stopped are the names of all of stopSteps.
func stopped() []string {
	names := []string{stopStep(stepRoute)}
	for _, role := range model.SiteRoles() {
		names = append(names, stopStep(role))
	}
	return names
}

// stopAfter returns the step that stops the container of a role.
func (j *job) stopAfter(role string, needs ...string) Step {
	return quiet(stopStep(role), needs, func(ctx context.Context) error {
		return j.m.o.Docker.StopContainer(ctx, engine.SiteContainerName(j.site.Slug, role), graceOf(role))
	})
}

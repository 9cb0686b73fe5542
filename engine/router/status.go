package router

import (
	"context"
	"errors"
	"fmt"

	"github.com/Locorum/locorum-tui/engine"
)

// API says what the router's API answers.
type API string

// What the API may answer.
const (
	APIAnswers API = "answers"
	APIRefuses API = "refuses" // our password: another program set one of its own
	APISilent  API = "silent"
)

// Status is the router at one moment.
type Status struct {
	// State is Docker's word for the container; empty when there is none.
	State   string
	Running bool
	// Foreign says whose the container is, in words, when it is not this data folder's; else it is empty.
	Foreign string
	// Ports are those of Router.Ports, Wish the wished ones: they differ when the wished ones were taken.
	Ports Ports
	Wish  Ports
	API   API
	// Version is Traefik's, and Routes what it serves of files; only when API is APIAnswers. Both are sanitised.
	Version string
	Routes  []RouteStatus
}

// RouteStatus is a route as Traefik sees it.
type RouteStatus struct {
	// Name is RouterName's with "@file" behind it.
	Name string
	Rule string
	// Problem is empty unless Traefik found a fault with it.
	Problem string
}

// Status looks at the container and asks the API, and changes nothing. Its errors are Docker's; an API that does not answer
// is none.
func (r *Router) Status(ctx context.Context) (Status, error) {
	out := Status{Wish: r.opts.Ports, API: APISilent}
	out.Ports, _ = r.Ports()
	c, err := r.opts.Docker.Inspect(ctx, Container)
	switch {
	case errors.Is(err, engine.ErrNotFound):
		return out, nil
	case err != nil:
		return out, fmt.Errorf("look at the router: %w", err)
	}
	out.State, out.Running = c.State, c.Running
	out.Foreign = r.foreignOwner(c)
	if !c.Running || out.Foreign != "" {
		return out, nil
	}
	r.askStatus(ctx, &out)
	return out, nil
}

// foreignOwner returns whose the container is, by its labels, when it is not ours.
func (r *Router) foreignOwner(c engine.ContainerDetail) string {
	home := c.Labels[engine.LabelHome]
	switch {
	case c.Labels[engine.LabelPlatform] != engine.PlatformValue:
		return "a program that is not Locorum"
	case home != "" && home != r.shared():
		return "the Locorum data folder " + engine.SanitizeString(home)
	}
	return ""
}

// askStatus fills in what the API says.
func (r *Router) askStatus(ctx context.Context, out *Status) {
	at, err := r.endpoint()
	if err != nil {
		return
	}
	version, err := r.asker.version(ctx, at)
	switch {
	case errors.Is(err, ErrUnauthorized):
		out.API = APIRefuses
		return
	case err != nil:
		return
	}
	routes, err := r.asker.routes(ctx, at)
	if err != nil {
		return
	}
	out.API, out.Version = APIAnswers, engine.SanitizeString(version)
	for _, route := range routes {
		one := RouteStatus{Name: engine.SanitizeString(route.Name), Rule: engine.SanitizeString(route.Rule)}
		if route.Status != "enabled" {
			one.Problem = engine.SanitizeString(fmt.Sprintf("%s %q", route.Status, route.Errors))
		}
		out.Routes = append(out.Routes, one)
	}
}

package router

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotTaken says that Traefik did not take a route, or did not let go of it, in time. The text has what it says itself.
var ErrNotTaken = errors.New("the router did not take the change")

// Upsert makes the router serve route, and returns when Traefik knows it by its name and with its rule. Ensure was called
// before; the caller holds the lock of the route's site.
//
// Route.TLS is ours to decide: when our authority covers every host they get a certificate, renewed when it nears its end,
// else Traefik serves its own. What Traefik refuses, or does not take in time, is an ErrNotTaken; the file stays, so that
// it is served as soon as it can be. ErrUnauthorized says that another program took over the API: Ensure takes it back.
func (r *Router) Upsert(ctx context.Context, route Route) error {
	if err := errors.Join(r.validate(), route.validate()); err != nil {
		return err
	}
	if err := r.upsert(ctx, route); err != nil {
		return fmt.Errorf("route %s: %w", route.Name, err)
	}
	return nil
}

func (r *Router) upsert(ctx context.Context, route Route) error {
	at, err := r.endpoint()
	if err != nil {
		return err
	}
	route.TLS = uncovered(route.Hosts) == ""
	renewed := false
	if route.TLS {
		ca, err := r.CA()
		if err != nil {
			return err
		}
		renewed, err = ca.Issue(filepath.Join(r.certsDir(), route.Name), route.Hosts, r.opts.Now())
		if err != nil {
			return err
		}
	}
	if err := r.writeRouteFile(route, renewed); err != nil {
		return err
	}
	var last apiRoute
	err = r.pace.poll(ctx, r.pace.route, func(ctx context.Context) (bool, error) {
		found, err := r.asker.route(ctx, at, route.RouterName())
		if err == nil {
			last = found
		}
		if errors.Is(err, ErrUnauthorized) {
			return false, err
		}
		return err == nil && found.Rule == route.rule() && found.Status != "disabled", nil
	})
	if errors.Is(err, errPatience) {
		return r.withLog(ctx, notTaken(route, last))
	}
	return err
}

// notTaken says how far Traefik got with the route.
func notTaken(route Route, last apiRoute) error {
	switch {
	case last.Name == "":
		return fmt.Errorf("%w: it does not know the route yet", ErrNotTaken)
	case last.Rule != route.rule():
		return fmt.Errorf("%w: it still has the rule %q", ErrNotTaken, last.Rule)
	}
	return fmt.Errorf("%w: it says %q", ErrNotTaken, last.Errors)
}

// writeRouteFile writes the route's file when it differs, and always when the certificate is new: Traefik reads
// certificates when a file of the folder changes.
func (r *Router) writeRouteFile(route Route, always bool) error {
	changed, err := writeRoute(r.dynamicDir(), route)
	if err != nil || changed || !always {
		return err
	}
	text, err := route.render()
	if err != nil {
		return err
	}
	return writeAtomic(filepath.Join(r.dynamicDir(), route.Name+".yaml"), text, 0o600)
}

// endpoint returns where the API is.
func (r *Router) endpoint() (endpoint, error) {
	s, ok := r.readState()
	password, err := r.password()
	if !ok || errors.Is(err, fs.ErrNotExist) {
		return endpoint{}, errors.New("the router has not been started yet")
	}
	return endpoint{s.API, password}, err
}

// Remove takes the named route away and returns when Traefik has forgotten it. The file goes in any case; a router that
// does not run, or does not answer us, is not waited for. An absent route is no error. The certificate stays for the next
// Upsert. The caller holds the lock of the route's site.
func (r *Router) Remove(ctx context.Context, name string) error {
	if err := r.validate(); err != nil {
		return err
	}
	if err := removeRoute(r.dynamicDir(), name); err != nil {
		return fmt.Errorf("remove a route: %w", err)
	}
	at, err := r.endpoint()
	if err != nil {
		return nil // it never ran: there is nobody to forget it
	}
	err = r.pace.poll(ctx, r.pace.route, func(ctx context.Context) (bool, error) {
		_, err := r.asker.route(ctx, at, Route{Name: name}.RouterName())
		return err != nil && ctx.Err() == nil, nil
	})
	if errors.Is(err, errPatience) {
		err = r.withLog(ctx, fmt.Errorf("%w: it still has the route", ErrNotTaken))
	}
	if err != nil {
		return fmt.Errorf("remove route %s: %w", name, err)
	}
	return nil
}

// Forget removes the route as Remove does, and its certificate.
func (r *Router) Forget(ctx context.Context, name string) error {
	if err := r.Remove(ctx, name); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(r.certsDir(), name)); err != nil {
		return fmt.Errorf("remove the certificate of %s: %w", name, err)
	}
	return nil
}

package router

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/Locorum/locorum-tui/engine"
)

// The hosts of what sites share.
const (
	MailHost    = "mail.localhost"
	AdminerHost = "db.localhost"
)

// serviceReady is how long a service may take to become healthy; it takes about a second.
const serviceReady = time.Minute

// service is a container that all sites share, and its route.
type service struct {
	spec  engine.ContainerSpec
	route Route
}

func services() []service {
	return []service{
		{engine.MailSpec(), Route{Name: "svc-mail", Hosts: []string{MailHost}, Backend: "http://" + engine.MailContainer + ":8025"}},
		{engine.AdminerSpec(), Route{Name: "svc-adminer", Hosts: []string{AdminerHost}, Backend: "http://" + engine.AdminerContainer + ":8080"}},
	}
}

// EnsureServices makes the mail catcher and the database browser run and the router lead to them. Ensure was called
// before; the caller holds the lock on what sites share, and the images of Images are there. It returns when
// both are healthy. A failure of one does not keep it from the other.
func (r *Router) EnsureServices(ctx context.Context) error {
	list := services()
	errs := make([]error, len(list))
	var group errgroup.Group
	for i, s := range list {
		group.Go(func() error {
			errs[i] = r.ensureService(ctx, s)
			return nil
		})
	}
	_ = group.Wait()
	return errors.Join(errs...)
}

func (r *Router) ensureService(ctx context.Context, s service) error {
	if _, err := r.opts.Docker.EnsureContainer(ctx, s.spec); err != nil {
		return fmt.Errorf("start %s: %w", s.spec.Name, err)
	}
	if err := r.opts.Docker.StartContainer(ctx, s.spec.Name); err != nil {
		return fmt.Errorf("start %s: %w", s.spec.Name, err)
	}
	if err := r.Upsert(ctx, s.route); err != nil {
		return err
	}
	if err := r.opts.Docker.WaitReady(ctx, s.spec.Name, serviceReady); err != nil {
		return fmt.Errorf("start %s: %w", s.spec.Name, err)
	}
	return nil
}

package sites

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// phase is one plan of an operation that has several, made when the one before it is done.
type phase func() ([]Step, error)

// Operate carries out an operation, in the process that Operations.Run made for it, and returns how it ended. It holds the
// site's lock meanwhile, and keeps the desktop app out. The outcome goes into the site's activity.
func (m *Manager) Operate(ctx context.Context, op Operation, tell Teller) (Result, error) {
	request := op.Request
	begun := m.o.Now()
	steps := &steps{began: map[string]time.Time{}}
	emit := func(e Event) {
		steps.note(e)
		tell.Event(e)
	}
	site, err := m.operate(ctx, request, tell.Notice, emit)
	result := Result{Outcome: Succeeded, Took: m.o.Now().Sub(begun)}
	if err != nil {
		result = m.failure(err, result.Took)
		if ctx.Err() != nil {
			result.Outcome = Cancelled
		}
	}
	if site.Slug != "" && request.Verb != VerbDelete {
		result.URL = m.URL(site)
	}
	m.record(context.WithoutCancel(ctx), site, request, begun, result, steps, tell.Notice)
	return result, nil
}

// operate runs the phases of the request.
func (m *Manager) operate(ctx context.Context, r Request, notice func(string), emit func(Event)) (model.Site, error) {
	lock, err := TryLock(SiteLockPath(m.data(), r.Slug), "site "+r.Slug, Holder{PID: processID(), Operation: string(r.Verb), Since: m.o.Now()})
	if err != nil {
		return model.Site{}, err
	}
	owner, err := m.own(r.Force, notice)
	if err != nil {
		return model.Site{}, closing(err, lock)
	}
	site, err := m.locked(ctx, r, notice, emit)
	m.noteFailure(context.WithoutCancel(ctx), r, err)
	return site, closing(closing(err, owner), lock)
}

// locked is operate with the locks held.
func (m *Manager) locked(ctx context.Context, r Request, notice func(string), emit func(Event)) (model.Site, error) {
	var site model.Site
	var err error
	if r.Verb == VerbCreate {
		site, err = m.createRow(ctx, r)
	} else {
		site, err = m.o.Store.Site(ctx, r.Slug)
	}
	if errors.Is(err, store.ErrNotFound) {
		return site, m.adopted(ctx, r, emit)
	}
	if err != nil {
		return site, err
	}
	running, err := m.guard(ctx, site, r)
	if err != nil {
		return site, err
	}
	j, err := m.newJob(ctx, site, notice)
	if err != nil {
		return site, err
	}
	if hooks, err := m.o.Store.HookCount(ctx, site.ID); err == nil && hooks > 0 {
		notice(fmt.Sprintf("the desktop app has %d hooks for this site; they are not run here", hooks))
	}
	phases, err := j.phases(r, running)
	if err != nil {
		return site, err
	}
	for _, phase := range phases {
		steps, err := phase()
		if err != nil {
			return site, err
		}
		if err := (Plan{Name: planName(r), Steps: steps}).Run(ctx, m.o.Now, emit); err != nil {
			return site, err
		}
	}
	return j.site, m.setStarted(ctx, j.site, r, running)
}

func planName(r Request) string { return string(r.Verb) + "-site:" + r.Slug }

// phases returns what the request comes to. running says that the site ran before.
func (j *job) phases(r Request, running bool) ([]phase, error) {
	start := func() ([]Step, error) { return j.startSteps(), nil }
	stop := func() ([]Step, error) { return j.stopSteps(), nil }
	switch r.Verb {
	case VerbCreate:
		left := func() ([]Step, error) { return j.leftSteps(r.Create.Volume), nil }
		if r.Create.NoStart {
			return []phase{left}, nil
		}
		return []phase{left, start}, nil
	case VerbStart:
		return []phase{start}, nil
	case VerbStop:
		return []phase{stop}, nil
	case VerbRestart:
		return []phase{stop, start}, nil
	case VerbDelete:
		return []phase{func() ([]Step, error) { return j.deleteSteps(deref(r.Delete)) }}, nil
	case VerbVersions:
		return j.versionPhases(deref(r.Versions), running)
	case VerbExport:
		return j.exportPhases(deref(r.Export), running), nil
	case VerbImport:
		return j.importPhases(deref(r.Import), running), nil
	}
	return nil, fmt.Errorf("%w: there is no operation %q", ErrInvalid, r.Verb)
}

func deref[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}

// leftSteps deals with what an earlier site of the same slug has left. Without anything left there is no step.
func (j *job) leftSteps(answer string) []Step {
	if answer == "" {
		return nil
	}
	return []Step{
		j.imageStep(engine.RoleDatabase, j.spec(engine.RoleDatabase).Image),
		quiet(stepNetworks, nil, j.networks),
		quiet(stepSettings, nil, j.settings),
		quiet("old volume", []string{imageStep(engine.RoleDatabase), stepNetworks, stepSettings}, func(ctx context.Context) error { return j.leftVolume(ctx, answer) }),
	}
}

// createRow checks the options once more, since time has passed, and makes the site's row.
func (m *Manager) createRow(ctx context.Context, r Request) (model.Site, error) {
	lock, err := m.lockShared(ctx, "create "+r.Slug)
	if err != nil {
		return model.Site{}, err
	}
	site, err := func() (model.Site, error) {
		o, err := m.CheckCreate(ctx, deref(r.Create))
		if err != nil {
			return model.Site{}, err
		}
		return m.addSite(ctx, o)
	}()
	return site, closing(err, lock)
}

// guard refuses what may not be done to the site, and reports whether it runs.
func (m *Manager) guard(ctx context.Context, site model.Site, r Request) (running bool, err error) {
	if err := m.o.Store.Writable(); err != nil {
		return false, err
	}
	rows, err := m.o.Store.Sites(ctx)
	if err != nil {
		return false, err
	}
	for _, taken := range store.Duplicates(rows) {
		if taken.Slug == site.Slug || taken.What == "slug" && taken.Value == site.Slug {
			return false, taken
		}
	}
	daemon, err := m.o.Docker.DaemonID(ctx)
	if err != nil {
		return false, err
	}
	if state := m.readState(site); state.DaemonID != "" && state.DaemonID != daemon && r.Verb != VerbStop {
		return false, fmt.Errorf("%w; point DOCKER_HOST or the Docker context at the one it was made on", ErrElsewhere)
	} else if state.DaemonID == "" {
		state.DaemonID = daemon
		if err := m.writeState(site.Slug, state); err != nil {
			return false, err
		}
	}
	containers, err := m.containers(ctx, site.Slug)
	if err != nil {
		return false, err
	}
	for _, c := range containers {
		running = running || c.State == "running"
	}
	return running, nil
}

// adopted starts and stops the containers of a site that the database does not know, as they are.
func (m *Manager) adopted(ctx context.Context, r Request, emit func(Event)) error {
	containers, err := m.containers(ctx, r.Slug)
	if err != nil {
		return err
	}
	if len(containers) == 0 {
		views, _ := m.Views(ctx) // only for the nearest name
		return &NoSiteError{Name: r.Slug, Nearest: nearest(r.Slug, views)}
	}
	if !slices.Contains([]Verb{VerbStart, VerbStop, VerbRestart}, r.Verb) {
		return fmt.Errorf("%w: Locorum's database does not know %s; it can be started and stopped, but not changed", ErrInvalid, r.Slug)
	}
	j, err := m.newJob(ctx, model.Site{Slug: r.Slug, Domain: model.DefaultDomain(r.Slug)}, func(string) {})
	if err != nil {
		return err
	}
	var plans []Plan
	if r.Verb != VerbStart {
		plans = append(plans, Plan{Name: planName(r), Steps: j.stopSteps()})
	}
	if r.Verb != VerbStop {
		plans = append(plans, Plan{Name: planName(r), Steps: j.adoptedSteps(containers)})
	}
	for _, plan := range plans {
		if err := plan.Run(ctx, m.o.Now, emit); err != nil {
			return err
		}
	}
	return nil
}

// adoptedSteps starts the containers as they are, and leads their name to them.
func (j *job) adoptedSteps(containers map[string]engine.ContainerInfo) []Step {
	steps := []Step{{Name: stepRouter, Run: func(ctx context.Context, _ func(Progress)) error { return j.ensureRouter(ctx) }}}
	for role := range containers {
		name := engine.SiteContainerName(j.site.Slug, role)
		steps = append(steps, Step{Name: role, Run: func(ctx context.Context, _ func(Progress)) error {
			if err := j.m.o.Docker.StartContainer(ctx, name); err != nil {
				return err
			}
			return j.m.o.Docker.WaitReady(ctx, name, databaseReady)
		}})
	}
	return append(steps, Step{Name: stepRoute, Needs: []string{stepRouter}, Run: func(ctx context.Context, _ func(Progress)) error { return j.route(ctx) }})
}

// setStarted tells the desktop app whether the site runs.
func (m *Manager) setStarted(ctx context.Context, site model.Site, r Request, running bool) error {
	started := running
	switch r.Verb {
	case VerbDelete:
		return nil
	case VerbStart, VerbRestart:
		started = true
	case VerbCreate:
		started = r.Create == nil || !r.Create.NoStart
	case VerbStop:
		started = false
	}
	_, err := m.o.Store.UpdateSite(ctx, site.ID, func(site *model.Site) error {
		site.Started = started
		return nil
	})
	return err
}

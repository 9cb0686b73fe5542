package demo

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// job is an operation on one site, as it is under way.
type job struct {
	d       *Demo
	site    model.Site
	request sites.Request
	create  sites.CreateOptions
	rec     *record
	// serving says that a container of the site ran when the job began.
	serving bool

	mu     sync.Mutex // guards chance: steps run at the same time
	chance chance
}

// newJob finds the site of a request, or makes its row.
func (d *Demo) newJob(ctx context.Context, r sites.Request, rec *record) (*job, error) {
	j := &job{d: d, request: r, rec: rec, chance: newChance(d.seed, rec.state().ID)}
	if r.Verb == sites.VerbCreate {
		o, err := d.CheckCreate(ctx, *orZero(r.Create))
		if err != nil {
			return j, err
		}
		j.create, j.site = o, d.list(o)
		return j, nil
	}
	v, err := d.view(ctx, r.Slug)
	if err != nil {
		return j, err
	}
	j.site, j.serving = v.Site, v.Status.Running
	unlisted := v.Site.ID == ""
	if unlisted && !slices.Contains([]sites.Verb{sites.VerbStart, sites.VerbStop, sites.VerbRestart}, r.Verb) {
		return j, fmt.Errorf("%w: Locorum's database does not know %s; it can be started and stopped, but not changed", sites.ErrInvalid, r.Slug)
	}
	return j, nil
}

func orZero[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

// list adds the row of a new site.
func (d *Demo) list(o sites.CreateOptions) model.Site {
	d.mu.Lock()
	defer d.mu.Unlock()
	site := d.row(model.Site{
		Name: o.Name, Slug: o.Slug, Domain: o.Domain, FilesDir: o.Folder, PublicDir: o.PublicDir, PHPVersion: o.PHP, RedisVersion: o.Redis,
		WebServer: o.WebServer, Multisite: o.Multisite, DBEngine: o.DBEngine, DBVersion: o.DBVersion, MySQLVersion: o.DBVersion,
	}, 0)
	site.CreatedAt = d.clock.Now().UTC().Format(time.RFC3339)
	site.UpdatedAt = site.CreatedAt
	d.rows = append(d.rows, site)
	return site
}

// work takes about as long as d.
func (j *job) work(ctx context.Context, d time.Duration) error {
	j.mu.Lock()
	d = j.chance.around(d)
	j.mu.Unlock()
	return j.d.clock.Sleep(ctx, d)
}

// idle returns a step that takes about as long as d and does nothing else: what it stands for is on no disk here.
func (j *job) idle(name string, d time.Duration, needs ...string) sites.Step {
	return sites.Step{Name: name, Needs: needs, Run: func(ctx context.Context, _ func(sites.Progress)) error { return j.work(ctx, d) }}
}

// download returns a step that fetches a file of so many bytes, while it tells how far it is.
func (j *job) download(name, label string, size int64) sites.Step {
	return sites.Step{Name: name, Run: func(ctx context.Context, report func(sites.Progress)) error {
		const parts = 8
		for i := range int64(parts) {
			if err := j.work(ctx, 150*time.Millisecond); err != nil {
				return err
			}
			report(sites.Progress{Label: label, Status: "Downloading", Current: size * (i + 1) / parts, Total: size})
		}
		return nil
	}}
}

// do returns a step that takes a moment and then does what do does.
func (j *job) do(name string, needs []string, do func(context.Context) error) sites.Step {
	return sites.Step{Name: name, Needs: needs, Run: func(ctx context.Context, _ func(sites.Progress)) error {
		if err := j.work(ctx, 100*time.Millisecond); err != nil {
			return err
		}
		return do(ctx)
	}}
}

// image returns the step that has an image there.
func (j *job) image(role, ref string) sites.Step {
	return sites.Step{Name: imageStep(role), Run: func(ctx context.Context, report func(sites.Progress)) error {
		pull := j.d.docker.PullImages(ctx, []string{ref})
		for p := range pull.Progress() {
			report(sites.Progress{Label: ref, Status: p.Status, Current: p.Current, Total: p.Total})
		}
		return pull.Wait()
	}}
}

// Names of steps; the screens know those of images by their prefix.
func imageStep(role string) string { return "image " + role }
func stopStep(role string) string  { return "stop " + role }

// readyWithin bounds how long a container may take to come up.
const readyWithin = time.Minute

// up makes, starts and awaits the container of a role.
func (j *job) up(ctx context.Context, role string) error {
	spec := specs(&j.site)[role]
	if j.site.ID != "" { // a site without a row is started as it is
		if _, err := j.d.docker.EnsureContainer(ctx, spec); err != nil {
			return err
		}
	}
	if err := j.d.docker.StartContainer(ctx, spec.Name); err != nil {
		return err
	}
	return j.d.docker.WaitReady(ctx, spec.Name, readyWithin)
}

// down stops the container of a role.
func (j *job) down(ctx context.Context, role string) error {
	return j.d.docker.StopContainer(ctx, engine.SiteContainerName(j.site.Slug, role), stopGrace)
}

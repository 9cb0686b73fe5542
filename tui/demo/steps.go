package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// plans returns the plans that a request comes to, one after the other.
func (j *job) plans(ctx context.Context) ([][]sites.Step, error) {
	switch j.request.Verb {
	case sites.VerbCreate:
		if j.create.Volume == sites.VolumeClean {
			if err := j.dropVolume(ctx); err != nil {
				return nil, err
			}
		}
		if j.create.NoStart {
			return nil, nil
		}
		return [][]sites.Step{j.startSteps()}, nil
	case sites.VerbStart:
		return [][]sites.Step{j.startSteps()}, nil
	case sites.VerbStop:
		return [][]sites.Step{j.stopSteps()}, nil
	case sites.VerbRestart:
		return [][]sites.Step{j.stopSteps(), j.startSteps()}, nil
	case sites.VerbDelete:
		return [][]sites.Step{j.deleteSteps(*orZero(j.request.Delete))}, nil
	case sites.VerbVersions:
		return j.versionPlans(*orZero(j.request.Versions))
	case sites.VerbExport, sites.VerbImport:
		return nil, fmt.Errorf("%w: the demo has no files to %s", sites.ErrInvalid, j.request.Verb)
	}
	return nil, fmt.Errorf("%w: there is no operation %q", sites.ErrInvalid, j.request.Verb)
}

// startSteps returns what leads to a site that serves.
func (j *job) startSteps() []sites.Step {
	if j.site.ID == "" {
		return j.unlistedSteps()
	}
	all := specs(&j.site)
	var steps []sites.Step
	for _, role := range model.SiteRoles() {
		steps = append(steps, j.image(role, all[role].Image))
	}
	for _, role := range sharedRoles() {
		steps = append(steps, j.image(role, sharedImages()[role]))
	}
	container := func(role string, needs ...string) sites.Step {
		return j.do(role, append(needs, imageStep(role), "networks"), func(ctx context.Context) error { return j.up(ctx, role) })
	}
	steps = append(steps,
		j.do("networks", nil, func(ctx context.Context) error { return j.d.ground(ctx, &j.site) }),
		j.idle("volume", 100*time.Millisecond, imageStep(engine.RoleDatabase)),
	)
	page := []string{engine.RoleWeb, engine.RolePHP, engine.RoleDatabase, engine.RoleRedis, "route", "configuration"}
	if j.request.Verb == sites.VerbCreate {
		steps = append(steps, j.download("wordpress", "WordPress 6.8", 27_900_000), j.download("wp-cli", "wp-cli", 7_100_000),
			j.idle("install", 2*time.Second, engine.RoleDatabase, engine.RolePHP, "configuration"))
		page = append(page, "install")
	} else {
		steps = append(steps, j.idle("wordpress", 80*time.Millisecond), j.idle("wp-cli", 80*time.Millisecond))
	}
	return append(steps,
		j.idle("settings", 80*time.Millisecond),
		j.idle("web server settings", 80*time.Millisecond, "wordpress"),
		j.idle("router", 200*time.Millisecond, imageStep(engine.RoleRouter), "networks"),
		j.idle("mail and adminer", 200*time.Millisecond, imageStep(engine.RoleMail), imageStep(engine.RoleAdminer), "router"),
		j.idle("configuration", 120*time.Millisecond, "wordpress", "router"),
		container(engine.RoleDatabase, "volume", "settings"),
		container(engine.RoleRedis),
		container(engine.RolePHP, "wordpress", "wp-cli", "settings"),
		container(engine.RoleWeb, "web server settings"),
		j.idle("route", 100*time.Millisecond, "router"),
		j.idle("page", 900*time.Millisecond, page...),
	)
}

// unlistedSteps starts the containers of a site without a row as they are.
func (j *job) unlistedSteps() []sites.Step {
	var steps []sites.Step
	for _, role := range model.SiteRoles() {
		steps = append(steps, j.do(role, nil, func(ctx context.Context) error { return j.up(ctx, role) }))
	}
	return append(steps, j.idle("route", 100*time.Millisecond))
}

// stopSteps returns what leads to a site of which nothing runs, after the steps named in first; the database goes last.
func (j *job) stopSteps(first ...string) []sites.Step {
	var steps []sites.Step
	for _, role := range model.SiteRoles() {
		needs := slices.Clone(first)
		if role == engine.RoleDatabase || role == engine.RoleRedis {
			needs = append(needs, stopStep(engine.RoleWeb), stopStep(engine.RolePHP))
		}
		steps = append(steps, j.do(stopStep(role), needs, func(ctx context.Context) error {
			if err := j.work(ctx, 500*time.Millisecond); err != nil {
				return err
			}
			return j.down(ctx, role)
		}))
	}
	return append(steps, j.idle(stopStep("route"), 80*time.Millisecond, first...))
}

// deleteSteps takes the site away; its row goes last.
func (j *job) deleteSteps(o sites.DeleteOptions) []sites.Step {
	var steps []sites.Step
	if o.Volume && !o.NoDump {
		steps = append([]sites.Step{j.dump()}, j.stopSteps("dump")...)
	} else {
		steps = j.stopSteps()
	}
	var stopped []string
	for _, s := range steps {
		stopped = append(stopped, s.Name)
	}
	last := []string{"network", "settings and certificate"}
	steps = append(steps,
		j.do("containers", stopped, func(ctx context.Context) error {
			for _, role := range model.SiteRoles() {
				if err := j.d.docker.RemoveContainer(ctx, engine.SiteContainerName(j.site.Slug, role)); err != nil {
					return err
				}
			}
			return nil
		}),
		j.do("network", []string{"containers"}, func(ctx context.Context) error {
			labels := engine.SiteNetworkSpec(&j.site).Labels
			return j.d.docker.RemoveNetworksByLabel(ctx, map[string]string{
				engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: j.site.Slug, engine.LabelRole: labels[engine.LabelRole],
			})
		}),
		j.idle("settings and certificate", 80*time.Millisecond, "containers"),
	)
	if o.Volume {
		steps = append(steps, j.do("remove volume", []string{"containers"}, j.dropVolume))
		last = append(last, "remove volume")
	}
	if o.Files {
		steps = append(steps, j.idle("files", 600*time.Millisecond, "containers"))
		last = append(last, "files")
	}
	return append(steps, j.do("site list", last, func(context.Context) error { j.d.unlist(j.site); return nil }))
}

// dump returns the step that would dump the database.
func (j *job) dump() sites.Step {
	return sites.Step{Name: "dump", Run: func(ctx context.Context, _ func(sites.Progress)) error {
		if err := j.work(ctx, 1200*time.Millisecond); err != nil {
			return err
		}
		j.rec.Notice("here the database would have been dumped; the demo writes no file")
		return nil
	}}
}

// volumeLabels are those of the volume of a site's database.
func volumeLabels(slug string) map[string]string {
	return map[string]string{engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: slug, engine.LabelRole: engine.RoleDatabaseData}
}

func (j *job) dropVolume(ctx context.Context) error {
	return j.d.docker.RemoveVolumesByLabel(ctx, volumeLabels(j.site.Slug))
}

// unlist removes a site's row.
func (d *Demo) unlist(site model.Site) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i := d.placeLocked(site.Slug); i >= 0 {
		d.rows = append(d.rows[:i:i], d.rows[i+1:]...)
	}
	delete(d.activities, site.ID)
}

// versionPlans changes the versions of a site, and starts it again when it ran.
func (j *job) versionPlans(o sites.VersionOptions) ([][]sites.Step, error) {
	if err := sites.CheckVersions(j.site, o); err != nil {
		return nil, err
	}
	next := j.site
	for _, change := range []struct {
		field *string
		to    string
	}{{&next.PHPVersion, o.PHP}, {&next.RedisVersion, o.Redis}, {&next.DBVersion, o.DBVersion}} {
		if change.to != "" {
			*change.field = change.to
		}
	}
	next.MySQLVersion = next.DBVersion
	var first []sites.Step
	if next.DBVersion != j.site.DBVersion && !o.NoDump {
		first = []sites.Step{j.dump()}
	}
	change := j.do("versions", nil, func(context.Context) error { j.d.relist(next); return nil })
	plans := [][]sites.Step{first, j.stopSteps(), {change}}
	j.site = next
	if j.serving {
		plans = append(plans, j.startSteps())
	}
	return plans, nil
}

// relist puts a changed row in the place of the old one.
func (d *Demo) relist(site model.Site) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i := d.placeLocked(site.Slug); i >= 0 {
		site.UpdatedAt = d.clock.Now().UTC().Format(time.RFC3339)
		d.rows[i] = site
	}
}

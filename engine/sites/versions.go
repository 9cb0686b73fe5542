package sites

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/model"
)

// CheckVersions says what keeps the site from changing to these versions: an ErrInvalid for one that there is not, ErrVersion
// for a database that could not open the data. It changes nothing.
func CheckVersions(site model.Site, o VersionOptions) error {
	for _, c := range []struct {
		what, value string
		choices     []string
	}{
		{"PHP", o.PHP, model.PHPVersions()},
		{"Redis", o.Redis, model.RedisVersions()},
		{site.DBEngine, o.DBVersion, model.DBVersions(site.DBEngine)},
	} {
		if c.value != "" && !slices.Contains(c.choices, c.value) {
			return fmt.Errorf("%w: there is no %s %q; choose one of %s", ErrInvalid, c.what, c.value, strings.Join(c.choices, ", "))
		}
	}
	if o.DBVersion == "" {
		return nil
	}
	was := site
	site.DBVersion = o.DBVersion
	return canOpen(site, site.DBEngine, database.Version(&was))
}

// versionPhases changes the site to other versions. The new images are there, and the data is dumped, before the row says
// anything else; a site that runs gets its new containers at once, another one when it starts.
func (j *job) versionPhases(o VersionOptions, running bool) ([]phase, error) {
	if err := CheckVersions(j.site, o); err != nil {
		return nil, err
	}
	next := j.site
	set := func(field *string, value string) {
		if value != "" {
			*field = value
		}
	}
	set(&next.PHPVersion, o.PHP)
	set(&next.RedisVersion, o.Redis)
	set(&next.DBVersion, o.DBVersion)
	set(&next.MySQLVersion, o.DBVersion)
	var phases []phase
	if database.Version(&next) != database.Version(&j.site) && !o.NoDump && j.remembered().Volume != volumeFresh {
		phases = append(phases, func() ([]Step, error) {
			steps := j.dumpSteps("pre_versions")
			if !running {
				steps = append(steps, j.stopAfter(engine.RoleDatabase, stepDump))
			}
			return steps, nil
		})
	}
	phases = append(phases, func() ([]Step, error) { return j.changeVersions(next), nil })
	if running {
		phases = append(phases, func() ([]Step, error) { return j.startSteps(), nil })
	}
	return phases, nil
}

// changeVersions pulls what next needs and then makes it the site.
func (j *job) changeVersions(next model.Site) []Step {
	then := job{m: j.m, site: next, account: j.account}
	steps := then.imageSteps()
	var needs []string
	for _, s := range steps {
		needs = append(needs, s.Name)
	}
	return append(steps, quiet("versions", needs, func(ctx context.Context) error {
		site, err := j.m.o.Store.UpdateSite(ctx, j.site.ID, func(site *model.Site) error {
			site.PHPVersion, site.RedisVersion, site.DBVersion, site.MySQLVersion = next.PHPVersion, next.RedisVersion, next.DBVersion, next.MySQLVersion
			return nil
		})
		if err == nil {
			j.site = site
		}
		return err
	}))
}

package sites

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// Names of steps that others need.
const (
	stepNetworks  = "networks"
	stepVolume    = "volume"
	stepWordPress = "wordpress"
	stepCLI       = "wp-cli"
	stepSettings  = "settings"
	stepServer    = "web server settings"
	stepRouter    = "router"
	stepServices  = "mail and adminer"
	stepConfig    = "configuration"
	stepRoute     = "route"
	stepInstall   = "install"
	stepPage      = "page"
)

// startSteps returns what leads from anything that may be left of the site to its page answering through the router.
// Everything that can go on at once does: what is downloaded, what is written, what is set up in Docker. The database,
// which takes longest, waits for its image, its volume and its network only.
func (j *job) startSteps() []Step {
	container := func(role string, needs ...string) Step {
		return quiet(role, append(needs, imageStep(role), stepNetworks), func(ctx context.Context) error { return j.run(ctx, role) })
	}
	steps := append(j.imageSteps(),
		quiet(stepNetworks, nil, j.networks),
		quiet(stepVolume, []string{imageStep(engine.RoleDatabase)}, j.ensureVolume),
		Step{Name: stepWordPress, Run: j.wordpress},
		Step{Name: stepCLI, Run: j.cli},
		quiet(stepSettings, nil, j.settings),
		quiet(stepServer, []string{stepWordPress}, j.serverSettings),
		quiet(stepRouter, []string{imageStep(engine.RoleRouter), stepNetworks}, j.ensureRouter),
		quiet(stepServices, []string{imageStep(engine.RoleMail), imageStep(engine.RoleAdminer), stepRouter}, j.services),
		quiet(stepConfig, []string{stepWordPress, stepRouter}, j.configure),
		quiet(engine.RoleDatabase, []string{imageStep(engine.RoleDatabase), stepNetworks, stepVolume, stepSettings}, j.database),
		container(engine.RoleRedis),
		container(engine.RolePHP, stepWordPress, stepCLI, stepSettings),
		quiet(engine.RoleWeb, []string{imageStep(engine.RoleWeb), stepNetworks, stepServer}, j.web),
		quiet(stepRoute, []string{stepRouter}, j.route),
	)
	page := []string{engine.RoleDatabase, engine.RoleRedis, engine.RolePHP, engine.RoleWeb, stepRoute, stepConfig}
	if !j.remembered().Installed {
		steps = append(steps, Step{Name: stepInstall, Needs: []string{engine.RoleDatabase, engine.RolePHP, stepConfig}, Run: j.install})
		page = append(page, stepInstall)
	}
	return append(steps, Step{Name: stepPage, Needs: page, Run: j.page})
}

func (j *job) networks(ctx context.Context) error {
	docker := j.m.o.Docker
	if _, err := docker.EnsureNetwork(ctx, engine.GlobalNetworkSpec()); err != nil {
		return err
	}
	_, err := docker.EnsureNetwork(ctx, engine.SiteNetworkSpec(&j.site))
	return err
}

// settings writes what all sites' containers read.
func (j *job) settings(context.Context) error {
	home := j.m.o.HomeDir
	if err := wordpress.WritePHP(home); err != nil {
		return err
	}
	if err := wordpress.WriteFPMPool(home); err != nil {
		return err
	}
	if j.site.SPXEnabled {
		spx := filepath.Join(j.site.FilesDir, ".locorum", "spx")
		if err := makeFolder(spx); err != nil {
			return err
		}
		if err := wordpress.WriteSPXKey(home, j.site); err != nil {
			return err
		}
		if err := j.account.own(j.me, filepath.Dir(spx), engine.SPXKeyINIPath(home, j.site.Slug)); err != nil {
			return err
		}
	} else if err := wordpress.RemoveSPXKey(home, j.site); err != nil {
		return err
	}
	return database.WriteConfig(home, j.site.DBEngine)
}

// serverSettings writes the web server's configuration.
func (j *job) serverSettings(context.Context) error {
	text, err := wordpress.WebServer{Site: j.site, Core: j.core, HealthPath: engine.WebHealthPath}.Render()
	if err != nil {
		return err
	}
	path := engine.NginxConfigPath(j.m.o.HomeDir, j.site.Slug)
	if j.site.WebServer == model.WebServerApache {
		path = engine.ApacheConfigPath(j.m.o.HomeDir, j.site.Slug)
	}
	j.restartWeb, err = wordpress.WriteManaged(path, text)
	return err
}

// web starts the web server, and starts it again when it runs with settings that have changed since.
func (j *job) web(ctx context.Context) error {
	name := engine.SiteContainerName(j.site.Slug, engine.RoleWeb)
	if j.restartWeb {
		if running, err := j.m.o.Docker.ContainerIsRunning(ctx, name); err != nil {
			return err
		} else if running {
			if err := j.m.o.Docker.StopContainer(ctx, name, graceOf(engine.RoleWeb)); err != nil {
				return err
			}
		}
	}
	return j.run(ctx, engine.RoleWeb)
}

// database starts the database and notes that it has served.
func (j *job) database(ctx context.Context) error {
	if err := j.run(ctx, engine.RoleDatabase); err != nil {
		return err
	}
	return j.markServed(ctx)
}

// ensureRouter has the router running. It is everybody's, so only one process at a time sees to it.
func (j *job) ensureRouter(ctx context.Context) error {
	lock, err := j.m.lockShared(ctx, "start the router")
	if err != nil {
		return err
	}
	ports, err := j.router.Ensure(ctx)
	j.ports = ports
	return closing(err, lock)
}

// services has the mail catcher and the database browser running. A site runs without them, so that what keeps them from
// it is said and does not fail the start; nothing is mailed to anybody meanwhile, because WordPress knows no other way.
func (j *job) services(ctx context.Context) error {
	lock, err := j.m.lockShared(ctx, "start mail and adminer")
	if err != nil {
		return err
	}
	if err := closing(j.router.EnsureServices(ctx), lock); err != nil && ctx.Err() == nil {
		j.mu.Lock()
		if len(j.without) > 0 { // it says more than that the image is not there
			err = errors.Join(j.without...)
		}
		j.mu.Unlock()
		line, _, _ := strings.Cut(err.Error(), "\n")
		j.notice("the mail catcher or the database browser does not run: " + engine.SanitizeString(line))
	}
	return engine.Ended(ctx)
}

// hosts are the names of the site: those of a network of subdomains too.
func (j *job) hosts() []string {
	hosts := []string{j.site.Domain}
	if j.site.Multisite == model.MultisiteSubdomain {
		hosts = append(hosts, "*."+j.site.Domain)
	}
	return hosts
}

func (j *job) route(ctx context.Context) error {
	return j.router.Upsert(ctx, router.SiteRoute(j.site.Slug, j.hosts(), underLocalhost(j.site.Domain)))
}

// page waits for the site's page. One that asks to install WordPress, of a site that we took for installed, has lost its
// tables: it is installed.
func (j *job) page(ctx context.Context, report func(Progress)) error {
	uninstalled, err := j.awaitPage(ctx)
	if err != nil || !uninstalled {
		return err
	}
	if err := j.install(ctx, report); err != nil {
		return err
	}
	if uninstalled, err = j.awaitPage(ctx); err == nil && uninstalled {
		err = fmt.Errorf("%w: it still asks to install WordPress", ErrPage)
	}
	return err
}

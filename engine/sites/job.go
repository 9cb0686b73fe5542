package sites

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// job is one operation on one site, under way in this process, which holds the site's lock. Its steps share it: a field
// that one step sets is read only by steps that need that step, but for the state, which has a mutex.
type job struct {
	m      *Manager
	site   model.Site
	router *router.Router
	http   *http.Client
	notice func(string)

	me      account // who this process is
	account account // whose the site's files are
	core    string  // set by the step wordpress: where WordPress lies under the document root
	ports   router.Ports
	// restartWeb is set by the step web server settings: what the running web server was started with is out of date.
	restartWeb bool

	mu      sync.Mutex
	state   siteState // guarded by mu
	without []error   // guarded by mu: why images are missing that the site runs without
}

// newJob returns the job of an operation on site.
func (m *Manager) newJob(ctx context.Context, site model.Site, notice func(string)) (*job, error) {
	r, err := m.newRouter(ctx)
	if err != nil {
		return nil, err
	}
	me := account{os.Getuid(), os.Getgid()}
	return &job{
		m: m, site: site, router: r, notice: notice, http: &http.Client{},
		me: me, account: accountFor(site.FilesDir, me, m.o.LookupEnv), state: m.readState(site),
	}, nil
}

// remember changes the state and keeps it.
func (j *job) remember(change func(*siteState)) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	state := j.state
	change(&state)
	if state == j.state {
		return nil
	}
	j.state = state
	return j.m.writeState(j.site.Slug, state)
}

func (j *job) remembered() siteState {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.state
}

// spec returns what the container of that role has to look like.
func (j *job) spec(role string) engine.ContainerSpec {
	spec := j.plainSpec(role)
	spec.Labels[engine.LabelVersion] = j.m.o.Version
	return spec
}

func (j *job) plainSpec(role string) engine.ContainerSpec {
	home := j.m.o.HomeDir
	switch role {
	case engine.RoleWeb:
		return engine.WebSpec(&j.site, home)
	case engine.RolePHP:
		spec := engine.PHPSpec(&j.site, home)
		spec.User = j.account.String()
		return spec
	case engine.RoleDatabase:
		return database.Spec(&j.site, home)
	default:
		return engine.RedisSpec(&j.site)
	}
}

// readyWithin is how long a container of each kind may take: a database sets itself up at its first start.
const (
	databaseReady  = 2 * time.Minute
	containerReady = time.Minute
)

// run makes the container of that role what it has to be, starts it and returns when it is ready.
func (j *job) run(ctx context.Context, role string) error {
	spec, within := j.spec(role), containerReady
	if role == engine.RoleDatabase {
		within = databaseReady
	}
	docker := j.m.o.Docker
	if _, err := docker.EnsureContainer(ctx, spec); err != nil {
		return err
	}
	if err := docker.StartContainer(ctx, spec.Name); err != nil {
		return err
	}
	return docker.WaitReady(ctx, spec.Name, within)
}

// databaseGrace is how long a database may take to write what it has in memory; graceOf is that of any role.
const databaseGrace = 60 * time.Second

func graceOf(role string) time.Duration {
	if role == engine.RoleDatabase {
		return databaseGrace
	}
	return 10 * time.Second
}

// containers returns the site's containers on the daemon, by role. Those of another data folder are an *engine.OwnerError.
func (m *Manager) containers(ctx context.Context, slug string) (map[string]engine.ContainerInfo, error) {
	infos, err := m.o.Docker.ContainersByLabel(ctx, map[string]string{engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: slug})
	if err != nil {
		return nil, fmt.Errorf("look for the containers of %s: %w", slug, err)
	}
	byRole := map[string]engine.ContainerInfo{}
	for _, info := range infos {
		if home := info.Labels[engine.LabelHome]; home != "" && home != DataDir(m.o.HomeDir) {
			return nil, &engine.OwnerError{Kind: "container", Name: engine.SiteContainerName(slug, info.Labels[engine.LabelRole]), Owner: home}
		}
		byRole[info.Labels[engine.LabelRole]] = info
	}
	return byRole, nil
}

// wordpressConfig returns what the site's WordPress is told. The steps wordpress and router are done.
func (j *job) wordpressConfig() wordpress.Config {
	return wordpress.Config{Site: j.site, Core: j.core, HTTPSPort: j.ports.HTTPS, Network: j.remembered().Network}
}

// ErrElsewhere says that a site lives on another Docker daemon than the one that answers.
var ErrElsewhere = errors.New("the site lives on another Docker daemon")

// ErrRemote says that the daemon runs where it cannot see this machine's folders, which a site's containers have mounted.
var ErrRemote = errors.New("this Docker daemon cannot see the folders of this machine")

// ErrRootless says that the daemon runs without root, where the files of a site would change hands.
var ErrRootless = errors.New("this Docker daemon is rootless, which sites cannot be created on yet")

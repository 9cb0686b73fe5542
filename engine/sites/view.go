package sites

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/crash"
	"github.com/Locorum/locorum-tui/model"
)

// View is a site as a person sees it: what the database says of it, and what its containers say.
type View struct {
	// Site is the database's row. Of a site that the database does not know, Slug, Name and Domain alone are set.
	Site model.Site
	// Status is derived from the containers. It says nothing when they could not be asked: see Views.
	Status model.Status
	// Containers are the site's, in the order of model.SiteRoles.
	Containers []Service
	// Owner is the data folder that the containers belong to when that is not ours: they can be looked at and nothing else.
	Owner string
	// URL is the address of its page.
	URL string
	// Hooks is whether the desktop app has hooks for the site, which we do not run; only View sets it.
	Hooks int
}

// Service is one container of a site.
type Service struct {
	model.Container
	// Name is the container's.
	Name string
	// Image is the reference it was made from.
	Image string
	// Text is Docker's phrase for people: "Up 2 hours (healthy)".
	Text string
}

// Views returns every site of the database, sorted by name, then those of which only containers are known. When the daemon
// cannot be asked, the rows come all the same, with the daemon's error beside them and no status.
func (m *Manager) Views(ctx context.Context) ([]View, error) {
	rows, err := m.o.Store.Sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the sites: %w", err)
	}
	views := make([]View, len(rows))
	for i, row := range rows {
		views[i] = View{Site: row, URL: m.URL(row)}
	}
	daemon := make(chan string, 1)
	go func() { // beside the list: the first time it takes as long
		defer crash.Catch(ctx)
		defer close(daemon)
		if id, err := m.o.Docker.DaemonID(ctx); err == nil { // without it nothing is said of where a site lives
			daemon <- id
		}
	}()
	infos, err := m.o.Docker.ContainersByLabel(ctx, map[string]string{engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: ""})
	here := <-daemon
	if err != nil {
		return views, err
	}
	return m.join(views, infos, here), nil
}

// View returns the site with that slug, or the *NoSiteError. Errors of the daemon are as those of Views.
func (m *Manager) View(ctx context.Context, slug string) (View, error) {
	views, err := m.Views(ctx)
	for _, v := range views {
		if v.Site.Slug == slug {
			if v.Site.ID != "" {
				v.Hooks, _ = m.o.Store.HookCount(ctx, v.Site.ID) // a note beside the site, which matters more
			}
			return v, err
		}
	}
	if err != nil && len(views) == 0 {
		return View{}, err
	}
	return View{}, &NoSiteError{Name: slug, Nearest: nearest(slug, views)}
}

// join adds what the containers on the daemon with that ID say to the views, and a view for each site that only they know.
func (m *Manager) join(views []View, infos []engine.ContainerInfo, daemon string) []View {
	index := map[string]int{}
	for i := len(views) - 1; i >= 0; i-- { // of two rows with one slug, the first has the containers
		index[views[i].Site.Slug] = i
	}
	slices.SortFunc(infos, func(a, b engine.ContainerInfo) int {
		return strings.Compare(a.Labels[engine.LabelSite], b.Labels[engine.LabelSite])
	})
	for _, info := range infos {
		slug := info.Labels[engine.LabelSite]
		if !slices.Contains(model.SiteRoles(), info.Labels[engine.LabelRole]) {
			continue
		}
		i, known := index[slug]
		if !known {
			i = len(views)
			index[slug] = i
			shown := engine.SanitizeString(slug)
			site := model.Site{Slug: shown, Name: shown, Domain: model.DefaultDomain(shown)}
			views = append(views, View{Site: site, URL: m.URL(site)})
		}
		views[i].Containers = append(views[i].Containers, service(info))
		if home := info.Labels[engine.LabelHome]; home != "" && home != DataDir(m.o.HomeDir) {
			views[i].Owner = engine.SanitizeString(home)
		}
	}
	for i := range views {
		m.derive(&views[i], daemon)
	}
	return views
}

// derive sets the view's status.
func (m *Manager) derive(v *View, daemon string) {
	order := model.SiteRoles()
	slices.SortStableFunc(v.Containers, func(a, b Service) int { return slices.Index(order, a.Role) - slices.Index(order, b.Role) })
	e := model.Evidence{Unknown: v.Site.ID == "", Activity: m.activity(v.Site.Slug), Owner: v.Owner}
	if !e.Unknown {
		state := m.readState(v.Site)
		e.Failure = state.failure(v.Site)
		if state.DaemonID != "" && daemon != "" && state.DaemonID != daemon {
			e.Elsewhere = "another Docker daemon"
		}
	}
	for _, c := range v.Containers {
		if c.Health == "starting" && v.Site.Started {
			c.Health = "" // its page has answered; a daemon before 25 says so one whole interval later
		}
		e.Containers = append(e.Containers, c.Container)
	}
	v.Status = model.DeriveStatus(e)
}

// activity returns what the process that holds the site's lock does to the site.
func (m *Manager) activity(slug string) model.Activity {
	path := SiteLockPath(m.data(), slug)
	if _, err := os.Stat(path); err != nil || !held(path) {
		return model.ActivityNone
	}
	switch Verb(ReadHolder(path).Operation) {
	case VerbStop, VerbDelete:
		return model.ActivityStopping
	case VerbStart, VerbCreate, VerbRestart, VerbVersions:
		return model.ActivityStarting
	}
	return model.ActivityNone
}

// service reads what a listing says of a container: the phrase for people holds its health and its exit code.
func service(info engine.ContainerInfo) Service {
	s := Service{
		Container: model.Container{Role: info.Labels[engine.LabelRole], State: info.State},
		Image:     engine.SanitizeString(info.Image),
		Text:      engine.SanitizeString(info.Status),
	}
	if len(info.Names) > 0 {
		s.Name = engine.SanitizeString(strings.TrimPrefix(info.Names[0], "/"))
	}
	switch {
	case strings.HasSuffix(info.Status, "(healthy)"):
		s.Health = "healthy"
	case strings.HasSuffix(info.Status, "(unhealthy)"):
		s.Health = "unhealthy"
	case strings.HasSuffix(info.Status, "(health: starting)"):
		s.Health = "starting"
	}
	_, _ = fmt.Sscanf(info.Status, "Exited (%d)", &s.ExitCode) // 0 where it says something else
	return s
}

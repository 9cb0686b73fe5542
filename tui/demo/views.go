package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// Rows is Backend's.
func (d *Demo) Rows(context.Context) ([]sites.View, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	views := make([]sites.View, 0, len(d.rows))
	for _, row := range d.rows {
		views = append(views, sites.View{Site: row, URL: address(row)})
	}
	slices.SortStableFunc(views, func(a, b sites.View) int { return strings.Compare(a.Site.Name, b.Site.Name) })
	return views, nil
}

func address(site model.Site) string { return "https://" + site.Domain }

// Views is Backend's.
func (d *Demo) Views(ctx context.Context) ([]sites.View, error) {
	views, _ := d.Rows(ctx) // it never fails
	infos, err := d.docker.ContainersByLabel(ctx, map[string]string{engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: ""})
	if err != nil {
		return views, err
	}
	slices.SortFunc(infos, func(a, b engine.ContainerInfo) int {
		return strings.Compare(a.Labels[engine.LabelSite], b.Labels[engine.LabelSite])
	})
	for _, info := range infos {
		slug := info.Labels[engine.LabelSite]
		i := slices.IndexFunc(views, func(v sites.View) bool { return v.Site.Slug == slug })
		if i < 0 {
			site := model.Site{Slug: slug, Name: slug, Domain: model.DefaultDomain(slug)}
			views = append(views, sites.View{Site: site, URL: address(site)})
			i = len(views) - 1
		}
		views[i].Containers = append(views[i].Containers, service(info, views[i].Site.Started))
	}
	order := model.SiteRoles()
	for i := range views {
		v := &views[i]
		slices.SortFunc(v.Containers, func(a, b sites.Service) int { return slices.Index(order, a.Role) - slices.Index(order, b.Role) })
		e := model.Evidence{Unknown: v.Site.ID == "", Activity: d.activity(v.Site.Slug)}
		for _, c := range v.Containers {
			e.Containers = append(e.Containers, c.Container)
		}
		v.Status = model.DeriveStatus(e)
	}
	return views, nil
}

// view returns the site with that slug, or the *sites.NoSiteError.
func (d *Demo) view(ctx context.Context, slug string) (sites.View, error) {
	views, err := d.Views(ctx)
	if err != nil {
		return sites.View{}, err
	}
	if i := slices.IndexFunc(views, func(v sites.View) bool { return v.Site.Slug == slug }); i >= 0 {
		return views[i], nil
	}
	return sites.View{}, &sites.NoSiteError{Name: slug}
}

// listed returns the row with that slug, and whether there is one.
func (d *Demo) listed(slug string) (model.Site, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i := d.placeLocked(slug); i >= 0 {
		return d.rows[i], true
	}
	return model.Site{}, false
}

// placeLocked returns where in rows the site with that slug is, or -1.
func (d *Demo) placeLocked(slug string) int {
	return slices.IndexFunc(d.rows, func(s model.Site) bool { return s.Slug == slug })
}

// service reads what a listing says of a container. One whose page has answered is not starting any more, whatever the
// daemon's next probe will say.
func service(info engine.ContainerInfo, started bool) sites.Service {
	s := sites.Service{Container: model.Container{Role: info.Labels[engine.LabelRole], State: info.State}, Image: info.Image, Text: info.Status}
	if len(info.Names) > 0 {
		s.Name = strings.TrimPrefix(info.Names[0], "/")
	}
	switch {
	case strings.HasSuffix(info.Status, "(healthy)"):
		s.Health = "healthy"
	case strings.HasSuffix(info.Status, "(unhealthy)"):
		s.Health = "unhealthy"
	case strings.HasSuffix(info.Status, "(health: starting)") && !started:
		s.Health = "starting"
	}
	_, _ = fmt.Sscanf(info.Status, "Exited (%d)", &s.ExitCode) // 0 where it says something else
	return s
}

// activity returns what an operation does to the site at the moment.
func (d *Demo) activity(slug string) model.Activity {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch d.busy[slug] {
	case sites.VerbStop, sites.VerbDelete:
		return model.ActivityStopping
	case sites.VerbStart, sites.VerbCreate, sites.VerbRestart, sites.VerbVersions:
		return model.ActivityStarting
	}
	return model.ActivityNone
}

package tui

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/detail"
	"github.com/Locorum/locorum-tui/tui/logs"
	"github.com/Locorum/locorum-tui/tui/sitelist"
	"github.com/Locorum/locorum-tui/tui/usage"
)

// readEvery is how often what containers use is read; activitiesKept bounds how much of a site's past is shown.
const (
	readEvery      = 2 * time.Second
	activitiesKept = 100
)

// restMsg says that the cursor has rested since gen.
type restMsg struct{ gen int }

// factsMsg is what was found out about the site that was shown at gen.
type factsMsg struct {
	gen   int
	facts detail.Facts
}

// folderMsg is how big a site's folder is.
type folderMsg struct {
	slug string
	size int64
}

// sinceMsg says since when sites run, as it was after the load of that number.
type sinceMsg struct {
	load  int
	since map[string]time.Time
}

// usageMsg is what the containers on the screen use, by name.
type usageMsg struct{ readings map[string]usage.Reading }

// beatMsg has the screen drawn again.
type beatMsg struct{}

// beat has the seconds of an operation go on while nothing is heard of it, as of a pull that is stuck. One beat at most is
// on its way, and none while nothing runs.
func (a *App) beat() tea.Cmd {
	if a.o.Beat == 0 || a.beating || len(a.ops.Running()) == 0 {
		return nil
	}
	a.beating = true
	return tea.Tick(a.o.Beat, func(time.Time) tea.Msg { return beatMsg{} })
}

// attend tells the details which site is shown and the meter which containers are, and asks for what the details lack.
// It runs after every message, and does nothing when nothing has changed.
func (a *App) attend() tea.Cmd {
	if names := a.onScreen(); a.rewatch || !slices.Equal(names, a.watched) {
		a.watched, a.rewatch = names, false
		a.meter.Watch(names)
	}
	if a.show != screenSites || !a.wide() && !a.inside {
		return nil
	}
	v, _ := a.list.Selected()
	other := a.look.SetView(v, a.asked && a.down == nil)
	if v.Site.Slug == "" || !other && !a.stale {
		return nil
	}
	a.gen++
	a.stale = false
	if other {
		a.sized = ""
	}
	if gen := a.gen; a.o.Rest > 0 {
		return tea.Tick(a.o.Rest, func(time.Time) tea.Msg { return restMsg{gen} })
	}
	return a.rested(restMsg{a.gen})
}

// onScreen returns the containers whose use can be seen.
func (a *App) onScreen() []string {
	if a.show != screenSites || a.down != nil {
		return nil
	}
	var shown []string
	narrow := a.inside && !a.wide() // the details are all there is
	if !narrow && a.list.Measures() {
		shown = a.list.Visible()
	}
	if v, ok := a.list.Selected(); ok && (narrow || a.wide()) {
		shown = append(shown, v.Site.Slug)
	}
	var names []string
	for i := range a.views {
		if v := &a.views[i]; v.Status.Running && slices.Contains(shown, v.Site.Slug) {
			for _, c := range v.Containers {
				if c.Running() {
					names = append(names, c.Name)
				}
			}
		}
	}
	return names
}

// rested asks about the site that is shown, unless the cursor has moved on.
func (a *App) rested(msg restMsg) tea.Cmd {
	v, ok := a.list.Selected()
	if msg.gen != a.gen || !ok {
		return nil
	}
	ctx, b, gen, down := a.ctx, a.o.Backend, a.gen, a.down != nil
	ask := func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		return factsMsg{gen, facts(ctx, b, v, down)}
	}
	if v.Site.FilesDir == "" || a.sized == v.Site.Slug {
		return ask
	}
	a.sized = v.Site.Slug
	return tea.Batch(ask, func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		size, err := b.FolderSize(ctx, v.Site.FilesDir)
		if err != nil {
			return nil // the size of a folder that cannot be walked is not shown
		}
		return folderMsg{v.Site.Slug, size}
	})
}

// facts finds out what can be found out; what cannot is left out, and shown as not known.
func facts(ctx context.Context, b backend.Backend, v sites.View, down bool) detail.Facts {
	f := detail.Facts{Details: map[string]engine.ContainerDetail{}}
	if v.Site.ID != "" {
		f.Activities, _ = b.Activities(ctx, v.Site.ID, activitiesKept)
	}
	f.Admin, _ = b.Credentials(v.Site.Slug)
	if down {
		return f
	}
	f.DatabaseAddress = b.DatabaseAddress(ctx, v)
	for _, c := range v.Containers {
		if d, err := b.Inspect(ctx, c.Name); err == nil {
			f.Details[c.Name] = d
		}
	}
	return f
}

// measure waits for the next readings.
func (a *App) measure() tea.Cmd {
	ctx, meter := a.ctx, a.meter
	return func() tea.Msg {
		readings, ok := meter.Next(ctx)
		if !ok {
			return nil
		}
		return usageMsg{readings}
	}
}

// used takes in what the containers use.
func (a *App) used(msg usageMsg) tea.Cmd {
	a.rewatch = true // a stream that ended by itself begins again
	use := map[string]sitelist.Usage{}
	for i := range a.views {
		for _, c := range a.views[i].Containers {
			if r, ok := msg.readings[c.Name]; ok {
				sum := use[a.views[i].Site.Slug]
				sum.CPU += r.CPU
				sum.Memory += r.Memory
				use[a.views[i].Site.Slug] = sum
			}
		}
	}
	a.list.SetUsage(use)
	a.look.SetUsage(msg.readings)
	return a.measure()
}

// insideKey gives a key to the details when they have the keys, and reports whether it meant something there.
func (a *App) insideKey(pressed string) (tea.Cmd, bool) {
	if !a.inside {
		return nil, false
	}
	if a.look.Tab() == detail.Containers {
		if id := a.o.Keys.Match(pressed, keymap.ScopeContainer); id != "" {
			return a.containerAction(id), true
		}
	}
	return nil, a.look.Do(a.o.Keys.Match(pressed, keymap.ScopeList))
}

// containerAction carries out an action of the containers' tab.
func (a *App) containerAction(id keymap.ID) tea.Cmd {
	v, _ := a.list.Selected()
	c, ok := a.look.Container()
	switch {
	case !ok:
		return nil
	case v.Owner != "" && (id == keymap.ContainerToggle || id == keymap.ContainerRestart):
		a.say(v.Site.Slug+" belongs to another data folder, so it can only be looked at", true)
		return nil
	case a.underWay(v.Site.Slug) && (id == keymap.ContainerToggle || id == keymap.ContainerRestart):
		a.say("something is being done to "+v.Site.Slug+" already; O shows it", true)
		return nil
	}
	b := a.o.Backend
	switch id {
	case keymap.ContainerToggle:
		if c.Running() {
			return a.toContainer("stopped", c.Name, b.StopContainer)
		}
		return a.toContainer("started", c.Name, b.StartContainer)
	case keymap.ContainerRestart:
		return a.toContainer("restarted", c.Name, b.RestartContainer)
	case keymap.ContainerLogs:
		return a.showLogs(logsMsg{v.Site.Slug, []logs.Service{{Name: c.Role, Container: c.Name}}})
	case keymap.ContainerShell:
		return a.shell(backend.Shell{Slug: v.Site.Slug, Service: c.Role}, v)
	}
	return nil
}

// toContainer does something to a container and says what came of it.
func (a *App) toContainer(done, name string, do func(context.Context, string) error) tea.Cmd {
	ctx := a.ctx
	return func() tea.Msg {
		if err := do(ctx, name); err != nil {
			return toastMsg{err.Error(), true}
		}
		return toastMsg{done + " " + name, false}
	}
}

// copyReach copies the ssh command that makes a site reachable.
func (a *App) copyReach(v sites.View) tea.Cmd {
	line := detail.Reach(v, a.o.SSHHost)
	if line == "" {
		a.say("you are not here over ssh: its address works as it is", false)
	}
	return a.copy(line)
}

// askSince asks since when the sites run: since the latest of a site's containers that run was started.
func (a *App) askSince() tea.Cmd {
	a.loads++
	ctx, b, views, load := a.ctx, a.o.Backend, a.views, a.loads
	if !slices.ContainsFunc(views, func(v sites.View) bool { return v.Status.Running }) {
		return nil
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		since := map[string]time.Time{}
		for i := range views {
			for _, c := range views[i].Containers {
				if !c.Running() {
					continue
				}
				if d, err := b.Inspect(ctx, c.Name); err == nil && d.StartedAt.After(since[views[i].Site.Slug]) {
					since[views[i].Site.Slug] = d.StartedAt
				}
			}
		}
		return sinceMsg{load, since}
	}
}

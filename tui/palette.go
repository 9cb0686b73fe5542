package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/palette"
)

// What the ids of the palette's entries begin with.
const (
	toDo    = "do:"
	toSite  = "site:"
	toTheme = "theme:"
)

// openPalette lays the palette over the dashboard: what can be done to the site under the cursor, what can be done
// everywhere, the sites and the themes.
func (a *App) openPalette() {
	var entries []palette.Entry
	scopes := []keymap.Scope{keymap.ScopeSite, keymap.ScopeGlobal}
	for _, scope := range scopes {
		for _, b := range a.o.Keys.Bindings(scope) {
			if b.ID != keymap.Palette && b.ID != keymap.Back {
				entries = append(entries, palette.Entry{ID: toDo + string(b.ID), Title: b.Help, Hint: b.Key(), Keywords: []string{b.Short, string(b.ID)}})
			}
		}
	}
	for i := range a.views {
		v := &a.views[i]
		entries = append(entries, palette.Entry{
			ID: toSite + v.Site.Slug, Kind: palette.Site, Title: v.Site.Slug, Hint: fmt.Sprint(v.Status.State), Keywords: []string{v.Site.Name, v.Site.Domain},
		})
	}
	if a.o.Restyle != nil {
		for _, name := range theme.Names() {
			entries = append(entries, palette.Entry{ID: toTheme + name, Kind: palette.Setting, Title: "theme " + name, Keywords: []string{"colours"}})
		}
	}
	p := palette.New(entries)
	a.open(p, func() tea.Cmd {
		chosen, ok := p.Chosen()
		if !ok {
			return nil
		}
		return a.carryOut(chosen.ID)
	})
}

// carryOut does what an entry of the palette stands for.
func (a *App) carryOut(entry string) tea.Cmd {
	if name, ok := strings.CutPrefix(entry, toTheme); ok {
		*a.o.Styles = a.o.Restyle(name)
		a.say("theme "+name+" until you quit; screen.theme in config.toml keeps it", false)
		return nil
	}
	if slug, ok := strings.CutPrefix(entry, toSite); ok {
		a.leave()
		a.list.Select(slug)
		return nil
	}
	id := keymap.ID(strings.TrimPrefix(entry, toDo))
	for _, b := range a.o.Keys.Bindings(keymap.ScopeSite) {
		if b.ID == id {
			a.leave()
			return a.siteAction(id)
		}
	}
	return a.global(id)
}

// ranBefore returns the sites that ran when the machine went down, as far as that can be told: they were started and not
// stopped since, and nothing of them runs.
func (a *App) ranBefore() []sites.View {
	var before []sites.View
	for i := range a.views {
		if v := &a.views[i]; v.Site.Started && !v.Status.Running && !a.underWay(v.Site.Slug) {
			before = append(before, *v)
		}
	}
	return before
}

// remind says that sites ran before, when the daemon answers for the first time, or again, and no site runs: that is a
// machine that has just come up.
func (a *App) remind(first bool) {
	before := a.ranBefore()
	if !first || len(before) == 0 || a.toast != "" {
		return
	}
	for i := range a.views {
		if a.views[i].Status.Running {
			return
		}
	}
	a.say(fmt.Sprintf("%d ran before; %s starts them again", len(before), a.o.Keys.Binding(keymap.SiteLast).Key()), false)
}

// startLast starts the sites that ran before.
func (a *App) startLast() tea.Cmd {
	if !a.asked || a.down != nil {
		a.say("Docker does not answer yet, so nothing can be started", true)
		return nil
	}
	var cmds []tea.Cmd
	for _, v := range a.ranBefore() {
		cmds = append(cmds, a.begin(sites.Request{Verb: sites.VerbStart, Slug: v.Site.Slug}))
	}
	if len(cmds) == 0 {
		a.say("every site that was started runs", false)
	}
	return tea.Batch(cmds...)
}

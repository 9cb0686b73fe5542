package tui

import (
	"context"
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/dialog"
)

// errReadOnly is why a site that the database does not know, or that is another's, cannot be changed.
var errReadOnly = errors.New("Locorum's database does not know it, so it can be started and stopped, but not changed")

// changeable says why the site cannot be changed at the moment, and reports whether it can.
func (a *App) changeable(v sites.View) bool {
	switch {
	case !a.asked || a.down != nil:
		a.say("Docker does not answer yet, so nothing can be changed", true)
	case v.Owner != "":
		a.say(v.Site.Slug+" belongs to another data folder, so it can only be looked at", true)
	case v.Site.ID == "":
		a.say(v.Site.Slug+": "+errReadOnly.Error(), true)
	case a.underWay(v.Site.Slug):
		a.say("something is being done to "+v.Site.Slug+" already; O shows it", true)
	default:
		return true
	}
	return false
}

// changeVersions opens the form that changes the versions of a site's programs.
func (a *App) changeVersions(v sites.View) tea.Cmd {
	if !a.changeable(v) {
		return nil
	}
	site := v.Site
	f := &dialog.Form{Title: "Versions of " + site.Slug, Verb: "change them", Notes: versionNotes(nil, "", ""), Fields: []dialog.Field{
		dialog.Choice("php", "PHP", site.PHPVersion, with(model.PHPVersions(), site.PHPVersion)),
		dialog.Choice("db", site.DBEngine, site.DBVersion, with(model.DBVersions(site.DBEngine), site.DBVersion)),
		dialog.Choice("redis", "Redis", site.RedisVersion, with(model.RedisVersions(), site.RedisVersion)),
	}}
	b, arrow := a.o.Backend, " "+a.o.Styles.Glyphs.Arrow+" "
	look := func() func(context.Context) finding {
		o := versionOptions(f, site)
		return func(context.Context) finding { return lookAtVersions(b, v, o, arrow) }
	}
	return a.openForm(f, look, func() tea.Cmd {
		o := versionOptions(f, site)
		return a.begin(sites.Request{Verb: sites.VerbVersions, Slug: site.Slug, Versions: &o})
	})
}

// with returns choices with the value that a site has, which may be one that new sites do not get any more.
func with(choices []string, value string) []string {
	for _, c := range choices {
		if c == value {
			return choices
		}
	}
	return append(choices, value)
}

// versionOptions are the versions of the form that are not the site's.
func versionOptions(f *dialog.Form, site model.Site) sites.VersionOptions {
	other := func(key, is string) string {
		if value := f.Value(key); value != is {
			return value
		}
		return ""
	}
	return sites.VersionOptions{PHP: other("php", site.PHPVersion), DBVersion: other("db", site.DBVersion), Redis: other("redis", site.RedisVersion)}
}

// versionNotes are the notes of the form.
func versionNotes(changes []string, then, images string) []dialog.Note {
	return []dialog.Note{{Label: "changes", Text: strings.Join(changes, ", ")}, {Label: "then", Text: then}, {Label: "images", Text: images}}
}

// lookAtVersions says what changes and what happens with it, or what keeps it from happening; then, which images that
// needs.
func lookAtVersions(b backend.Backend, v sites.View, o sites.VersionOptions, arrow string) finding {
	next, changes := v.Site, []string(nil)
	for _, c := range []struct {
		name, to string
		field    *string
	}{{"PHP", o.PHP, &next.PHPVersion}, {v.Site.DBEngine, o.DBVersion, &next.DBVersion}, {"Redis", o.Redis, &next.RedisVersion}} {
		if c.to != "" {
			changes = append(changes, c.name+" "+*c.field+arrow+c.to)
			*c.field = c.to
		}
	}
	next.MySQLVersion = next.DBVersion
	if len(changes) == 0 {
		return finding{want: "choose another version", notes: versionNotes(nil, "", "")}
	}
	if err := sites.CheckVersions(v.Site, o); err != nil {
		return finding{err: err, notes: versionNotes(changes, "", "")}
	}
	then := "the site gets them when it starts"
	if v.Status.Running {
		then = "the site comes back with them in seconds"
	}
	if o.DBVersion != "" {
		then = "the database is dumped to ~/.locorum/snapshots first; " + then
	}
	return finding{notes: versionNotes(changes, then, "counting"), more: func(ctx context.Context) []dialog.Note {
		needs, err := b.ImageNeeds(ctx, next)
		return versionNotes(changes, then, imageNote(needs, err))
	}}
}

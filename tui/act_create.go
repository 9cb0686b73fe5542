package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/dialog"
)

// newSite opens the form of a new site.
func (a *App) newSite() tea.Cmd {
	f := &dialog.Form{Title: "New site", Verb: "create and start it", Notes: createNotes("", "", ""), Fields: []dialog.Field{
		dialog.Text("name", "name", "", "Acme Shop"),
		dialog.Choice("php", "PHP", model.DefaultPHPVersion, model.PHPVersions()),
		dialog.Choice("web", "web server", model.DefaultWebServer, []string{model.WebServerNginx, model.WebServerApache}),
		dialog.Choice("db", "database", model.DefaultDBEngine, []string{model.DBEngineMariaDB, model.DBEngineMySQL}),
		dialog.Choice("multisite", "multisite", "", []string{model.MultisiteOff, model.MultisiteSubdirectory, model.MultisiteSubdomain}),
		dialog.Text("folder", "folder", "", "below the folder of all sites"),
	}}
	b, ctx := a.o.Backend, a.ctx
	look := func() func(context.Context) finding {
		o := createOptions(f)
		return func(ctx context.Context) finding { return lookAtCreate(ctx, b, o) }
	}
	return a.openForm(f, look, func() tea.Cmd {
		o := createOptions(f)
		return func() tea.Msg {
			checked, err := b.CheckCreate(ctx, o)
			if err != nil {
				return toastMsg{err.Error(), true}
			}
			op, err := b.Begin(ctx, sites.Request{Verb: sites.VerbCreate, Slug: checked.Slug, Create: &checked})
			op.Request = sites.Request{Verb: sites.VerbCreate, Slug: checked.Slug, Create: &checked}
			return begunMsg{op, err}
		}
	})
}

func createOptions(f *dialog.Form) sites.CreateOptions {
	return sites.CreateOptions{
		Name: f.Value("name"), PHP: f.Value("php"), WebServer: f.Value("web"), DBEngine: f.Value("db"),
		Multisite: f.Value("multisite"), Folder: f.Value("folder"),
	}
}

// createNotes are the notes of a new site's form.
func createNotes(address, folder, images string) []dialog.Note {
	return []dialog.Note{{Label: "address", Text: address}, {Label: "files", Text: folder}, {Label: "images", Text: images}}
}

// lookAtCreate says what a new site would be called and where it would be, or what keeps it from being made; then, which
// images it needs.
func lookAtCreate(ctx context.Context, b backend.Backend, o sites.CreateOptions) finding {
	if o.Name == "" {
		return finding{want: "give it a name", notes: createNotes("", "", "")}
	}
	checked, err := b.CheckCreate(ctx, o)
	if err != nil {
		return finding{err: err, notes: createNotes("", "", "")}
	}
	address := "https://" + checked.Domain
	return finding{notes: createNotes(address, checked.Folder, "counting"), more: func(ctx context.Context) []dialog.Note {
		needs, err := b.ImageNeeds(ctx, model.Site{
			Slug: checked.Slug, PHPVersion: checked.PHP, RedisVersion: checked.Redis, WebServer: checked.WebServer,
			DBEngine: checked.DBEngine, DBVersion: checked.DBVersion, MySQLVersion: checked.DBVersion,
		})
		return createNotes(address, checked.Folder, imageNote(needs, err))
	}}
}

// imageNote says how much of what is needed is there, and what must be pulled.
func imageNote(needs []sites.ImageNeed, err error) string {
	if err != nil {
		return "not known: " + err.Error()
	}
	var missing []string
	there, size := 0, int64(0)
	for _, need := range needs {
		if need.Present {
			there++
			size += need.Size
		} else {
			missing = append(missing, need.Ref)
		}
	}
	text := fmt.Sprintf("%d of %d are here", there, len(needs))
	if size > 0 {
		text += " (" + cell.Size(size) + ")"
	}
	if len(missing) == 0 {
		return "all " + text[strings.Index(text, "of ")+3:]
	}
	return text + "; to pull: " + strings.Join(missing, ", ")
}

package tui

import (
	"context"
	"path/filepath"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/dialog"
)

// exportDatabase opens the form that writes a site's database to a file.
func (a *App) exportDatabase(v sites.View) tea.Cmd {
	if !a.changeable(v) {
		return nil
	}
	slug, b, ctx := v.Site.Slug, a.o.Backend, a.ctx
	name := filepath.Join(a.o.SaveDir, slug+a.o.Now().Format("-20060102-150405")+".sql")
	f := &dialog.Form{Title: "Export the database of " + slug, Verb: "write it", Notes: []dialog.Note{{Label: "to"}}, Fields: []dialog.Field{
		dialog.Text("file", "file", name, "a new file"),
	}}
	look := func() func(context.Context) finding {
		file := f.Value("file")
		return func(ctx context.Context) finding {
			if file == "" {
				return finding{want: "name a new file", notes: []dialog.Note{{Label: "to"}}}
			}
			d, err := b.CheckExport(ctx, file)
			return finding{err: err, notes: []dialog.Note{{Label: "to", Text: d.File}}}
		}
	}
	return a.openForm(f, look, func() tea.Cmd {
		file := f.Value("file")
		return func() tea.Msg {
			d, err := b.CheckExport(ctx, file)
			if err != nil {
				return toastMsg{err.Error(), true}
			}
			r := sites.Request{Verb: sites.VerbExport, Slug: slug, Export: &sites.ExportOptions{File: d.File}}
			op, err := b.Begin(ctx, r)
			op.Request = r
			return begunMsg{op, err}
		}
	})
}

// importNotes say what an import takes away, and what it keeps.
func importNotes(from string) []dialog.Note {
	return []dialog.Note{
		{Label: "from", Text: from},
		{Label: "goes", Text: "everything that the database holds now", Grave: true},
		{Label: "first", Text: "it is dumped to ~/.locorum/snapshots"},
	}
}

// The choices of what becomes of the addresses in a dump.
const (
	addressesChange = "become the site's"
	addressesStay   = "stay"
)

// importDatabase opens the form that replaces a site's database by a dump.
func (a *App) importDatabase(v sites.View) tea.Cmd {
	if !a.changeable(v) {
		return nil
	}
	slug, b, ctx := v.Site.Slug, a.o.Backend, a.ctx
	f := &dialog.Form{Title: "Import into " + slug, Verb: "replace its database", Confirm: slug, Notes: importNotes(""), Fields: []dialog.Field{
		dialog.Text("file", "dump", "", ".sql, .sql.gz or .sql.zst"),
		dialog.Choice("addresses", "addresses", addressesChange, []string{addressesChange, addressesStay}),
		dialog.Text("confirm", "its slug", "", slug),
	}}
	look := func() func(context.Context) finding {
		file := f.Value("file")
		return func(ctx context.Context) finding {
			if file == "" {
				return finding{want: "name a dump", notes: importNotes("")}
			}
			d, err := b.CheckImport(ctx, file)
			if err != nil {
				return finding{err: err, notes: importNotes(""), completes: "file", rest: d.Rest}
			}
			return finding{notes: importNotes(d.File + " (" + cell.Size(d.Size) + ")")}
		}
	}
	return a.openForm(f, look, func() tea.Cmd {
		file, stay := f.Value("file"), f.Value("addresses") == addressesStay
		return func() tea.Msg {
			d, err := b.CheckImport(ctx, file)
			if err != nil {
				return toastMsg{err.Error(), true}
			}
			r := sites.Request{Verb: sites.VerbImport, Slug: slug, Import: &sites.ImportOptions{File: d.File, NoRewrite: stay}}
			op, err := b.Begin(ctx, r)
			op.Request = r
			return begunMsg{op, err}
		}
	})
}

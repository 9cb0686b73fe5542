package dialog

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/input"
)

// Delete is the dialog that deletes a site: it shows what goes and what stays, and wants the slug typed.
type Delete struct {
	preview sites.DeletePreview
	options sites.DeleteOptions
	typed   *input.Field
}

// NewDelete returns the dialog for what PreviewDelete said.
func NewDelete(p sites.DeletePreview) *Delete { return &Delete{preview: p, typed: input.New("")} }

// Slug returns the site's.
func (d *Delete) Slug() string { return d.preview.Site.Slug }

// Options returns what goes besides the containers.
func (d *Delete) Options() sites.DeleteOptions { return d.options }

// Update takes a key. ctrl+v and ctrl+f choose what goes too; before the first letter of the slug so do v and f.
func (d *Delete) Update(key tea.KeyMsg) Outcome {
	empty := d.typed.Value() == ""
	switch pressed := key.String(); {
	case pressed == "esc" || pressed == "ctrl+c":
		return Dismissed
	case pressed == "enter":
		if d.typed.Value() == d.Slug() {
			return Accepted
		}
		return Nothing
	case pressed == "ctrl+v" || pressed == "V" && empty:
		if d.preview.Volume != "" {
			d.options.Volume = !d.options.Volume
		}
		return Changed
	case pressed == "ctrl+f" || pressed == "F" && empty:
		if d.preview.Folder != "" {
			d.options.Files = !d.options.Files
		}
		return Changed
	}
	if d.typed.Update(key) {
		return Changed
	}
	return Nothing
}

// View returns the dialog in its box.
func (d *Delete) View(styles *theme.Styles, width, height int) []string {
	room := min(max(width-14, 10), 76)
	body := []string{d.line(styles, true, "", fmt.Sprintf("%d containers, network, route, certificate", len(d.preview.Containers)), room)}
	if d.preview.Volume != "" {
		what := "database volume " + d.preview.Volume
		if d.preview.VolumeSize >= 0 {
			what += " (" + cell.Size(d.preview.VolumeSize) + ")"
		}
		if d.options.Volume {
			what += ", after a dump to ~/.locorum/snapshots"
		}
		body = append(body, d.line(styles, d.options.Volume, "V", what, room))
	}
	if d.preview.Folder != "" {
		body = append(body, d.line(styles, d.options.Files, "F", d.preview.Folder+" ("+cell.Size(d.preview.FolderSize)+")", room))
	}
	hint := styles.Dim.Render("type the slug to delete: " + cell.Plain(d.Slug()))
	if d.typed.Value() == d.Slug() {
		hint = styles.Key.Render("enter") + styles.Failed.Render(" deletes it")
	}
	body = append(body, "", hint, d.typed.View(styles, min(room, 44), true), "", styles.Key.Render("esc")+" "+styles.Dim.Render("cancel"))
	body = squeeze(body, height-2, 2+1)
	return Box(styles, "Delete "+cell.Plain(d.Slug()), "", body, width, height)
}

// line says whether something goes or stays, and the key that changes it.
func (d *Delete) line(styles *theme.Styles, goes bool, key, what string, room int) string {
	word, style := "stays", styles.Running
	if goes {
		word, style = "goes ", styles.Failed
	}
	change := ""
	if key != "" {
		change = "  " + styles.Key.Render(key) + styles.Dim.Render(map[bool]string{true: " keep it", false: " go too"}[goes])
	}
	return style.Render(word) + "  " + cell.Cut(cell.Plain(what), max(room-16, 8), styles.Glyphs.Ellipsis) + change
}

package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func (d *desk) paste(text string) {
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
}

func TestImportGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newFormDesk(t, styles)
		d.a.resize(width, height)
		d.typed("i")
		d.paste("/backups/old.sql")
		return strings.Split(d.a.View(), "\n")
	})
}

// TestExport holds that a database is written to a new file only.
func TestExport(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.a.o.SaveDir = "/home/me"
	d.run(d.a.load())
	d.typed("e")
	d.has("/home/me/acme-shop-20260504-120000.sql")
	d.press(tea.KeyCtrlU)
	d.has("name a new file")
	d.paste("/backups/old.sql")
	d.has("it exists")
	d.press(tea.KeyEnter)
	if len(d.m.begun) > 0 {
		t.Fatal("written over a file")
	}
	d.press(tea.KeyCtrlU)
	d.paste("/backups/new.sql")
	d.press(tea.KeyEnter)
	if len(d.m.begun) != 1 || d.m.begun[0].Verb != sites.VerbExport || d.m.begun[0].Export.File != "/backups/new.sql" {
		t.Errorf("begun: %+v", d.m.begun)
	}
}

// TestImport holds that a database is replaced only once the slug is typed, by a dump that is there, with a dump of what
// goes.
func TestImport(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.run(d.a.load())
	d.typed("i")
	d.has("everything that the database holds now")
	d.paste("/backups/old.sq")
	d.has("it is not there")
	d.press(tea.KeyRight) // takes what completes it
	d.has("/backups/old.sql (18 M)")
	d.has("type acme-shop to replace its database")
	d.press(tea.KeyEnter) // leads to where the slug is typed
	d.paste("acme")
	d.press(tea.KeyEnter)
	if len(d.m.begun) > 0 {
		t.Fatal("replaced by a part of the slug")
	}
	d.paste("-shop")
	d.press(tea.KeyEnter)
	if len(d.m.begun) != 1 || d.m.begun[0].Verb != sites.VerbImport || *d.m.begun[0].Import != (sites.ImportOptions{File: "/backups/old.sql"}) {
		t.Errorf("begun: %+v", d.m.begun)
	}
}

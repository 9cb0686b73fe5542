package tui

import (
	"context"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func (m *machine) WP(ctx context.Context, v sites.View, c backend.WPCommand, onLine func(string, bool)) (int, error) {
	if c.Words[0] == "wait" {
		<-ctx.Done()
		return -1, ctx.Err()
	}
	onLine(v.URL, false)
	return 0, nil
}

func TestWPRunsACommand(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.running()
	d.typed("w")
	d.has("acme-shop · wp")
	d.typed("option get siteurl") // q and every other key of an action is typed
	d.send(enter())
	d.has("$ option get siteurl")
	d.has("https://acme-shop.localhost")
	d.has("exit 0 after")
	d.typed("q?:")
	d.has("wp q?:")
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.has("Sites")
	d.typed("w")
	d.has("https://acme-shop.localhost")
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.typed("jw")
	d.has("blog does not run")
}

// TestWPGoesOn holds that leaving the pane ends nothing, that quitting warns first, and that the end of a command that
// nobody looks at is said.
func TestWPGoesOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.running()
	d.typed("w")
	for _, r := range "wait" {
		d.a.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	_, news := d.a.Update(enter()) // not run here: it waits
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.typed("q")
	d.has("a wp-cli command runs in acme-shop")
	d.typed("j")
	if d.a.keepWP(); !d.a.warned {
		t.Error("a warning of long ago counts")
	}
	d.typed("kw")
	d.has("$ wait")
	d.send(tea.KeyMsg{Type: tea.KeyCtrlC})
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.run(news)
	d.has("wp-cli in acme-shop: cancelled after")
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	if d.a.keepWP() {
		t.Error("it warns of a command that has ended")
	}
}

func TestWPGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.running()
		d.a.resize(width, height)
		d.typed("w")
		d.typed("option get siteurl")
		d.send(enter())
		return strings.Split(d.a.View(), "\n")
	})
}

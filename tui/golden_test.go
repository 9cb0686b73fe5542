package tui

import (
	"math/rand/v2"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/usage"
	"github.com/Locorum/locorum-tui/tui/viewtest"
	"github.com/Locorum/locorum-tui/tui/wp"
)

// shown returns the view of a dashboard after something was done in it.
func shown(t *testing.T, do func(d *desk)) viewtest.View {
	return func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.running()
		d.a.resize(width, height)
		do(d)
		return strings.Split(d.a.View(), "\n")
	}
}

func TestDetailGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, shown(t, func(d *desk) { d.send(enter()) }))
}

func TestPaletteGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, shown(t, func(d *desk) { d.typed(":"); d.typed("re") }))
}

func TestDeleteGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, shown(t, func(d *desk) { d.typed("d") }))
}

func TestOperationsGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, shown(t, func(d *desk) {
		d.m.lines = []sites.Line{
			{Event: &sites.Event{Time: noon(), Step: "database", State: sites.StepFailed, Error: "died"}},
			{Result: &sites.Result{Outcome: sites.Failed, Error: "the database died", Service: "locorum-old-shop-database", Logs: []string{"InnoDB says no"}}},
		}
		d.typed("GsO")
	}))
}

// TestAnyMessage throws what the machine says at every screen, whatever it shows, and holds that it is exactly filled.
func TestAnyMessage(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	d := newDesk(t, viewtest.Styles())
	d.running()
	text := func() string {
		return []string{"", "short", "東京ラーメン 🍜", "\x1b[2J\x1b]52;c;AAAA\x07", strings.Repeat("very long ", 40), "two\nlines\ttab", "\xff\u202e"}[r.IntN(7)]
	}
	message := func() tea.Msg {
		switch r.IntN(8) {
		case 0:
			views := some()[:r.IntN(4)]
			for i := range views {
				views[i].Site.Name, views[i].Site.PHPVersion, views[i].URL = text(), text(), text()
				views[i].Status = model.Status{State: model.State(r.IntN(8)), Service: text(), Reason: text(), Running: r.IntN(2) == 0}
			}
			return viewsMsg{views: views}
		case 1:
			return toastMsg{text(), r.IntN(2) == 0}
		case 2:
			return usageMsg{map[string]usage.Reading{"acme-shop-web": {CPU: r.Float64() * 1e5, HasCPU: true, Memory: r.Int64()}}}
		case 3:
			return previewMsg{preview: sites.DeletePreview{Site: model.Site{Slug: text()}, Volume: text(), Folder: text()}}
		case 4:
			return begunMsg{op: sites.Operation{ID: text(), Request: sites.Request{Verb: sites.VerbStart, Slug: text()}, Begun: noon()}}
		case 5:
			return recordMsg{id: text(), closed: true, lines: []sites.Line{{Notice: text()}, {Event: &sites.Event{Time: noon(), Step: text(), State: sites.StepFailed, Error: text()}}}}
		case 6:
			return wp.Done{Slug: text(), Text: text(), Failed: true}
		default:
			return tea.WindowSizeMsg{Width: 1 + r.IntN(200), Height: 1 + r.IntN(60)}
		}
	}
	keys := []tea.KeyType{tea.KeyEsc, tea.KeyEnter, tea.KeyTab, tea.KeyUp, tea.KeyPgDown, tea.KeySpace}
	for range 3000 {
		switch r.IntN(4) {
		case 0:
			d.a.Update(tea.KeyMsg{Type: keys[r.IntN(len(keys))]})
		case 1:
			d.a.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{rune(' ' + r.IntN(95))}})
		default:
			d.a.Update(message())
		}
		if r.IntN(50) == 0 {
			d.a.over = nil
		}
		viewtest.Exact(t, strings.Split(d.a.View(), "\n"), d.a.width, d.a.height)
	}
}

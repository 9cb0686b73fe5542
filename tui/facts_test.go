package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/detail"
	"github.com/Locorum/locorum-tui/tui/usage"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// running gives the sites of the desk containers.
func (d *desk) running() {
	views := some()
	for i := range views {
		for _, role := range []string{"web", "php"} {
			views[i].Containers = append(views[i].Containers, sites.Service{
				Container: model.Container{Role: role, State: "running"}, Name: views[i].Site.Slug + "-" + role, Image: role + ":1",
			})
		}
	}
	d.send(viewsMsg{views: views})
}

func TestWideShowsTheSiteBesideTheList(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.a.resize(120, 32)
	d.running()
	d.has("https://acme-shop.localhost")
	d.has("Overview")
}

func TestLateFactsAreDropped(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.a.resize(120, 32)
	d.running()
	d.send(factsMsg{d.a.gen - 1, detail.Facts{}})
	d.has("started") // the activity of the facts that are in time
	d.send(factsMsg{d.a.gen, detail.Facts{}})
	d.hasNot("✓ started")
}

func TestOnlyWhatIsOnTheScreenIsMeasured(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.running()
	if want := []string{"acme-shop-web", "acme-shop-php"}; !slices.Equal(d.a.watched, want) { // the others do not run
		t.Errorf("%v is measured, want %v", d.a.watched, want)
	}
	d.typed("?")
	if len(d.a.watched) != 0 {
		t.Errorf("%v is measured behind the help", d.a.watched)
	}
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	if len(d.a.watched) != 2 {
		t.Errorf("%v is measured after coming back", d.a.watched)
	}
}

func TestUsageIsShown(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.a.resize(120, 32)
	d.running()
	d.a.used(usageMsg{map[string]usage.Reading{
		"acme-shop-web": {CPU: 20, HasCPU: true, Memory: 100 << 20}, "acme-shop-php": {CPU: 22, HasCPU: true, Memory: 20 << 20},
	}})
	d.has("42")
	d.has("120 M")
}

func TestThePanesAndTheirKeys(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.running()
	d.hasNot("Overview")
	d.send(tea.KeyMsg{Type: tea.KeyEnter}) // narrow: the details alone
	d.has("Overview")
	d.typed("2")
	d.has("asking Docker") // the stub knows nothing more of a container
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.hasNot("Overview")
}

func TestEscThatCameWithTheNextKey(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.running()
	d.typed("?")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("j"), Alt: true})
	if v, _ := d.a.list.Selected(); d.a.show != screenSites || v.Site.Slug != "blog" {
		t.Errorf("it shows %d, the cursor is on %s: want the sites, and one down", d.a.show, v.Site.Slug)
	}
}

func (d *desk) hasNot(text string) {
	d.t.Helper()
	if screen := ansi.Strip(d.a.View()); strings.Contains(screen, text) {
		d.t.Errorf("%q is on the screen:\n%s", text, screen)
	}
}

func TestUptimeIsThatOfTheLatestLoad(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.a.resize(160, 32)
	d.running()
	d.send(sinceMsg{d.a.loads - 1, map[string]time.Time{"acme-shop": noon().Add(-9 * time.Hour)}})
	d.hasNot("9 h")
	d.send(sinceMsg{d.a.loads, map[string]time.Time{"acme-shop": noon().Add(-134 * time.Minute)}})
	d.has("running 2 h 14 m")
}

package tui

import (
	"context"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func (m *machine) Doctor(context.Context) doctor.Report {
	return doctor.Report{Findings: []doctor.Finding{
		{Check: "port-http", Severity: doctor.Warn, Title: "port 80 is taken", Detail: "by apache2", Fix: "stop it", Command: "sudo systemctl stop apache2"},
		{Check: "docker", Severity: doctor.OK, Title: "Docker answers"},
	}, Skipped: []string{"disk"}}
}

func enter() tea.Msg { return tea.KeyMsg{Type: tea.KeyEnter} }

func TestPaletteFindsAnAction(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.send(viewsMsg{views: some()})
	d.typed(":")
	d.typed("restart")
	d.send(enter())
	if len(d.m.begun) != 1 || d.m.begun[0].Verb != "restart" || d.m.begun[0].Slug != "acme-shop" {
		t.Errorf("it began %v, want a restart of acme-shop", d.m.begun)
	}
}

func TestPaletteGoesToASite(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.send(viewsMsg{views: some()})
	d.typed("?")
	d.typed(":")
	d.typed("oldshop")
	d.send(enter())
	if v, _ := d.a.list.Selected(); v.Site.Slug != "old-shop" || d.a.show != screenSites {
		t.Errorf("the cursor is on %s of screen %d", v.Site.Slug, d.a.show)
	}
}

func TestPaletteChangesTheTheme(t *testing.T) {
	styles := theme.New("mono", termenv.Ascii, theme.ASCIIGlyphs())
	d := newDesk(t, &styles)
	asked := ""
	d.a.o.Restyle = func(name string) theme.Styles { asked = name; return theme.New(name, termenv.ANSI, theme.UTF8Glyphs()) }
	d.typed(":")
	d.typed("theme light")
	d.send(enter())
	if asked != "light" || styles.Glyphs.Running != theme.UTF8Glyphs().Running {
		t.Errorf("the theme is %q", asked)
	}
}

func TestHealthSaysWhatToDo(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	d.typed("H")
	for _, text := range []string{"port 80 is taken", "by apache2", "stop it", "sudo systemctl stop apache2", "Docker answers", "Not looked at: disk"} {
		d.has(text)
	}
	d.send(tea.KeyMsg{Type: tea.KeyEsc})
	d.hasNot("port 80")
}

func TestHealthGolden(t *testing.T) {
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.a.resize(width, height)
		d.typed("H")
		return strings.Split(d.a.View(), "\n")
	})
}

func TestWhatRanBeforeIsStartedAgain(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	views := some()
	for i := range views {
		views[i].Status.Running, views[i].Site.Started = false, i > 0
	}
	d.a.daemon = engine.ProviderInfo{}
	d.send(viewsMsg{views: views})
	d.has("2 ran before; L starts them again")
	d.typed("L")
	if len(d.m.begun) != 2 || d.m.begun[0].Verb != "start" {
		t.Errorf("it began %v, want two starts", d.m.begun)
	}
}

func TestNothingIsSaidWhileSitesRun(t *testing.T) {
	d := newDesk(t, viewtest.Styles())
	views := some()
	views[1].Site.Started = true
	d.send(viewsMsg{views: views})
	d.hasNot("ran before")
}

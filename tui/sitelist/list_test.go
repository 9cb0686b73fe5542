package sitelist

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

func view(slug, php, engine, version string, status model.Status) sites.View {
	return sites.View{
		Site:   model.Site{ID: slug, Name: slug, Slug: slug, Domain: slug + ".localhost", PHPVersion: php, DBEngine: engine, DBVersion: version},
		Status: status, URL: "https://" + slug + ".localhost",
	}
}

func some() []sites.View {
	return []sites.View{
		view("acme-shop", "8.3", "mariadb", "11.4", model.Status{State: model.StateRunning, Running: true}),
		view("blog", "8.2", "mariadb", "11.4", model.Status{State: model.StateStopped}),
		view("client-x", "8.3", "mysql", "8.0", model.Status{State: model.StateDegraded, Service: "redis", Reason: "unhealthy", Running: true}),
		view("from-desktop", "", "", "", model.Status{State: model.StateAdopted, Running: true}),
		view("old-shop", "8.1", "mysql", "8.0", model.Status{State: model.StateFailed, Service: "database", Reason: "exited with 1"}),
		view("日本語のサイト", "8.4", "mariadb", "10.11", model.Status{State: model.StateStopped}),
	}
}

func listOf(styles *theme.Styles, views []sites.View) *Model {
	m := New(styles, noon)
	m.SetViews(views, true)
	m.SetUsage(map[string]Usage{"acme-shop": {2.1, 412 << 20}, "client-x": {0.4, 301 << 20}})
	m.SetSince(map[string]time.Time{"acme-shop": noon().Add(-134 * time.Minute)})
	m.SetBusy(map[string]Busy{"blog": {"start", 4, 9}})
	return m
}

func TestGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		m := listOf(styles, some())
		m.SetSize(width, height)
		m.Do(keymap.SiteMark)
		return m.View(true)
	})
}

func TestEmptyGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		m := New(styles, noon)
		m.SetSize(width, height)
		return m.View(true)
	})
}

func TestEverySize(t *testing.T) {
	t.Parallel()
	viewtest.Anywhere(t, func(styles *theme.Styles, width, height int) []string {
		m := listOf(styles, some())
		m.SetSize(width, height)
		m.Do(keymap.Filter)
		m.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("o")})
		return m.View(false)
	})
}

// slugs returns the rows as they are shown.
func (m *Model) slugs() []string {
	var all []string
	for _, i := range m.rows {
		all = append(all, m.views[i].Site.Slug)
	}
	return all
}

// TestCursorFollowsItsSite holds that a refresh, a sort and a filter leave the cursor on its site, and that the cursor of a
// site that goes stays where it was.
func TestCursorFollowsItsSite(t *testing.T) {
	t.Parallel()
	m := listOf(viewtest.Styles(), some())
	m.SetSize(60, 20)
	m.Select("client-x")
	is := func(what, want string) {
		t.Helper()
		if v, _ := m.Selected(); v.Site.Slug != want {
			t.Errorf("%s: the cursor is on %q, want %q", what, v.Site.Slug, want)
		}
	}
	m.SetViews(append([]sites.View{view("aaa", "8.3", "", "", model.Status{})}, some()...), true)
	is("a site before it came", "client-x")
	for range int(sorts) {
		m.Do(keymap.SiteSort)
		is("sorted by "+m.sort.String(), "client-x")
	}
	m.Do(keymap.Filter)
	m.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("mysql")})
	is("filtered", "client-x")
	m.Type(tea.KeyMsg{Type: tea.KeyEsc})
	is("filter gone", "client-x")
	m.SetViews(slices.DeleteFunc(some(), func(v sites.View) bool { return v.Site.Slug == "client-x" }), true)
	is("its site went", "old-shop")
	m.SetViews(nil, true)
	if _, ok := m.Selected(); ok {
		t.Error("a list without sites has one selected")
	}
	m.SetViews(some(), true)
	if _, ok := m.Selected(); !ok {
		t.Error("sites came and none is selected")
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	m := listOf(viewtest.Styles(), some())
	m.SetSize(60, 20)
	targets := func() (all []string) {
		for _, v := range m.Targets() {
			all = append(all, v.Site.Slug)
		}
		return all
	}
	if got := targets(); !slices.Equal(got, []string{"acme-shop"}) {
		t.Errorf("without marks %v", got)
	}
	m.Do(keymap.SiteMark)
	m.Do(keymap.Down)
	m.Do(keymap.SiteMark)
	if got := targets(); !slices.Equal(got, []string{"acme-shop", "client-x"}) {
		t.Errorf("two marked: %v", got)
	}
	m.SetViews(some()[1:], true)
	if got := targets(); !slices.Equal(got, []string{"client-x"}) {
		t.Errorf("a marked site went: %v", got)
	}
	m.Do(keymap.SiteMarkAll)
	if got := targets(); len(got) != 5 {
		t.Errorf("all marked: %v", got)
	}
	m.Do(keymap.SiteMarkAll)
	if got := targets(); len(got) != 1 || m.Unmark() {
		t.Errorf("none marked: %v", got)
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	m := listOf(viewtest.Styles(), some())
	for _, c := range []struct {
		sort Sort
		want string
	}{
		{ByState, "old-shop client-x acme-shop from-desktop blog 日本語のサイト"},
		{ByCPU, "acme-shop client-x blog from-desktop old-shop 日本語のサイト"},
		{ByMemory, "acme-shop client-x blog from-desktop old-shop 日本語のサイト"},
		{ByName, "acme-shop blog client-x from-desktop old-shop 日本語のサイト"},
	} {
		m.Do(keymap.SiteSort)
		if got := strings.Join(m.slugs(), " "); m.sort != c.sort || got != c.want {
			t.Errorf("%v: %s, want %s", m.sort, got, c.want)
		}
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":            "acme-shop blog client-x from-desktop old-shop 日本語のサイト",
		"shop":        "acme-shop old-shop",
		"SHOP failed": "old-shop",
		"php8.3":      "acme-shop client-x",
		"日本":          "日本語のサイト",
		"none such":   "",
	} {
		m := listOf(viewtest.Styles(), some())
		m.SetSize(60, 20)
		m.Do(keymap.Filter)
		m.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
		m.Type(tea.KeyMsg{Type: tea.KeyEnter})
		if got := strings.Join(m.slugs(), " "); got != want || m.Typing() {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if had := m.ClearFilter(); had != (text != "") || len(m.rows) != 6 {
			t.Errorf("%q: cleared %v, %d rows", text, had, len(m.rows))
		}
	}
}

func TestNextTrouble(t *testing.T) {
	t.Parallel()
	m := listOf(viewtest.Styles(), some())
	m.SetSize(60, 20)
	for _, want := range []string{"client-x", "old-shop", "client-x"} {
		m.Do(keymap.FilterNext)
		if v, _ := m.Selected(); v.Site.Slug != want {
			t.Errorf("%q, want %q", v.Site.Slug, want)
		}
	}
}

// TestUnknownIsNotStopped holds that without a daemon nothing is said of how sites are.
func TestUnknownIsNotStopped(t *testing.T) {
	t.Parallel()
	m := New(viewtest.Styles(), noon)
	m.SetSize(60, 20)
	m.SetViews(some(), false)
	text := ansi.Strip(strings.Join(m.View(true), "\n"))
	if strings.Contains(text, "stopped") || strings.Contains(text, "running") || strings.Count(text, "unknown") != 6 {
		t.Error(text)
	}
}

// TestAnything throws keys, sizes and refreshes at a list and holds that it keeps its size and its cursor.
func TestAnything(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	m := New(viewtest.Styles(), noon)
	ids := []keymap.ID{
		keymap.Up, keymap.Down, keymap.Top, keymap.Bottom, keymap.HalfUp, keymap.HalfDown, keymap.PageUp, keymap.PageDown,
		keymap.Filter, keymap.FilterNext, keymap.SiteMark, keymap.SiteMarkAll, keymap.SiteSort,
	}
	for range 5000 {
		switch r.IntN(6) {
		case 0:
			m.SetSize(1+r.IntN(200), 1+r.IntN(60))
		case 1:
			var views []sites.View
			for range r.IntN(80) {
				views = append(views, view(fmt.Sprintf("site-%d", r.IntN(90)), "8.3", "mariadb", "11.4", model.Status{State: model.State(r.IntN(8))}))
			}
			m.SetViews(views, r.IntN(2) == 0)
		case 2:
			if m.Typing() {
				m.Type([]tea.KeyMsg{{Type: tea.KeyRunes, Runes: []rune{rune('0' + r.IntN(10))}}, {Type: tea.KeyBackspace}, {Type: tea.KeyEsc}, {Type: tea.KeyEnter}}[r.IntN(4)])
			}
		default:
			m.Do(ids[r.IntN(len(ids))])
		}
		lines := m.View(r.IntN(2) == 0)
		if m.width > 0 {
			viewtest.Exact(t, lines, m.width, m.height)
		}
		if v, ok := m.Selected(); ok && m.rowsShown() > 0 && !slices.Contains(m.Visible(), v.Site.Slug) {
			t.Fatalf("the cursor's row %q is not on the screen", v.Site.Slug)
		}
	}
}

func BenchmarkView(b *testing.B) {
	var views []sites.View
	for i := range 100 {
		views = append(views, view(fmt.Sprintf("site-%d", i), "8.3", "mariadb", "11.4", model.Status{State: model.StateRunning, Running: true}))
	}
	m := listOf(viewtest.Styles(), views)
	m.SetSize(120, 40)
	b.ReportAllocs()
	for b.Loop() {
		m.View(true)
	}
}

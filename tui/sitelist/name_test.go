package sitelist

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// TestNamesInOtherScripts holds that such a name is shown behind its slug, and that no name moves a column.
func TestNamesInOtherScripts(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		"tokyo-ramen": "東京ラーメン 🍜 麺屋", "cafe": "Café", "family": "👩\u200d👩\u200d👧 blog", "acme": "Acme Shop", "evil": "\x1b[31mé\u202e\t日",
		"combining": "e\u0301e\u0301e\u0301",
	}
	var views []sites.View
	for slug, name := range names {
		v := view(slug, "8.3", "mariadb", "11.4", model.Status{State: model.StateStopped})
		v.Site.Name = name
		views = append(views, v)
	}
	m := New(viewtest.Styles(), noon)
	m.SetViews(views, true)
	for width := 30; width < 200; width++ {
		m.SetSize(width, 20)
		lines := m.View(true)
		viewtest.Exact(t, lines, width, 20)
		found := 0
		at := ansi.StringWidth(before(ansi.Strip(lines[1]), "STATUS"))
		for _, line := range lines[2:] {
			line = ansi.Strip(line)
			if start := before(line, "stopped"); start != line {
				found++
				if got := ansi.StringWidth(start); got != at {
					t.Fatalf("%d wide: the status is at %d, its head at %d: %q", width, got, at, line)
				}
			}
		}
		if found != len(names) {
			t.Fatalf("%d wide: %d sites have a status", width, found)
		}
	}
	m.SetSize(160, 20)
	screen := ansi.Strip(strings.Join(m.View(true), "\n"))
	for _, text := range []string{"tokyo-ramen 東京ラーメン 🍜 麺屋", "cafe Café", "acme  "} {
		if !strings.Contains(screen, text) {
			t.Errorf("no %q in\n%s", text, screen)
		}
	}
}

// before returns what stands before a text; all of the line without it.
func before(line, text string) string {
	start, _, _ := strings.Cut(line, text)
	return start
}

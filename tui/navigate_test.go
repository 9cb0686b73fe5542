package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// TestBack leaves what lies over another page: it leads back to where the person came from, and from there to the sites.
func TestBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from page
		keys []string
	}{
		"help over logs":            {screenLogs, []string{"?"}},
		"health over logs":          {screenLogs, []string{"H"}},
		"operations over logs":      {screenLogs, []string{"O"}},
		"help, health, help":        {screenLogs, []string{"?", "H", "?"}},
		"help over the sites":       {screenSites, []string{"?"}},
		"operations over the sites": {screenSites, []string{"O", "?"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, viewtest.Styles())
			d.a.show = c.from
			for _, key := range c.keys {
				d.typed(key)
			}
			if d.a.show == c.from {
				t.Fatalf("%v lead nowhere", c.keys)
			}
			d.send(tea.KeyMsg{Type: tea.KeyEsc})
			if d.a.show != c.from {
				t.Errorf("back leads to page %d, not to %d", d.a.show, c.from)
			}
			d.send(tea.KeyMsg{Type: tea.KeyEsc})
			if d.a.show != screenSites {
				t.Errorf("back leads to page %d, not to the sites", d.a.show)
			}
		})
	}
}

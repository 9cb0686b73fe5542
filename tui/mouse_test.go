package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func (d *desk) mouse(button tea.MouseButton, x, y int) {
	d.send(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: button})
}

// TestMouse points at sites: a click selects, in the details it gives them the keys, the wheel moves.
func TestMouse(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.a.resize(120, 30)
	on := func(slug string, inside bool) {
		t.Helper()
		if v, _ := d.a.list.Selected(); v.Site.Slug != slug || d.a.inside != inside {
			t.Errorf("the cursor is on %s, inside %v; want %s, %v", v.Site.Slug, d.a.inside, slug, inside)
		}
	}
	const firstRow = 3 // below the header, the frame and the names of the columns
	on("acme-shop", false)
	d.mouse(tea.MouseButtonLeft, 5, firstRow+2)
	on("old-shop", false)
	d.mouse(tea.MouseButtonLeft, 5, firstRow+3) // no site there
	on("old-shop", false)
	d.mouse(tea.MouseButtonLeft, 5, 1) // the frame
	on("old-shop", false)
	d.mouse(tea.MouseButtonWheelUp, 5, 20)
	on("blog", false)
	d.mouse(tea.MouseButtonLeft, 100, 10)
	on("blog", true)
	d.mouse(tea.MouseButtonLeft, 5, firstRow)
	on("acme-shop", false)
	d.send(tea.MouseMsg{X: 5, Y: firstRow + 1, Action: tea.MouseActionRelease, Button: tea.MouseButtonLeft})
	on("acme-shop", false)
	d.typed("n") // a dialog
	d.mouse(tea.MouseButtonLeft, 5, firstRow+1)
	on("acme-shop", false)
}

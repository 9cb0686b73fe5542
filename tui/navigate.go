package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/keymap"
)

// global carries out the actions that work everywhere.
func (a *App) global(id keymap.ID) tea.Cmd {
	switch id {
	case keymap.Quit:
		if a.keepWP() {
			return nil
		}
		return tea.Quit
	case keymap.Suspend:
		return tea.Suspend
	case keymap.Mouse:
		return a.toggleMouse()
	case keymap.Redraw:
		return tea.ClearScreen
	case keymap.Help:
		a.helpTop = 0
		a.cover(screenHelp)
	case keymap.Palette:
		a.openPalette()
	case keymap.Health:
		return a.openHealth()
	case keymap.OpenOps:
		a.cover(screenOperations)
	case keymap.Back:
		return a.back()
	}
	return nil
}

// back leaves what is shown, the innermost first.
func (a *App) back() tea.Cmd {
	switch a.show {
	case screenLogs:
		if cmd, took := a.logs.Escape(); took {
			return cmd
		}
		a.logs.Close()
		a.show = screenSites
	case screenSites:
		if a.inside {
			a.inside = false
		} else if !a.list.ClearFilter() {
			a.list.Unmark()
		}
	case screenWP:
		a.show = screenSites
	default:
		a.show, a.under = a.under, screenSites
	}
	return nil
}

// cover shows a page over the one that is shown, to which back leads.
func (a *App) cover(over page) {
	if a.show == screenSites || a.show == screenLogs || a.show == screenWP {
		a.under = a.show
	}
	a.show = over
}

// leave shows the sites, and ends what another page had open.
func (a *App) leave() {
	if a.show == screenLogs || a.under == screenLogs {
		a.logs.Close()
	}
	a.show, a.under = screenSites, screenSites
}

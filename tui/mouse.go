package tui

import tea "github.com/charmbracelet/bubbletea"

// wheelLines is how many lines a notch of the wheel moves a text; a list moves by a row.
const wheelLines = 3

// setMouse has the terminal send clicks and the wheel, or no longer. With them the terminal selects text only while shift
// is held, which is why they are off until asked for.
func (a *App) setMouse(on bool) tea.Cmd {
	a.mouse = on
	if on {
		return tea.EnableMouseCellMotion
	}
	return tea.DisableMouse
}

// toggleMouse is setMouse for a key.
func (a *App) toggleMouse() tea.Cmd {
	if a.mouse {
		a.say("the mouse is the terminal's again", false)
	} else {
		a.say("the mouse selects sites and scrolls; shift selects text", false)
	}
	return a.setMouse(!a.mouse)
}

// pointed carries out what the mouse did. A dialog is for the keys alone.
func (a *App) pointed(msg tea.MouseMsg) tea.Cmd {
	if a.over != nil || msg.Action != tea.MouseActionPress {
		return nil
	}
	switch msg.Button {
	case tea.MouseButtonWheelUp:
		return a.wheel(tea.KeyUp, tea.KeyPgUp)
	case tea.MouseButtonWheelDown:
		return a.wheel(tea.KeyDown, tea.KeyPgDown)
	case tea.MouseButtonLeft:
		a.clicked(msg.X, msg.Y-1) // below the header
	}
	return nil
}

// wheel moves what is shown by a notch. On the wp-cli page the arrows are the history's.
func (a *App) wheel(line, page tea.KeyType) tea.Cmd {
	key, times := line, wheelLines
	switch a.show {
	case screenWP:
		key, times = page, 1
	case screenSites, screenOperations:
		times = 1
	}
	var cmds []tea.Cmd
	for range times {
		cmds = append(cmds, a.keys(tea.KeyMsg{Type: key}))
	}
	return tea.Batch(cmds...)
}

// clicked puts the cursor where the mouse is, from the corner below the header.
func (a *App) clicked(x, y int) {
	switch {
	case a.show != screenSites || a.inside && !a.wide():
	case a.wide() && x >= a.list.Width():
		a.inside = true
	default:
		a.inside = false
		a.list.Click(y)
	}
}

package wp

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/keymap"
)

// Key takes a key, and reports whether it is one of the line's or of an action here; WPLeave is the root's to carry out.
func (m *Model) Key(key tea.KeyMsg) (cmd tea.Cmd, took bool) {
	if m.at == nil {
		return nil, false
	}
	id := keymap.ID("")
	if !key.Paste {
		id = m.o.Keys.Match(key.String(), keymap.ScopeWP)
	}
	if id == keymap.WPLeave {
		return nil, false
	}
	if id == "" && key.Type != tea.KeyRunes && key.Type != tea.KeySpace {
		switch m.o.Keys.Match(key.String(), keymap.ScopeGlobal) {
		case keymap.Suspend, keymap.Redraw, keymap.Palette:
			return nil, false
		}
	}
	m.notice = ""
	switch id {
	case keymap.WPRun:
		return m.enter(), true
	case keymap.WPCancel:
		m.interrupt()
	case keymap.WPOlder:
		m.recall(m.place - 1)
	case keymap.WPNewer:
		m.recall(m.place + 1)
	case keymap.WPComplete:
		m.complete()
	case keymap.WPUp:
		m.scroll(-max(m.rows()-1, 1))
	case keymap.WPDown:
		m.scroll(max(m.rows()-1, 1))
	default:
		m.field.Update(key)
	}
	return nil, true
}

// enter runs what was typed.
func (m *Model) enter() tea.Cmd {
	line := strings.TrimSpace(m.field.Value())
	c := m.at
	words, err := split(line)
	switch {
	case err != nil:
		m.say(err.Error(), true)
		return nil
	case len(words) == 0:
		return nil
	case c.busy() || c.awaited:
		m.say("a command runs here; "+m.key(keymap.WPCancel)+" cancels it", true)
		return nil
	case c.view.Owner != "":
		m.say(c.view.Site.Slug+" belongs to "+c.view.Owner+", so nothing can be run in it", true)
		return nil
	}
	if n := len(m.history); n == 0 || m.history[n-1] != line {
		m.history = append(m.history, line)
		m.history = m.history[max(len(m.history)-maxHistory, 0):]
	}
	m.place, m.draft = len(m.history), ""
	m.field.SetValue("")
	m.start(c, line, words)
	return m.await(c, 0)
}

// interrupt cancels the command that runs, or empties the line.
func (m *Model) interrupt() {
	c := m.at
	switch {
	case c.busy():
		c.cancelling = true
		c.cancel()
	case m.field.Value() != "":
		m.field.SetValue("")
		m.place = len(m.history)
	default:
		m.say("nothing runs here; "+m.key(keymap.WPLeave)+" goes back", false)
	}
}

// recall shows a line of the history, or what was being typed after the last.
func (m *Model) recall(place int) {
	if place < 0 || place > len(m.history) {
		return
	}
	if m.place == len(m.history) {
		m.draft = m.field.Value()
	}
	m.place = place
	if place == len(m.history) {
		m.field.SetValue(m.draft)
		return
	}
	m.field.SetValue(m.history[place])
}

// complete completes the word at the end of the line, and says what it could be when that is not certain.
func (m *Model) complete() {
	line, words := complete(m.field.Value())
	m.field.SetValue(line)
	switch len(words) {
	case 0:
		m.say("nothing known begins like that; it can be run all the same", false)
	case 1:
	default:
		for i := range words {
			words[i] = strings.TrimSpace(words[i])
		}
		m.say(strings.Join(words, "  "), false)
	}
}

// say shows a line above the prompt until the next key.
func (m *Model) say(text string, bad bool) { m.notice, m.bad = text, bad }

// key returns how an action's key is called.
func (m *Model) key(id keymap.ID) string { return m.o.Keys.Binding(id).Key() }

package logs

import (
	"slices"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// promptMode is what the bottom row asks for.
type promptMode uint8

const (
	promptNone promptMode = iota
	promptSearch
	promptFilter
	promptSince
	promptSave
)

// maxTyped is the longest pattern, in characters: enough for any that is typed, and a paste of a whole file does no harm.
const maxTyped = 512

// prompt is the bottom row while it has the keys.
type prompt struct {
	mode     promptMode
	typed    []rune
	at       int    // the cursor is before this one
	fault    string // why what is typed is no pattern
	question string
	// before is what esc goes back to.
	filter, search *pattern
}

// ask begins a prompt.
func (m *Model) ask(mode promptMode) {
	m.prompt = prompt{mode: mode, filter: m.filter, search: m.search}
	if mode == promptFilter && m.filter != nil {
		m.prompt.typed = []rune(m.filter.text)
		m.prompt.at = len(m.prompt.typed)
	}
}

// leavePrompt ends a prompt and takes back what was typed into it.
func (m *Model) leavePrompt() tea.Cmd {
	was := m.prompt
	m.prompt = prompt{}
	if was.mode != promptSearch && was.mode != promptFilter {
		return nil
	}
	m.filter, m.search = was.filter, was.search
	return m.look()
}

// promptKey takes a key while a prompt has them.
func (m *Model) promptKey(msg tea.KeyMsg) tea.Cmd {
	name := msg.String()
	if name == "esc" || name == "ctrl+c" {
		return m.leavePrompt()
	}
	switch m.prompt.mode {
	case promptSince:
		return m.chooseSince(name)
	case promptSave:
		return m.chooseSave(name)
	}
	if name == "enter" {
		return m.endPrompt()
	}
	if !m.prompt.edit(msg, name) {
		return nil
	}
	return m.apply()
}

// apply looks for what is typed. While it is no pattern, what was looked for before goes on.
func (m *Model) apply() tea.Cmd {
	text := string(m.prompt.typed)
	invert := m.prompt.mode == promptFilter && m.filter != nil && m.filter.invert
	p, err := newPattern(text, invert)
	if err != nil {
		m.prompt.fault = strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return nil
	}
	m.prompt.fault = ""
	if m.prompt.mode == promptFilter {
		m.filter = p
	} else {
		m.search, m.hasCurrent = p, false
	}
	return m.look()
}

// endPrompt keeps what was typed. An empty search goes on with the last one; what is no pattern stays to be mended.
func (m *Model) endPrompt() tea.Cmd {
	was := m.prompt
	if was.fault != "" {
		return nil
	}
	m.prompt = prompt{}
	if was.mode == promptFilter {
		return nil
	}
	if len(was.typed) == 0 {
		m.search = was.search
	}
	cmd := m.look()
	if m.search == nil {
		return cmd
	}
	if m.jump = m.scanning; !m.jump {
		m.toMatch()
	}
	return cmd
}

// edit changes what is typed, and reports whether it did.
func (p *prompt) edit(msg tea.KeyMsg, name string) bool {
	switch name {
	case "left", "ctrl+b":
		p.at = max(p.at-1, 0)
	case "right", "ctrl+f":
		p.at = min(p.at+1, len(p.typed))
	case "home", "ctrl+a":
		p.at = 0
	case "end", "ctrl+e":
		p.at = len(p.typed)
	case "backspace", "ctrl+h":
		return p.cut(p.at-1, p.at)
	case "delete", "ctrl+d":
		return p.cut(p.at, p.at+1)
	case "ctrl+u":
		return p.cut(0, p.at)
	case "ctrl+k":
		return p.cut(p.at, len(p.typed))
	case "ctrl+w":
		from := p.at
		for from > 0 && unicode.IsSpace(p.typed[from-1]) {
			from--
		}
		for from > 0 && !unicode.IsSpace(p.typed[from-1]) {
			from--
		}
		return p.cut(from, p.at)
	default:
		if msg.Type != tea.KeyRunes && msg.Type != tea.KeySpace || msg.Alt {
			return false
		}
		runes := []rune(cell.Plain(string(msg.Runes)))
		runes = runes[:min(len(runes), max(maxTyped-len(p.typed), 0))]
		p.typed = slices.Insert(p.typed, p.at, runes...)
		p.at += len(runes)
		return len(runes) > 0
	}
	return false
}

// cut takes characters out.
func (p *prompt) cut(from, to int) bool {
	if from < 0 || to > len(p.typed) || from >= to {
		return false
	}
	p.typed = slices.Delete(p.typed, from, to)
	p.at = from
	return true
}

// view returns the row: what is typed, as much of it around the cursor as there is room for, and what is wrong with it.
func (p *prompt) view(s *theme.Styles, width int) string {
	sign := "/"
	if p.mode == promptFilter {
		sign = "&"
	}
	fault := ""
	if p.fault != "" {
		fault = "  " + s.Failed.Render(cell.Cut(cell.Plain(p.fault), max(width/2, 8), s.Glyphs.Ellipsis))
	}
	room := max(width-cell.Width(fault)-5, 4)
	before := cell.CutLeft(string(p.typed[:p.at]), room, s.Glyphs.Ellipsis)
	under, after := " ", ""
	if p.at < len(p.typed) {
		under, after = string(p.typed[p.at]), string(p.typed[p.at+1:])
	}
	after = cell.Cut(after, room-cell.Width(before), s.Glyphs.Ellipsis)
	return " " + s.Key.Render(sign) + " " + before + s.Cursor.Render(under) + after + fault
}

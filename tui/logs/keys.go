package logs

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// sideStep is how many cells the left and right keys move.
const sideStep = 16

// Typing reports whether a text is being typed or a choice made: every key is the pane's then.
func (m *Model) Typing() bool { return m.prompt.mode != promptNone }

// Bindings returns the actions of the keys that do something now, for the footer.
func (m *Model) Bindings() []keymap.ID {
	if m.session == nil || m.Typing() {
		return nil
	}
	ids := []keymap.ID{keymap.LogSearch, keymap.LogFilter}
	if m.search != nil {
		ids = append(ids, keymap.LogNext, keymap.LogPrev)
	}
	if m.filter != nil {
		ids = append(ids, keymap.LogInvert)
	}
	if m.failed() {
		ids = append(ids, keymap.LogRetry)
	}
	return append(ids, keymap.LogPause, keymap.LogTime, keymap.LogWrap, keymap.LogSince, keymap.LogSave, keymap.LogCopy)
}

// failed reports whether a log cannot be read.
func (m *Model) failed() bool {
	s := m.session.store
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, src := range s.sources {
		if src.state == stateFailed || src.state == stateAbsent {
			return true
		}
	}
	return false
}

// Escape takes back the latest of what was set: the prompt, the search, the filter. It reports false when there is none,
// and the person wants to leave the pane.
func (m *Model) Escape() (tea.Cmd, bool) {
	m.dirty = true
	switch {
	case m.prompt.mode != promptNone:
		return m.leavePrompt(), true
	case m.search != nil:
		m.search, m.hasCurrent = nil, false
	case m.filter != nil:
		m.filter = nil
	default:
		return nil, false
	}
	return m.look(), true
}

// look hands filter and search to the store, and returns the command that finds what they match.
func (m *Model) look() tea.Cmd {
	if m.session == nil {
		return nil
	}
	m.session.store.look(m.filter, m.search)
	return m.scan()
}

// key does what a key outside of prompts does.
func (m *Model) key(msg tea.KeyMsg) tea.Cmd {
	if m.session == nil {
		return nil
	}
	name := msg.String()
	if len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		return m.toggle(int(name[0] - '1'))
	}
	switch m.keys.Match(name, keymap.ScopeLogs, keymap.ScopeList, keymap.ScopeGlobal) {
	case keymap.LogSearch:
		m.ask(promptSearch)
	case keymap.LogFilter:
		m.ask(promptFilter)
	case keymap.LogSince:
		m.ask(promptSince)
	case keymap.LogSave:
		m.askSave()
	case keymap.LogNext:
		m.step(true)
	case keymap.LogPrev:
		m.step(false)
	case keymap.LogInvert:
		return m.invert()
	case keymap.LogPause:
		m.following = !m.following
	case keymap.LogTime:
		m.times = (m.times + 1) % 3
	case keymap.LogWrap:
		m.wrap, m.left = !m.wrap, 0
		m.skip = 0
	case keymap.LogCopy:
		return m.copyLines(true)
	case keymap.LogCopyScreen:
		return m.copyLines(false)
	case keymap.LogClear:
		m.session.store.clear()
		m.following, m.hasCurrent = true, false
	case keymap.LogRetry:
		m.session.retry()
	case keymap.Back:
		cmd, _ := m.Escape()
		return cmd
	default:
		return m.moveKey(name)
	}
	return nil
}

// moveKey does what a key that moves does.
func (m *Model) moveKey(name string) tea.Cmd {
	page := max(m.bodyRows()-1, 1)
	switch m.keys.Match(name, keymap.ScopeList) {
	case keymap.Up:
		return m.move(-1)
	case keymap.Down:
		return m.move(1)
	case keymap.HalfUp:
		return m.move(-max(page/2, 1))
	case keymap.HalfDown:
		return m.move(max(page/2, 1))
	case keymap.PageUp:
		return m.move(-page)
	case keymap.PageDown:
		return m.move(page)
	case keymap.Top:
		return m.toTop()
	case keymap.Bottom:
		m.following = true
	case keymap.Left:
		m.left = max(m.left-sideStep, 0)
	case keymap.Right:
		if !m.wrap && m.widest > m.left+sideStep {
			m.left += sideStep
		}
	}
	return nil
}

// toggle switches a service on or off.
func (m *Model) toggle(i int) tea.Cmd {
	if i < len(m.services) {
		m.session.store.toggle(i)
	}
	return m.scan()
}

// invert turns the filter around.
func (m *Model) invert() tea.Cmd {
	if m.filter == nil {
		m.notice = "there is no filter to invert"
		return nil
	}
	turned := *m.filter
	turned.invert = !turned.invert
	m.filter = &turned
	return m.look()
}

// copyLines hands the lines on the screen to the root, or only the one that the search stands on, the last if none is.
func (m *Model) copyLines(one bool) tea.Cmd {
	m.View()
	rows := m.rows
	if one && len(rows) > 0 {
		chosen := rows[len(rows)-1]
		for _, p := range rows {
			if m.hasCurrent && p == m.current {
				chosen = p
			}
		}
		rows = []place{chosen}
	}
	var texts []string
	s := m.session.store
	s.mu.Lock()
	for _, p := range rows {
		ring := s.sources[p.source].ring
		if p.seq < ring.first || p.seq >= ring.next {
			continue // dropped since it was drawn
		}
		if line := ring.At(p.seq); !line.Kind.IsMark() {
			texts = append(texts, string(stripSGR(nil, line.Text)))
		}
	}
	s.mu.Unlock()
	if len(texts) == 0 {
		m.notice = "there is no line to copy"
		return nil
	}
	m.notice = "copied: " + cell.Plain(texts[0])
	if len(texts) > 1 {
		m.notice = fmt.Sprintf("copied %d lines", len(texts))
	}
	text := strings.Join(texts, "\n")
	return func() tea.Msg { return CopyMsg{text} }
}

// sinceHelp says what "since" can be, by the key that chooses.
const sinceHelp = "since  r recent   5 minutes   h hour   t today   a all   esc as it is"

// chooseSince reads the logs anew, from a time on.
func (m *Model) chooseSince(key string) tea.Cmd {
	now := m.opts.Now().In(m.zone)
	m.prompt = prompt{}
	since, tail := time.Time{}, m.opts.Lines
	switch key {
	case "r":
		m.bound, tail = "", defaultTail
	case "5":
		m.bound, since = "the last 5 minutes", now.Add(-5*time.Minute)
	case "h":
		m.bound, since = "the last hour", now.Add(-time.Hour)
	case "t":
		m.bound, since = "today", time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, m.zone)
	case "a":
		m.bound = "all"
	default:
		return nil
	}
	return m.begin(tail, since)
}

// bottomRow is the row for what is typed, asked or told; "" when there is nothing.
func (m *Model) bottomRow(width int) string {
	_, inside := cell.Inside(m.w, m.h)
	if inside < 2 {
		return ""
	}
	switch m.prompt.mode {
	case promptSearch, promptFilter:
		return m.prompt.view(m.styles, width)
	case promptSince:
		return " " + sinceHelp
	case promptSave:
		return " " + m.prompt.question
	}
	if m.notice == "" {
		return ""
	}
	return " " + ansi.Truncate(m.notice, max(width-2, 0), m.styles.Glyphs.Ellipsis)
}

package logs

import (
	"math"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/tui/cell"
)

// bodyRows returns how many rows there are for lines.
func (m *Model) bodyRows() int {
	width, rows := cell.Inside(m.w, m.h)
	if m.bottomRow(width) != "" {
		rows--
	}
	return max(rows, 0)
}

// textWidth returns how many cells there are for their text.
func (m *Model) textWidth() int {
	width, _ := cell.Inside(m.w, m.h)
	return m.columns(width).text
}

// move scrolls by rows, up if they are negative. Scrolling up ends following, reaching the end begins it. The command
// loads older lines when there is less than a screen of them left.
func (m *Model) move(rows int) tea.Cmd {
	m.View() // what the person saw is where it goes on from
	body, width := m.bodyRows(), m.textWidth()
	s := m.session.store
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.walkLocked(false)
	if rows < 0 {
		return m.moveUp(&w, -rows, body, width)
	}
	if m.following {
		return nil
	}
	w.seek(m.top)
	for left := m.skip + rows; ; {
		p, ok := w.next()
		if !ok {
			break
		}
		h := m.height(w.line(p), width)
		m.top, m.skip = p, left
		if left < h {
			break
		}
		left -= h
		m.skip = h - 1
	}
	top, skip := m.lastScreen(&w, body, width)
	if c := m.top.compare(top); c > 0 || c == 0 && m.skip >= skip {
		m.following = true
	}
	m.holdLocked()
	return nil
}

// moveUp is move upwards. The store is locked.
func (m *Model) moveUp(w *walker, rows, body, width int) tea.Cmd {
	w.seek(m.top)
	for ; rows > 0; rows-- {
		if m.skip > 0 {
			m.skip--
			m.following = false
			continue
		}
		p, ok := w.prev()
		if !ok {
			break
		}
		m.following = false
		m.top, m.skip = p, m.height(w.line(p), width)-1
	}
	m.holdLocked()
	if w.before() < body {
		return m.older()
	}
	return nil
}

// holdLocked keeps what is on the screen from being dropped, unless it follows.
func (m *Model) holdLocked() {
	key := int64(math.MaxInt64)
	if !m.following {
		key = m.top.key
	}
	m.session.store.holdLocked(key)
}

// hold is holdLocked, with the lock: lines that waited go on as soon as it follows again.
func (m *Model) hold() {
	if m.session == nil {
		return
	}
	m.session.store.mu.Lock()
	defer m.session.store.mu.Unlock()
	m.holdLocked()
}

// toTop goes to the oldest line that was read, and loads older ones.
func (m *Model) toTop() tea.Cmd {
	s := m.session.store
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.walkLocked(false)
	if p, ok := w.next(); ok {
		m.following, m.top, m.skip = false, p, 0
		m.holdLocked()
	}
	return m.older()
}

// toMatch goes to the last match on the screen, or to the last above it, or to the first below.
func (m *Model) toMatch() {
	m.View()
	s := m.session.store
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.walkLocked(true)
	w.seek(theEnd)
	if n := len(m.rows); n > 0 {
		last := m.rows[n-1]
		last.seq++
		w.seek(last)
	}
	p, ok := w.prev()
	if !ok {
		if p, ok = w.next(); !ok {
			m.notice = "nothing matches"
			return
		}
	}
	m.showLocked(p)
}

// step goes to the next match, or to the one before.
func (m *Model) step(forward bool) {
	if m.search == nil {
		m.notice = "nothing was searched for"
		return
	}
	if !m.hasCurrent {
		m.toMatch()
		return
	}
	s := m.session.store
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.walkLocked(true)
	from := m.current
	if forward {
		from.seq++
	}
	w.seek(from)
	pass, none := w.prev, "no match before this one"
	if forward {
		pass, none = w.next, "no match after this one"
	}
	p, ok := pass()
	if !ok {
		m.notice = none
		return
	}
	m.showLocked(p)
}

// showLocked makes a match the current one, and scrolls to it if it is not on the screen.
func (m *Model) showLocked(p place) {
	m.current, m.hasCurrent, m.following = p, true, false
	if !slices.Contains(m.rows, p) {
		w := m.session.store.walkLocked(false)
		w.seek(p)
		m.top, m.skip = p, 0
		width := m.textWidth()
		for above := m.bodyRows() / 2; above > 0; {
			q, ok := w.prev()
			if !ok {
				break
			}
			m.top = q
			above -= m.height(w.line(q), width)
		}
	}
	m.holdLocked()
}

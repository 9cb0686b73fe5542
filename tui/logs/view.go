package logs

import (
	"bytes"

	"github.com/Locorum/locorum-tui/tui/cell"
)

// How wide the columns before the text are, and what has to be left for the text before one of them gives way.
const (
	clockLayout = "15:04:05.000"
	shortLayout = "15:04:05"
	dateLayout  = "2006-01-02 15:04:05.000"

	roomForMillis = 40
	roomForTag    = 24
	roomForTime   = 16
	narrowTag     = 4
)

// columns says what stands before the text of a row.
type columns struct {
	layout string // of the time; "" has none
	tag    int    // cells of the service's name; 0 has none
	sign   bool   // of stderr
	text   int    // cells of the text
}

// columns chooses what there is room for in width cells.
func (m *Model) columns(width int) columns {
	c := columns{layout: [...]string{"", clockLayout, dateLayout}[m.times], sign: true}
	if len(m.services) > 1 {
		for _, s := range m.services {
			c.tag = max(c.tag, min(cell.Width(s.Name), 12))
		}
	}
	rest := func() int { return width - c.before() }
	if c.layout == clockLayout && rest() < roomForMillis {
		c.layout = shortLayout
	}
	if rest() < roomForTag {
		c.tag = min(c.tag, narrowTag)
	}
	if rest() < roomForTime {
		c.layout = ""
	}
	if rest() < 1 {
		c.tag, c.sign = 0, width > 2
	}
	c.text = max(rest(), 1)
	return c
}

// before returns how many cells stand before the text: each column with a blank, and the mark of stderr with one.
func (c columns) before() int {
	n := 0
	if c.sign {
		n = 2
	}
	if c.layout != "" {
		n += len(c.layout) + 1
	}
	if c.tag > 0 {
		n += c.tag + 1
	}
	return n
}

// height returns how many rows a line takes.
func (m *Model) height(line Line, width int) int {
	switch {
	case !m.wrap || line.Kind.IsMark():
		return 1
	case line.ASCII:
		return max(1, (len(line.Text)+width-1)/width)
	}
	m.laid.Set(line.Text, line.ASCII, m.colours)
	return m.laid.Rows(width)
}

// settle makes m.top and m.skip the first row on a screen of rows: the last screen when following, otherwise where it was,
// but never with less than a screen below it while there is more above.
func (m *Model) settle(w *walker, rows, width int) {
	if !m.following {
		w.seek(m.top)
		n := -m.skip
		for n < rows {
			p, ok := w.next()
			if !ok {
				break
			}
			n += m.height(w.line(p), width)
		}
		if n >= rows {
			return
		}
	}
	m.top, m.skip = m.lastScreen(w, rows, width)
}

// lastScreen returns the first row of the last screen.
func (m *Model) lastScreen(w *walker, rows, width int) (top place, skip int) {
	w.seek(theEnd)
	top = beginning
	n := 0
	for n < rows {
		p, ok := w.prev()
		if !ok {
			break
		}
		n += m.height(w.line(p), width)
		top = p
	}
	return top, max(n-rows, 0)
}

// draw makes the pane's picture anew.
func (m *Model) draw() {
	m.dirty = false
	m.buf = m.buf[:0]
	width, rows := cell.Inside(m.w, m.h)
	if m.h <= 0 || m.w <= 0 {
		m.picture = ""
		return
	}
	framed := width != m.w
	bottom := m.bottomRow(width)
	if bottom != "" {
		rows--
	}
	side := ""
	if framed {
		side = m.side()
	}
	m.rows = m.rows[:0]
	f, n := facts{}, 0
	if m.session != nil && rows > 0 {
		f, n = m.drawBody(side, rows, width, m.columns(width))
	}
	for _, text := range m.emptyText(f, n, rows) {
		m.drawText(side, text, width)
		n++
	}
	for ; n < rows; n++ {
		m.drawText(side, "", width)
	}
	if bottom != "" {
		m.drawText(side, bottom, width)
	}
	if !framed {
		m.picture = string(bytes.TrimSuffix(m.buf, []byte{'\n'}))
		return
	}
	top, foot := m.edges(f)
	m.picture = top + "\n" + string(m.buf) + foot
}

// drawBody draws the lines, and notes which are on the screen. It returns what the frame says of them, and how many rows
// were drawn.
func (m *Model) drawBody(side string, rows, width int, cols columns) (facts, int) {
	s := m.session.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.following {
		m.holdLocked()
	}
	w := s.walkLocked(false)
	m.settle(&w, rows, cols.text)
	if !m.following {
		m.holdLocked()
		w = s.walkLocked(false)
	}
	w.seek(m.top)
	n, skip := 0, m.skip
	f := m.factsLocked(s, &w)
	m.widest = 0
	for n < rows {
		p, ok := w.next()
		if !ok {
			break
		}
		m.rows = append(m.rows, p)
		n += m.drawLine(side, p, w.line(p), skip, rows-n, width, cols)
		skip = 0
	}
	f.below = w.after()
	return f, n
}

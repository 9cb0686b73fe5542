package logs

import (
	"bytes"
	"time"
	"unicode/utf8"

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
	m.laid.set(line, m.colours)
	return m.laid.rows(width)
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

// drawText draws a row of our own, which may be styled.
func (m *Model) drawText(side, text string, width int) {
	m.buf = append(m.buf, side...)
	m.buf = append(m.buf, cell.Fit(text, width, m.styles.Glyphs.Ellipsis)...)
	m.endRow(side)
}

// endRow ends a row: nothing of its look goes over into the next.
func (m *Model) endRow(side string) {
	m.buf = append(m.buf, side...)
	m.buf = append(m.buf, '\n')
}

// drawLine draws at most rows rows of a line, from the one numbered skip on, and returns how many.
func (m *Model) drawLine(side string, p place, line Line, skip, rows, width int, cols columns) int {
	if line.Kind.IsMark() {
		m.drawText(side, m.markText(p, line), width)
		return 1
	}
	m.laid.set(line, m.colours)
	m.widest = max(m.widest, m.laid.width)
	m.highlight(p)
	if !m.wrap {
		m.drawPrefix(side, p, line, cols, true)
		m.drawCut(cols.text)
		m.endRow(side)
		return 1
	}
	at := m.laid.row(skip, cols.text)
	for n := 0; ; n++ {
		if n > 0 && at >= len(m.laid.clusters) || n == rows {
			return n
		}
		to, used := m.laid.next(at, cols.text)
		m.drawPrefix(side, p, line, cols, skip+n == 0)
		m.drawClusters(at, to, cols.text)
		m.pad(cols.text - used)
		m.endRow(side)
		at = to
	}
}

// drawPrefix draws the columns before the text, in the first row of a line.
func (m *Model) drawPrefix(side string, p place, line Line, cols columns, first bool) {
	m.buf = append(m.buf, side...)
	if !first {
		m.pad(cols.before())
		m.buf = append(m.buf, reset...)
		return
	}
	s := m.styles
	if cols.layout != "" {
		m.buf = append(m.buf, s.Dim.On...)
		m.buf = time.Unix(0, line.Time).In(m.zone).AppendFormat(m.buf, cols.layout)
		m.buf = append(m.buf, s.Dim.Off...)
		m.buf = append(m.buf, ' ')
	}
	if cols.tag > 0 {
		m.buf = append(m.buf, m.tags[p.source].on...)
		name := cell.Cut(m.tags[p.source].name, cols.tag, "")
		m.buf = append(m.buf, name...)
		m.buf = append(m.buf, m.tags[p.source].off...)
		m.pad(cols.tag - cell.Width(name) + 1)
	}
	switch {
	case !cols.sign:
	case line.Kind == Stderr:
		m.buf = append(m.buf, s.Failed.On...)
		m.buf = append(m.buf, "! "...)
	default:
		m.buf = append(m.buf, "  "...)
	}
	m.buf = append(m.buf, reset...)
}

// drawCut draws the part of the line that m.left and the width leave of it.
func (m *Model) drawCut(width int) {
	from, at := 0, 0
	for from < len(m.laid.clusters) && at < m.left {
		at += int(m.laid.clusters[from].width)
		from++
	}
	room := width - (at - m.left)
	m.pad(min(at-m.left, width)) // half of a wide character, or past the end of the line
	if at < m.left {
		m.pad(width)
		return
	}
	more := m.laid.width-at > room
	if more {
		room--
	}
	to, used := from, 0
	for to < len(m.laid.clusters) && used+int(m.laid.clusters[to].width) <= room {
		used += int(m.laid.clusters[to].width)
		to++
	}
	m.drawClusters(from, to, width)
	m.pad(room - used)
	if more {
		m.buf = append(m.buf, m.styles.Dim.Render(m.styles.Glyphs.Ellipsis)...)
	}
}

// drawClusters draws clusters from one to another, and ends their look.
func (m *Model) drawClusters(from, to, width int) {
	l := &m.laid
	style, lit := int16(0), false
	marks := m.marks
	for i := from; i < to; i++ {
		c := l.clusters[i]
		for len(marks) > 0 && marks[0].end <= c.start {
			marks = marks[1:]
		}
		light := len(marks) > 0 && marks[0].begin < c.end
		if c.style != style || lit && !light {
			m.buf = l.styles[c.style].write(m.buf)
		}
		if light && (!lit || c.style != style) {
			m.buf = append(m.buf, m.mark...)
		}
		style, lit = c.style, light
		switch {
		case int(c.width) > width:
			m.buf = append(m.buf, '?')
		case utf8.Valid(l.text[c.start:c.end]):
			m.buf = append(m.buf, l.text[c.start:c.end]...)
		}
	}
	m.buf = append(m.buf, reset...)
}

// span is a match, in bytes of laid.text.
type span struct{ begin, end int32 }

// maxMarks bounds the matches that are shown in one line.
const maxMarks = 256

// highlight finds what the search matches in the line that is laid out.
func (m *Model) highlight(p place) {
	m.marks = m.marks[:0]
	if m.search == nil {
		return
	}
	m.mark = m.styles.Match.On
	if m.hasCurrent && p == m.current {
		m.mark = m.styles.Current.On
	}
	for at := 0; at <= len(m.laid.text) && len(m.marks) < maxMarks; {
		begin, end := m.search.find(m.laid.text[at:])
		if begin < 0 {
			return
		}
		if end > begin {
			m.marks = append(m.marks, span{int32(at + begin), int32(at + end)})
		}
		at += max(end, begin+1)
	}
}

// pad draws blanks.
func (m *Model) pad(n int) {
	for range n {
		m.buf = append(m.buf, ' ')
	}
}

const reset = "\x1b[m"

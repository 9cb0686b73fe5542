package logs

import (
	"time"

	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/flow"
)

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
	m.laid.Set(line.Text, line.ASCII, m.colours)
	m.widest = max(m.widest, m.laid.Width())
	m.highlight(p)
	if !m.wrap {
		m.drawPrefix(side, p, line, cols, true)
		m.buf = m.laid.DrawCut(m.buf, m.left, cols.text, m.styles, m.lit())
		m.endRow(side)
		return 1
	}
	at := m.laid.Row(skip, cols.text)
	for n := 0; ; n++ {
		if n > 0 && at >= m.laid.Len() || n == rows {
			return n
		}
		to, used := m.laid.Next(at, cols.text)
		m.drawPrefix(side, p, line, cols, skip+n == 0)
		m.buf = m.laid.Draw(m.buf, at, to, cols.text, m.lit())
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

// lit is what stands out in the line that is laid out.
func (m *Model) lit() flow.Lit { return flow.Lit{Spans: m.marks, On: m.mark} }

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
	for at := 0; at <= len(m.laid.Text()) && len(m.marks) < maxMarks; {
		begin, end := m.search.find(m.laid.Text()[at:])
		if begin < 0 {
			return
		}
		if end > begin {
			m.marks = append(m.marks, flow.Span{Begin: int32(at + begin), End: int32(at + end)})
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

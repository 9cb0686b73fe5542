package wp

import (
	"strconv"

	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/flow"
	"github.com/Locorum/locorum-tui/tui/logs"
)

// margin is what stands before the text of a row: the mark of its kind, and a blank.
const margin = 2

// textWidth returns how many cells of a row are text.
func (m *Model) textWidth() int {
	width, _ := cell.Inside(m.w, m.h)
	return max(width-margin-1, 1) // a blank at the right
}

// rows returns how many rows the output has: the prompt takes one, what is said another.
func (m *Model) rows() int {
	_, height := cell.Inside(m.w, m.h)
	if m.notice != "" {
		height--
	}
	return max(height-1, 0)
}

// Bindings are the actions that do something here and now.
func (m *Model) Bindings() []keymap.ID {
	if m.at != nil && m.at.busy() {
		return []keymap.ID{keymap.WPCancel, keymap.WPLeave, keymap.WPUp}
	}
	return []keymap.ID{keymap.WPRun, keymap.WPLeave, keymap.WPComplete, keymap.WPOlder, keymap.WPUp}
}

// View returns the pane: as many lines as it is tall, each as wide as it is.
func (m *Model) View() []string {
	s := m.o.Styles
	frame := cell.Frame{Focus: true}
	width, height := cell.Inside(m.w, m.h)
	if m.at == nil || height <= 0 {
		return frame.Draw(s, nil, m.w, m.h)
	}
	c := m.at
	c.mu.Lock()
	defer c.mu.Unlock()
	rows := m.rows()
	body, below := m.output(c, rows, width)
	if c.ring.Len() == 0 && rows > 2 {
		body = []string{
			"", "  " + s.Dim.Render("What you type goes to wp-cli in this site, without a shell:"),
			"  " + s.Dim.Render("plugin list, option get siteurl, cache flush"),
		}
		body = body[:min(len(body), rows)]
	}
	for len(body) < rows {
		body = append(body, "")
	}
	if m.notice != "" {
		style := s.Dim
		if m.bad {
			style = s.Failed
		}
		body = append(body, "  "+style.Render(cell.Cut(cell.Plain(m.notice), width-margin, s.Glyphs.Ellipsis)))
	}
	prompt := cell.Cut(" "+s.Key.Render("wp")+" ", width, "")
	body = append(body, prompt+m.field.View(s, width-cell.Width(prompt), true))
	frame.Title = cell.Plain(c.view.Site.Slug) + " " + s.Glyphs.Dot + " wp"
	frame.Right, frame.Foot = m.state(c), m.foot(c, below)
	return frame.Draw(s, body, m.w, m.h)
}

// state says what runs, and for how long.
func (m *Model) state(c *console) string {
	s := m.o.Styles
	switch {
	case !c.running:
		return ""
	case c.cancelling:
		return s.Changing.Render(s.Glyphs.Changing + " cancelling")
	}
	return s.Changing.Render(s.Glyphs.Changing + " " + cell.Took(m.o.Now().Sub(c.began)))
}

// foot says what is not on the screen.
func (m *Model) foot(c *console, below int64) string {
	text := ""
	if n := c.ring.Dropped(); n > 0 {
		text = strconv.FormatInt(n, 10) + " lines dropped"
	}
	if below > 0 {
		if text != "" {
			text += " " + m.o.Styles.Glyphs.Dot + " "
		}
		text += strconv.FormatInt(below, 10) + " lines below"
	}
	return m.o.Styles.Dim.Render(text)
}

// lay lays a line out and returns how many rows it takes.
func (m *Model) lay(line logs.Line) int {
	m.line.Set(line.Text, line.ASCII, m.o.Styles.Running.On != "")
	return m.line.Rows(m.textWidth())
}

// lastScreen returns the first row of the last screen of output: its line, and rows of it that are above.
func (m *Model) lastScreen(ring *logs.Ring, rows int) (top int64, skip int) {
	n := 0
	top = ring.Next()
	for top > ring.First() && n < rows {
		top--
		n += m.lay(ring.At(top))
	}
	return top, max(n-rows, 0)
}

// settle makes c.top and c.skip a row that is there, and follows the end once it is on the screen.
func (m *Model) settle(c *console, rows int) {
	top, skip := m.lastScreen(c.ring, rows)
	if c.top < c.ring.First() {
		c.top, c.skip = c.ring.First(), 0
	}
	if c.following || c.top > top || c.top == top && c.skip >= skip {
		c.top, c.skip, c.following = top, skip, true
	}
	if c.top < c.ring.Next() {
		c.skip = min(c.skip, m.lay(c.ring.At(c.top))-1) // the pane may be wider than it was
	}
}

// scroll moves the output by rows.
func (m *Model) scroll(by int) {
	c := m.at
	c.mu.Lock()
	defer c.mu.Unlock()
	m.settle(c, m.rows())
	c.following = false
	for ; by < 0 && (c.skip > 0 || c.top > c.ring.First()); by++ {
		if c.skip--; c.skip < 0 {
			c.top--
			c.skip = m.lay(c.ring.At(c.top)) - 1
		}
	}
	for ; by > 0 && c.top < c.ring.Next(); by-- {
		if c.skip++; c.skip >= m.lay(c.ring.At(c.top)) {
			c.top++
			c.skip = 0
		}
	}
	m.settle(c, m.rows())
}

// output returns the rows of what is on the screen, and how many lines are below it.
func (m *Model) output(c *console, rows, width int) (body []string, below int64) {
	m.settle(c, rows)
	skip := c.skip
	seq := c.top
	for ; seq < c.ring.Next() && len(body) < rows; seq++ {
		line := c.ring.At(seq)
		m.lay(line)
		at := m.line.Row(skip, m.textWidth())
		for n := 0; (n == 0 || at < m.line.Len()) && len(body) < rows; n++ {
			to, _ := m.line.Next(at, m.textWidth())
			body = append(body, cell.Cut(m.mark(line.Kind, skip+n == 0)+m.text(line.Kind, at, to), width, ""))
			at = to
		}
		skip = 0
	}
	return body, c.ring.Next() - seq
}

// mark is what stands before a row.
func (m *Model) mark(kind logs.Kind, first bool) string {
	s := m.o.Styles
	if !first {
		return cell.Blanks(margin)
	}
	switch kind {
	case asked:
		return s.Accent.Render("$") + " "
	case logs.Stderr:
		return s.Failed.Render("!") + " "
	case ended:
		return s.Running.Render(s.Glyphs.Done) + " "
	case failed:
		return s.Failed.Render(s.Glyphs.Failed) + " "
	}
	return cell.Blanks(margin)
}

// text is a row of the line that is laid out.
func (m *Model) text(kind logs.Kind, from, to int) string {
	s := m.o.Styles
	text := string(m.line.Draw(nil, from, to, m.textWidth(), flow.Lit{}))
	switch kind {
	case asked:
		return s.Strong.Render(text)
	case ended, failed:
		return s.Dim.Render(text)
	}
	return text
}

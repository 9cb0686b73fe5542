package sitelist

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// columns are the widths of a row's columns; 0 leaves one out.
type columns struct {
	name, status, php, db, cpu, memory, url int
}

// The widths that columns want. A name gets what is left, up to the longest there is.
const (
	leastName   = 9
	mostName    = 40
	leastStatus = 9
	wideStatus  = 18 // "running 12 h 34 m"
	phpWidth    = 4
	dbWidth     = 10 // "maria10.11"
	cpuWidth    = 5
	memWidth    = 6
	leastURL    = 20
	// lead is the bar, the mark, the glyph and the blank after it.
	lead = 4
)

// layout shares the width out. Columns give way in a fixed order: the address, memory, CPU, the database, PHP; never the
// name or the status. Where nothing is measured there are no columns for it.
func (m *Model) layout(width int, measured bool) columns {
	longest := leastName
	for i := range m.views {
		longest = max(longest, min(cell.Width(name(&m.views[i])), mostName))
	}
	room := width - lead - 1                 // a blank at the right
	longest = min(longest, max(width/4, 15)) // one long name must not cost every row its columns
	c := columns{name: min(longest, max(room-leastStatus-1, leastName)), status: leastStatus}
	room -= c.name + 1 + c.status
	take := func(column *int, want int) {
		if room >= want+1 {
			*column = want
			room -= want + 1
		}
	}
	take(&c.php, phpWidth)
	take(&c.db, dbWidth)
	if measured {
		take(&c.cpu, cpuWidth)
	}
	if c.cpu > 0 {
		take(&c.memory, memWidth)
	}
	if more := min(room, wideStatus-leastStatus); more > 0 {
		c.status += more
		room -= more
	}
	if room > leastURL {
		c.url = room - 1
		room = 0
	}
	c.name += min(max(room, 0), mostName-c.name)
	return c
}

// Measures reports whether what containers use shows in the list: there is room for it, or it is the order of the rows.
func (m *Model) Measures() bool {
	width, _ := cell.Inside(m.width, m.height)
	return m.layout(width, true).cpu > 0 || m.sort == ByCPU || m.sort == ByMemory
}

// View returns the list in its frame.
func (m *Model) View(focus bool) []string {
	width, height := cell.Inside(m.width, m.height)
	frame := cell.Frame{Title: "Sites", Focus: focus, Right: m.count(), Foot: m.foot()}
	var body []string
	c := m.layout(width, len(m.usage) > 0)
	switch {
	case len(m.views) == 0:
		body = m.empty(width)
	case len(m.rows) == 0:
		body = []string{"", m.styles.Dim.Render("  nothing matches ") + cell.Plain(m.filter.Value()), m.styles.Dim.Render("  esc shows every site")}
	default:
		if headLines(height) > 0 {
			body = append(body, m.head(c))
		}
		for i := m.top; i < min(m.top+m.rowsShown(), len(m.rows)); i++ {
			body = append(body, m.row(&m.views[m.rows[i]], c, i == m.at, width))
		}
	}
	if m.typing && height > 0 {
		for len(body) < height {
			body = append(body, "")
		}
		body[height-1] = " " + m.styles.Key.Render("/") + " " + m.filter.View(m.styles, width-4, true)
	}
	return frame.Draw(m.styles, body, m.width, m.height)
}

// count says how many rows are shown, of how many, and how many are marked.
func (m *Model) count() string {
	var parts []string
	if n := len(m.marks); n > 0 {
		parts = append(parts, fmt.Sprintf("%d marked", n))
	}
	if len(m.rows) != len(m.views) {
		parts = append(parts, fmt.Sprintf("%d of %d", len(m.rows), len(m.views)))
	}
	return m.styles.Dim.Render(strings.Join(parts, " "+m.styles.Glyphs.Dot+" "))
}

// foot says what is not the default: the order, and a filter.
func (m *Model) foot() string {
	var parts []string
	if m.sort != ByName {
		parts = append(parts, "by "+m.sort.String())
	}
	if m.filter.Value() != "" && !m.typing {
		parts = append(parts, "/ "+cell.Plain(m.filter.Value()))
	}
	return m.styles.Dim.Render(strings.Join(parts, " "+m.styles.Glyphs.Dot+" "))
}

// empty is what a person sees who has no site yet.
func (m *Model) empty(width int) []string {
	lines := []string{"", "  No sites yet.", ""}
	if width >= 34 {
		lines = append(lines, "  "+m.styles.Key.Render("n")+"  makes the first one", "  "+m.styles.Key.Render("?")+"  shows every key")
		return lines
	}
	return append(lines, "  "+m.styles.Key.Render("n")+" makes one")
}

// head is the line above the rows.
func (m *Model) head(c columns) string {
	var b strings.Builder
	b.WriteString(cell.Blanks(lead))
	left := func(text string, width int) {
		if width > 0 {
			b.WriteString(cell.Fit(text, width, "") + " ")
		}
	}
	left("NAME", c.name)
	left("STATUS", c.status)
	left("PHP", c.php)
	left("DB", c.db)
	if c.cpu > 0 {
		b.WriteString(cell.Right("CPU", c.cpu, "") + " ")
	}
	if c.memory > 0 {
		b.WriteString(cell.Right("MEM", c.memory, "") + " ")
	}
	left("URL", c.url)
	return m.styles.Dim.Render(b.String())
}

// row draws a site.
func (m *Model) row(v *sites.View, c columns, current bool, width int) string {
	s := m.styles
	var b strings.Builder
	b.Grow(width * 2)
	bar, mark := " ", " "
	if current {
		bar = s.Bar.Render(s.Glyphs.Bar)
	}
	if m.marks[v.Site.Slug] {
		mark = s.Accent.Render(s.Glyphs.Marked)
	}
	style, glyph, word := m.status(v, c.status)
	b.WriteString(bar + mark + style.Render(glyph) + " ")
	label := cell.Fit(name(v), c.name, s.Glyphs.Ellipsis)
	if current {
		label = s.Strong.Render(label)
	}
	b.WriteString(label + " ")
	b.WriteString(style.Render(cell.Fit(word, c.status, s.Glyphs.Ellipsis)) + " ")
	if c.php > 0 {
		b.WriteString(cell.Fit(cell.Plain(v.Site.PHPVersion), c.php, s.Glyphs.Ellipsis) + " ")
	}
	if c.db > 0 {
		b.WriteString(cell.Fit(Database(v.Site), c.db, s.Glyphs.Ellipsis) + " ")
	}
	m.figures(&b, v, c)
	if c.url > 0 {
		b.WriteString(s.Dim.Render(cell.Fit(cell.Plain(strings.TrimPrefix(v.URL, "https://")), c.url, s.Glyphs.Ellipsis)))
	}
	if current {
		return s.Selected.Render(cell.Fit(b.String(), width, ""))
	}
	return b.String()
}

// figures draws what the site uses; blanks while that is not known.
func (m *Model) figures(b *strings.Builder, v *sites.View, c columns) {
	used, ok := m.usage[v.Site.Slug]
	ok = ok && v.Status.Running
	column := func(width int, text string) {
		if width <= 0 {
			return
		}
		if !ok {
			text = ""
		}
		b.WriteString(cell.Right(text, width, "") + " ")
	}
	column(c.cpu, cell.Percent(used.CPU))
	column(c.memory, cell.Size(used.Memory))
}

// status returns how to show a site's state: what is under way comes before what containers say.
func (m *Model) status(v *sites.View, width int) (style theme.Style, glyph, word string) {
	if busy, ok := m.busy[v.Site.Slug]; ok {
		word = busy.Verb
		if busy.Total > 0 {
			word += fmt.Sprintf(" %d/%d", busy.Done, busy.Total)
		}
		return m.styles.Changing, m.styles.Glyphs.Changing, word
	}
	if !m.known {
		return m.styles.Dim, m.styles.Glyphs.Elsewhere, "unknown"
	}
	style, glyph = m.styles.State(v.Status.State)
	return style, glyph, m.word(v, width)
}

// word says how a site is, in what room there is.
func (m *Model) word(v *sites.View, width int) string {
	switch state := v.Status.State; state {
	case model.StateRunning:
		if since, ok := m.since[v.Site.Slug]; ok && width >= wideStatus {
			return "running " + cell.Age(m.now().Sub(since))
		}
		return state.String()
	case model.StateDegraded:
		if v.Status.Service != "" {
			return cell.Plain(v.Status.Service + " " + v.Status.Reason)
		}
		return state.String()
	case model.StateAdopted:
		if v.Status.Running && width >= wideStatus {
			return "adopted, running"
		}
		return state.String()
	default:
		return state.String()
	}
}

// name is what a row calls its site: the slug, which commands take too. A name in another script has lost its letters
// there, so it stands behind.
func name(v *sites.View) string {
	slug := cell.Plain(v.Site.Slug)
	for _, r := range v.Site.Name {
		if full := cell.Plain(v.Site.Name); r >= utf8.RuneSelf && full != slug {
			return slug + " " + full
		}
	}
	return slug
}

// Database is a site's database in few cells: "maria11.4".
func Database(site model.Site) string {
	switch site.DBEngine {
	case model.DBEngineMariaDB:
		return "maria" + cell.Plain(site.DBVersion)
	case "":
		return ""
	}
	return cell.Plain(site.DBEngine + site.DBVersion)
}

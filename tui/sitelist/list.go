package sitelist

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/input"
)

// Usage is what the containers of a site use together.
type Usage struct {
	// CPU is in percent of one core, Memory in bytes.
	CPU    float64
	Memory int64
}

// Busy is an operation that is under way on a site.
type Busy struct {
	Verb string
	// Done of Total steps have ended; Total is 0 while it is unknown.
	Done, Total int
}

// Model is the list. It belongs to Update and View.
type Model struct {
	styles *theme.Styles
	now    func() time.Time

	views []sites.View
	known bool // whether the daemon told how the sites are
	usage map[string]Usage
	busy  map[string]Busy
	since map[string]time.Time

	rows   []int // of views: what is shown, in its order
	cursor string
	at     int // where the cursor is in rows; where it was when its site is gone
	top    int // the first row that is visible
	marks  map[string]bool
	sort   Sort

	filter *input.Field
	typing bool

	width, height int
}

// New returns an empty list.
func New(styles *theme.Styles, now func() time.Time) *Model {
	return &Model{styles: styles, now: now, marks: map[string]bool{}, filter: input.New("")}
}

// SetSize sets the size of what View returns, the frame included.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.scroll()
}

// SetViews replaces the sites. known says whether the daemon told how they are.
func (m *Model) SetViews(views []sites.View, known bool) {
	m.views, m.known = views, known
	for slug := range m.marks {
		if !slices.ContainsFunc(views, func(v sites.View) bool { return v.Site.Slug == slug }) {
			delete(m.marks, slug)
		}
	}
	m.arrange()
}

// SetUsage says what the sites use. The map is the caller's, and is read until the next one.
func (m *Model) SetUsage(usage map[string]Usage) {
	m.usage = usage
	if m.sort == ByCPU || m.sort == ByMemory {
		m.arrange()
	}
}

// SetBusy says what is under way on which site.
func (m *Model) SetBusy(busy map[string]Busy) { m.busy = busy }

// SetSince says since when sites run.
func (m *Model) SetSince(since map[string]time.Time) { m.since = since }

// Len returns how many sites there are, whatever the filter hides.
func (m *Model) Len() int { return len(m.views) }

// Selected returns the site under the cursor.
func (m *Model) Selected() (sites.View, bool) {
	if len(m.rows) == 0 {
		return sites.View{}, false
	}
	return m.views[m.rows[m.at]], true
}

// Select puts the cursor on a site, and lets go of a filter that hides it. It reports whether there is one of that name.
func (m *Model) Select(slug string) bool {
	if !slices.ContainsFunc(m.views, func(v sites.View) bool { return v.Site.Slug == slug }) {
		return false
	}
	m.cursor = slug
	if m.arrange(); len(m.rows) == 0 || m.views[m.rows[m.at]].Site.Slug != slug {
		m.filter.SetValue("")
		m.cursor = slug
		m.arrange()
	}
	return true
}

// Targets returns the sites that an action means: those that are marked, or the one under the cursor.
func (m *Model) Targets() []sites.View {
	var marked []sites.View
	for _, i := range m.rows {
		if m.marks[m.views[i].Site.Slug] {
			marked = append(marked, m.views[i])
		}
	}
	if len(marked) > 0 {
		return marked
	}
	if v, ok := m.Selected(); ok {
		return []sites.View{v}
	}
	return nil
}

// Unmark takes every mark away, and reports whether there was one.
func (m *Model) Unmark() bool {
	had := len(m.marks) > 0
	clear(m.marks)
	return had
}

// Visible returns the slugs of the rows that are on the screen.
func (m *Model) Visible() []string {
	var slugs []string
	for i := m.top; i < min(m.top+m.rowsShown(), len(m.rows)); i++ {
		slugs = append(slugs, m.views[m.rows[i]].Site.Slug)
	}
	return slugs
}

// Width is the width that SetSize was given.
func (m *Model) Width() int { return m.width }

// Click puts the cursor on the site in a line of the view, its frame being line 0. Where there is no site nothing happens.
func (m *Model) Click(line int) {
	_, height := cell.Inside(m.width, m.height)
	row := line - 1 - headLines(height)
	if row >= 0 && row < min(m.rowsShown(), len(m.rows)-m.top) {
		m.move(m.top + row - m.at)
	}
}

// Typing reports whether the filter owns the keys.
func (m *Model) Typing() bool { return m.typing }

// Type gives the filter a key while Typing.
func (m *Model) Type(key tea.KeyMsg) {
	switch key.Type {
	case tea.KeyEsc, tea.KeyCtrlC:
		m.filter.SetValue("")
		m.typing = false
	case tea.KeyEnter:
		m.typing = false
	case tea.KeyUp, tea.KeyDown:
		m.move(map[tea.KeyType]int{tea.KeyUp: -1, tea.KeyDown: 1}[key.Type])
		return
	default:
		if !m.filter.Update(key) {
			return
		}
	}
	m.arrange()
}

// ClearFilter shows every site again, and reports whether there was a filter.
func (m *Model) ClearFilter() bool {
	had := m.filter.Value() != ""
	m.filter.SetValue("")
	m.arrange()
	return had
}

// Do carries out an action of the list, and reports whether it is one.
func (m *Model) Do(id keymap.ID) bool {
	page := max(m.rowsShown(), 1)
	switch id {
	case keymap.Up:
		m.move(-1)
	case keymap.Down:
		m.move(1)
	case keymap.HalfUp:
		m.move(-max(page/2, 1))
	case keymap.HalfDown:
		m.move(max(page/2, 1))
	case keymap.PageUp:
		m.move(-page)
	case keymap.PageDown:
		m.move(page)
	case keymap.Top:
		m.move(-len(m.rows))
	case keymap.Bottom:
		m.move(len(m.rows))
	case keymap.Filter:
		m.typing = true
	case keymap.FilterNext:
		m.nextTrouble()
	case keymap.SiteMark:
		m.mark()
	case keymap.SiteMarkAll:
		m.markAll()
	case keymap.SiteSort:
		m.sort = (m.sort + 1) % sorts
		m.arrange()
	default:
		return false
	}
	return true
}

// move moves the cursor, and stops at the ends.
func (m *Model) move(by int) {
	if len(m.rows) == 0 {
		return
	}
	m.at = min(max(m.at+by, 0), len(m.rows)-1)
	m.cursor = m.views[m.rows[m.at]].Site.Slug
	m.scroll()
}

// nextTrouble moves the cursor to the next site that is degraded or has failed.
func (m *Model) nextTrouble() {
	for step := 1; step <= len(m.rows); step++ {
		at := (m.at + step) % len(m.rows)
		if s := m.views[m.rows[at]].Status.State; s == model.StateDegraded || s == model.StateFailed {
			m.move(at - m.at)
			return
		}
	}
}

func (m *Model) mark() {
	v, ok := m.Selected()
	if !ok {
		return
	}
	if m.marks[v.Site.Slug] {
		delete(m.marks, v.Site.Slug)
	} else {
		m.marks[v.Site.Slug] = true
	}
	m.move(1)
}

// markAll marks every row that is shown; when they all are, it takes the marks away.
func (m *Model) markAll() {
	all := true
	for _, i := range m.rows {
		all = all && m.marks[m.views[i].Site.Slug]
	}
	clear(m.marks)
	for _, i := range m.rows {
		if !all {
			m.marks[m.views[i].Site.Slug] = true
		}
	}
}

// arrange filters and sorts the rows, and puts the cursor back on its site.
func (m *Model) arrange() {
	m.rows = m.rows[:0]
	words := strings.Fields(strings.ToLower(m.filter.Value()))
	for i := range m.views {
		if matches(&m.views[i], words) {
			m.rows = append(m.rows, i)
		}
	}
	slices.SortStableFunc(m.rows, func(a, b int) int { return m.compare(&m.views[a], &m.views[b]) })
	at := slices.IndexFunc(m.rows, func(i int) bool { return m.views[i].Site.Slug == m.cursor })
	if at < 0 {
		at = min(m.at, len(m.rows)-1)
	}
	m.at = max(at, 0)
	if at >= 0 && m.cursor == "" {
		m.cursor = m.views[m.rows[m.at]].Site.Slug
	}
	m.scroll()
}

// matches reports whether each of the words is somewhere in what a person knows of the site.
func matches(v *sites.View, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := strings.ToLower(v.Site.Name + " " + v.Site.Slug + " " + v.Site.Domain + " " + v.Status.State.String() + " php" +
		v.Site.PHPVersion + " " + v.Site.DBEngine + v.Site.DBVersion)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// rowsShown returns how many rows there is room for: the frame and the head of the table take three lines.
func (m *Model) rowsShown() int {
	_, height := cell.Inside(m.width, m.height)
	return max(height-headLines(height), 0)
}

// headLines is how many lines stand above the rows: a head where there is room for one.
func headLines(height int) int {
	if height < 4 {
		return 0
	}
	return 1
}

// scroll brings the cursor's row onto the screen.
func (m *Model) scroll() {
	shown := m.rowsShown()
	m.top = min(m.top, max(len(m.rows)-shown, 0))
	if m.at < m.top {
		m.top = m.at
	}
	if shown > 0 && m.at >= m.top+shown {
		m.top = m.at - shown + 1
	}
}

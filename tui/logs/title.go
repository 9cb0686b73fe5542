package logs

import (
	"strconv"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// facts are what the frame says of the lines.
type facts struct {
	shown, all int   // lines that pass the filter, and all of the services that are on
	dropped    int64 // of the services that are on
	below      int   // lines below the screen
	found      int   // matches, and the number of the one that the search stands on
	number     int
	partial    bool // not every line was looked at
	full       bool // lines wait, since nothing may be dropped
	loading    bool // of a service that is on nothing is known yet
	states     []sourceState
}

// sourceState is how a service is doing.
type sourceState struct {
	state  state
	fault  string
	hidden bool
}

// factsLocked gathers them; w is at the top of the screen.
func (m *Model) factsLocked(s *store, w *walker) facts {
	f := facts{shown: w.before() + w.after(), full: !m.following && s.pool.full() && s.pool.largest(s.floor) == nil}
	f.all = f.shown
	if s.filter != nil {
		f.all = s.countLocked()
	}
	for _, src := range s.sources {
		f.states = append(f.states, sourceState{src.state, src.fault, src.hidden})
		if src.hidden {
			continue
		}
		f.dropped += src.ring.dropped
		f.partial = f.partial || src.behind()
		f.loading = f.loading || src.state == stateLoading
	}
	if m.search != nil {
		found := s.walkLocked(true)
		f.found = found.before() + found.after()
		if m.hasCurrent {
			found.seek(m.current)
			f.number = found.before() + 1
		}
	}
	return f
}

// edges returns the upper and the lower line of the frame.
func (m *Model) edges(f facts) (top, foot string) {
	g := m.styles.Glyphs
	title := m.slug + " " + g.Dot + " logs"
	room := m.w - cell.Width(title) - 9
	lines := cell.Frame{Title: title, Right: m.rightTitle(f, room), Foot: m.footText(f), Focus: m.focus}.
		Draw(m.styles, nil, m.w, 3)
	return lines[0], lines[2]
}

// side returns the line at either side of the frame.
func (m *Model) side() string {
	line := m.styles.Border
	if m.focus {
		line = m.styles.BorderFocus
	}
	return line.Render(m.styles.Glyphs.Vertical)
}

// rightTitle says which services are shown, how following goes, and how many lines there are: what there is room for,
// the services giving way first, then the number of lines.
func (m *Model) rightTitle(f facts, room int) string {
	dot := " " + m.styles.Glyphs.Dot + " "
	now, count := m.nowText(f), countText(f)
	parts := []string{m.servicesText(f), now, count}
	for len(parts) > 1 && cell.Width(strings.Join(parts, dot)) > room {
		if len(parts) == 3 {
			parts = parts[1:]
		} else {
			parts = parts[:1]
		}
	}
	return strings.Join(parts, dot)
}

// nowText says how following goes.
func (m *Model) nowText(f facts) string {
	switch {
	case !m.following && f.full:
		return m.styles.Changing.Render("paused, holding")
	case !m.following && f.below > 0:
		return m.styles.Changing.Render("paused, " + commas(int64(f.below)) + " below")
	case !m.following:
		return m.styles.Changing.Render("paused")
	case f.loading && f.all == 0:
		return m.styles.Changing.Render("loading")
	}
	return m.styles.Running.Render("following")
}

// servicesText names the services; one that is off has a minus before it, one in trouble its sign behind it.
func (m *Model) servicesText(f facts) string {
	var b strings.Builder
	for i, s := range f.states {
		if i > 0 {
			b.WriteByte(' ')
		}
		name := m.tags[i].name
		switch {
		case s.hidden:
			b.WriteString(m.styles.Dim.Render("-" + name))
			continue
		default:
			b.WriteString(m.tags[i].on + name + m.tags[i].off)
		}
		switch s.state {
		case stateStopped:
			b.WriteString(m.styles.Dim.Render(m.styles.Glyphs.Stopped))
		case stateFailed:
			b.WriteString(m.styles.Failed.Render(m.styles.Glyphs.Failed))
		case stateAbsent:
			b.WriteString(m.styles.Dim.Render("?"))
		}
	}
	return b.String()
}

// countText says how many lines there are, and how many are gone.
func countText(f facts) string {
	text := commas(int64(f.all)) + " lines"
	if f.shown != f.all {
		text = commas(int64(f.shown)) + " of " + text
	}
	if f.dropped > 0 {
		text += ", " + commas(f.dropped) + " dropped"
	}
	return text
}

// footText says what is looked for.
func (m *Model) footText(f facts) string {
	var parts []string
	if m.filter != nil {
		sign := "&"
		if m.filter.invert {
			sign = "&!"
		}
		parts = append(parts, sign+" "+cell.Cut(cell.Plain(m.filter.text), 24, m.styles.Glyphs.Ellipsis))
	}
	if m.search != nil {
		text := "/ " + cell.Cut(cell.Plain(m.search.text), 24, m.styles.Glyphs.Ellipsis) + "  " + m.foundText(f)
		parts = append(parts, text)
	}
	if m.bound != "" {
		parts = append(parts, m.bound)
	}
	return strings.Join(parts, " "+m.styles.Glyphs.Dot+" ")
}

// foundText says how many matches there are.
func (m *Model) foundText(f facts) string {
	text := commas(int64(f.found))
	if f.partial {
		text += "+"
	}
	if m.hasCurrent && f.found > 0 {
		return commas(int64(min(f.number, f.found))) + " of " + text
	}
	if f.found == 1 && !f.partial {
		return "1 match"
	}
	return text + " matches"
}

// emptyText says why there is no line to be seen.
func (m *Model) emptyText(f facts, drawn, rows int) []string {
	if drawn > 0 || m.session == nil || rows <= 0 {
		return nil
	}
	var lines []string
	on, absent := 0, 0
	for i, s := range f.states {
		if s.hidden {
			continue
		}
		on++
		switch s.state {
		case stateFailed:
			lines = append(lines, " "+m.styles.Failed.Render(m.styles.Glyphs.Failed+" "+m.tags[i].name)+"  "+cell.Plain(s.fault))
		case stateAbsent:
			absent++
		}
	}
	text := "nothing was written yet"
	switch {
	case on == 0:
		text = "every service is switched off: the digits switch them on"
	case f.all > 0 && f.partial:
		text = "looking" + m.styles.Glyphs.Ellipsis
	case f.all > 0:
		text = "no line passes the filter"
	case f.loading:
		text = "loading" + m.styles.Glyphs.Ellipsis
	case absent == on:
		text = "there are no containers yet; what they write will be here"
	}
	lines = append(lines, " "+m.styles.Dim.Render(text))
	return lines[:min(len(lines), rows)]
}

// markText is what a mark says.
func (m *Model) markText(p place, line Line) string {
	g := m.styles.Glyphs
	name, style := m.tags[p.source].name, m.styles.Dim
	text := ""
	switch line.Kind {
	case Stopped:
		text = name + " stopped"
	case Restarted:
		text = name + " restarted"
	case Emptied:
		text = name + " begins anew"
	case Failed:
		style = m.styles.Failed
		text = name + ": " + cell.Plain(string(line.Text))
		if key := m.keys.Binding(keymap.LogRetry).Key(); key != "" {
			text += "; " + key + " tries again"
		}
	}
	ends := g.Horizontal + g.Horizontal
	at := time.Unix(0, line.Time).In(m.zone).Format(shortLayout)
	return style.Render(ends + " " + text + " " + at + " " + ends)
}

// commas writes n with commas.
func commas(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

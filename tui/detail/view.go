package detail

import (
	"fmt"
	"strings"

	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// labelWidth is the column of what the overview's lines are called.
const labelWidth = 7

// View returns the pane in its frame.
func (m *Model) View(focus bool) []string {
	width, height := cell.Inside(m.width, m.height)
	if m.view.Site.Slug == "" {
		return cell.Frame{Focus: focus}.Draw(m.styles, nil, m.width, m.height)
	}
	var lines []string
	switch m.tab {
	case Containers:
		lines = m.containers(width)
	case Activity:
		lines = m.activity(width, len(m.facts.Activities))
	default:
		lines = m.overview(width)
	}
	room := max(height-2, 1)
	m.top = min(m.top, max(len(lines)-room, 0))
	body := append([]string{m.tabs(), ""}, lines[m.top:]...)
	foot := ""
	if below := len(lines) - m.top - room; below > 0 {
		foot = m.styles.Dim.Render(fmt.Sprintf("%d more below", below))
	}
	return cell.Frame{Title: cell.Plain(m.view.Site.Slug), Right: m.state(), Foot: foot, Focus: focus}.Draw(m.styles, body, m.width, m.height)
}

// tabs names the tabs, the one that is shown first among them.
func (m *Model) tabs() string {
	var b strings.Builder
	for t := range tabs {
		b.WriteString(" ")
		if t == m.tab {
			b.WriteString(m.styles.Accent.Render(m.styles.Glyphs.Bar) + m.styles.Strong.Render(t.String()))
		} else {
			b.WriteString(" " + m.styles.Dim.Render(t.String()))
		}
		b.WriteString(" ")
	}
	return b.String()
}

// state says how the site is.
func (m *Model) state() string {
	if !m.known {
		return ""
	}
	style, glyph := m.styles.State(m.view.Status.State)
	return style.Render(glyph + " " + fmt.Sprint(m.view.Status.State))
}

// overview is what a person wants to know first.
func (m *Model) overview(width int) []string {
	s, v := m.styles, m.view
	dot := s.Dim.Render(" " + s.Glyphs.Dot + " ")
	line := func(label, value string, id keymap.ID) string {
		hint := ""
		if id != "" && value != "" {
			hint = s.Key.Render(m.keys.Binding(id).Key()) + " "
		}
		left := " " + s.Dim.Render(cell.Fit(label, labelWidth, "")) + " " + value
		return cell.Ends(left, hint, width, s.Glyphs.Ellipsis)
	}
	var lines []string
	if m.known && v.Status.Reason != "" {
		style, glyph := s.State(v.Status.State)
		lines = append(lines, " "+style.Render(glyph+" "+cell.Plain(strings.TrimSpace(v.Status.Service+" "+v.Status.Reason))), "")
	}
	if v.Owner != "" {
		lines = append(lines, " "+s.Degraded.Render("it belongs to "+cell.Plain(v.Owner)+", so it can only be looked at"), "")
	}
	address := cell.Plain(v.URL)
	lines = append(lines, line("site", cell.Link(address, s.Link.Render(address)), keymap.SiteCopyURL))
	admin := "one-time link"
	if m.facts.Admin.User != "" {
		admin = cell.Plain(m.facts.Admin.User) + dot + "password " + m.secret(m.facts.Admin.Password)
	}
	lines = append(lines, line("admin", admin, keymap.SiteLogin))
	if v.Site.FilesDir != "" {
		folder := cell.CutLeft(cell.Plain(v.Site.FilesDir), max(width-labelWidth-14, 8), s.Glyphs.Ellipsis)
		if m.size >= 0 {
			folder += dot + cell.Size(m.size)
		}
		lines = append(lines, line("files", folder, keymap.SiteCopyFiles))
	}
	if v.Site.DBPassword != "" {
		where := m.facts.DatabaseAddress
		if where == "" {
			where = "database"
		}
		lines = append(lines, line("db", "wordpress@"+cell.Plain(where)+dot+"password "+m.secret(v.Site.DBPassword), keymap.SitePassword))
	}
	if reach := Reach(v, m.host); reach != "" {
		lines = append(lines, line("reach", cell.Plain(reach), keymap.SiteReach))
	}
	lines = append(lines, line("made of", m.versions(dot), ""))
	if v.Hooks > 0 {
		lines = append(lines, line("hooks", s.Degraded.Render(fmt.Sprintf("%d of the desktop app, which do not run here", v.Hooks)), ""))
	}
	if len(v.Containers) > 0 {
		lines = append(lines, "")
		for i := range v.Containers {
			lines = append(lines, m.container(i, width, false))
		}
	}
	if len(m.facts.Activities) > 0 {
		lines = append(append(lines, ""), m.activity(width, 4)...)
	}
	return lines
}

// versions says what the site is made of.
func (m *Model) versions(dot string) string {
	site := m.view.Site
	var parts []string
	add := func(name, version string) {
		if version != "" {
			parts = append(parts, strings.TrimSpace(name+" "+cell.Plain(version)))
		}
	}
	add("PHP", site.PHPVersion)
	add("", string(site.WebServer))
	add(cell.Plain(string(site.DBEngine)), site.DBVersion)
	add("redis", site.RedisVersion)
	add("multisite,", string(site.Multisite))
	return strings.Join(parts, dot)
}

// secret is a password, masked unless a person asked for it.
func (m *Model) secret(password string) string {
	if m.reveal {
		return cell.Plain(password)
	}
	return strings.Repeat(m.styles.Glyphs.Mask, 4)
}

// activity is a line for each of the newest n outcomes, and why it failed where it did.
func (m *Model) activity(width, n int) []string {
	s := m.styles
	if len(m.facts.Activities) == 0 {
		return []string{s.Dim.Render(" nothing was done to it yet")}
	}
	var lines []string
	for _, a := range m.facts.Activities[:min(n, len(m.facts.Activities))] {
		at := a.Time.Local()
		when := at.Format("15:04")
		if y, d := at.Year(), at.YearDay(); y != m.now().Local().Year() || d != m.now().Local().YearDay() {
			when = at.Format("Jan _2")
		}
		lines = append(lines, cell.Cut(" "+s.Dim.Render(cell.Fit(when, 6, ""))+" "+m.outcome(a), width, s.Glyphs.Ellipsis))
	}
	return lines
}

// outcome is what came of an operation.
func (m *Model) outcome(a store.Activity) string {
	s := m.styles
	style, glyph := s.Running, s.Glyphs.Done
	if a.Status != "succeeded" {
		style, glyph = s.Failed, s.Glyphs.Failed
	}
	text := cell.Plain(a.Message)
	if text == "" {
		text = cell.Plain(a.Kind + " " + a.Status)
	}
	return style.Render(glyph) + " " + text + s.Dim.Render(" "+s.Glyphs.Dot+" "+cell.Took(a.Duration))
}

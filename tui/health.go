package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// healthMsg is what was found on this machine.
type healthMsg struct{ report doctor.Report }

// openHealth shows the health panel and has the machine looked at anew.
func (a *App) openHealth() tea.Cmd {
	a.helpTop, a.health = 0, nil
	a.cover(screenHealth)
	ctx, b := a.ctx, a.o.Backend
	return func() tea.Msg { return healthMsg{b.Doctor(ctx)} }
}

// healthPanel is what was found, the worst first, each with what to do about it.
func (a *App) healthPanel() []string {
	s := a.o.Styles
	width, height := cell.Inside(a.width, a.height-2)
	frame := cell.Frame{Title: "Health", Focus: true}
	if a.health == nil {
		return frame.Draw(s, []string{"", s.Dim.Render("  looking")}, a.width, a.height-2)
	}
	var body []string
	paragraph := func(lead, text string) {
		for i, line := range cell.Wrap(cell.Plain(text), max(width-6, 1)) {
			if i > 0 {
				lead = strings.Repeat(" ", cell.Width(lead))
			}
			body = append(body, cell.Cut(lead+line, width, s.Glyphs.Ellipsis))
		}
	}
	for _, f := range a.health.Findings {
		style, glyph := s.Failed, s.Glyphs.Failed
		switch f.Severity {
		case doctor.OK:
			style, glyph = s.Running, s.Glyphs.Done
		case doctor.Info:
			style, glyph = s.Dim, s.Glyphs.Waiting
		case doctor.Warn:
			style, glyph = s.Degraded, s.Glyphs.Degraded
		}
		paragraph(" "+style.Render(glyph)+" ", f.Title)
		if f.Severity == doctor.OK {
			continue
		}
		if f.Detail != "" {
			paragraph("   ", f.Detail)
		}
		if f.Fix != "" {
			paragraph("   "+s.Glyphs.Arrow+" ", f.Fix)
		}
		if f.Command != "" {
			body = append(body, cell.Cut("     "+s.Strong.Render(cell.Plain(f.Command)), width, s.Glyphs.Ellipsis))
		}
	}
	if len(a.health.Skipped) > 0 {
		paragraph("   ", "Not looked at: "+strings.Join(a.health.Skipped, ", "))
	}
	frame.Right = s.Dim.Render("looked for " + cell.Took(a.health.Took))
	a.helpTop = min(a.helpTop, max(len(body)-height, 0))
	return frame.Draw(s, body[a.helpTop:], a.width, a.height-2)
}

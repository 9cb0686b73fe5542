package theme

import (
	"slices"

	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/model"
)

// Styles is what every view draws with. It is a value: copied freely, never changed.
type Styles struct {
	Glyphs Glyphs

	// Text that is only context is Dim, what matters is Strong; Accent is the one colour that says "here".
	Dim, Strong, Accent, Link Style

	// Border is a frame's line, BorderFocus that of the frame that has the keys; Title is the text in it.
	Border, BorderFocus, Title Style
	// Selected is the background of the whole row under the cursor, which some themes have; Bar is the mark at its left.
	Selected, Bar Style

	// The four colours of a status, and what is said with them elsewhere.
	Running, Changing, Degraded, Failed Style

	// Match is what a search found, Current the one that it stands on; Cursor is the place where typing goes.
	Match, Current, Cursor Style
	// Key is a key's name in the footer and the help.
	Key Style
	// Full and Rest are the two parts of a progress bar.
	Full, Rest Style
	// Tags tell services apart; there is at least one.
	Tags []Style
}

// New returns the styles of the named theme on a terminal that can show profile. An unknown name is the default's: ask
// Known first where it matters.
func New(name string, profile termenv.Profile, glyphs Glyphs) Styles {
	p := paletteOf(name, profile)
	s := Styles{
		Glyphs: glyphs,
		Dim:    p.style(spec{fore: p.dim, dim: p.dim == ""}), Strong: p.style(spec{bold: true}),
		Accent: p.style(spec{fore: p.accent}), Link: p.style(spec{fore: p.accent, underline: true}),
		Border: p.style(spec{fore: p.dim, dim: p.dim == ""}), BorderFocus: p.style(spec{fore: p.accent, bold: p.colourless()}),
		Title:    p.style(spec{bold: true}),
		Selected: p.style(spec{back: p.selection}), Bar: p.style(spec{fore: p.accent, bold: true}),
		Running: p.style(spec{fore: p.running}), Changing: p.style(spec{fore: p.changing}),
		Degraded: p.style(spec{fore: p.degraded, bold: p.colourless()}), Failed: p.style(spec{fore: p.failed, bold: true}),
		Match: p.style(spec{fore: p.match, invert: true}), Current: p.style(spec{invert: true, bold: true}),
		Cursor: p.style(spec{invert: true}), Key: p.style(spec{fore: p.accent, bold: true}),
		Full: p.style(spec{fore: p.accent}), Rest: p.style(spec{fore: p.dim, dim: p.dim == ""}),
	}
	for _, colour := range p.tags {
		s.Tags = append(s.Tags, p.style(spec{fore: colour}))
	}
	if len(s.Tags) == 0 {
		s.Tags = []Style{{}}
	}
	return s
}

// Known reports whether there is a theme of that name.
func Known(name string) bool { return slices.Contains(Names(), name) }

// colourless reports that the palette has no colours to show.
func (p palette) colourless() bool { return p.profile == termenv.Ascii }

// State returns the style and the glyph of a site's state.
func (s Styles) State(state model.State) (Style, string) {
	g := s.Glyphs
	switch state {
	case model.StateRunning:
		return s.Running, g.Running
	case model.StateStarting, model.StateStopping:
		return s.Changing, g.Changing
	case model.StateDegraded:
		return s.Degraded, g.Degraded
	case model.StateFailed:
		return s.Failed, g.Failed
	case model.StateAdopted:
		return s.Accent, g.Adopted
	case model.StateStopped:
		return s.Dim, g.Stopped
	default:
		return s.Dim, g.Elsewhere
	}
}

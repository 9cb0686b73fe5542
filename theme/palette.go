package theme

import "github.com/muesli/termenv"

// palette is the colours of a theme on a terminal. A colour is a number of the terminal's sixteen ("6"), or "#rrggbb";
// empty is the terminal's own.
type palette struct {
	profile termenv.Profile

	accent   string
	running  string
	changing string
	degraded string
	failed   string
	// dim is the colour of context; empty uses the dim attribute.
	dim string
	// selection is the background of the row under the cursor; empty has none.
	selection string
	match     string
	tags      []string // of services, in merged logs
}

// sequence returns the SGR parameters of a colour, "" for the terminal's own.
func (p palette) sequence(colour string, back bool) string {
	if colour == "" {
		return ""
	}
	c := p.profile.Color(colour)
	if c == nil {
		return ""
	}
	return c.Sequence(back)
}

// Names returns the themes there are, the default first.
func Names() []string { return []string{"ansi", "locorum", "light", "mono"} }

// paletteOf returns the palette of a theme; that of an unknown one is the default's, and so is that of any theme with
// colours of its own where there are only sixteen: what is nearest to them says nothing about readability.
func paletteOf(name string, profile termenv.Profile) palette {
	if profile == termenv.ANSI && name != "mono" {
		name = "ansi"
	}
	switch name {
	case "locorum":
		return palette{
			profile: profile,
			accent:  "#7aa2f7", running: "#9ece6a", changing: "#7dcfff", degraded: "#e0af68", failed: "#f7768e",
			dim: "#7982a9", selection: "#28304e", match: "#e0af68",
			tags: []string{"#7dcfff", "#bb9af7", "#9ece6a", "#e0af68", "#f7768e", "#73daca"},
		}
	case "light":
		return palette{
			profile: profile,
			accent:  "#2e5cc5", running: "#33691e", changing: "#006a83", degraded: "#8f5e00", failed: "#b3123a",
			dim: "#5c6370", selection: "#dde4f5", match: "#b57600",
			tags: []string{"#006a83", "#7847bd", "#33691e", "#8f5e00", "#b3123a", "#0f766e"},
		}
	case "mono":
		return palette{profile: termenv.Ascii}
	default:
		return palette{
			profile: profile,
			accent:  "6", running: "2", changing: "4", degraded: "3", failed: "1", match: "3",
			tags: []string{"6", "5", "2", "3", "4", "1"},
		}
	}
}

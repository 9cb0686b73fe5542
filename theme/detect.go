package theme

import (
	"strings"

	"github.com/muesli/termenv"
)

// DetectProfile guesses from the environment what colours the terminal shows. NO_COLOR, set to anything, is none
// (no-color.org), and so is TERM=dumb.
func DetectProfile(lookup func(string) (string, bool)) termenv.Profile {
	get := func(name string) string { value, _ := lookup(name); return value }
	if get("NO_COLOR") != "" {
		return termenv.Ascii
	}
	term, colour := strings.ToLower(get("TERM")), strings.ToLower(get("COLORTERM"))
	switch {
	case term == "dumb":
		return termenv.Ascii
	case colour == "truecolor" || colour == "24bit", strings.Contains(term, "kitty"), strings.Contains(term, "ghostty"),
		strings.HasSuffix(term, "-direct"):
		return termenv.TrueColor
	case strings.Contains(term, "256color"):
		return termenv.ANSI256
	default:
		return termenv.ANSI
	}
}

// DetectGlyphs returns the glyphs of a setting ("auto", "utf8", "ascii"); auto goes by the locale, as POSIX orders its
// variables, and the Linux console, whose font lacks most of ours, gets ASCII.
func DetectGlyphs(setting string, lookup func(string) (string, bool)) Glyphs {
	switch setting {
	case "utf8":
		return UTF8Glyphs()
	case "ascii":
		return ASCIIGlyphs()
	}
	if term, _ := lookup("TERM"); term == "linux" {
		return ASCIIGlyphs()
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		value, _ := lookup(name)
		if value == "" {
			continue
		}
		value = strings.ReplaceAll(strings.ToLower(value), "-", "")
		if strings.Contains(value, "utf8") {
			return UTF8Glyphs()
		}
		return ASCIIGlyphs()
	}
	return ASCIIGlyphs()
}

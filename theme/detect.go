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
	if UTF8(lookup) {
		return UTF8Glyphs()
	}
	return ASCIIGlyphs()
}

// UTF8 reports whether the locale's characters are UTF-8, as POSIX orders its variables. A terminal of another locale may
// take a byte of a character for a control.
func UTF8(lookup func(string) (string, bool)) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value, _ := lookup(name); value != "" {
			return strings.Contains(strings.ReplaceAll(strings.ToLower(value), "-", ""), "utf8")
		}
	}
	return false
}

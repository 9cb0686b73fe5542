package cell

import "github.com/charmbracelet/x/ansi"

// dropCells returns text without its first n cells, with the styles that were on there. Half of a wide character that is
// left becomes a blank.
func dropCells(text string, n int) string {
	whole := Width(text)
	if n >= whole {
		return ""
	}
	rest := ansi.TruncateLeft(text, n, "")
	return Blanks(whole-n-Width(rest)) + rest
}

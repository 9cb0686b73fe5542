package cell

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap returns plain text in lines of at most width cells, broken between words where that can be; one line at least.
func Wrap(text string, width int) []string {
	if width <= 0 || Width(text) <= width {
		return []string{Cut(text, width, "")}
	}
	return strings.Split(ansi.Wrap(text, width, "/"), "\n")
}

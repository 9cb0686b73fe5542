package cell

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width returns how many cells text takes; that of its longest line when it has several.
func Width(text string) int {
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c >= 0x7f {
			return ansi.StringWidth(text)
		}
	}
	return len(text)
}

// Plain returns text as one line that draws nothing but itself: escape sequences, controls and bidirectional overrides are
// gone, and white space of every kind is a blank.
func Plain(text string) string {
	clean := true
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c >= 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return text
	}
	text = ansi.Strip(strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < 0x20 || r >= 0x7f && r < 0xa0, bidi(r):
			return -1
		}
		return r
	}, text)
}

// bidi reports the characters that turn the direction of what follows: Unicode, UAX 9, 2.
func bidi(r rune) bool {
	return r == 0x061c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// Cut returns text in at most width cells; what is cut away ends in tail, which counts.
func Cut(text string, width int, tail string) string {
	if width <= 0 {
		return ""
	}
	if len(text) <= width { // no text has more cells than bytes
		return text
	}
	if Width(text) <= width {
		return text
	}
	return ansi.Truncate(text, width, tail)
}

// CutLeft is Cut that keeps the end: of a path, that is what tells it apart.
func CutLeft(text string, width int, head string) string {
	over := Width(text) - width
	switch {
	case width <= 0:
		return ""
	case over <= 0:
		return text
	}
	return Cut(ansi.TruncateLeft(text, over+Width(head), head), width, "")
}

// Fit returns text in exactly width cells: cut, or with blanks after it.
func Fit(text string, width int, tail string) string {
	text = Cut(text, width, tail)
	return text + Blanks(width-Width(text))
}

// Right returns text in exactly width cells at their right.
func Right(text string, width int, tail string) string {
	text = Cut(text, width, tail)
	return Blanks(width-Width(text)) + text
}

// Ends returns left and right in exactly width cells with blanks between them. Right goes first when there is no room.
func Ends(left, right string, width int, tail string) string {
	room := width - Width(right)
	if room <= 0 || room < Width(left)/2 && room < 8 {
		return Fit(left, width, tail)
	}
	return Fit(left, room, tail) + right
}

const blanks = "                                                                                                                                "

// Blanks returns n blanks; none when n is negative.
func Blanks(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

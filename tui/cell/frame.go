package cell

import (
	"strings"

	"github.com/Locorum/locorum-tui/theme"
)

// Frame is a pane's border with what stands in it.
type Frame struct {
	// Title is at the left of the upper line, Right at its right end; both may be styled.
	Title, Right string
	// Focus draws the border of the pane that has the keys.
	Focus bool
	// Foot is at the right of the lower line.
	Foot string
}

// Inside returns the size of what a frame of the given size can hold. A pane too small for a border has none.
func Inside(width, height int) (int, int) {
	if width < 4 || height < 3 {
		return max(width, 0), max(height, 0)
	}
	return width - 2, height - 2
}

// Draw returns body in the frame: height lines of width cells. Lines of body that are missing are blank, those that do not
// fit are left out.
func (f Frame) Draw(styles *theme.Styles, body []string, width, height int) []string {
	inWidth, inHeight := Inside(width, height)
	if inWidth == width {
		return Box(body, width, height)
	}
	g, line := styles.Glyphs, styles.Border
	if f.Focus {
		line = styles.BorderFocus
	}
	lines := make([]string, 0, height)
	lines = append(lines, f.edge(styles, line, g.TopLeft, g.TopRight, f.Title, f.Right, inWidth))
	side := line.Render(g.Vertical)
	for i := range inHeight {
		text := ""
		if i < len(body) {
			text = body[i]
		}
		lines = append(lines, side+Fit(text, inWidth, "")+side)
	}
	return append(lines, f.edge(styles, line, g.BottomLeft, g.BottomRight, "", f.Foot, inWidth))
}

// edge returns the upper or lower line: a corner, a title, the line, a text at the right, a corner.
func (f Frame) edge(styles *theme.Styles, line theme.Style, begin, end, left, right string, width int) string {
	g := styles.Glyphs
	room := width - 2 // a cell of line at each end
	if left != "" && room < 4 {
		left = ""
	}
	if left != "" {
		left = " " + styles.Title.Render(Cut(left, room-2, g.Ellipsis)) + " "
		room -= Width(left)
	}
	if right != "" && room > 6 {
		right = " " + Cut(right, room-3, g.Ellipsis) + " "
		room -= Width(right)
	} else {
		right = ""
	}
	return line.Render(begin+g.Horizontal) + left + line.Render(strings.Repeat(g.Horizontal, max(room, 0))) + right +
		line.Render(g.Horizontal+end)
}

// Box returns body as height lines of width cells.
func Box(body []string, width, height int) []string {
	lines := make([]string, max(height, 0))
	for i := range lines {
		text := ""
		if i < len(body) {
			text = body[i]
		}
		lines[i] = Fit(text, width, "")
	}
	return lines
}

// Beside returns the lines of panes next to each other; they must be equally many.
func Beside(left, right []string) []string {
	lines := make([]string, len(left))
	for i := range left {
		lines[i] = left[i] + right[i]
	}
	return lines
}

// Over returns lines with box laid over them, its upper left corner at x, y. What is under it is cut at its edges.
func Over(lines, box []string, x, y int) []string {
	out := append([]string(nil), lines...)
	for i, text := range box {
		at := y + i
		if at < 0 || at >= len(out) {
			continue
		}
		under := out[at]
		after := x + Width(text)
		out[at] = Fit(under, x, "") + reset + text + reset + dropCells(under, after)
	}
	return out
}

// reset ends every style: what was cut in the middle may have left one open.
const reset = "\x1b[m"

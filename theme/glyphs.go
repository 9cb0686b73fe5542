package theme

// Glyphs are the signs that views draw with. Each is one cell wide.
type Glyphs struct {
	// The signs of a site's state.
	Running, Stopped, Changing, Degraded, Failed, Adopted, Elsewhere string
	// Done is a step that has ended well, Waiting one that has not begun, Marked a row that is chosen, Bar the row under
	// the cursor.
	Done, Waiting, Marked, Bar string
	// The lines of a frame: horizontal, vertical, and the corners from the top left one clockwise.
	Horizontal, Vertical, TopLeft, TopRight, BottomRight, BottomLeft string
	// Full is a cell of a progress bar, Rest an empty one; Parts are the cells between them, the emptiest first.
	Full, Rest string
	Parts      []string
	// Sparks are the heights of a sparkline, the lowest first.
	Sparks []string
	// Ellipsis stands for what was cut; Mask for a character of a secret; Dot parts facts, Arrow leads from one to another.
	Ellipsis, Mask, Dot, Arrow string
	// Turning are the pictures of something under way.
	Turning []string
}

// UTF8Glyphs are the signs for a terminal that shows UTF-8.
func UTF8Glyphs() Glyphs {
	return Glyphs{
		Running: "●", Stopped: "○", Changing: "◐", Degraded: "◍", Failed: "✕", Adopted: "◇", Elsewhere: "◌",
		Done: "✓", Waiting: "○", Marked: "◆", Bar: "▌",
		Horizontal: "─", Vertical: "│", TopLeft: "╭", TopRight: "╮", BottomRight: "╯", BottomLeft: "╰",
		Full: "█", Rest: "░", Parts: []string{"▏", "▎", "▍", "▌", "▋", "▊", "▉"},
		Sparks:   []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇"},
		Ellipsis: "…", Mask: "•", Dot: "·", Arrow: "→",
		Turning: []string{"◐", "◓", "◑", "◒"},
	}
}

// ASCIIGlyphs are the signs for every other terminal.
func ASCIIGlyphs() Glyphs {
	return Glyphs{
		Running: "*", Stopped: "o", Changing: "~", Degraded: "!", Failed: "x", Adopted: "?", Elsewhere: "@",
		Done: "+", Waiting: "o", Marked: "#", Bar: ">",
		Horizontal: "-", Vertical: "|", TopLeft: "+", TopRight: "+", BottomRight: "+", BottomLeft: "+",
		Full: "#", Rest: ".", Parts: nil,
		Sparks:   []string{"_", ".", "-", "=", "+", "*", "#"},
		Ellipsis: "~", Mask: "*", Dot: "-", Arrow: ">",
		Turning: []string{"~"},
	}
}

package command

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/Locorum/locorum-tui/model"
)

// paint says how text may look on the terminal.
type paint struct {
	colour bool
	utf8   bool
}

// The colours, as SGR parameters. Colour is never the only sign of anything.
const (
	green   = "32"
	yellow  = "33"
	magenta = "35"
	red     = "31"
	dim     = "2"
)

// newPaint returns how to write to w.
func (a *app) newPaint(w io.Writer) paint {
	terminal := a.IsTerminal(w) && a.env("TERM") != "dumb"
	return paint{colour: terminal && a.env("NO_COLOR") == "", utf8: a.utf8Locale()}
}

// utf8Locale reports whether the locale's text is UTF-8; the first variable that is set decides. The Linux console calls
// itself UTF-8 and lacks the glyphs.
func (a *app) utf8Locale() bool {
	if a.env("TERM") == "linux" {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(a.env(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}

// in returns text in a colour, if there is colour.
func (p paint) in(sgr, text string) string {
	if !p.colour || sgr == "" || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// glyph returns the sign of a state and its colour.
func (p paint) glyph(s model.State) (glyph, sgr string) {
	signs := map[model.State][3]string{
		model.StateStopped: {"○", "o", ""}, model.StateStarting: {"◐", "~", yellow}, model.StateRunning: {"●", "*", green},
		model.StateDegraded: {"◍", "!", magenta}, model.StateStopping: {"◐", "~", yellow}, model.StateFailed: {"✕", "x", red},
		model.StateAdopted: {"◇", "?", ""}, model.StateElsewhere: {"◇", "?", dim},
	}
	sign := signs[s]
	if p.utf8 {
		return sign[0], sign[2]
	}
	return sign[1], sign[2]
}

// pick returns the first text where the locale is UTF-8, else the second.
func (p paint) pick(unicode, ascii string) string {
	if p.utf8 {
		return unicode
	}
	return ascii
}

// cell is one field of a table.
type cell struct {
	text string
	sgr  string // colour; "" for none
}

// table writes rows with their columns aligned, two spaces between them. Texts are sanitised and on one line.
func (p paint) table(w io.Writer, rows [][]cell) error {
	var widths []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c.text))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		for i, c := range row {
			text.WriteString(p.in(c.sgr, c.text))
			if i < len(row)-1 {
				text.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c.text)+2))
			}
		}
		text.WriteByte('\n')
	}
	_, err := io.WriteString(w, text.String())
	return err
}

package palette

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

const (
	// mostWidth is as far as the eye goes from a title to its key.
	mostWidth = 76
	// mostRows is how many entries are shown at once: a list that is longer is narrowed down by typing.
	mostRows = 16
	// kindWidth is the column of the kinds, hintWidth that of the hints, which are at its right.
	kindWidth = 7
	hintWidth = 18
	// wideTitle is the title that must be left when there is a column of kinds.
	wideTitle = 30
)

// View returns the palette in its box, at most width by height. The box has the same height whatever is typed, so that it
// does not move.
func (m *Model) View(styles *theme.Styles, width, height int) []string {
	width = min(width, mostWidth)
	height = min(height, min(len(m.items), mostRows)+3)
	inWidth, inHeight := cell.Inside(width, height)
	if inHeight <= 0 || inWidth <= 0 {
		return cell.Box(nil, max(width, 0), max(height, 0))
	}
	frame := cell.Frame{Title: "Find", Focus: true, Right: styles.Dim.Render(m.count())}
	if mark := styles.Key.Render("enter") + styles.Dim.Render(" do it  ") + styles.Key.Render("esc") + styles.Dim.Render(" close"); inWidth > 40 {
		frame.Foot = mark
	}
	body := make([]string, 0, inHeight)
	body = append(body, cell.Fit(" "+styles.Key.Render(":")+" ", min(3, inWidth), "")+m.in.View(styles, max(inWidth-4, 0), true))
	m.shown = inHeight - 1
	m.scroll()
	if len(m.rows) == 0 && m.shown > 0 {
		body = append(body, " "+styles.Dim.Render("  nothing matches"))
	}
	for i := m.top; i < min(m.top+m.shown, len(m.rows)); i++ {
		body = append(body, m.row(styles, &m.rows[i], i == m.at, inWidth))
	}
	return frame.Draw(styles, body, width, height)
}

// count says how many entries match, of how many.
func (m *Model) count() string {
	if len(m.rows) == len(m.items) {
		return ""
	}
	return fmt.Sprintf("%d of %d", len(m.rows), len(m.items))
}

// scroll brings the cursor's row among those that are shown.
func (m *Model) scroll() {
	m.top = max(min(m.top, m.at, len(m.rows)-m.shown), 0)
	if m.shown > 0 && m.at >= m.top+m.shown {
		m.top = m.at - m.shown + 1
	}
}

// row draws an entry: its title, its kind, its hint. The kind gives way first, then the hint.
func (m *Model) row(styles *theme.Styles, f *found, current bool, width int) string {
	it := &m.items[f.item]
	bar := " "
	if current {
		bar = styles.Bar.Render(styles.Glyphs.Bar)
	}
	style := styles.Dim
	if it.entry.Kind == Action {
		style = styles.Key
	}
	room := width - 3 // the bar, the blank after it, and one at the right
	hint, right := cell.Cut(it.hint, min(hintWidth, width/2), styles.Glyphs.Ellipsis), ""
	switch {
	case room-kindWidth-hintWidth-4 >= wideTitle:
		right = "  " + styles.Dim.Render(cell.Fit(it.entry.Kind.String(), kindWidth, "")) + "  " + cell.Right(style.Render(hint), hintWidth, "")
	case hint != "":
		right = "  " + style.Render(hint)
	}
	line := bar + " " + cell.Ends(marked(styles, it.plain, f.at), right, max(room, 0), styles.Glyphs.Ellipsis)
	line = cell.Fit(line, width, "")
	if current {
		return styles.Selected.Render(line)
	}
	return line
}

// marked returns the text with the characters at those places in bold. A mark that combines with a letter stays with it.
func marked(styles *theme.Styles, text string, at []int) string {
	if len(at) == 0 {
		return text
	}
	hit := make(map[int]bool, len(at))
	for _, i := range at {
		hit[i] = true
	}
	var b, run strings.Builder
	lit := false
	flush := func() {
		if lit {
			styles.Strong.Write(&b, run.String())
		} else {
			b.WriteString(run.String())
		}
		run.Reset()
	}
	for i := 0; text != ""; {
		cluster, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		if cluster == "" {
			break
		}
		on := false
		for range cluster { // a rune at a time, as the matcher counts
			on = on || hit[i]
			i++
		}
		if on != lit {
			flush()
			lit = on
		}
		run.WriteString(cluster)
		text = text[len(cluster):]
	}
	flush()
	return b.String()
}

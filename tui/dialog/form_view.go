package dialog

import (
	"strings"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// labelWidth is the column of the labels; mostRoom is how wide what stands behind them gets, and leastRoom how narrow.
const (
	labelWidth = 11
	mostRoom   = 62
	leastRoom  = 12
)

// View returns the form in its box, at most width by height. When that is too little, the notes go first; the field that
// is typed in and the last lines, which say what is wrong, stay.
func (f *Form) View(styles *theme.Styles, width, height int) []string {
	room := min(max(width-labelWidth-8, leastRoom), mostRoom)
	var fields, notes []string
	for i := range f.Fields {
		fields = append(fields, f.line(styles, i, room))
	}
	for _, note := range f.Notes {
		style := theme.Style{}
		if note.Grave {
			style = styles.Degraded
		}
		for i, line := range cell.Wrap(cell.Plain(note.Text), room) {
			label := ""
			if i == 0 {
				label = note.Label
			}
			notes = append(notes, " "+styles.Dim.Render(cell.Fit(label, labelWidth, styles.Glyphs.Ellipsis))+" "+style.Render(line))
		}
	}
	foot := f.foot(styles, labelWidth+1+room)
	rows := max(height-2, 1)
	foot = foot[:min(len(foot), rows)]
	left := rows - len(foot)
	body := window(fields, f.at, left)
	left -= len(body)
	if len(notes) > 0 && left > len(notes) {
		body = append(append(body, ""), notes...)
		left -= len(notes) + 1
	} else if left > 2 && len(notes) > 0 {
		body = append(append(body, ""), notes[:left-2]...)
		left = 1
	}
	if left > 0 {
		body = append(body, "")
	}
	for i, line := range append(body, foot...) { // the box keeps its width whatever is typed
		line = cell.Fit(line, labelWidth+2+room, styles.Glyphs.Ellipsis)
		if i < len(body) {
			body[i] = line
		} else {
			body = append(body, line)
		}
	}
	return Box(styles, f.Title, "", body, width, height)
}

// window returns at most rows of lines, the one at among them.
func window(lines []string, at, rows int) []string {
	if rows >= len(lines) {
		return lines
	}
	first := min(max(at-rows/2, 0), len(lines)-max(rows, 0))
	return lines[first : first+max(rows, 0)]
}

// foot is what is wrong or missing, else the keys.
func (f *Form) foot(styles *theme.Styles, room int) []string {
	key := func(name, does string) string { return styles.Key.Render(name) + " " + styles.Dim.Render(does) }
	switch {
	case f.err != "":
		lines := cell.Wrap(cell.Plain(f.err), room-2)
		for i := range lines {
			lead := "   "
			if i == 0 {
				lead = " " + styles.Failed.Render(styles.Glyphs.Failed) + " "
			}
			lines[i] = lead + styles.Failed.Render(lines[i])
		}
		return lines
	case f.checking:
		return []string{" " + styles.Dim.Render("looking")}
	case f.want != "":
		return []string{" " + cell.Plain(f.want) + "   " + key("esc", "cancel")}
	case !f.confirmed():
		return []string{" type " + styles.Strong.Render(cell.Plain(f.Confirm)) + " to " + f.Verb + "   " + key("esc", "cancel")}
	}
	keys := []string{" " + styles.Key.Render("enter") + " " + f.Verb}
	if len(f.Fields) > 1 {
		keys = append(keys, key("tab", "next"))
	}
	if f.Fields[f.at].Text == nil {
		keys = append(keys, key(choose(styles), "choose"))
	}
	return []string{strings.Join(append(keys, key("esc", "cancel")), "   ")}
}

// choose is how the keys that go through choices are shown.
func choose(styles *theme.Styles) string {
	if styles.Glyphs.Horizontal == "-" { // ASCII
		return "left/right"
	}
	return "←/→"
}

// line draws a field.
func (f *Form) line(styles *theme.Styles, i, room int) string {
	field, here := &f.Fields[i], i == f.at
	bar, label := " ", styles.Dim.Render(cell.Fit(field.Label, labelWidth, styles.Glyphs.Ellipsis))
	if here {
		bar, label = styles.Bar.Render(styles.Glyphs.Bar), styles.Strong.Render(cell.Fit(field.Label, labelWidth, styles.Glyphs.Ellipsis))
	}
	hint := cell.Plain(field.Hint)
	if here && field.Rest != "" && field.Text.AtEnd() {
		hint = styles.Glyphs.Arrow + " " + cell.Plain(field.Rest)
	}
	var value string
	if field.Text == nil {
		value = field.choices(styles, here, room-cell.Width(hint)-2)
	} else {
		wide := room
		if hint != "" {
			wide = max(min(cell.Width(field.Text.Value())+1, room-cell.Width(hint)-2), room/2)
		}
		value = field.Text.View(styles, wide, here)
	}
	if hint != "" {
		value += "  " + styles.Dim.Render(hint)
	}
	return bar + label + " " + cell.Fit(value, room, styles.Glyphs.Ellipsis)
}

// choices are all of them in a row, the chosen one in brackets; that one alone when the row is too narrow.
func (f *Field) choices(styles *theme.Styles, here bool, room int) string {
	style, others := styles.Strong, []string(nil)
	if here {
		style = styles.Key
	}
	wide := 0
	for i, choice := range f.Choices {
		if choice == "" {
			choice = "none"
		}
		wide += cell.Width(choice) + 2
		if i == f.Chosen {
			others = append(others, style.Render("["+cell.Plain(choice)+"]"))
		} else {
			others = append(others, " "+styles.Dim.Render(cell.Plain(choice))+" ")
		}
	}
	if wide <= room || f.Chosen < 0 || f.Chosen >= len(f.Choices) {
		return strings.Join(others, "")
	}
	return others[f.Chosen] + styles.Dim.Render(" of "+cell.Plain(strings.Join(f.Choices, " ")))
}

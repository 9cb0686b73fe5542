package dialog

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/input"
)

// Field is a line of a form: a text, or one of a few choices.
type Field struct {
	// Key names the value, Label is what people read.
	Key, Label string
	// Text is set for a field that is typed; Choices for one that is chosen from.
	Text    *input.Field
	Choices []string
	// Chosen is the index of the choice.
	Chosen int
	// Hint is shown dim behind the value.
	Hint string
}

// Value returns what the field says.
func (f *Field) Value() string {
	if f.Text != nil {
		return strings.TrimSpace(f.Text.Value())
	}
	if f.Chosen < 0 || f.Chosen >= len(f.Choices) {
		return ""
	}
	return f.Choices[f.Chosen]
}

// Text returns a field that is typed.
func Text(key, label, value, placeholder string) Field {
	in := input.New(value)
	in.Placeholder = placeholder
	return Field{Key: key, Label: label, Text: in}
}

// Choice returns a field that is chosen from choices; value is the first choice that is shown.
func Choice(key, label, value string, choices []string) Field {
	return Field{Key: key, Label: label, Choices: choices, Chosen: max(slices.Index(choices, value), 0)}
}

// Form is a dialog of several fields. It belongs to Update and View.
type Form struct {
	// Title is its name, Verb what accepting it does: "create".
	Title, Verb string
	Fields      []Field
	// Notes stand below the fields, one a line.
	Notes []string

	at  int
	err string
	// checking says that the values are being looked at: accepting waits for that.
	checking bool
}

// SetError shows what is wrong with the values, "" when nothing is; with an error the form cannot be accepted.
func (f *Form) SetError(text string) { f.err, f.checking = text, false }

// SetChecking says that the values are being looked at.
func (f *Form) SetChecking() { f.checking = true }

// Value returns the value of the field with that key; "" when there is none.
func (f *Form) Value(key string) string {
	for i := range f.Fields {
		if f.Fields[i].Key == key {
			return f.Fields[i].Value()
		}
	}
	return ""
}

// Field returns the field with that key; nil when there is none.
func (f *Form) Field(key string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Key == key {
			return &f.Fields[i]
		}
	}
	return nil
}

// Update takes a key.
func (f *Form) Update(key tea.KeyMsg) Outcome {
	field := &f.Fields[f.at]
	switch key.String() {
	case "esc", "ctrl+c":
		return Dismissed
	case "enter", "ctrl+s":
		if f.err != "" || f.checking {
			return Nothing
		}
		return Accepted
	case "tab", "down", "ctrl+n":
		f.at = (f.at + 1) % len(f.Fields)
		return Nothing
	case "shift+tab", "up", "ctrl+p":
		f.at = (f.at + len(f.Fields) - 1) % len(f.Fields)
		return Nothing
	}
	if field.Text != nil {
		if field.Text.Update(key) {
			return Changed
		}
		return Nothing
	}
	step := map[string]int{"left": -1, "h": -1, "right": 1, "l": 1, " ": 1}[key.String()]
	if step == 0 || len(field.Choices) == 0 {
		return Nothing
	}
	field.Chosen = (field.Chosen + step + len(field.Choices)) % len(field.Choices)
	return Changed
}

// labelWidth is the column of the labels, valueWidth the least of the values.
const (
	labelWidth = 14
	valueWidth = 40
)

// View returns the form in its box, at most width by height.
func (f *Form) View(styles *theme.Styles, width, height int) []string {
	room := min(max(width-labelWidth-10, 10), 64)
	var body []string
	for i := range f.Fields {
		body = append(body, f.line(styles, i, room))
	}
	inner := labelWidth + 3 + room
	if len(f.Notes) > 0 {
		body = append(body, "")
		for _, note := range f.Notes {
			body = append(body, cell.Cut(note, inner, styles.Glyphs.Ellipsis))
		}
	}
	body = append(body, "")
	switch {
	case f.err != "":
		for _, line := range cell.Wrap(cell.Plain(f.err), inner-2) {
			body = append(body, styles.Failed.Render(line))
		}
	case f.checking:
		body = append(body, styles.Dim.Render("checking"))
	default:
		body = append(body, styles.Key.Render("enter")+" "+f.Verb+"   "+styles.Key.Render("tab")+" next   "+styles.Key.Render("esc")+" cancel")
	}
	if over := len(body) + 2 - height; over > 0 { // the field that is typed in stays on the screen
		cut := min(over, f.at)
		body = body[cut:]
	}
	return Box(styles, f.Title, "", body, width, height)
}

// line draws a field.
func (f *Form) line(styles *theme.Styles, i, room int) string {
	field, here := &f.Fields[i], i == f.at
	bar, label := " ", styles.Dim.Render(cell.Fit(field.Label, labelWidth, styles.Glyphs.Ellipsis))
	if here {
		bar, label = styles.Bar.Render(styles.Glyphs.Bar), cell.Fit(field.Label, labelWidth, styles.Glyphs.Ellipsis)
	}
	hint := styles.Dim.Render(cell.Plain(field.Hint))
	if field.Text != nil {
		wide := room
		if field.Hint != "" {
			wide = max(room-cell.Width(hint)-2, room/2)
		}
		return bar + label + " " + field.Text.View(styles, wide, here) + "  " + cell.Cut(hint, room-wide, styles.Glyphs.Ellipsis)
	}
	value := cell.Plain(field.Value())
	if value == "" {
		value = "none"
	}
	if here && len(field.Choices) > 1 {
		value = "< " + styles.Strong.Render(value) + " >"
	}
	return bar + label + " " + cell.Fit(value+"  "+hint, room, styles.Glyphs.Ellipsis)
}

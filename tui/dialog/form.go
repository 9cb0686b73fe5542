package dialog

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

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
	// Rest completes a text: the right arrow at its end takes it. Whoever looks at the values sets it.
	Rest string
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

// Note is a line below the fields: what the values come to.
type Note struct {
	Label, Text string
	// Grave is set for what a person should not overlook.
	Grave bool
}

// Form is a dialog of several fields. It belongs to Update and View.
type Form struct {
	// Title is its name, Verb what accepting it does: "create".
	Title, Verb string
	// Fields are at least one.
	Fields []Field
	// Notes stand below the fields, one a line. Those that are to come are best there from the start, without a text: the
	// box then keeps its size.
	Notes []Note
	// Confirm is a word that the last field, a text, must hold before the form can be accepted; empty wants none.
	Confirm string

	at   int
	err  string
	want string
	// checking says that the values are being looked at: accepting waits for that.
	checking bool
}

// SetError shows what is wrong with the values, "" when nothing is; with an error the form cannot be accepted.
func (f *Form) SetError(text string) { f.err, f.want, f.checking = text, "", false }

// SetWant says what is still missing, which is no mistake; without it the form cannot be accepted either.
func (f *Form) SetWant(text string) { f.err, f.want, f.checking = "", text, false }

// SetChecking says that the values are being looked at.
func (f *Form) SetChecking() { f.err, f.want, f.checking = "", "", true }

// confirmed reports whether the word that is wanted was typed, or none is.
func (f *Form) confirmed() bool {
	return f.Confirm == "" || f.Fields[len(f.Fields)-1].Value() == f.Confirm
}

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
		return f.accept()
	case "tab", "down", "ctrl+n":
		f.at = (f.at + 1) % len(f.Fields)
		return Nothing
	case "shift+tab", "up", "ctrl+p":
		f.at = (f.at + len(f.Fields) - 1) % len(f.Fields)
		return Nothing
	}
	if field.Text != nil {
		if field.complete(key) || field.Text.Update(key) {
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

// accept is what enter comes to.
func (f *Form) accept() Outcome {
	switch {
	case f.err != "" || f.want != "" || f.checking:
		return Nothing
	case !f.confirmed():
		f.at = len(f.Fields) - 1
		return Nothing
	}
	return Accepted
}

// complete takes what completes the text, when key asks for it.
func (f *Field) complete(key tea.KeyMsg) bool {
	pressed := key.String()
	if f.Rest == "" || pressed != "right" && pressed != "ctrl+f" && pressed != "end" || !f.Text.AtEnd() {
		f.Rest = ""
		return false
	}
	f.Text.SetValue(f.Text.Value() + f.Rest)
	f.Rest = ""
	return true
}

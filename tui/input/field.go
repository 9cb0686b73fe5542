package input

import (
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// MaxLength is how many characters a field takes: a long path, and less than what would slow down drawing.
const MaxLength = 4096

// Field is a line of text that is typed. It belongs to Update and View.
type Field struct {
	// Placeholder is shown dim while nothing is typed; Masked shows no character of what is typed.
	Placeholder string
	Masked      bool

	in textinput.Model
}

// New returns a field with a text in it, the cursor after it.
func New(text string) *Field {
	in := textinput.New()
	in.CharLimit = MaxLength
	in.Cursor.SetMode(cursor.CursorStatic)
	in.Focus()
	f := &Field{in: in}
	f.SetValue(text)
	return f
}

// Value returns the text.
func (f *Field) Value() string { return f.in.Value() }

// SetValue replaces the text and puts the cursor after it.
func (f *Field) SetValue(text string) {
	f.in.SetValue(cell.Plain(text))
	f.in.CursorEnd()
}

// AtEnd reports whether the cursor stands after the text.
func (f *Field) AtEnd() bool { return f.in.Position() == len([]rune(f.in.Value())) }

// Update edits the text; what is pasted becomes one line. It reports whether the text is another.
func (f *Field) Update(key tea.KeyMsg) (changed bool) {
	before := f.in.Value()
	if key.Type == tea.KeyRunes || key.Type == tea.KeySpace {
		key.Runes = []rune(cell.Plain(string(key.Runes)))
		key.Alt = key.Alt && !key.Paste
	}
	f.in, _ = f.in.Update(key) // its commands blink the cursor and read the clipboard of this machine, which is not the person's
	return f.in.Value() != before
}

// View returns the field in exactly width cells. Without focus there is no cursor.
func (f *Field) View(styles *theme.Styles, width int, focus bool) string {
	if width <= 0 {
		return ""
	}
	value := []rune(f.in.Value())
	if f.Masked {
		value = []rune(strings.Repeat(styles.Glyphs.Mask, len(value)))
	}
	if len(value) == 0 {
		hint := cell.Cut(f.Placeholder, width-1, styles.Glyphs.Ellipsis)
		head := ""
		if focus {
			head = styles.Cursor.Render(" ")
		}
		return cell.Fit(head+styles.Dim.Render(hint), width, "")
	}
	if !focus {
		return cell.Fit(string(value), width, styles.Glyphs.Ellipsis)
	}
	at := min(f.in.Position(), len(value))
	before, under, after := string(value[:at]), " ", ""
	if at < len(value) {
		under, after = string(value[at]), string(value[at+1:])
	}
	if cell.Width(under) == 0 { // a combining mark cannot be shown alone
		under = " "
	}
	room := width - cell.Width(under)
	before = cell.CutLeft(before, room, styles.Glyphs.Ellipsis)
	return cell.Fit(before+styles.Cursor.Render(under)+cell.Cut(after, room-cell.Width(before), styles.Glyphs.Ellipsis), width, "")
}

package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// Question is a dialog with a few answers, one key each.
type Question struct {
	Title string
	Lines []string
	// Answers are what can be said; esc says nothing.
	Answers []Answer
	// Chosen is the key of the answer that was given.
	Chosen string
}

// Answer is one of a question's answers.
type Answer struct{ Key, Text string }

// Update takes a key.
func (q *Question) Update(key tea.KeyMsg) Outcome {
	pressed := key.String()
	if pressed == "esc" || pressed == "ctrl+c" {
		return Dismissed
	}
	for _, a := range q.Answers {
		if pressed == a.Key {
			q.Chosen = a.Key
			return Accepted
		}
	}
	return Nothing
}

// View returns the dialog in its box.
func (q *Question) View(styles *theme.Styles, width, height int) []string {
	room := min(max(width-6, 10), 70)
	var body []string
	for _, line := range q.Lines {
		body = append(body, cell.Wrap(cell.Plain(line), room)...)
	}
	body = append(body, "")
	for _, a := range q.Answers {
		body = append(body, styles.Key.Render(cell.Fit(a.Key, 6, ""))+" "+a.Text)
	}
	body = append(body, styles.Key.Render(cell.Fit("esc", 6, ""))+" "+styles.Dim.Render("cancel"))
	body = squeeze(body, height-2, len(q.Answers)+1)
	return Box(styles, q.Title, "", body, width, height)
}

package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/tui/dialog"
)

// checkPause is how long typing must rest before what was typed is looked at.
const checkPause = 150 * time.Millisecond

// finding is what was found out about the values of a form.
type finding struct {
	// err is what is wrong with them, want what is missing; neither when they can be accepted.
	err  error
	want string
	// notes replace the form's.
	notes []dialog.Note
	// rest completes the text of the field that completes names.
	completes, rest string
	// more finds out what takes longer and keeps nobody from accepting; nil when there is nothing more.
	more func(ctx context.Context) []dialog.Note
}

// checker takes the values of a form, in Update, and returns what looks at them, in a command. It is asked after every
// change.
type checker func() func(ctx context.Context) finding

// checkedMsg is what was found out about a form; gen says about which values.
type checkedMsg struct {
	gen   int
	found finding
}

// notedMsg is what was found out besides.
type notedMsg struct {
	gen   int
	notes []dialog.Note
}

// openForm lays a form over the dashboard and has its values looked at.
func (a *App) openForm(f *dialog.Form, look checker, accept func() tea.Cmd) tea.Cmd {
	a.open(f, accept)
	a.checker = look
	return a.checkAfter(0)
}

// check has the values of the form looked at, once typing rests.
func (a *App) check() tea.Cmd { return a.checkAfter(checkPause) }

func (a *App) checkAfter(pause time.Duration) tea.Cmd {
	f, ok := a.over.(*dialog.Form)
	if !ok || a.checker == nil {
		return nil
	}
	a.checked++
	f.SetChecking()
	gen, ctx, look := a.checked, a.ctx, a.checker()
	run := func(time.Time) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		return checkedMsg{gen, look(ctx)}
	}
	if pause == 0 {
		return func() tea.Msg { return run(time.Time{}) }
	}
	return tea.Tick(pause, run)
}

// checkedForm tells the form what was found out, unless its values are others by now.
func (a *App) checkedForm(msg checkedMsg) tea.Cmd {
	f, ok := a.over.(*dialog.Form)
	if !ok || msg.gen != a.checked {
		return nil
	}
	found := msg.found
	f.Notes = found.notes
	if field := f.Field(found.completes); field != nil {
		field.Rest = found.rest
	}
	switch {
	case found.err != nil:
		f.SetError(found.err.Error())
	case found.want != "":
		f.SetWant(found.want)
	default:
		f.SetError("")
	}
	if found.more == nil {
		return nil
	}
	ctx := a.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		return notedMsg{msg.gen, found.more(ctx)}
	}
}

// noted shows what was found out besides.
func (a *App) noted(msg notedMsg) {
	if f, ok := a.over.(*dialog.Form); ok && msg.gen == a.checked {
		f.Notes = msg.notes
	}
}

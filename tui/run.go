package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"

	tea "github.com/charmbracelet/bubbletea"

	_ "github.com/Locorum/locorum-tui/tui/quiet" // before Bubble Tea, which would ask the terminal
)

// framesPerSecond bounds how often the screen is written: more often nobody sees, and a slow line feels.
const framesPerSecond = 60

// Run shows the dashboard on the terminal until the person quits or ctx ends. in and out are the terminal's. A panic
// restores the terminal, is written to a file in crashDir, and is returned as an error that names the file.
func Run(ctx context.Context, in io.Reader, out io.Writer, crashDir string, o Options) (err error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	app := New(inner, o)
	guard := &guarded{app: app, crashDir: crashDir, end: cancel}
	program := tea.NewProgram(guard, tea.WithInput(in), tea.WithOutput(out), tea.WithAltScreen(), tea.WithFPS(framesPerSecond),
		tea.WithContext(inner), tea.WithoutCatchPanics(), tea.WithoutSignalHandler()) // signals end ctx; Bubble Tea's own handler could then wait for ever
	_, err = program.Run()
	cancel()
	app.Close()
	switch {
	case guard.crash != nil:
		return guard.crash
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return err
}

// guarded is the root model with a net under it: a panic in Update, View or a command ends the program in good order.
type guarded struct {
	app      *App
	crashDir string
	crash    error
	end      context.CancelFunc // ends the program
}

// panicMsg is a panic in a command.
type panicMsg struct {
	value any
	stack []byte
}

// Init is the root's.
func (g *guarded) Init() tea.Cmd { return g.wrap(g.app.Init()) }

// Update is the root's.
func (g *guarded) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	defer func() {
		if value := recover(); value != nil {
			g.fail(value, debug.Stack())
			model, cmd = g, tea.Quit
		}
	}()
	if p, ok := msg.(panicMsg); ok {
		g.fail(p.value, p.stack)
		return g, tea.Quit
	}
	_, cmd = g.app.Update(msg)
	return g, g.wrap(cmd)
}

// View is the root's. Once it has failed there is nothing to show.
func (g *guarded) View() (frame string) {
	if g.crash != nil {
		return ""
	}
	defer func() {
		if value := recover(); value != nil {
			g.fail(value, debug.Stack())
			frame = ""
		}
	}()
	return g.app.View()
}

// wrap makes a command's panic a message. The commands of a batch are wrapped in turn.
func (g *guarded) wrap(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if value := recover(); value != nil {
				msg = panicMsg{value, debug.Stack()}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = g.wrap(batch[i])
			}
		}
		return msg
	}
}

// fail writes the crash file. It has the stack and the panic's value, which are ours: no secret is in either.
func (g *guarded) fail(value any, stack []byte) {
	if g.crash != nil {
		return
	}
	g.crash = fmt.Errorf("the dashboard crashed: %v", value)
	defer g.end()
	if err := os.MkdirAll(g.crashDir, 0o700); err != nil {
		return
	}
	path := filepath.Join(g.crashDir, "crash-"+g.app.o.Now().UTC().Format("20060102-150405")+".log")
	if err := os.WriteFile(path, fmt.Appendf(nil, "%v\n\n%s", value, stack), 0o600); err == nil {
		g.crash = fmt.Errorf("the dashboard crashed: %v; what it was doing is in %s", value, path)
	}
}

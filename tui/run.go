package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/crash"
	_ "github.com/Locorum/locorum-tui/tui/quiet" // before Bubble Tea, which would ask the terminal
	"github.com/Locorum/locorum-tui/tui/screen"
)

// Run shows the dashboard on the terminal until the person quits or ctx ends. in and out are the terminal's, term is its
// kind, as the variable TERM has it. A panic restores the terminal, is written to a file in crashDir, and is returned as
// an error that names the file.
func Run(ctx context.Context, in io.Reader, out *os.File, term, crashDir string, o Options) (err error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	guard := &guarded{crashDir: crashDir, end: cancel, now: o.Now}
	// Bubble Tea reads keys and sizes and runs commands; drawing is the screen's, so its renderer, which wakes as often as
	// it is told to and once a second at least, has nothing to do. Signals end ctx: Bubble Tea's own handler could then
	// wait for ever.
	program := tea.NewProgram(guard, tea.WithInput(in), tea.WithOutput(screen.Silent{File: out}), tea.WithFPS(1), tea.WithContext(inner),
		tea.WithFilter(guard.filter), tea.WithoutCatchPanics(), tea.WithoutSignalHandler())
	guard.screen = screen.New(screen.Options{
		Out: out, Term: term, ASCII: o.ASCII,
		Due:    func() { program.Send(dueMsg{}) },
		Failed: func(value any, stack []byte) { program.Send(panicMsg{value, stack}) },
	})
	o.exec = guard.screen.Exec
	guard.app = New(crash.With(inner, func(value any, stack []byte) { program.Send(panicMsg{value, stack}) }), o)
	if err = guard.screen.Enter(); err == nil {
		_, err = program.Run()
	}
	cancel()
	err = errors.Join(err, guard.screen.Close())
	guard.app.Close()
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
	app        *App
	screen     *screen.Screen
	cols, rows int
	urgent     bool // a person waits for the next frame
	crashDir   string
	crash      error
	end        context.CancelFunc // ends the program
	now        func() time.Time
}

// dueMsg says that a frame that was put off can be drawn: View is called after every message.
type dueMsg struct{}

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
	switch msg := msg.(type) {
	case dueMsg:
		return g, nil
	case tea.KeyMsg, tea.MouseMsg:
		g.urgent = true
	case tea.WindowSizeMsg:
		g.urgent, g.cols, g.rows = true, msg.Width, msg.Height
		g.screen.Redraw() // the size may be the same again, and what the terminal cut off on the way is gone
	}
	_, cmd = g.app.Update(msg)
	return g, g.wrap(cmd)
}

// filter sees every message before Bubble Tea does, and passes on to the screen what Bubble Tea would tell its renderer.
func (g *guarded) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	var err error
	switch msg {
	case tea.ClearScreen():
		g.screen.Redraw()
		g.urgent = true
	case tea.EnableMouseCellMotion():
		err = g.screen.Mouse(true)
	case tea.DisableMouse():
		err = g.screen.Mouse(false)
	case tea.Suspend():
		if runtime.GOOS == "windows" {
			return nil // there is no shell to go back to
		}
		err = g.screen.Leave()
	case tea.ResumeMsg{}:
		err = g.screen.Enter()
	}
	if err != nil {
		return panicMsg{err, nil}
	}
	return msg
}

// View draws the root's frame, when the screen can take one; Bubble Tea has nothing to draw.
func (g *guarded) View() string {
	if g.crash != nil || g.cols == 0 || g.rows == 0 || !g.screen.Wants(g.urgent) {
		return ""
	}
	defer func() {
		if value := recover(); value != nil {
			g.fail(value, debug.Stack())
		}
	}()
	g.urgent = false
	g.screen.Show(screen.Frame{Text: g.app.View(), Cols: g.cols, Rows: g.rows})
	return ""
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
	path := filepath.Join(g.crashDir, "crash-"+g.now().UTC().Format("20060102-150405")+".log")
	if err := os.WriteFile(path, fmt.Appendf(nil, "%v\n\n%s", value, stack), 0o600); err == nil {
		g.crash = fmt.Errorf("the dashboard crashed: %v; what it was doing is in %s", value, path)
	}
}

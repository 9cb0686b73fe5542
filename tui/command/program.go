package command

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/Locorum/locorum-tui/engine"
)

// Program is what a run of the program works with. All of it stays the caller's.
type Program struct {
	// Version is what `version` prints, and goes into what we make.
	Version string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	// LookupEnv is os.LookupEnv's form.
	LookupEnv func(string) (string, bool)
	// HomeDir is the absolute path of the person's home directory; the data folder is .locorum in it.
	HomeDir string
	// HostName is this machine's, as the person's laptop reaches it.
	HostName string
	Now      func() time.Time
	// Random is a source of secrets.
	Random io.Reader
	// IsTerminal reports whether a stream is a terminal; nil asks the system about files and says no to all else.
	IsTerminal func(stream any) bool
	// Interrupts delivers every ctrl+c. nil never does: a context is enough for callers that only want an end.
	Interrupts <-chan os.Signal
	// Connect finds the daemon; nil is engine.Connect.
	Connect func(engine.ConnectOptions) (*engine.Docker, error)

	// ops takes the place of the operations on this machine in tests.
	ops operations
}

// errInterrupted is the cause of a context that ctrl+c ended.
var errInterrupted = errors.New("interrupted")

// Run does what args, without the program's name, ask for and returns the exit code. Errors become text and a code here
// and nowhere else. When ctx ends the command ends as soon as it can.
func Run(ctx context.Context, p Program, args []string) int {
	if p.IsTerminal == nil {
		p.IsTerminal = isTerminal
	}
	if p.Connect == nil {
		p.Connect = engine.Connect
	}
	a := &app{Program: p}
	a.paint = a.newPaint(p.Stdout)
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	err = errors.Join(err, a.close())
	return a.report(cmd, err)
}

// isTerminal asks the system about a stream.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// env returns the value of an environment variable, "" when there is none.
func (a *app) env(name string) string {
	value, _ := a.LookupEnv(name)
	return value
}

// ownInterrupts marks a command that deals with ctrl+c itself.
const ownInterrupts = "own-interrupts"

// watchInterrupts makes the first ctrl+c end the command's context, unless the command deals with it.
func (a *app) watchInterrupts(cmd *cobra.Command, _ []string) {
	if a.Interrupts == nil || cmd.Annotations[ownInterrupts] != "" {
		return
	}
	ctx, cancel := context.WithCancelCause(cmd.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-a.Interrupts:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	}()
	cmd.SetContext(ctx)
	a.atEnd(func() error { cancel(nil); <-done; return nil })
}

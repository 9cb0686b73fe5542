package command

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/muesli/cancelreader"
	"golang.org/x/term"

	"github.com/Locorum/locorum-tui/engine"
)

// interact connects a program in the container to the person's terminal, until it ends, and returns its exit code. The
// terminal is raw meanwhile and is put back however this ends. Without a command the program is a shell.
func (a *app) interact(ctx context.Context, container string, opts engine.ExecOptions) (code int, err error) {
	stdin, isFile := a.Stdin.(*os.File)
	stdout, isFileToo := a.Stdout.(*os.File)
	if !isFile || !isFileToo {
		return -1, errors.New("an interactive session needs a terminal")
	}
	if len(opts.Cmd) == 0 {
		shell, err := a.docker.ProbeShell(ctx, container, opts.User)
		if err != nil {
			return -1, err
		}
		opts.Cmd = []string{shell}
	}
	if kind, ok := a.LookupEnv("TERM"); ok { // the terminal is the person's, so what it can do is too
		opts.Env = append(opts.Env, "TERM="+terminalKind(kind))
	}
	if value, ok := a.LookupEnv("COLORTERM"); ok {
		opts.Env = append(opts.Env, "COLORTERM="+value)
	}
	state, err := term.MakeRaw(int(stdin.Fd()))
	if err != nil {
		return -1, fmt.Errorf("take the terminal: %w", err)
	}
	defer func() {
		if restoreErr := term.Restore(int(stdin.Fd()), state); restoreErr != nil {
			err = errors.Join(err, fmt.Errorf("give the terminal back: %w", restoreErr))
		}
	}()
	// Cancelled and joined by the engine: no key typed after the end is swallowed by a read that nobody waits for.
	keys, err := cancelreader.NewReader(stdin)
	if err != nil {
		return -1, fmt.Errorf("read the terminal: %w", err)
	}
	defer func() { _ = keys.Close() }()
	sizes, stop := watchSize(stdout)
	defer stop()
	return a.docker.ExecInteractive(ctx, container, engine.ExecSession{
		ExecOptions: opts, Size: sizeOf(stdout), Resize: sizes, Stdin: keys, Stdout: stdout,
	})
}

// sizeOf returns the size of the terminal; zero when it does not say.
func sizeOf(terminal *os.File) engine.TerminalSize {
	cols, rows, err := term.GetSize(int(terminal.Fd()))
	if err != nil || cols < 0 || rows < 0 {
		return engine.TerminalSize{}
	}
	return engine.TerminalSize{Rows: uint(rows), Cols: uint(cols)}
}

// terminalKind returns what TERM is to be inside of a container for a terminal of that kind. The images know few: Debian's
// ncurses-base and Alpine's ncurses-terminfo-base have these in common. All others understand what xterm does.
func terminalKind(kind string) string {
	switch kind {
	case "ansi", "dumb", "linux", "screen", "screen-256color", "vt100", "vt102", "vt220", "xterm", "xterm-256color", "":
		return kind
	}
	return "xterm-256color"
}

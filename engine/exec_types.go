package engine

import "io"

// ExecOptions says what runs inside a container.
type ExecOptions struct {
	// Cmd is the argument vector; its first element is a path or found on the container's PATH. Required.
	Cmd []string
	// Env holds KEY=VALUE entries that go over the container's own.
	Env []string
	// User is uid[:gid] or a name; empty is the container's own.
	User string
	// WorkingDir of "" is the container's own.
	WorkingDir string
}

// ExecLineHandler receives one line of output without its line end; stderr says of which stream. It is called by one
// goroutine at a time and should be quick: while it runs, the process inside may block on a full pipe.
type ExecLineHandler func(line string, stderr bool)

// TerminalSize is a terminal's size in cells.
type TerminalSize struct {
	Rows uint
	Cols uint
}

// ExecSession is an interactive exec on a terminal.
type ExecSession struct {
	ExecOptions
	// Size is what the process finds when it first asks. Zero leaves it to the daemon.
	Size TerminalSize
	// Resize, when not nil, carries new sizes. The caller owns it; ExecInteractive stops reading it when it returns.
	Resize <-chan TerminalSize
	// Stdin is read until the session ends. A reader with a method Cancel() bool is cancelled then and its goroutine
	// joined; of any other reader one pending Read may outlive the session.
	Stdin io.Reader
	// Stdout receives what the terminal prints, byte for byte, from one goroutine.
	Stdout io.Writer
	// DetachKeys is in Docker's notation; "" is "ctrl-^,ctrl-@".
	DetachKeys string
}

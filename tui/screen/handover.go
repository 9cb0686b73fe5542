package screen

import (
	"errors"
	"io"
	"os/exec"

	tea "github.com/charmbracelet/bubbletea"
)

// Exec returns a command that gives the terminal to a program until it ends, and takes it again; done makes a message of
// how it ended. What of cmd's input and output is not set becomes the terminal.
func (s *Screen) Exec(cmd *exec.Cmd, done tea.ExecCallback) tea.Cmd {
	return tea.Exec(&handOver{cmd, s}, done)
}

// handOver is a program that has the terminal while it runs. Bubble Tea stops reading keys and mends the terminal's
// settings around Run.
type handOver struct {
	*exec.Cmd
	screen *Screen
}

// Run runs the program. Its own error is returned as it is.
func (h *handOver) Run() error {
	if err := h.screen.Leave(); err != nil {
		return err
	}
	err := h.Cmd.Run()
	if taken := errors.Join(h.screen.reclaim(), h.screen.Enter()); taken != nil {
		return errors.Join(err, taken)
	}
	return err
}

// SetStdin is for Bubble Tea, which calls it before Run.
func (h *handOver) SetStdin(r io.Reader) {
	if h.Stdin == nil {
		h.Stdin = r
	}
}

// SetStdout is for Bubble Tea, which calls it before Run with an output that shows nothing.
func (h *handOver) SetStdout(io.Writer) {
	if h.Stdout == nil {
		h.Stdout = h.screen.o.Out
	}
}

// SetStderr is for Bubble Tea, which calls it before Run.
func (h *handOver) SetStderr(w io.Writer) {
	if h.Stderr == nil {
		h.Stderr = w
	}
}

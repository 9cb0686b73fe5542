package fake

import (
	"bytes"
	"io"
	"sync"

	"github.com/Locorum/locorum-tui/engine"
)

// The bytes that a terminal in its usual mode acts upon.
const (
	keyInterrupt = 0x03 // ctrl+c
	keyEOF       = 0x04 // ctrl+d
	keyBackspace = 0x08
	keyDelete    = 0x7f
)

// terminal is a kernel's terminal in a container: lines, echo, ctrl+c and ctrl+d, until it is set to raw.
type terminal struct {
	task *task
	out  io.Writer // the client
	in   *io.PipeWriter
	read *io.PipeReader // what the process reads

	mu   sync.Mutex // guards the fields below, and is held while writing to out
	size engine.TerminalSize
	raw  bool
	echo bool
	line []byte
}

func newTerminal(t *task, out io.Writer, size engine.TerminalSize) *terminal {
	tty := &terminal{task: t, out: out, size: size, echo: true}
	tty.read, tty.in = io.Pipe()
	return tty
}

func (t *terminal) dimensions() engine.TerminalSize {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.size
}

func (t *terminal) resize(size engine.TerminalSize) {
	t.mu.Lock()
	changed := t.size != size
	t.size = size
	t.mu.Unlock()
	if changed {
		t.task.signal("WINCH")
	}
}

// setMode is what stty does.
func (t *terminal) setMode(change func(raw, echo *bool)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.raw, &t.echo)
}

// Write is what the process prints: line feeds become what a terminal needs.
func (t *terminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.task.ctx.Err(); err != nil {
		return 0, err
	}
	return len(b), t.printLocked(b)
}

func (t *terminal) printLocked(b []byte) error {
	_, err := t.out.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")))
	return err
}

// typed takes what the person typed. It blocks while the process does not read its lines, and not once it has ended.
func (t *terminal) typed(b []byte) {
	for _, key := range b {
		t.mu.Lock()
		ready, interrupt, eof := t.keyLocked(key)
		t.mu.Unlock()
		if interrupt {
			t.task.signal("INT")
		}
		if len(ready) > 0 {
			_, _ = t.in.Write(ready)
		}
		if eof {
			_ = t.in.Close()
		}
	}
}

// keyLocked acts upon one key: it returns the line that it completes, and whether it interrupts or ends the input.
func (t *terminal) keyLocked(key byte) (ready []byte, interrupt, eof bool) {
	if t.raw {
		return []byte{key}, false, false
	}
	switch key {
	case '\r', '\n':
		t.echoLocked("\n")
		ready, t.line = append(t.line, '\n'), nil
	case keyInterrupt:
		t.echoLocked("^C")
		t.line, interrupt = nil, true
	case keyEOF:
		eof = len(t.line) == 0
		ready, t.line = t.line, nil
	case keyBackspace, keyDelete:
		if n := len(t.line); n > 0 {
			t.line = t.line[:n-1]
			t.echoLocked("\b \b")
		}
	default:
		if len(t.line) < 4096 { // as much as the kernel keeps of a line
			t.line = append(t.line, key)
			t.echoLocked(string([]byte{key}))
		}
	}
	return ready, interrupt, eof
}

func (t *terminal) echoLocked(s string) {
	if t.echo {
		_ = t.printLocked([]byte(s))
	}
}

// hangUp ends the input, and wakes whoever waits on either end of it.
func (t *terminal) hangUp() {
	_ = t.in.Close()
	_ = t.read.Close()
}

//go:build unix

package ptytest

import (
	"io"
	"os"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// tailBytes is how much is kept of what the program wrote last.
const tailBytes = 1 << 20

// newEmulator returns an emulator that tells us which modes it is in.
func (t *Terminal) newEmulator(cols, rows int) *vt.Emulator {
	emulator := vt.NewEmulator(cols, rows)
	set := func(on bool) func(ansi.Mode) {
		return func(mode ansi.Mode) {
			if _, private := mode.(ansi.DECMode); private {
				t.modes[mode.Mode()] = on
			}
		}
	}
	emulator.SetCallbacks(vt.Callbacks{
		AltScreen:   func(on bool) { t.alt = on },
		Bell:        func() { t.bells++ },
		EnableMode:  set(true),
		DisableMode: set(false),
	})
	return emulator
}

// wait waits for the process.
func (t *Terminal) wait() {
	defer close(t.exited)
	_ = t.cmd.Wait() // ProcessState has what is to be known
}

// read draws what the program writes, until nobody can write any more.
func (t *Terminal) read() {
	defer close(t.drained)
	defer t.hangUp()
	buf := make([]byte, 32<<10)
	for {
		n, err := t.master.Read(buf)
		if n > 0 {
			t.draw(buf[:n])
		}
		if err != nil {
			return // on Linux the end is an error: EIO
		}
	}
}

func (t *Terminal) draw(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.written += int64(len(p))
	t.tail = append(t.tail, p...)
	if over := len(t.tail) - tailBytes; over > 0 {
		t.tail = append(t.tail[:0], t.tail[over:]...)
	}
	_, _ = t.emulator.Write(p)
	t.wake()
}

// wake wakes who waits for another screen. The caller holds mu.
func (t *Terminal) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// hangUp ends the emulator's answers. Its own Close would race with the read that waits for them.
func (t *Terminal) hangUp() {
	if w, ok := t.emulator.InputPipe().(io.Closer); ok {
		_ = w.Close()
	}
}

// answer passes the emulator's answers on to the program. They must be read: the emulator waits for it.
func (t *Terminal) answer(mute bool) {
	defer close(t.answered)
	var to io.Writer = t.master
	if mute {
		to = io.Discard
	}
	buf := make([]byte, 4096)
	for {
		n, err := t.emulator.Read(buf)
		if err != nil {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil && !os.IsTimeout(err) {
			to = io.Discard // the program is gone
		}
	}
}

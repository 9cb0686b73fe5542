package keyboard

import (
	"io"
	"os"
	"strconv"
	"time"
)

// usualDelay is what a slow line needs, and a person hardly feels.
const usualDelay = 50 * time.Millisecond

// maxDelay bounds what a person can ask for: while the key esc is waited for, the reader cannot be cancelled.
const maxDelay = 10 * time.Second

// Delay returns how long the rest of a sequence is waited for: the milliseconds that ESCDELAY has, as programs made with
// ncurses read it, up to ten seconds; else 50 ms. lookup is os.LookupEnv's form.
func Delay(lookup func(string) (string, bool)) time.Duration {
	text, _ := lookup("ESCDELAY")
	ms, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return usualDelay
	}
	return min(time.Duration(ms)*time.Millisecond, maxDelay)
}

// Reader is a terminal whose reads return whole keys. It is a file, so that who reads it can wait for it, set it raw, and
// cancel a wait; a program that is to have the terminal gets the file that it was made of. It is not safe for concurrent use.
type Reader struct {
	*os.File

	delay time.Duration
	wait  func(file *os.File, delay time.Duration) bool
	scan  scanner
}

// Join returns a reader of whole keys when in is a file, else in itself. The file stays the caller's. delay bounds how long a
// read waits for the rest of a key.
func Join(in io.Reader, delay time.Duration) io.Reader {
	file, ok := in.(*os.File)
	if !ok {
		return in
	}
	return &Reader{File: file, delay: delay, wait: readable}
}

// Read reads at least one key, or, as the terminal's answers are dropped, none: 0 bytes are no error and not the end. p has
// room for 64 bytes at least, else it is an io.ErrShortBuffer. Keys are never read ahead: what is not returned is in the file.
func (r *Reader) Read(p []byte) (int, error) {
	const least, some = 64, 256
	if len(p) < least {
		return 0, io.ErrShortBuffer
	}
	var in [some]byte
	out := p[:0]
	for {
		n, err := r.File.Read(in[:min(len(p)-len(out)-mostHeld, some)])
		out = r.scan.feed(out, in[:n])
		if err != nil {
			return len(r.scan.giveUp(out)), err
		}
		if !r.scan.unfinished() || len(out)+2*mostHeld > len(p) {
			return len(out), nil
		}
		if !r.wait(r.File, r.delay) {
			return len(r.scan.giveUp(out)), nil
		}
	}
}

package engine

import (
	"bytes"
	"sync/atomic"
)

// detachFilter looks for the detach keys in what is typed. The daemon could, but the ones we have seen (20.10, 26.1) then hang
// up the program's terminal, print an error into it and report an exit code of 126. If instead the connection is just
// closed, the program goes on. The daemon is given the same keys all the same, lest it listens for its own default.
type detachFilter struct {
	keys []byte
	held []byte      // typed, and the beginning of keys; owned by the goroutine that sends
	hit  atomic.Bool // the keys were typed
}

// pass returns what of p, and of what was held before, is to be sent, and whether the keys have been typed; what follows
// them is dropped.
func (f *detachFilter) pass(p []byte) (send []byte, hit bool) {
	for _, b := range p {
		f.held = append(f.held, b)
		for !bytes.HasPrefix(f.keys, f.held) {
			send = append(send, f.held[0])
			f.held = f.held[1:]
		}
		if len(f.held) == len(f.keys) {
			f.held = nil
			f.hit.Store(true)
			return send, true
		}
	}
	return send, false
}

// rest returns what is held, at the end of the input.
func (f *detachFilter) rest() []byte {
	held := f.held
	f.held = nil
	return held
}

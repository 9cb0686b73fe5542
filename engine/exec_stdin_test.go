package engine

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

var errReadCancelled = errors.New("read cancelled")

// cancelReader blocks until it is cancelled, like a terminal on which nobody types.
type cancelReader struct {
	pending   atomic.Int32
	cancelled chan struct{}
	once      sync.Once
	input     chan []byte
}

func newCancelReader() *cancelReader {
	return &cancelReader{cancelled: make(chan struct{}), input: make(chan []byte, 16)}
}

func (r *cancelReader) Read(p []byte) (int, error) {
	r.pending.Add(1)
	defer r.pending.Add(-1)
	select {
	case <-r.cancelled:
		return 0, errReadCancelled
	case b := <-r.input:
		return copy(p, b), nil
	}
}

func (r *cancelReader) Cancel() bool { r.once.Do(func() { close(r.cancelled) }); return true }

// failsAfter yields head and then err.
func failsAfter(head string, err error) io.Reader {
	return io.MultiReader(&oneRead{head}, errReader{err})
}

type oneRead struct{ text string }

func (r *oneRead) Read(p []byte) (int, error) {
	if r.text == "" {
		return 0, io.EOF
	}
	n := copy(p, r.text)
	r.text = r.text[n:]
	return n, nil
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

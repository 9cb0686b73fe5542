package fake

import (
	"context"
	"io"
	"sync"
)

// execOutput writes to the client of an exec. Once the client is gone the output is thrown away: the process goes on.
type execOutput struct {
	mu   sync.Mutex // guards the fields below, and a frame against another
	w    io.Writer
	gone bool
}

// Write is what a terminal prints, which has no frames.
func (o *execOutput) Write(b []byte) (int, error) { return len(b), o.frame(streamOut, b, false) }

func (o *execOutput) frame(stream byte, b []byte, framed bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.gone {
		o.gone = writeFrame(o.w, stream, b, framed) != nil
	}
	return nil
}

// stream returns one of the two outputs; it fails once the process is killed.
func (o *execOutput) stream(ctx context.Context, number byte) io.Writer {
	return liveWriter{ctx, func(b []byte) error { return o.frame(number, b, true) }}
}

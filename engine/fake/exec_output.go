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
	return execWriter{ctx, o, number}
}

type execWriter struct {
	ctx    context.Context
	out    *execOutput
	number byte
}

func (w execWriter) Write(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return len(b), w.out.frame(w.number, b, true)
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// execInput copies a source to the process. Its goroutine ends with stop, except that a source which cannot be cancelled
// may keep it in one pending Read.
type execInput struct {
	src    io.Reader
	conn   *execConn
	fail   context.CancelCauseFunc // told when src fails
	detach *detachFilter           // nil without a terminal
	done   chan struct{}           // closed when the goroutine has ended

	mu      sync.Mutex // guards what follows
	reading bool
	stopped bool
}

// feed starts to copy src to conn. A nil src is nothing to copy.
func (e *execRun) feed(conn *execConn, src io.Reader, fail context.CancelCauseFunc) *execInput {
	in := &execInput{src: src, conn: conn, fail: fail, done: make(chan struct{})}
	if e.tty != nil {
		in.detach = &e.tty.detach
	}
	if src == nil {
		close(in.done)
		return in
	}
	go func() {
		defer close(in.done)
		in.copy()
	}()
	return in
}

// copy ends at the end of the source, when the process takes no more, at the detach keys, or with stop.
func (in *execInput) copy() {
	buf := make([]byte, execBuffer)
	for in.enter() {
		n, err := in.src.Read(buf)
		if in.leave() || !in.send(buf[:n]) {
			return
		}
		if err == io.EOF {
			in.end()
			return
		}
		if err != nil {
			in.fail(fmt.Errorf("read the input: %w", err))
			return
		}
	}
}

// send returns whether more can be sent. That the process closed its input or ended is its right; the exit code tells.
func (in *execInput) send(p []byte) bool {
	detached := false
	if in.detach != nil {
		p, detached = in.detach.pass(p)
	}
	if len(p) > 0 {
		if _, err := in.conn.Write(p); err != nil {
			return false
		}
	}
	if detached {
		_ = in.conn.Close()
	}
	return !detached
}

// end tells the process that there is no more input. A terminal has no half close.
func (in *execInput) end() {
	if in.detach != nil {
		_, _ = in.conn.Write(in.detach.rest())
		return
	}
	if err := in.conn.CloseWrite(); err != nil && !in.isStopped() && !errors.Is(err, net.ErrClosed) && !isConnectionLost(err) {
		in.fail(fmt.Errorf("end the input: %w", err))
	}
}

// enter notes that a Read begins; it returns false after stop.
func (in *execInput) enter() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.reading = !in.stopped
	return in.reading
}

// leave notes that a Read has ended and returns whether its result is to be dropped.
func (in *execInput) leave() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.reading = false
	return in.stopped
}

func (in *execInput) isStopped() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.stopped
}

// stop ends the copying. The connection has been closed, so no Write is pending; a pending Read is cancelled if the source
// can, else left to the caller of the exec.
func (in *execInput) stop() {
	in.mu.Lock()
	in.stopped = true
	pending := in.reading
	in.mu.Unlock()
	if source, ok := in.src.(interface{ Cancel() bool }); ok && source.Cancel() {
		pending = false
	}
	if !pending {
		<-in.done
	}
}

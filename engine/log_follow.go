package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
)

// readBuffer is how many bytes of the wire format are read at once. It holds the longest frame that is waited for.
const readBuffer = 64 << 10

// followPatience is how often in a row a daemon may say that it cannot read its own log.
const followPatience = 4

// LogFollower reads the log of a container, batch by batch, in the goroutine of its caller: it has none of its own and
// reads no further than it is asked to, so what a slow caller has not read yet waits in the daemon's file.
//
// It goes on over what ends a connection, without losing or repeating a line, and says what happened in events between
// the lines: see LogEvent. With Follow it ends when its context does, when the container is removed, or when the daemon
// answers with an error that waiting does not mend.
type LogFollower struct {
	src    LogSource
	name   string // as the caller said it
	opts   LogOptions
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex // guards what follows: Close may be called while Next waits
	raw   RawLog     // the open log; its Body is nil between two connections
	split logSplitter
	buf   []byte // buf[r:w] is read and not parsed
	r, w  int
	fault error // what ended the body, once it has

	exited bool // LogExited was said, and the container has not been seen running since
	tries  int  // connections in a row that failed, or brought nothing new
	replay int  // connections in a row that ended before they got to anything new
	events []LogEvent
	err    error // what Next returns from now on
}

// NewLogFollower opens the log of the container named or identified by ref and returns its reader. ErrNotFound says that
// there is none. The follower ends with ctx; Close it when it is not needed any more.
func NewLogFollower(ctx context.Context, src LogSource, ref string, opts LogOptions) (*LogFollower, error) {
	f := &LogFollower{src: src, name: ref, opts: opts, buf: make([]byte, readBuffer)}
	f.ctx, f.cancel = context.WithCancel(ctx)
	if opts.Cursor.Seen < 0 {
		opts.Cursor.Seen = 0
	}
	f.split.place.floor = stampNanos(opts.Since) // of the zero time, the earliest there is
	if opts.Tail > 0 {
		f.split.place.floor = math.MaxInt64
	}
	if !opts.Cursor.IsZero() {
		f.split.place.startAt(opts.Cursor)
	} else if opts.Tail < 0 {
		if err := f.startAtEnd(); err != nil {
			f.cancel()
			return nil, err
		}
	}
	raw, err := src.OpenLog(f.ctx, ref, f.query(opts.Tail))
	if err != nil {
		f.cancel()
		return nil, err
	}
	f.raw = raw
	return f, nil
}

// Next returns the next lines as soon as there are any, or the next event. It waits while there is neither. The lines are
// valid until it is called again.
//
// Without Follow the end is io.EOF. With Follow, ErrNotFound says that the container was removed. After ctx has ended or
// Close was called it returns the context's error. Every error comes after the lines before it, and again if Next is
// called again.
func (f *LogFollower) Next() (LogBatch, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		f.parse(false)
		if len(f.split.lines) > 0 {
			f.tries, f.replay = 0, 0
			return f.batch(LogNothing), nil
		}
		switch {
		case len(f.events) > 0:
			event := f.events[0]
			f.events = f.events[1:]
			return f.batch(event), nil
		case f.err != nil:
			return f.batch(LogNothing), f.err
		case f.fault != nil:
			f.ended()
		case f.raw.Body != nil:
			f.read()
		default:
			f.reopen()
		}
	}
}

// Close ends the follower and the connection, and waits for a Next under way to return. It may be called again.
func (f *LogFollower) Close() error {
	f.cancel()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closeBody()
	if f.err == nil {
		f.err = context.Canceled
	}
	return nil
}

// batch hands out the lines.
func (f *LogFollower) batch(event LogEvent) LogBatch {
	return LogBatch{
		Lines:    f.split.take(),
		Event:    event,
		Cursor:   f.place(),
		CutBytes: f.split.cutBytes,
	}
}

// read reads once from the body, behind what is left in the buffer.
func (f *LogFollower) read() {
	if f.r > 0 {
		f.w = copy(f.buf, f.buf[f.r:f.w])
		f.r = 0
	}
	n, err := f.raw.Body.Read(f.buf[f.w:])
	f.w += n
	if err != nil {
		f.fault = err
	}
}

// parse turns what is in the buffer into lines. final says that no more of the log will come.
func (f *LogFollower) parse(final bool) {
	if f.r == f.w || f.err != nil {
		return
	}
	if f.raw.TTY {
		f.r += f.split.parsePlain(f.buf[f.r:f.w], final)
		return
	}
	n, err := f.split.parseFrames(f.buf[f.r:f.w])
	f.r += n
	if err != nil {
		f.fault = err
		f.r = f.w
	}
}

// ended decides what the end of the body means: f.fault says how it ended, and the buffer has nothing whole any more.
// What it does not decide, the next connection does: whether the container still runs, and whether all was read.
func (f *LogFollower) ended() {
	fault := f.fault
	f.fault = nil
	f.closeBody()
	f.replay++
	drained := fault == io.EOF
	lasting := errors.Is(fault, errNotFrames) || isDaemonLogError(fault) && (f.tries >= followPatience || !f.opts.Follow)
	switch {
	case f.ctx.Err() != nil:
		f.fail(Ended(f.ctx))
	case lasting:
		f.fail(fault)
	case !f.opts.Follow && drained:
		f.finish(io.EOF)
	case !f.opts.Follow:
		f.fail(kindError{ErrTransient, fault})
	case drained && !f.raw.Running && !f.exited:
		f.finish(nil)
		f.exited, f.tries = true, 0
		if !f.raw.Started.IsZero() {
			f.events = append(f.events, LogExited)
		}
	}
}

// fail ends the follower with what befell the reading.
func (f *LogFollower) fail(cause error) {
	f.err = fmt.Errorf("read the log of %s: %w", f.name, cause)
}

// finish makes lines of what is unfinished: nothing follows it. err is what Next returns then.
func (f *LogFollower) finish(err error) {
	f.parse(true)
	f.split.finish()
	f.r, f.w = 0, 0
	f.err = err
}

// closeBody ends the connection, if there is one.
func (f *LogFollower) closeBody() {
	if f.raw.Body != nil {
		_ = f.raw.Body.Close() // nothing was written to it
		f.raw.Body = nil
	}
}

func isDaemonLogError(err error) bool {
	var daemonErr *daemonLogError
	return errors.As(err, &daemonErr)
}

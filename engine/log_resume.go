package engine

import (
	"errors"
	"io"
	"time"
)

// How long the follower waits before it tries again: not at all the first time, then from the one to the other.
const (
	followFirstWait = 50 * time.Millisecond
	followLongWait  = 2 * time.Second
	// fullReplays is how many connections in a row may be cut before they have got past what was read before. From then
	// on less of it is read again: better to risk a line that was written seconds late than to stand still.
	fullReplays = 8
)

// startAtEnd makes the place right after the last line that the log has. Asking the daemon for no line would do the same,
// but only once: after a lost connection nothing would say where to go on.
func (f *LogFollower) startAtEnd() error {
	raw, err := f.src.OpenLog(f.ctx, f.name, LogQuery{Tail: 1})
	if err != nil {
		return err
	}
	last := LogFollower{ctx: f.ctx, cancel: func() {}, raw: raw, name: f.name, buf: f.buf}
	defer func() { _ = last.Close() }()
	for {
		batch, err := last.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !batch.Cursor.IsZero() {
			end := batch.Cursor.Last.Add(1)
			f.split.place.startAt(LogCursor{Time: end, Last: end})
		}
	}
}

// query asks for what comes after the place; before the first line, for what was asked of us.
func (f *LogFollower) query(tail int) LogQuery {
	q := LogQuery{Tail: -1, Since: f.opts.Since, Until: f.opts.Until, Follow: f.opts.Follow}
	if c := f.place(); !c.IsZero() {
		q.Since = c.Time
	} else if tail > 0 {
		q.Tail = tail
	}
	return q
}

// place is where to go on after the connection under way. The one stream of a TTY is in order.
func (f *LogFollower) place() LogCursor {
	margin := cursorMargin >> min(max(0, f.replay-fullReplays)*2, 62)
	if f.raw.TTY {
		margin = 0
	}
	return f.split.place.cursor(f.split.unfinished(), margin)
}

// reopen opens the log again where it was left, after the container has exited once it was started again. What came of
// an unfinished line is dropped, since all of it comes again.
func (f *LogFollower) reopen() {
	if f.exited {
		if f.err = f.src.AwaitStart(f.ctx, f.raw.ID, f.raw.Started); f.err != nil {
			return
		}
	}
	if !f.pause() {
		f.fail(Ended(f.ctx))
		return
	}
	query, place := f.query(0), f.place()
	f.tries++
	raw, err := f.src.OpenLog(f.ctx, f.raw.ID, query)
	switch {
	case err == nil:
	case f.ctx.Err() == nil && (errors.Is(err, ErrDaemonUnreachable) || errors.Is(err, ErrTransient)):
		return // once more, later
	case errors.Is(err, ErrNotFound):
		f.finish(err)
		return
	default:
		f.err = err
		return
	}
	f.split.reset()
	f.split.place.resume(place)
	f.r, f.w = 0, 0
	switch {
	case !raw.Started.Equal(f.raw.Started):
		if !f.exited && !f.raw.Started.IsZero() {
			f.events = append(f.events, LogExited)
		}
		f.events = append(f.events, LogRestarted)
		f.exited = false
	case raw.Running && !f.exited:
		f.events = append(f.events, LogReconnected)
	}
	f.raw = raw
}

// pause waits before the next connection, and reports whether the follower shall go on.
func (f *LogFollower) pause() bool {
	if f.tries == 0 {
		return f.ctx.Err() == nil
	}
	wait := min(followFirstWait<<min(f.tries-1, 16), followLongWait)
	return systemClock{}.Sleep(f.ctx, wait) == nil
}

package engine

import (
	"context"
	"io"
	"time"
)

// LogStream says which stream of a container a line came from.
type LogStream uint8

// The two streams. With a TTY there is only stdout.
const (
	LogStreamStdout LogStream = iota
	LogStreamStderr
)

// LogLine is one line that a container wrote, sanitised: SGR sequences stay, every other control is gone, invalid UTF-8
// is U+FFFD. Time is the daemon's, to the nanosecond. A line over 16 KiB is cut, and its text ends by saying by how much.
type LogLine struct {
	Time   time.Time
	Stream LogStream
	Text   string
}

// LogOptions says what FollowLogs reads.
type LogOptions struct {
	// Tail is how many lines of history come first: 0 is all of it, negative is none. The daemon counts a line over
	// 16 KiB as several. With Since, they are those of the tail that are late enough.
	Tail int
	// Since and Until bound the lines by time, both inclusive; zero is unbounded.
	Since time.Time
	Until time.Time
	// Follow goes on with what is written later, over restarts of the container and of the daemon.
	Follow bool
	// Cursor, when not zero, resumes exactly after the line that it was taken at; Tail and Since are then ignored.
	Cursor LogCursor
}

// LogCursor is a place in a container's log. Lines that one program writes can share a time stamp, and lines of two
// streams can be a little out of order, so a time alone is not a place. Time trails the last line by some seconds, such
// that every line before it was stamped earlier and every line after it was not; Seen lines stamped at or after Time were
// read. The zero value is the beginning. It may be stored and used by another process.
type LogCursor struct {
	Time time.Time
	Seen int
	// Last is the latest stamp read. Log rotation can take seen lines away: nothing after Last is ever skipped.
	Last time.Time
}

// IsZero reports whether c is the beginning.
func (c LogCursor) IsZero() bool { return c.Time.IsZero() }

// LogEvent is what happened to the container or the connection right after the lines of a batch.
type LogEvent uint8

// What can happen to a followed log.
const (
	LogNothing LogEvent = iota
	// LogExited: the container stopped, and all that it wrote was read. The next call of Next waits for it to run again.
	// A container that has never run is waited for without this event.
	LogExited
	// LogRestarted: the container was started; its new lines follow. It comes after a LogExited, also when the restart
	// was too quick to be seen otherwise.
	LogRestarted
	// LogReconnected: the connection to the daemon was lost and is back, with the container still running; no line was
	// lost or repeated.
	LogReconnected
)

// LogBatch is what one call of Next read.
type LogBatch struct {
	// Lines are in the daemon's order and valid until the next call of Next; their texts may be kept. All texts of a
	// batch share one allocation, which any of them keeps alive.
	Lines []LogLine
	Event LogEvent
	// Cursor is the place after the last of Lines.
	Cursor LogCursor
	// CutBytes is how many bytes were cut from over-long lines since the follower was opened.
	CutBytes int64
}

// LogQuery is one request for a log in the daemon's wire format.
type LogQuery struct {
	// Tail of negative is everything.
	Tail   int
	Since  time.Time // inclusive, to the nanosecond
	Until  time.Time // likewise
	Follow bool
}

// RawLog is an open log: frames of eight header bytes each, or plain bytes for a TTY; every message begins with an RFC
// 3339 time stamp and a space.
type RawLog struct {
	// Body ends with io.EOF where the log ends: with Follow when the container exits, at once if it does not run.
	Body io.ReadCloser
	TTY  bool
	// ID is the container's ID. A container made anew under the name has another.
	ID string
	// Started is when the container was last started, by the daemon's clock; zero when it never was. It tells the runs
	// of a container apart.
	Started time.Time
	// Running says that it ran just before the log was opened. A container that waits to be restarted does not run.
	Running bool
}

// LogSource opens logs. *Docker and the fake are two; a follower does not know which it reads.
type LogSource interface {
	// OpenLog opens the log of the container named or identified by ref. ErrNotFound when there is none,
	// ErrDaemonUnreachable or ErrTransient when it may be tried again later. The body ends with an error once ctx ends.
	// The caller closes it.
	OpenLog(ctx context.Context, ref string, q LogQuery) (RawLog, error)
	// AwaitStart returns nil once the container with that ID was started at another time than started, at once if that
	// is so already, even if it has stopped again since. ErrNotFound says that it was removed; ctx's error that ctx
	// ended. A daemon that is away is waited for.
	AwaitStart(ctx context.Context, id string, started time.Time) error
}

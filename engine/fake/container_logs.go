package fake

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// The limits of a container's log, in memory: less than a real one's 3 files of 10 MB.
const (
	logMessageSize = 16 << 10 // Docker splits longer lines
	logMaxBytes    = 8 << 20
)

// The streams, by Docker's numbers.
const (
	streamOut byte = 1
	streamErr byte = 2
)

// logMessage is a line, with its line feed, or 16 KiB of a longer one.
type logMessage struct {
	time   time.Time
	stream byte
	data   []byte
}

// logFile is the log of a container.
type logFile struct {
	clock Clock

	mu      sync.Mutex // guards the fields below
	changed chan struct{}
	list    []logMessage
	gone    int // messages that rotation took
	bytes   int
	open    map[byte][]byte // what has no line feed yet, by stream
	last    time.Time
	live    bool // a process may write
	run     int
	removed bool
}

func newLogFile(clock Clock) *logFile {
	return &logFile{clock: clock, changed: make(chan struct{}), open: map[byte][]byte{}}
}

func (l *logFile) bumpLocked() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// begin, end and remove tell the log's readers what happens to the container.
func (l *logFile) begin(run int) { l.set(func() { l.live, l.run = true, run }) }
func (l *logFile) end()          { l.set(func() { l.live = false }) }
func (l *logFile) remove()       { l.set(func() { l.live, l.removed = false, true }) }

func (l *logFile) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
	l.bumpLocked()
}

// flush writes what has no line feed.
func (l *logFile) flush() {
	l.set(func() {
		for _, stream := range []byte{streamOut, streamErr} {
			if rest := l.open[stream]; len(rest) > 0 {
				l.addLocked(stream, rest, l.clock.Now())
				l.open[stream] = nil
			}
		}
	})
}

// write takes a process's output apart into messages.
func (l *logFile) write(stream byte, b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	rest := append(l.open[stream], b...)
	for len(rest) > 0 {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 && len(rest) < logMessageSize {
			break
		}
		if end == 0 || end > logMessageSize {
			end = logMessageSize
		}
		l.addLocked(stream, rest[:end], now)
		rest = rest[end:]
	}
	l.open[stream] = bytes.Clone(rest)
	l.bumpLocked()
}

// addLocked appends a message, never stamped before the one before it, and drops the oldest beyond the limit.
func (l *logFile) addLocked(stream byte, data []byte, at time.Time) {
	if at.Before(l.last) {
		at = l.last
	}
	l.last = at
	l.list = append(l.list, logMessage{at, stream, bytes.Clone(data)})
	for l.bytes += len(data); l.bytes > logMaxBytes; l.gone++ {
		l.bytes -= len(l.list[0].data)
		l.list = l.list[1:]
	}
}

// writer is an output of a process; it fails once ctx ends.
func (l *logFile) writer(ctx context.Context, stream byte) io.Writer {
	return liveWriter{ctx, func(b []byte) error { l.write(stream, b); return nil }}
}

// liveWriter writes until its context ends.
type liveWriter struct {
	ctx   context.Context
	write func(b []byte) error
}

func (w liveWriter) Write(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return len(b), w.write(b)
}

// logQuery is what a client wants of a log.
type logQuery struct {
	out, err, follow, stamps bool
	since, until             time.Time
	tail                     int // negative is all
	frames                   bool
	run                      int // follow to the end of this run at least, which may not have begun
}

// containerLogs is GET /containers/{id}/logs.
func (d *Daemon) containerLogs(r *request) error {
	var c *container
	if err := d.with(r, func(found *container) error { c = found; return nil }); err != nil {
		return err
	}
	q := logQuery{
		out: r.flag("stdout"), err: r.flag("stderr"), follow: r.flag("follow"), stamps: r.flag("timestamps"),
		since: eventTime(r.query("since")), until: eventTime(r.query("until")), tail: -1, frames: !c.config.Tty,
	}
	if !q.out && !q.err {
		return failf(http.StatusBadRequest, "Bad parameters: you must choose at least one stream")
	}
	if n, err := strconv.Atoi(r.query("tail")); err == nil {
		q.tail = n
	}
	if q.until.Equal(time.Unix(0, 0)) {
		q.until = time.Time{}
	}
	contentType := "application/vnd.docker.multiplexed-stream"
	if !q.frames || r.below("1.42") {
		contentType = "application/vnd.docker.raw-stream"
	}
	r.stream(contentType)
	c.log.copyTo(r.Context(), r, q, c.log.start(q), r.flush)
	return nil
}

// attachContainer is POST /containers/{id}/attach: the output from now on, over the connection itself. Input is not
// played: the main process of a container has none.
func (d *Daemon) attachContainer(r *request) error {
	var c *container
	q := logQuery{out: r.flag("stdout"), err: r.flag("stderr"), follow: r.flag("stream"), tail: 0}
	err := d.with(r, func(found *container) error {
		c = found
		q.frames, q.run = !c.config.Tty, c.runs
		if !c.running() {
			q.run++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.flag("logs") {
		q.tail = -1
	}
	place := c.log.start(q) // before the client hears that it is attached, and goes on
	nc, in, err := r.upgrade(d, !c.config.Tty)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(d.ctx)
	var left sync.WaitGroup
	left.Go(func() {
		_, _ = io.Copy(io.Discard, in) // until the client leaves
		cancel()
	})
	c.log.copyTo(ctx, nc, q, place, func() {})
	_ = nc.Close()
	d.listen.forget(nc)
	left.Wait()
	return nil
}

// copyTo writes the log from a place on as q wants it and, when following, goes on until the container stops.
func (l *logFile) copyTo(ctx context.Context, w io.Writer, q logQuery, place int, flush func()) {
	for {
		l.mu.Lock()
		place = max(place, l.gone)
		batch := l.list[place-l.gone:]
		place += len(batch)
		changed, live := l.changed, (l.live || l.run < q.run) && !l.removed
		l.mu.Unlock()
		for _, m := range batch {
			if !q.until.IsZero() && m.time.After(q.until) {
				return
			}
			if err := m.writeTo(w, q); err != nil {
				return
			}
		}
		flush()
		if !q.follow || !live {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// start returns the place of the first message for q: tail first, then since, as Docker does it.
func (l *logFile) start(q logQuery) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := 0
	if q.tail >= 0 {
		first = max(len(l.list)-q.tail, 0)
	}
	for first < len(l.list) && l.list[first].time.Before(q.since) {
		first++
	}
	return l.gone + first
}

func (m logMessage) writeTo(w io.Writer, q logQuery) error {
	if m.stream == streamOut && !q.out || m.stream == streamErr && !q.err {
		return nil
	}
	data := m.data
	if q.stamps {
		data = append([]byte(m.time.UTC().Format("2006-01-02T15:04:05.000000000Z07:00")+" "), data...)
	}
	return writeFrame(w, m.stream, data, q.frames)
}

// writeFrame writes data to a client, behind the eight bytes that say of which stream it is, unless it is plain.
func writeFrame(w io.Writer, stream byte, data []byte, framed bool) error {
	if framed {
		header := [8]byte{0: stream}
		binary.BigEndian.PutUint32(header[4:], uint32(len(data)))
		data = append(header[:], data...)
	}
	_, err := w.Write(data)
	return err
}

// Log appends a line to a container's log, as if its main process had written it.
func (d *Daemon) Log(container string, stderr bool, line string) error {
	d.mu.Lock()
	c, err := d.containerLocked(container)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	stream := streamOut
	if stderr {
		stream = streamErr
	}
	c.log.write(stream, []byte(line+"\n"))
	return nil
}

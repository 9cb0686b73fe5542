package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"
)

const stampLayout = "2006-01-02T15:04:05.000000000Z07:00"

// memoryMessage is one message of a log as the daemon's copier makes it.
type memoryMessage struct {
	stream LogStream
	stamp  time.Time
	text   string // with its line feed, unless the line goes on or was never ended
}

// wire returns m in the daemon's format.
func (m memoryMessage) wire(tty bool) []byte {
	text := m.stamp.UTC().Format(stampLayout) + " " + m.text
	if tty {
		return []byte(text)
	}
	return frameOf(byte(m.stream)+1, text)
}

// frameOf returns a frame of the given kind.
func frameOf(kind byte, payload string) []byte {
	b := append([]byte{kind, 0, 0, 0}, binary.BigEndian.AppendUint32(nil, uint32(len(payload)))...)
	return append(b, payload...)
}

// messagesOf splits a line as the daemon's copier does: full messages of maxLine bytes, then the rest; end is the line
// feed, or empty.
func messagesOf(stream LogStream, stamp time.Time, line, end string) []memoryMessage {
	var all []memoryMessage
	for ; len(line) >= maxLine; line = line[maxLine:] {
		all = append(all, memoryMessage{stream, stamp, line[:maxLine]})
	}
	if line+end != "" {
		all = append(all, memoryMessage{stream, stamp, line + end})
	}
	return all
}

var errCut = errors.New("the connection was cut")

// memorySource is a container's log in memory, with the two ways in which daemons take Since: 20.10 leaves out every
// message stamped before it, later ones those before the first that is not.
type memorySource struct {
	tty        bool
	laterSince bool
	// cut returns after how many bytes the next connection breaks; negative is never. It may be nil.
	cut func() int
	// chunk bounds how much one Read returns; 0 does not.
	chunk int

	mu      sync.Mutex
	changed chan struct{} // closed, and made anew, by every change
	log     []memoryMessage
	first   int // messages before it were rotated away
	started time.Time
	runAt   int // where in log the last start was
	running bool
	removed bool
	away    error // what OpenLog fails with
	opened  int   // bodies opened
	closed  int   // and closed
	queries []LogQuery
}

var memoryEpoch = time.Date(2025, 11, 23, 12, 0, 0, 0, time.UTC)

func newMemorySource(messages ...memoryMessage) *memorySource {
	return &memorySource{log: messages, started: memoryEpoch, running: true, changed: make(chan struct{})}
}

// change applies fn and wakes who waits.
func (s *memorySource) change(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *memorySource) write(messages ...memoryMessage) {
	s.change(func() { s.log = append(s.log, messages...) })
}

func (s *memorySource) exit() { s.change(func() { s.running = false }) }

func (s *memorySource) start() {
	s.change(func() { s.running, s.started, s.runAt = true, s.started.Add(time.Minute), len(s.log) })
}

func (s *memorySource) OpenLog(ctx context.Context, _ string, q LogQuery) (RawLog, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, q)
	if s.away != nil {
		return RawLog{}, s.away
	}
	if s.removed {
		return RawLog{}, ErrNotFound
	}
	b := &memoryBody{src: s, ctx: ctx, left: -1, since: q.Since, follow: q.Follow && s.running, next: s.first, started: s.started}
	if s.cut != nil {
		b.left = s.cut()
	}
	if q.Tail >= 0 {
		b.next = max(s.first, len(s.log)-q.Tail)
	}
	s.opened++
	return RawLog{Body: b, TTY: s.tty, ID: "id", Started: s.started, Running: s.running}, nil
}

func (s *memorySource) AwaitStart(ctx context.Context, _ string, started time.Time) error {
	for {
		s.mu.Lock()
		removed, ready, changed := s.removed, !s.started.Equal(started), s.changed
		s.mu.Unlock()
		switch {
		case removed:
			return ErrNotFound
		case ready:
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

type memoryBody struct {
	src     *memorySource
	ctx     context.Context
	left    int
	since   time.Time
	follow  bool
	next    int
	started time.Time
	pending []byte
}

func (b *memoryBody) Read(p []byte) (int, error) {
	for {
		if b.ctx.Err() != nil {
			return 0, b.ctx.Err()
		}
		if b.left == 0 {
			return 0, errCut
		}
		if len(b.pending) > 0 {
			n := min(len(p), len(b.pending))
			if b.src.chunk > 0 {
				n = min(n, b.src.chunk)
			}
			if b.left > 0 {
				n = min(n, b.left)
				b.left -= n
			}
			copy(p, b.pending[:n])
			b.pending = b.pending[n:]
			return n, nil
		}
		changed, err := b.fill()
		if err != nil {
			return 0, err
		}
		if changed == nil {
			continue
		}
		select {
		case <-changed:
		case <-b.ctx.Done():
		}
	}
}

// fill encodes up to a hundred messages. Without any it returns the channel to wait on.
func (b *memoryBody) fill() (<-chan struct{}, error) {
	b.src.mu.Lock()
	defer b.src.mu.Unlock()
	end := len(b.src.log)
	if b.follow && !b.src.started.Equal(b.started) {
		end = b.src.runAt
	}
	for ; b.next < end && len(b.pending) < 100*100; b.next++ {
		m := b.src.log[b.next]
		if m.stamp.Before(b.since) {
			continue
		}
		if b.src.laterSince {
			b.since = time.Time{}
		}
		b.pending = append(b.pending, m.wire(b.src.tty)...)
	}
	if len(b.pending) > 0 {
		return nil, nil
	}
	if !b.follow || !b.src.running || b.src.removed || !b.src.started.Equal(b.started) {
		return nil, io.EOF
	}
	return b.src.changed, nil
}

func (b *memoryBody) Close() error {
	b.src.mu.Lock()
	defer b.src.mu.Unlock()
	b.src.closed++
	return nil
}

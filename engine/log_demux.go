package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sizes of the wire format in bytes.
const (
	// frameHeader is the stream (0 or 1 for stdout, 2 for stderr, 3 for a failure of the daemon), three zeros and the
	// length of the payload.
	frameHeader = 8
	// maxWholeFrame is the longest frame that is waited for. Docker's are 16 KiB and a stamp at most; what claims to be
	// longer is taken as it comes.
	maxWholeFrame = 32 << 10
)

// errNotFrames says that what should be frames is something else. Reading it again would not help.
var errNotFrames = errors.New("the log is not in Docker's format")

// daemonLogError is what the daemon says in the middle of a log that it cannot read on.
type daemonLogError struct{ text string }

func (e *daemonLogError) Error() string { return "the daemon cannot read its log: " + e.text }

// parseFrames reads frames from b until the batch is full or it needs more than b has, and returns how many bytes it is
// done with; it never leaves more than maxWholeFrame and a header. A *daemonLogError or errNotFrames ends it.
func (s *logSplitter) parseFrames(b []byte) (n int, err error) {
	for !s.full() {
		rest := b[n:]
		if s.frameLeft > 0 {
			if len(rest) == 0 {
				break
			}
			n += s.frameBytes(rest)
			continue
		}
		if len(rest) < frameHeader {
			break
		}
		kind, size := rest[0], binary.BigEndian.Uint32(rest[4:])
		rest = rest[frameHeader:]
		whole := uint64(size) <= uint64(len(rest))
		if kind > 3 {
			return n, fmt.Errorf("%w: a frame of kind %d", errNotFrames, kind)
		}
		if !whole && (size <= maxWholeFrame || len(rest) < maxStamp) {
			break
		}
		n += frameHeader
		if whole {
			rest = rest[:size]
		}
		stream := LogStreamStdout
		switch kind {
		case 2:
			stream = LogStreamStderr
		case 3:
			return n + len(rest), &daemonLogError{SanitizeString(string(bytes.TrimSpace(rest[:min(len(rest), 1024)])))}
		}
		if whole && s.frame(stream, rest) {
			n += len(rest)
			continue
		}
		stamp := s.begin(stream, rest)
		n += stamp
		s.frameStream, s.frameLeft = stream, size-uint32(stamp)
	}
	return n, nil
}

// frame takes a frame that is one whole line of a plain kind, which nearly all are. It reports false when this is none.
func (s *logSplitter) frame(stream LogStream, b []byte) bool {
	end := len(b) - 1
	if end < 0 || b[end] != '\n' || s.parts[stream].open || s.place.skip > 0 {
		return false
	}
	t, n := s.stamps.parse(b)
	if n == 0 || end-n > maxLine || end < n {
		return false
	}
	text := b[n:end]
	if plainPrefix(text) != len(text) {
		return false
	}
	s.place.add(stampNanos(t))
	s.text = append(s.text, text...)
	s.add(stream, t)
	return true
}

// frameBytes takes the next bytes of the frame under way, up to a line feed, and returns how many it took.
func (s *logSplitter) frameBytes(b []byte) int {
	b = b[:min(uint64(len(b)), uint64(s.frameLeft))]
	end := bytes.IndexByte(b, '\n')
	n := end + 1
	if end < 0 {
		end, n = len(b), len(b)
	}
	s.frameLeft -= uint32(n)
	s.piece(s.frameStream, b[:end], end < n)
	return n
}

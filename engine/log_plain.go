package engine

import "bytes"

// A log of a container with a TTY has no frames: messages follow each other, each with its stamp. A message ends with its
// line, but for one whose line is longer than maxLine: that is full, and the next begins with the same stamp in the
// middle of the line.

// parsePlain reads messages from b until the batch is full or it needs more than b has, and returns how many bytes it is
// done with; it never leaves more than maxLine and a stamp. final says that nothing comes after b.
func (s *logSplitter) parsePlain(b []byte, final bool) (n int) {
	for !s.full() && n < len(b) {
		rest := b[n:]
		if s.midLine {
			took := s.plainBytes(rest, final)
			if took == 0 {
				break
			}
			n += took
			continue
		}
		end := bytes.IndexByte(rest, '\n')
		switch {
		case end >= 0 && end <= maxLine:
			s.plainLine(rest[:end])
			n += end + 1
		case end < 0 && len(rest) < maxLine+maxStamp && !final:
			return n
		default:
			s.headLen = s.begin(LogStreamStdout, rest)
			copy(s.head[:], rest[:s.headLen])
			n += s.headLen
			s.midLine, s.messageLeft = true, maxLine
		}
	}
	return n
}

// plainLine takes a line that is one message.
func (s *logSplitter) plainLine(b []byte) {
	t, n := s.stamps.parse(b)
	s.line(LogStreamStdout, t, stampNanos(t), n > 0, b[n:], 0)
}

// plainBytes takes the next bytes of the line under way, up to its end or that of a full message, and returns how many
// it took; 0 says that it needs more than b.
func (s *logSplitter) plainBytes(b []byte, final bool) int {
	if s.messageLeft == 0 {
		if len(b) < s.headLen && !final && bytes.IndexByte(b, '\n') < 0 {
			return 0
		}
		s.messageLeft = maxLine
		if bytes.HasPrefix(b, s.head[:s.headLen]) {
			if s.headLen == len(b) {
				return s.headLen
			}
			return s.headLen + s.plainBytes(b[s.headLen:], final)
		}
	}
	b = b[:min(len(b), s.messageLeft)]
	end := bytes.IndexByte(b, '\n')
	n := end + 1
	if end < 0 {
		end, n = len(b), len(b)
	}
	s.messageLeft -= n
	s.piece(LogStreamStdout, b[:end], end < n)
	s.midLine = end == n
	return n
}

package engine

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	// maxLine is how many bytes of a line are kept: as many as the daemon puts into one message. A line is one message,
	// unless it is longer.
	maxLine = 16 << 10
	// maxBatchLines bounds what one batch takes, together with the size of the buffer that it is parsed from: a batch of
	// empty lines is 200 KiB of LogLine, and one of the longest lines is 256 KiB of text.
	maxBatchLines = 4096
	maxBatchText  = 256 << 10
)

// logSplitter makes lines of a log in the daemon's wire format. It has two readers of that format, parseFrames and
// parsePlain, which hand it messages whole or in pieces. Its memory does not grow with the length of a line.
//
// The lines of a batch are collected with their texts side by side in one buffer; take makes one string of it and gives
// every line its part.
type logSplitter struct {
	stamps stampParser
	parts  [2]partialLine // the unfinished line of each stream
	place  logPlace
	redact func(string) string // nil, or takes secrets out of text

	// The batch.
	lines []LogLine
	ends  []int32 // where each line's text ends in text
	text  []byte
	// cutBytes were cut from lines that were too long, ever.
	cutBytes int64

	// Of parseFrames: how much of the frame under way is left, and of which stream it is.
	frameLeft   uint32
	frameStream LogStream
	// Of parsePlain: how much of the message under way is left if it is full, and the stamp that it began with.
	midLine     bool
	messageLeft int
	head        [maxStamp]byte
	headLen     int
}

// partialLine is a line of which pieces have come. Its time is also that of the message under way when it is not open.
type partialLine struct {
	open    bool
	stamped bool
	time    time.Time
	stamp   int64 // time as nanoseconds since 1970
	message int   // bytes of the last message so far
	text    []byte
	cut     int64 // bytes that came after text was full
	rewrite bool  // a carriage return came last: what comes next replaces text
}

// reset forgets everything about the connection; the place and the batch stay.
func (s *logSplitter) reset() {
	for i := range s.parts {
		s.parts[i].clear()
	}
	s.frameLeft, s.midLine = 0, false
}

// full reports whether the batch has reached its bounds.
func (s *logSplitter) full() bool {
	return len(s.lines) >= maxBatchLines || len(s.text) >= maxBatchText
}

// take returns the batch and begins the next, which reuses its memory but for the texts.
func (s *logSplitter) take() []LogLine {
	all := string(s.text)
	clean := s.redact == nil || s.redact(all) == all
	from := int32(0)
	for i := range s.lines {
		s.lines[i].Text = all[from:s.ends[i]]
		if !clean {
			s.lines[i].Text = s.redact(s.lines[i].Text)
		}
		from = s.ends[i]
	}
	lines := s.lines
	s.lines, s.ends, s.text = s.lines[:0], s.ends[:0], s.text[:0]
	return lines
}

// unfinished returns the stamp of the earliest line that is not complete.
func (s *logSplitter) unfinished() int64 {
	stamp := int64(noUnfinished)
	for i := range s.parts {
		if p := &s.parts[i]; p.open && p.stamped {
			stamp = min(stamp, p.stamp)
		}
	}
	return stamp
}

// begin starts a message whose first bytes are b, and returns how many of them are its stamp. A message goes on with the
// unfinished line of its stream: the daemon gives all messages of a line the stamp of the first, and one that it split
// before is full. Otherwise the program ended within a line, and the next run began another.
func (s *logSplitter) begin(stream LogStream, b []byte) int {
	p := &s.parts[stream]
	t, n := s.stamps.parse(b)
	stamp := stampNanos(t)
	if p.open && n > 0 && stamp != p.stamp && p.message < maxLine {
		s.flush(stream)
	}
	if !p.open {
		p.time, p.stamp, p.stamped = t, stamp, n > 0
	}
	p.message = 0
	return n
}

// piece takes the next bytes of the message of a stream; end says that a line feed came after them.
func (s *logSplitter) piece(stream LogStream, b []byte, end bool) {
	p := &s.parts[stream]
	if !p.open && end {
		s.line(stream, p.time, p.stamp, p.stamped, b, 0)
		return
	}
	if !p.open && len(b) > 0 {
		p.open = true
		if p.stamped {
			s.place.addPart(p.stamp)
		}
	}
	p.message += len(b)
	p.add(b)
	if end {
		s.flush(stream)
	}
}

// add appends b to the line. Of a line that was rewritten only the last writing is kept, so that a progress bar of any
// length ends as what was last seen of it.
func (p *partialLine) add(b []byte) {
	if len(b) == 0 {
		return
	}
	body := bytes.TrimRight(b, "\r")
	if len(body) > 0 && p.rewrite {
		p.text, p.cut = p.text[:0], 0
	}
	p.rewrite = len(body) < len(b)
	if i := lastReturn(body); i >= 0 {
		p.text, p.cut = p.text[:0], 0
		body = body[i+1:]
	}
	n := min(len(body), maxLine-len(p.text))
	p.text = append(p.text, body[:n]...)
	p.cut += int64(len(body) - n)
}

// flush ends the unfinished line of a stream.
func (s *logSplitter) flush(stream LogStream) {
	p := &s.parts[stream]
	if p.open {
		s.line(stream, p.time, p.stamp, p.stamped, p.text, p.cut)
	}
	p.clear()
}

// clear makes p no line at all; it keeps the memory.
func (p *partialLine) clear() { p.open, p.text, p.cut, p.rewrite = false, p.text[:0], 0, false }

// finish ends both unfinished lines, the older first: there is no more of the log.
func (s *logSplitter) finish() {
	first := LogStreamStdout
	if out, err := &s.parts[0], &s.parts[1]; err.open && err.stamp < out.stamp {
		first = LogStreamStderr
	}
	s.flush(first)
	s.flush(1 - first)
	s.reset()
}

// line adds a line to the batch, unless it was read before: raw is what is left of it after cut bytes were cut.
func (s *logSplitter) line(stream LogStream, t time.Time, stamp int64, stamped bool, raw []byte, cut int64) {
	if stamped {
		if s.place.skips(stamp) {
			return
		}
		s.place.add(stamp)
	}
	if plainPrefix(raw) != len(raw) {
		raw = bytes.TrimRight(raw, "\r")
		raw = raw[lastReturn(raw)+1:]
	}
	if len(raw) > maxLine {
		cut += int64(len(raw) - maxLine)
		raw = raw[:maxLine]
	}
	if cut > 0 {
		whole := wholeRunes(raw)
		cut += int64(len(raw) - whole)
		raw = raw[:whole]
	}
	s.text = Sanitize(s.text, raw)
	if cut > 0 {
		s.cutBytes += cut
		s.text = append(s.text, "… +"...)
		s.text = strconv.AppendInt(s.text, cut, 10)
		s.text = append(s.text, " B"...)
	}
	s.add(stream, t)
}

// add ends a line of the batch whose text was appended.
func (s *logSplitter) add(stream LogStream, t time.Time) {
	s.lines = append(s.lines, LogLine{Time: t, Stream: stream})
	s.ends = append(s.ends, int32(len(s.text)))
}

// lastReturn returns where the last carriage return of b is, -1 when there is none. Looking for the first one first is
// faster, since there is hardly ever one.
func lastReturn(b []byte) int {
	if bytes.IndexByte(b, '\r') < 0 {
		return -1
	}
	return bytes.LastIndexByte(b, '\r')
}

// wholeRunes returns how much of b is left without a character of UTF-8 that was cut apart at its end.
func wholeRunes(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return len(b) - i
			}
			break
		}
	}
	return len(b)
}

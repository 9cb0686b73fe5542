package engine

import (
	"math"
	"time"
)

// cursorMargin is how far the time of a cursor trails the last line. The two streams of a container are stamped before
// they are written to one log, so a line can stand after others that were stamped later; it does so by the time that a
// busy machine leaves a thread of the daemon waiting. Resuming reads the lines of this time once more.
const cursorMargin = 2 * time.Second

// A mark is set after so much time, or so many lines. There are at most maxMarks, the older ones further apart.
const (
	markTime  = int64(cursorMargin / 8)
	markLines = 256
	maxMarks  = 64
)

// mark is a place in the log such that every line before it was stamped earlier than stamp and, as far as has been seen,
// none after it. before counts those before it.
type mark struct {
	stamp  int64 // in nanoseconds since 1970
	before int
}

// logPlace knows where in a log its reader is, in terms that survive a new connection: see LogCursor.
//
// Marks are set at lines stamped later than every message before them. A line that is stamped earlier than a mark shows that the
// mark was none, and takes it away. The cursor is the latest mark that is old enough that no line will do that to it.
type logPlace struct {
	// floor is the earliest time of which every line is read; before it, there may be lines that are not.
	floor int64
	marks []mark // stamps and counts ascend
	lines int    // read so far
	last  int64  // the latest stamp so far
	peak  int64  // the same, of messages: the line of one may not have ended yet

	// What is left to skip after resuming: this many lines stamped from skipFrom to skipTo.
	skip             int
	skipFrom, skipTo int64
}

// startAt makes c the place, and what it has seen what is to be skipped.
func (p *logPlace) startAt(c LogCursor) {
	*p = logPlace{lines: c.Seen, last: stampNanos(c.Last), marks: []mark{{stamp: stampNanos(c.Time)}}}
	p.last = max(p.last, p.marks[0].stamp)
	p.peak = p.last
	p.resume(c)
}

// resume skips what c has seen; the log is about to be read again from c.Time on.
func (p *logPlace) resume(c LogCursor) {
	p.skip, p.skipFrom, p.skipTo = c.Seen, stampNanos(c.Time), stampNanos(c.Last)
}

// skips reports whether a line stamped so was read before. The lines come in their old order, so those seen come first.
func (p *logPlace) skips(stamp int64) bool {
	if p.skip == 0 || stamp < p.skipFrom || stamp > p.skipTo {
		return false
	}
	p.skip--
	return true
}

// add counts a line.
func (p *logPlace) add(stamp int64) {
	switch top := len(p.marks) - 1; {
	case top < 0:
		p.marks = append(p.marks, mark{stamp: min(stamp, max(p.floor, earlier(stamp, cursorMargin)))})
		p.last, p.peak = stamp, max(p.peak, stamp)
	case stamp > p.last:
		far := stamp-p.marks[top].stamp >= markTime || p.lines-p.marks[top].before >= markLines
		if far && stamp > p.peak {
			p.push(stamp)
		}
		p.last, p.peak = stamp, max(p.peak, stamp)
	case stamp < p.marks[top].stamp:
		for top > 0 && p.marks[top].stamp > stamp {
			top--
		}
		p.marks = p.marks[:top+1]
		p.marks[0].stamp = min(p.marks[0].stamp, stamp)
	}
	p.lines++
}

// addPart notes a message whose line has not ended.
func (p *logPlace) addPart(stamp int64) { p.peak = max(p.peak, stamp) }

// push sets a mark before the next line. When there are too many, every second of the older ones goes.
func (p *logPlace) push(stamp int64) {
	if len(p.marks) == maxMarks {
		kept := p.marks[:1]
		for i := 2; i < maxMarks; i++ {
			if i%2 == 0 || i >= maxMarks-maxMarks/4 {
				kept = append(kept, p.marks[i])
			}
		}
		p.marks = kept
	}
	p.marks = append(p.marks, mark{stamp, p.lines})
}

// noUnfinished is for logPlace.cursor when no line is unfinished.
const noUnfinished = math.MaxInt64

// cursor returns the place, by margin before the last line. unfinished is the stamp of the earliest line of which only a
// part has come; the cursor stays before it, since the whole line has to be read again.
func (p *logPlace) cursor(unfinished int64, margin time.Duration) LogCursor {
	if len(p.marks) == 0 {
		return LogCursor{}
	}
	limit := min(earlier(p.last, margin), unfinished)
	i := len(p.marks) - 1
	for i > 0 && p.marks[i].stamp > limit {
		i--
	}
	return LogCursor{
		Time: time.Unix(0, min(p.marks[i].stamp, unfinished)).UTC(),
		Seen: p.lines - p.marks[i].before,
		Last: time.Unix(0, p.last).UTC(),
	}
}

// earlier is a stamp by margin earlier.
func earlier(stamp int64, margin time.Duration) int64 {
	return max(stamp, math.MinInt64+int64(margin)) - int64(margin)
}

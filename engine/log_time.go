package engine

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"
)

// maxStamp is the longest time stamp that is looked for, in bytes, its space included: nine digits of a second and an
// offset make 36.
const maxStamp = 40

// stampParser reads the time stamps that a daemon puts before every message. It remembers the minute of the last one,
// since the next is nearly always of the same. The zero value is ready.
type stampParser struct {
	minute [2]uint64 // "2006-01-02T15:04" of the last stamp
	base   int64     // the minute in seconds since 1970
}

// parse reads a stamp and the space after it from the beginning of b, and returns how many bytes they are; 0 says that
// there is none. What it takes for a stamp, and the time it gives, are those of time.Parse with time.RFC3339Nano.
func (p *stampParser) parse(b []byte) (t time.Time, n int) {
	const fixed = len("2006-01-02T15:04:05.000000000Z ")
	if len(b) < fixed || b[16] != ':' || b[19] != '.' || b[29] != 'Z' || b[30] != ' ' {
		return parseAnyStamp(b)
	}
	seconds := uint(b[17]-'0')*10 + uint(b[18]-'0')
	eight, ok := eightDigits(binary.LittleEndian.Uint64(b[20:]))
	if b[17] < '0' || b[17] > '5' || b[18] < '0' || b[18] > '9' || !ok || b[28] < '0' || b[28] > '9' {
		return parseAnyStamp(b)
	}
	minute := [2]uint64{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
	if minute != p.minute || minute[0] == 0 { // zeros are what the zero value remembers
		whole, err := time.Parse("2006-01-02T15:04", string(b[:16]))
		if err != nil {
			return parseAnyStamp(b)
		}
		p.minute, p.base = minute, whole.Unix()
	}
	return time.Unix(p.base+int64(seconds), int64(eight)*10+int64(b[28]-'0')).UTC(), fixed
}

// parseAnyStamp is parse for stamps of another form than Docker's own.
func parseAnyStamp(b []byte) (t time.Time, n int) {
	end := bytes.IndexByte(b[:min(len(b), maxStamp)], ' ')
	if end < len("2006-01-02T5:04:05Z") || b[4] != '-' {
		return time.Time{}, 0
	}
	t, err := time.Parse(time.RFC3339Nano, string(b[:end]))
	if err != nil {
		return time.Time{}, 0
	}
	return t.UTC(), end + 1
}

// eightDigits reads eight decimal digits, the first in the lowest byte of v: pairs are added up to numbers of two digits,
// those to four, those to eight. ok says that all were digits.
func eightDigits(v uint64) (n uint32, ok bool) {
	const zeros = 0x3030303030303030
	// A digit has a high half of 3, and has it still when 6 is added.
	if v&0xf0f0f0f0f0f0f0f0 != zeros || (v+0x0606060606060606)&0xf0f0f0f0f0f0f0f0 != zeros {
		return 0, false
	}
	v -= zeros
	v = v*10 + v>>8
	v = (v & 0x00ff00ff00ff00ff) * (1 + 100<<16) >> 16 & 0x0000ffff0000ffff
	return uint32(v * (1 + 10000<<32) >> 32), true
}

// stampNanos is t in nanoseconds since 1970. The years it can say end at 1678 and 2261; those beyond are the nearest.
func stampNanos(t time.Time) int64 {
	switch s := t.Unix(); {
	case s <= math.MinInt64/int64(time.Second):
		return math.MinInt64
	case s >= math.MaxInt64/int64(time.Second):
		return math.MaxInt64
	}
	return t.UnixNano()
}

package engine

import (
	"strings"
	"testing"
	"time"
)

func TestParseStamp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"Docker's", "2025-11-23T22:01:02.123456789Z text", "2025-11-23T22:01:02.123456789Z"},
		{"no fraction of a second", "2025-11-23T22:01:02.000000000Z text", "2025-11-23T22:01:02Z"},
		{"leap day", "2024-02-29T23:59:59.999999999Z ", "2024-02-29T23:59:59.999999999Z"},
		{"a short fraction", "2025-11-23T22:01:02.5Z text", "2025-11-23T22:01:02.5Z"},
		{"an offset", "2025-11-23T22:01:02.123456789+02:00 text", "2025-11-23T20:01:02.123456789Z"},
		{"before 1970", "1969-12-31T23:59:59.000000001Z x", "1969-12-31T23:59:59.000000001Z"},
		{"year 9999", "9999-12-31T23:59:59.999999999Z x", "9999-12-31T23:59:59.999999999Z"},
		{"no such day", "2025-02-29T00:00:00.000000000Z x", ""},
		{"no such second", "2025-01-01T00:00:60.000000000Z x", ""},
		{"no such minute", "2025-01-01T00:60:00.000000000Z x", ""},
		{"a letter in the seconds", "2025-01-01T00:00:0x.000000000Z x", ""},
		{"a letter in the fraction", "2025-01-01T00:00:00.0000000:0Z x", ""},
		{"a letter at the end of the fraction", "2025-01-01T00:00:00.00000000/Z x", ""},
		{"zeros", strings.Repeat("\x00", 16) + ":02.123456789Z x", ""},
		{"no space", "2025-11-23T22:01:02.123456789Zx", ""},
		{"text", "GET /index.php HTTP/1.1 200 and some more", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var p stampParser
			for range 2 { // the second time the minute is remembered
				checkStamp(t, &p, []byte(c.in))
				got, n := p.parse([]byte(c.in))
				if c.want == "" {
					if n != 0 {
						t.Errorf("took %d bytes for a stamp: %v", n, got)
					}
					continue
				}
				if text := got.Format(time.RFC3339Nano); text != c.want || n != strings.Index(c.in, " ")+1 {
					t.Errorf("got %s and %d bytes, want %s", text, n, c.want)
				}
			}
		})
	}
}

func TestEightDigits(t *testing.T) {
	t.Parallel()
	digits := func(text string) uint64 {
		var v uint64
		for i := range 8 {
			v |= uint64(text[i]) << (8 * i)
		}
		return v
	}
	for _, c := range []struct {
		text string
		want uint32
	}{{"00000000", 0}, {"12345678", 12345678}, {"99999999", 99999999}, {"00000001", 1}, {"10000000", 10000000}} {
		if n, ok := eightDigits(digits(c.text)); n != c.want || !ok {
			t.Errorf("%s: got %d, %v", c.text, n, ok)
		}
	}
	for at := range 8 {
		for c := range 256 {
			text := []byte("12345678")
			text[at] = byte(c)
			if _, ok := eightDigits(digits(string(text))); ok != (c >= '0' && c <= '9') {
				t.Errorf("%q: ok is %v", text, ok)
			}
		}
	}
}

func FuzzParseStamp(f *testing.F) {
	f.Add([]byte("2025-11-23T22:01:02.123456789Z text"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var p stampParser
		checkStamp(t, &p, in)
		checkStamp(t, &p, in) // with the minute remembered
		p.parse([]byte("2025-11-23T22:01:02.123456789Z text"))
		checkStamp(t, &p, in) // with another minute remembered
	})
}

// checkStamp compares p with time.Parse.
func checkStamp(t *testing.T, p *stampParser, in []byte) {
	t.Helper()
	got, n := p.parse(in)
	text, _, found := strings.Cut(string(in), " ")
	want, err := time.Parse(time.RFC3339Nano, text)
	if !found || err != nil || len(text) >= maxStamp {
		if n != 0 {
			t.Errorf("%q: took %d bytes for %v; time.Parse: %v", in, n, got, err)
		}
		return
	}
	if n != len(text)+1 || !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("%q: got %v and %d bytes, time.Parse %v", in, got, n, want)
	}
}

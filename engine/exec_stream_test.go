package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLineWriterCuts compares the lines with those of the whole text, for every text of a small alphabet and however it is
// cut in two.
func TestLineWriterCuts(t *testing.T) {
	for _, text := range textsOf("x\r\n", 7) {
		want := strings.Split(text, "\n")
		if want[len(want)-1] == "" {
			want = want[:len(want)-1]
		}
		for i := range want {
			want[i] = strings.TrimRight(want[i], "\r")
		}
		for cut := range len(text) + 1 {
			var got []string
			w := newLineWriter(maxExecLine, func(line []byte) error { got = append(got, string(line)); return nil })
			for _, part := range []string{text[:cut], text[cut:]} {
				if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
					t.Fatalf("Write(%q) = %d, %v", part, n, err)
				}
			}
			if err := w.flush(); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%q + %q: lines %q (%v), want %q", text[:cut], text[cut:], got, err, want)
			}
		}
	}
}

func TestLineWriterBoundsLines(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		write int
		want  []int
	}{
		{"at the bound", strings.Repeat("x", maxExecLine) + "\n", 1 << 15, []int{maxExecLine}},
		{"at the bound in one write", strings.Repeat("x", maxExecLine) + "\n", 1 << 30, []int{maxExecLine}},
		{"one over it", strings.Repeat("x", maxExecLine+1) + "\ny\n", 1 << 15, []int{maxExecLine, 1, 1}},
		{"one over it in one write", strings.Repeat("x", maxExecLine+1) + "\ny\n", 1 << 30, []int{maxExecLine, 1, 1}},
		{"without an end", strings.Repeat("x", 3*maxExecLine+5), 1 << 15, []int{maxExecLine, maxExecLine, maxExecLine, 5}},
		{"between characters", "ab" + strings.Repeat("€", maxExecLine/3), 1 << 15, []int{maxExecLine - 2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lengths []int
			var joined strings.Builder
			w := newLineWriter(maxExecLine, func(line []byte) error {
				lengths = append(lengths, len(line))
				if !utf8.Valid(line) {
					t.Error("a character was cut")
				}
				joined.Write(line)
				return nil
			})
			for part := range slices.Chunk([]byte(c.text), c.write) {
				if _, err := w.Write(part); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.flush(); err != nil || !slices.Equal(lengths, c.want) {
				t.Errorf("lengths %d (%v), want %d", lengths, err, c.want)
			}
			if joined.String() != strings.ReplaceAll(c.text, "\n", "") {
				t.Error("bytes were lost")
			}
			if cap(w.rest) > 2*maxExecLine {
				t.Errorf("the buffer grew to %d bytes", cap(w.rest))
			}
		})
	}
}

func TestLineWriterKeepsInvalidBytes(t *testing.T) {
	text := strings.Repeat("\x80", maxExecLine+10)
	var got strings.Builder
	w := newLineWriter(maxExecLine, func(line []byte) error { got.Write(line); return nil })
	_, _ = w.Write([]byte(text))
	if _ = w.flush(); got.String() != text {
		t.Error("bytes were lost")
	}
}

func TestLineWriterReturnsTheHandlersError(t *testing.T) {
	full := errors.New("full")
	for _, text := range []string{"a\n", strings.Repeat("x", 2*maxExecLine)} {
		if _, err := newLineWriter(maxExecLine, func([]byte) error { return full }).Write([]byte(text)); !errors.Is(err, full) {
			t.Errorf("Write returned %v", err)
		}
	}
}

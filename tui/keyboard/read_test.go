//go:build unix

package keyboard

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// TestReader cuts every key at every place: the second half is written when the reader waits for it.
func TestReader(t *testing.T) {
	t.Parallel()
	for _, c := range whole {
		for cut := 1; cut < len(c.typed); cut++ {
			r, w := pipe(t)
			rest := []string{c.typed[:cut], c.typed[cut:]}
			more := func(*os.File, time.Duration) bool {
				if len(rest) == 0 {
					return false
				}
				write(t, w, rest[0])
				rest = rest[1:]
				return true
			}
			more(nil, 0)
			keys := &Reader{File: r, wait: more}
			var got []byte
			for p := make([]byte, 256); len(rest) > 0 || len(got) < len(c.read); {
				n, err := keys.Read(p)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, p[:n]...)
				if n == 0 || len(rest) > 0 {
					more(nil, 0) // it has not waited: what came was whole
				}
			}
			if string(got) != c.read {
				t.Errorf("%s, cut after %q: read %q, want %q", c.name, c.typed[:cut], got, c.read)
			}
		}
	}
}

// TestReaderAlone holds that esc is a key when nothing follows, after a wait as long as it was told.
func TestReaderAlone(t *testing.T) {
	t.Parallel()
	r, w := pipe(t)
	var waited []time.Duration
	keys := &Reader{File: r, delay: time.Hour, wait: func(_ *os.File, delay time.Duration) bool {
		waited = append(waited, delay)
		return false
	}}
	write(t, w, "j\x1b")
	p := make([]byte, 256)
	n, err := keys.Read(p)
	if err != nil || string(p[:n]) != "j\x1b" || len(waited) != 1 || waited[0] != time.Hour {
		t.Errorf("read %q, %v, waited %v", p[:n], err, waited)
	}
}

// TestReaderEnd holds that a read that waits for the rest of a key ends with the file.
func TestReaderEnd(t *testing.T) {
	t.Parallel()
	r, w := pipe(t)
	keys := Join(r, time.Hour)
	write(t, w, "\x1b")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 256)
	if n, err := keys.Read(p); string(p[:n]) != "\x1b" || err != io.EOF {
		t.Errorf("read %q, %v", p[:n], err)
	}
	if _, err := keys.Read(p[:10]); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("a read into ten bytes: %v", err)
	}
}

// TestReaderPaste reads a long paste in reads of the size that Bubble Tea has.
func TestReaderPaste(t *testing.T) {
	t.Parallel()
	r, w := pipe(t)
	keys := Join(r, 0)
	const after = "\x1b[A"
	done := make(chan struct{})
	go func() {
		defer close(done)
		write(t, w, pasteBegin+strings.Repeat("日", MaxPaste)+pasteEnd+after)
	}()
	var got bytes.Buffer
	for p := make([]byte, 256); !strings.HasSuffix(got.String(), after); {
		n, err := keys.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		got.Write(p[:n])
	}
	<-done
	if want := len(pasteBegin) + MaxPaste + len(pasteEnd) + len(after); got.Len() != want {
		t.Errorf("%d bytes are read, want %d", got.Len(), want)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	in := strings.NewReader("x")
	if got := Join(in, 0); got != io.Reader(in) {
		t.Errorf("what is no file became %T", got)
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": usualDelay, "25": 25 * time.Millisecond, "0": 0, "-1": usualDelay, "soon": usualDelay, "60000": maxDelay, "99999999999": usualDelay,
	} {
		if got := Delay(func(name string) (string, bool) { return text, name == "ESCDELAY" && text != "" }); got != want {
			t.Errorf("ESCDELAY=%q: %v, want %v", text, got, want)
		}
	}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(); _ = w.Close() })
	return r, w
}

func write(t *testing.T, w *os.File, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Error(err)
	}
}

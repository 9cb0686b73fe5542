package engine

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// realPulls returns the streams of real daemons by file name, as they came over the wire.
func realPulls(tb testing.TB) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob("testdata/pull/*.jsonl")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no streams: %v", err)
	}
	pulls := make(map[string][]byte, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		pulls[strings.TrimSuffix(filepath.Base(path), ".jsonl")] = text
	}
	return pulls
}

// readPull returns every message of a stream, the lines skipped and the error that ended it.
func readPull(r io.Reader) (messages []pullMessage, skipped int, err error) {
	stream := newPullStream(r)
	for {
		m, err := stream.Next()
		if err != nil {
			return messages, stream.Skipped, err
		}
		messages = append(messages, m)
	}
}

func TestPullStreamOfRealDaemons(t *testing.T) {
	for name, text := range realPulls(t) {
		t.Run(name, func(t *testing.T) {
			lines := strings.Count(string(text), "\n")
			messages, skipped, err := readPull(iotest.OneByteReader(strings.NewReader(string(text))))
			if strings.HasSuffix(name, "-refused") {
				lines-- // the last is the error
				var failure *daemonPullError
				if !errors.As(err, &failure) || failure.Message != "toomanyrequests: come back later" {
					t.Errorf("the stream ended with %v", err)
				}
			} else if !errors.Is(err, io.EOF) {
				t.Errorf("the stream ended with %v", err)
			}
			if len(messages) != lines || skipped != 0 {
				t.Errorf("%d messages, %d skipped, want %d", len(messages), skipped, lines)
			}
		})
	}
}

func TestPullStreamOddInput(t *testing.T) {
	const good = `{"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"a"}`
	long := `{"status":"` + strings.Repeat("x", maxPullMessage) + `"}`
	broken := errors.New("the line went dead")
	cases := []struct {
		name    string
		input   io.Reader
		good    int
		skipped int
		err     string
	}{
		{"nothing", strings.NewReader(""), 0, 0, "EOF"},
		{"no newline at the end", strings.NewReader(good), 1, 0, "EOF"},
		{"blank lines", strings.NewReader("\r\n\n  \n" + good + "\n\n"), 1, 0, "EOF"},
		{"no JSON", strings.NewReader("<html>\n" + good + "\n{\"status\":\n[]\n12\n"), 1, 4, "EOF"},
		{"too long", strings.NewReader(long + "\n" + good + "\n"), 1, 1, "EOF"},
		{"too long, at the end", strings.NewReader(good + "\n" + long), 1, 1, "EOF"},
		{"a number out of range", strings.NewReader(`{"progressDetail":{"current":1e99}}` + "\n" + good), 1, 1, "EOF"},
		{"a string for a number", strings.NewReader(`{"progressDetail":{"current":"1"}}` + "\n" + good), 1, 1, "EOF"},
		{"deeper than can be", strings.NewReader(strings.Repeat(`{"a":`, 11_000) + "\n" + good), 1, 1, "EOF"},
		{"null", strings.NewReader(`{"id":null,"status":null,"progressDetail":null,"errorDetail":null,"error":null}` + "\n" + good), 2, 0, "EOF"},
		{"an error of reading", io.MultiReader(strings.NewReader(good+"\n"), iotest.ErrReader(broken)), 1, 0, "the line went dead"},
		{"an error of reading within a message", io.MultiReader(strings.NewReader(good+"\n{\"sta"), iotest.ErrReader(broken)), 1, 1, "the line went dead"},
		{"an error", strings.NewReader(good + "\n" + `{"errorDetail":{"message":"detail"},"error":"text"}` + "\n" + good), 1, 0, "detail"},
		{"an error without detail", strings.NewReader(`{"error":"text"}`), 0, 0, "text"},
		{"an error without text", strings.NewReader(`{"errorDetail":{}}`), 0, 0, "the daemon gave no reason"},
		{"a hostile error", strings.NewReader(`{"error":"\u001b]0;x\u0007 a\nb\u202e\u0000"}`), 0, 0, "]0;x a b"},
		{"a huge error", strings.NewReader(`{"error":"` + strings.Repeat("é", 20_000) + `"}`), 0, 0, strings.Repeat("é", maxDaemonText/2) + "…"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			messages, skipped, err := readPull(tc.input)
			if len(messages) != tc.good || skipped != tc.skipped || err.Error() != tc.err {
				t.Errorf("%d messages, %d skipped, %q; want %d, %d, %q", len(messages), skipped, err, tc.good, tc.skipped, tc.err)
			}
		})
	}
}

// endless repeats one byte n times.
type endless struct {
	c byte
	n int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	p = p[:min(len(p), e.n)]
	for i := range p {
		p[i] = e.c
	}
	e.n -= len(p)
	return len(p), nil
}

func TestPullStreamMemoryOfAHugeMessage(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	messages, skipped, err := readPull(io.MultiReader(
		strings.NewReader(`{"status":"`), &endless{'x', 64 << 20}, strings.NewReader("\"}\n{\"status\":\"y\"}\n"),
	))
	runtime.ReadMemStats(&after)
	if len(messages) != 1 || skipped != 1 || !errors.Is(err, io.EOF) {
		t.Errorf("%d messages, %d skipped, %v", len(messages), skipped, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 8*maxPullMessage {
		t.Errorf("reading past 64 MiB took %d bytes of memory", used)
	}
}

// FuzzPullStream reads any bytes as the stream of a pull, in two tries, and checks what must hold of any of them.
func FuzzPullStream(f *testing.F) {
	for _, text := range realPulls(f) {
		f.Add(text)
	}
	f.Add([]byte(`{"status":"Downloading","progressDetail":{"current":9223372036854775807,"total":-1},"id":"a"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var layers pullLayers
		var ticks []PullProgress
		for range 2 {
			layers.restart()
			stream := newPullStream(strings.NewReader(string(text)))
			for {
				m, err := stream.Next()
				if err != nil {
					if !utf8.ValidString(err.Error()) || len(err.Error()) > maxDaemonText+len("…") {
						t.Errorf("the error is %q", err)
					}
					break
				}
				layers.apply(&m)
				ticks = append(ticks, layers.progress("x"))
				checkLayers(t, &layers)
			}
			if lines := strings.Count(string(text), "\n") + 1; stream.Skipped > lines {
				t.Errorf("%d of %d lines skipped", stream.Skipped, lines)
			}
		}
		layers.finish(pullComplete)
		ticks = append(ticks, layers.progress("x"))
		if last := checkTicks(t, ticks); last.Current != last.Total {
			t.Errorf("it ends at %d of %d", last.Current, last.Total)
		}
	})
}

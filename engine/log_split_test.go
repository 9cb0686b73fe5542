package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/docker/docker/pkg/stdcopy"
)

// splitAll parses a whole log, given in pieces of the sizes that size returns, as a follower does.
func splitAll(wire []byte, tty bool, size func() int) (lines []LogLine, cut int64, err error) {
	s := &logSplitter{}
	var buf []byte
	parse := func(final bool) {
		for err == nil {
			n := 0
			if tty {
				n = s.parsePlain(buf, final)
			} else {
				n, err = s.parseFrames(buf)
			}
			buf = buf[n:]
			if len(buf) > maxWholeFrame+frameHeader && n == 0 {
				panic("more is left than a read buffer has room for")
			}
			taken := s.take()
			lines = append(lines, taken...)
			if n == 0 && len(taken) == 0 {
				return
			}
		}
	}
	for len(wire) > 0 && err == nil {
		n := min(max(size(), 1), len(wire))
		buf = append(buf, wire[:n]...)
		wire = wire[n:]
		parse(false)
	}
	parse(true)
	s.finish()
	return append(lines, s.take()...), s.cutBytes, err
}

func whole() int { return readBuffer / 2 }

func TestLogSplitter(t *testing.T) {
	t.Parallel()
	t0 := memoryEpoch.Add(123456789)
	t1 := t0.Add(time.Second)
	stamp := t0.Format(stampLayout) + " "
	out := func(at time.Time, text string) memoryMessage { return memoryMessage{LogStreamStdout, at, text} }
	errs := func(at time.Time, text string) memoryMessage { return memoryMessage{LogStreamStderr, at, text} }
	full := strings.Repeat("x", maxLine)
	long := func(n int) string { return strings.Repeat("x", n) }
	for _, c := range []struct {
		name     string
		tty      bool
		messages []memoryMessage
		want     []string // "o" or "e", seconds after t0, the text
	}{
		{"nothing", false, nil, nil},
		{"lines of both streams", false, []memoryMessage{out(t0, "a\n"), errs(t1, "b\n"), out(t1, "\n")}, []string{"o0 a", "e1 b", "o1 "}},
		{"the last line not ended", false, []memoryMessage{out(t0, "a\n"), errs(t0, "b")}, []string{"o0 a", "e0 b"}},
		{"two streams not ended, the older first", false, []memoryMessage{out(t1, "a"), errs(t0, "b")}, []string{"e0 b", "o1 a"}},
		{"a run not ended, and the next", false, []memoryMessage{out(t0, "a"), errs(t0, "b\n"), out(t1, "c\n")}, []string{"e0 b", "o0 a", "o1 c"}},
		{"returns", false, []memoryMessage{out(t0, "1%\r50%\r100%\r\n"), out(t0, "\r\n"), out(t0, "a\rb\n")}, []string{"o0 100%", "o0 ", "o0 b"}},
		{"several lines in a message", false, []memoryMessage{out(t0, "a\nb\nc")}, []string{"o0 a", "o0 b", "o0 c"}},
		{"escapes and bad bytes", false, []memoryMessage{out(t0, "\x1b[31mr\x1b[0m\x1b]0;t\x07\xff\u202e\n")}, []string{"o0 \x1b[31mr\x1b[0m\ufffd"}},
		{"a line of exactly the bound", false, messagesOf(0, t0, full, "\n"), []string{"o0 " + full}},
		{"a line one longer", false, messagesOf(0, t0, full+"y", "\n"), []string{"o0 " + full + "… +1 B"}},
		{"a long line with the other stream between", false,
			slices.Concat(messagesOf(0, t0, full, ""), []memoryMessage{errs(t1, "e\n")}, messagesOf(0, t0, full+"yz", "\n")),
			[]string{"e1 e", "o0 " + full + "… +16386 B"}},
		{"a long line cut within a letter", false, messagesOf(0, t0, full[1:]+"€"+"y", "\n"), []string{"o0 " + full[1:] + "… +4 B"}},
		{"a long progress bar", false, messagesOf(0, t0, strings.Repeat("working\r", 10000)+"done", "\r\n"), []string{"o0 done"}},
		{"a long line after a return", false, messagesOf(0, t0, "gone\r"+long(40000), "\n"), []string{"o0 " + full + "… +23616 B"}},
		{"a return at the end of a full message", false, messagesOf(0, t0, full[1:]+"\r", "\n"), []string{"o0 " + full[1:]}},
		{"a return at the end of a full message, then more", false, messagesOf(0, t0, full[1:]+"\rdone", "\n"), []string{"o0 done"}},

		{"TTY", true, []memoryMessage{out(t0, "a\r\n"), out(t1, "\r\n"), out(t1, "b")}, []string{"o0 a", "o1 ", "o1 b"}},
		{"TTY returns", true, []memoryMessage{out(t0, "1%\r100%\r\n")}, []string{"o0 100%"}},
		{"TTY, a line of exactly the bound", true, messagesOf(0, t0, full, "\n"), []string{"o0 " + full}},
		{"TTY, a line one shorter", true, messagesOf(0, t0, full[1:], "\r\n"), []string{"o0 " + full[1:]}},
		{"TTY, a long line", true, messagesOf(0, t0, full+full+"yz", "\r\n"), []string{"o0 " + full + "… +16386 B"}},
		{"TTY, a long line that fills two messages", true, append(messagesOf(0, t0, full+full, "\n"), out(t1, "b\n")), []string{"o0 " + full + "… +16384 B", "o1 b"}},
		{"TTY, a long line not ended", true, messagesOf(0, t0, full+"yz", ""), []string{"o0 " + full + "… +2 B"}},
		{"TTY, stamps that the program wrote", true, messagesOf(0, t0, stamp+"a "+stamp+full, "\n"), []string{"o0 " + (stamp + "a " + stamp + full)[:maxLine] + "… +64 B"}},
		{"TTY, a progress bar over messages", true, messagesOf(0, t0, strings.Repeat("working\r", 10000)+"done", "\r\n"), []string{"o0 done"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var wire []byte
			for _, m := range c.messages {
				wire = append(wire, m.wire(c.tty)...)
			}
			for _, size := range []int{1, 7, 100, 20000, 1 << 20} {
				lines, cut, err := splitAll(wire, c.tty, func() int { return size })
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				var sum int64
				for _, l := range lines {
					got = append(got, fmt.Sprintf("%s%d %s", [...]string{"o", "e"}[l.Stream], int(l.Time.Sub(t0).Seconds()), l.Text))
					if _, tail, found := strings.Cut(l.Text, "… +"); found {
						n, _ := strconv.ParseInt(strings.TrimSuffix(tail, " B"), 10, 64)
						sum += n
					}
				}
				if !slices.Equal(got, c.want) {
					t.Fatalf("in pieces of %d:\ngot  %.300q\nwant %.300q", size, got, c.want)
				}
				if cut != sum {
					t.Errorf("cutBytes is %d, the lines say %d", cut, sum)
				}
			}
		})
	}
}

func TestLogFramesErrors(t *testing.T) {
	t.Parallel()
	good := memoryMessage{0, memoryEpoch, "good\n"}.wire(false)
	lines, _, err := splitAll(append(bytes.Clone(good), "HTTP/1.1 500"...), false, whole)
	if len(lines) != 1 || !errors.Is(err, errNotFrames) {
		t.Errorf("text between frames: %d lines, %v", len(lines), err)
	}
	lines, _, err = splitAll(append(bytes.Clone(good), frameOf(3, "Error grabbing logs: \x1b[2Jbad\n")...), false, whole)
	if len(lines) != 1 || !isDaemonLogError(err) || !strings.HasSuffix(err.Error(), "Error grabbing logs: bad") {
		t.Errorf("a failure of the daemon: %d lines, %v", len(lines), err)
	}
	lines, _, err = splitAll(append(bytes.Clone(good), 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 'x'), false, whole)
	if len(lines) != 1 || err != nil {
		t.Errorf("a frame of 4 GiB that does not come: %d lines, %v", len(lines), err)
	}
	lines, _, err = splitAll(frameOf(1, "no stamp\n"), false, whole)
	if len(lines) != 1 || err != nil || lines[0].Text != "no stamp" || !lines[0].Time.IsZero() {
		t.Errorf("no stamp: %v, %v", lines, err)
	}
}

// TestLogFramesLikeStdcopy compares the splitter with Docker's own demultiplexer and a plain split.
func TestLogFramesLikeStdcopy(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var wire bytes.Buffer
	for i := range 5000 {
		text := strings.Repeat(string(rune('a'+i%26)), random.IntN(300)) + "\n"
		wire.Write(memoryMessage{LogStream(random.IntN(2)), memoryEpoch.Add(time.Duration(i)), text}.wire(false))
	}
	lines, _, err := splitAll(wire.Bytes(), false, func() int { return random.IntN(5000) })
	if err != nil {
		t.Fatal(err)
	}
	var want [2]bytes.Buffer
	if _, err := stdcopy.StdCopy(&want[0], &want[1], &wire); err != nil {
		t.Fatal(err)
	}
	var got [2]bytes.Buffer
	for _, l := range lines {
		fmt.Fprintf(&got[l.Stream], "%s %s\n", l.Time.Format(stampLayout), l.Text)
	}
	for i := range got {
		if got[i].String() != want[i].String() {
			t.Errorf("stream %d differs from what stdcopy makes of it", i)
		}
	}
}

// TestLogEndlessLine reads a line of 1 GiB.
func TestLogEndlessLine(t *testing.T) {
	for _, tty := range []bool{false, true} {
		t.Run(fmt.Sprintf("tty=%v", tty), func(t *testing.T) {
			message := memoryMessage{0, memoryEpoch, strings.Repeat("x", maxLine)}.wire(tty)
			const messages = 1 << 16
			s := &logSplitter{}
			buf := make([]byte, 0, readBuffer)
			step := func() {
				buf = append(buf, message...)
				n := 0
				if tty {
					n = s.parsePlain(buf, false)
				} else {
					n, _ = s.parseFrames(buf)
				}
				buf = append(buf[:0], buf[n:]...)
			}
			step() // the buffers are made
			step()
			if n := testing.AllocsPerRun(messages-3, step); n != 0 { // runs it once more
				t.Errorf("%v allocations for each message", n)
			}
			s.parsePlain(buf, true)
			s.finish()
			lines := s.take()
			if len(lines) != 1 || lines[0].Text != strings.Repeat("x", maxLine)+"… +"+strconv.Itoa((messages-1)*maxLine)+" B" {
				t.Errorf("%d lines, the first ends with %q", len(lines), lines[0].Text[max(0, len(lines[0].Text)-30):])
			}
		})
	}
}

func TestLogBatchBounds(t *testing.T) {
	t.Parallel()
	s := &logSplitter{}
	n, err := s.parseFrames(frameOf(1, memoryEpoch.Format(stampLayout)+" "+strings.Repeat("\n", 20000)))
	if err != nil || n == 0 || len(s.take()) != maxBatchLines {
		t.Errorf("a message of empty lines: %d bytes, %v", n, err)
	}
}

func FuzzLogFrames(f *testing.F) {
	f.Add(memoryMessage{0, memoryEpoch, "text\n"}.wire(false), uint64(1))
	f.Fuzz(func(t *testing.T, wire []byte, seed uint64) { checkSplit(t, wire, false, seed) })
}

func FuzzLogPlain(f *testing.F) {
	f.Add(memoryMessage{0, memoryEpoch, "text\n"}.wire(true), uint64(1))
	f.Fuzz(func(t *testing.T, wire []byte, seed uint64) { checkSplit(t, wire, true, seed) })
}

// checkSplit holds the splitter to what it promises for every input: the lines do not depend on how the bytes come, their
// texts are clean and bounded, and nothing of them is lost.
func checkSplit(t *testing.T, wire []byte, tty bool, seed uint64) {
	want, cut, err := splitAll(wire, tty, whole)
	random := rand.New(rand.NewPCG(seed, 0))
	sizes := []func() int{func() int { return 1 }, func() int { return random.IntN(64) }, func() int { return random.IntN(20000) }}
	if len(wire) > 4096 {
		sizes = sizes[2:] // small pieces would search a long line again and again
	}
	for _, size := range sizes {
		got, gotCut, gotErr := splitAll(wire, tty, size)
		if !slices.Equal(got, want) || gotCut != cut || (gotErr == nil) != (err == nil) {
			t.Fatalf("%.200q in pieces: %.300v, %d, %v\nat once: %.300v, %d, %v", wire, got, gotCut, gotErr, want, cut, err)
		}
	}
	for _, l := range want {
		if len(l.Text) > 3*maxLine+40 || !utf8.ValidString(l.Text) || SanitizeString(l.Text) != l.Text {
			t.Errorf("%.200q: bad text %.200q", wire, l.Text)
		}
	}
	if tty && err == nil && len(want) != bytes.Count(wire, []byte("\n")) && len(want) != bytes.Count(wire, []byte("\n"))+1 {
		t.Errorf("%.200q: %d lines", wire, len(want))
	}
}

// BenchmarkLogPipeline is from the wire format to LogLine.
func BenchmarkLogPipeline(b *testing.B) {
	var secrets redactor
	for i := range 16 {
		secrets.learn([]EnvSecret{{Key: "P", Value: strings.Repeat(string(rune('0'+i%10)), 3) + strconv.Itoa(i*987654321) + "secret"}})
	}
	for _, c := range []struct {
		name   string
		tty    bool
		redact func(string) string
		text   string
	}{
		{"frames", false, nil, "127.0.0.1 - GET /index.php HTTP/1.1 200 12345\n"},
		{"secrets", false, secrets.text, "127.0.0.1 - GET /index.php HTTP/1.1 200 12345\n"},
		{"coloured", false, nil, "\x1b[32minfo\x1b[0m request of user 12 took 34 ms, 200\n"},
		{"tty", true, nil, "127.0.0.1 - GET /index.php HTTP/1.1 200 12345\r\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			const lines = 10000
			var wire []byte
			for i := range lines {
				wire = append(wire, memoryMessage{0, memoryEpoch.Add(time.Duration(i) * time.Microsecond), c.text}.wire(c.tty)...)
			}
			read := func() {
				if n := drainWire(b, wire, c.tty, c.redact); n != lines {
					b.Fatalf("%d lines", n)
				}
			}
			b.SetBytes(int64(len(wire)))
			for b.Loop() {
				read()
			}
			b.ReportMetric(lines*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
			b.ReportMetric(testing.AllocsPerRun(10, read)/lines, "allocs/line")
		})
	}
}

// drainWire follows a log that is given in the wire format to its end and counts its lines.
func drainWire(tb testing.TB, wire []byte, tty bool, redact func(string) string) (lines int) {
	f, err := NewLogFollower(tb.Context(), wireSource{wire, tty}, "x", LogOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	f.split.redact = redact
	defer func() { _ = f.Close() }()
	for {
		batch, err := f.Next()
		lines += len(batch.Lines)
		if err == io.EOF {
			return lines
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// wireSource is a log that has ended, in the wire format.
type wireSource struct {
	wire []byte
	tty  bool
}

func (s wireSource) OpenLog(context.Context, string, LogQuery) (RawLog, error) {
	return RawLog{Body: io.NopCloser(bytes.NewReader(s.wire)), TTY: s.tty}, nil
}

func (s wireSource) AwaitStart(context.Context, string, time.Time) error { return ErrNotFound }

package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestLogFollowerResume cuts connections at random places of a log whose lines share stamps, are out of order between the
// streams, are longer than a message, and have no end where a run ends. Every line has to come once, in its order.
func TestLogFollowerResume(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkResume(t, seed) })
		})
	}
}

func checkResume(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 1))
	src := newMemorySource()
	src.tty = seed%3 == 0
	src.laterSince = seed%2 == 0
	src.chunk = random.IntN(3) * 500
	messages := randomLog(random, 2000, src.tty)
	var wire []byte
	for _, m := range messages {
		wire = append(wire, m.wire(src.tty)...)
	}
	lines, _, err := splitAll(wire, src.tty, whole)
	if err != nil {
		t.Fatal(err)
	}
	cuts := 0
	src.cut = func() int {
		if cuts++; cuts > 60 {
			return -1
		}
		if cuts%(fullReplays-1) == 0 {
			return random.IntN(len(wire))/2 + len(wire)/2 // enough for a line that is new
		}
		return random.IntN(len(wire) / 3)
	}
	opts := LogOptions{Follow: true}
	f, err := NewLogFollower(t.Context(), src, "web", opts)
	if err != nil {
		t.Fatal(err)
	}
	writing := rand.New(rand.NewPCG(seed, 2))
	go func() {
		for len(messages) > 0 {
			n := min(writing.IntN(400), len(messages))
			src.write(messages[:n]...)
			messages = messages[n:]
			time.Sleep(200 * time.Millisecond)
		}
		src.exit()
	}()
	var got []LogLine
	for {
		batch, err := f.Next()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, batch.Lines...)
		if batch.Event == LogExited {
			break
		}
		if len(got)%7 == 0 { // go on from the cursor as another process would
			_ = f.Close()
			opts.Cursor = batch.Cursor
			if f, err = NewLogFollower(t.Context(), src, "web", opts); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = f.Close()
	if !slices.Equal(got, lines) {
		for i := range min(len(got), len(lines)) {
			if got[i] != lines[i] {
				t.Fatalf("line %d of %d (%d read): got %.80v, want %.80v", i, len(lines), len(got), got[i], lines[i])
			}
		}
		t.Fatalf("%d lines, %d were written", len(got), len(lines))
	}
}

// randomLog returns messages of n lines.
func randomLog(random *rand.Rand, n int, tty bool) []memoryMessage {
	var all []memoryMessage
	now := memoryEpoch
	var rest []memoryMessage // of a line whose messages lie apart
	for i := range n {
		if random.IntN(3) > 0 {
			now = now.Add(time.Duration(random.IntN(1 << random.IntN(30))))
		}
		stream, stamp := LogStreamStdout, now
		if !tty && random.IntN(3) == 0 {
			stream = LogStreamStderr
			stamp = stamp.Add(-time.Duration(random.IntN(1 << random.IntN(30)))) // a second and more
		}
		line := messagesOf(stream, stamp, fmt.Sprintf("line %d ", i), "\n")
		if stream == LogStreamStdout && random.IntN(100) == 0 {
			line = messagesOf(stream, stamp, strings.Repeat(fmt.Sprintf("line %d ", i), 5000), "\n")
		}
		if len(rest) > 0 && (stream == LogStreamStdout || random.IntN(20) == 0) {
			all = append(all, rest...)
			rest = nil
		}
		if len(line) > 1 && !tty {
			all = append(all, line[0])
			rest = line[1:]
			continue
		}
		all = append(all, line...)
	}
	return append(all, rest...)
}

// TestLogFollowerSharedStamp has 100 lines of one stamp, and cuts the connection within every one of them.
func TestLogFollowerSharedStamp(t *testing.T) {
	t.Parallel()
	for _, later := range []bool{false, true} {
		t.Run(fmt.Sprintf("later daemon %v", later), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := newMemorySource()
				src.laterSince = later
				size := 0
				for i := range 100 {
					m := memoryMessage{LogStream(i % 2), memoryEpoch, fmt.Sprintf("line %03d\n", i)}
					size = len(m.wire(false))
					src.log = append(src.log, m)
				}
				n := 0
				src.cut = func() int { n++; return n*size + n%size }
				f := follow(t, src, LogOptions{Follow: true})
				for i := 0; i < 100; {
					batch, err := f.Next()
					if err != nil {
						t.Fatal(err)
					}
					for _, l := range batch.Lines {
						if want := fmt.Sprintf("line %03d", i); l.Text != want {
							t.Fatalf("got %q, want %q", l.Text, want)
						}
						i++
					}
				}
				if n < 90 {
					t.Errorf("only %d connections: the test did not cut", n)
				}
			})
		})
	}
}

// TestLogFollowerLongLineBetween has a line of two messages with lines between them that are stamped earlier: no place may
// lie between.
func TestLogFollowerLongLineBetween(t *testing.T) {
	t.Parallel()
	for _, later := range []bool{false, true} {
		t.Run(fmt.Sprintf("later daemon %v", later), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				at := func(ms int) time.Time { return memoryEpoch.Add(time.Duration(ms) * time.Millisecond) }
				long := messagesOf(0, at(5000), strings.Repeat("x", maxLine+1), "\n")
				src := newMemorySource(memoryMessage{0, at(0), "a\n"}, long[0], memoryMessage{1, at(4500), "b\n"},
					memoryMessage{1, at(4950), "c\n"}, long[1], memoryMessage{0, at(8000), "d\n"})
				src.laterSince = later
				total := 0
				for _, m := range src.log {
					total += len(m.wire(false))
				}
				cuts := []int{total, -1}
				src.cut = func() int { n := cuts[0]; cuts = cuts[1:]; return n }
				f := follow(t, src, LogOptions{Follow: true})
				var got []string
				for !slices.Contains(got, "d") {
					got = append(got, strings.Fields(next(t, f))...)
				}
				src.write(memoryMessage{0, at(9000), "e\n"})
				expect(t, f, "RECONNECTED", "e")
			})
		})
	}
}

// TestLogFollowerShortConnections has connections that break before what was read already is read again.
func TestLogFollowerShortConnections(t *testing.T) {
	t.Parallel()
	for _, tty := range []bool{false, true} {
		t.Run(fmt.Sprintf("tty=%v", tty), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := newMemorySource()
				src.tty = tty
				for i := range 5000 {
					src.log = append(src.log, memoryMessage{0, memoryEpoch.Add(time.Duration(i) * time.Microsecond), fmt.Sprintf("line %d\n", i)})
				}
				n := 0
				src.cut = func() int { n++; return 50*(markLines+50) + n%7*10 }
				f := follow(t, src, LogOptions{Follow: true})
				for i := 0; i < 5000; {
					batch, err := f.Next()
					if err != nil {
						t.Fatal(err)
					}
					for _, l := range batch.Lines {
						if want := fmt.Sprintf("line %d", i); l.Text != want {
							t.Fatalf("got %q, want %q", l.Text, want)
						}
						i++
					}
				}
			})
		})
	}
}

// TestLogFollowerRotation takes seen lines away while the follower is off: the new ones all come.
func TestLogFollowerRotation(t *testing.T) {
	t.Parallel()
	src := newMemorySource(said(0, "a", "b", "c", "d")...)
	f := follow(t, src, LogOptions{})
	batch, err := f.Next()
	if err != nil || len(batch.Lines) != 4 {
		t.Fatal(batch, err)
	}
	_ = f.Close()
	src.first = 3
	src.write(said(4, "e", "f")...)
	expect(t, follow(t, src, LogOptions{Cursor: batch.Cursor}), "e f")
}

// TestLogFollowerClockSetBack has lines stamped an hour before those that were read.
func TestLogFollowerClockSetBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newMemorySource(said(0, strings.Fields(strings.Repeat("a ", 5000))...)...)
		src.write(said(1000, "b")...)
		total := 0
		for _, m := range src.log {
			total += len(m.wire(false))
		}
		cuts := []int{total, -1}
		src.cut = func() int { n := cuts[0]; cuts = cuts[1:]; return n }
		f := follow(t, src, LogOptions{Follow: true})
		for n := 0; n < 5001; {
			batch, err := f.Next()
			if err != nil {
				t.Fatal(err)
			}
			n += len(batch.Lines)
		}
		src.write(said(1001, "c")...)
		expect(t, f, "RECONNECTED", "c")
	})
}

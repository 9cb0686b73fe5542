package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// runLogging starts a container of BusyBox that runs script, with a log that has room for a gigabyte, and returns its name.
func runLogging(tb testing.TB, d testbed.Daemon, script string, options ...string) string {
	tb.Helper()
	d.Pull(tb, testbed.Alpine)
	name := d.Container(tb, testbed.NewName())
	args := append([]string{"run", "-d", "--network", "none", "--name", name, "--log-opt", "max-size=1g", "--log-opt", "max-file=1"}, options...)
	d.Docker(tb, append(args, testbed.Alpine, "sh", "-c", script)...)
	return name
}

// followContainer opens a follower that is closed at the end of the test.
func followContainer(tb testing.TB, e *Docker, name string, opts LogOptions) *LogFollower {
	tb.Helper()
	f, err := e.FollowLogs(tb.Context(), name, opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

// readUntil reads lines and events until done says so of what was read last; events are lines of one word.
func readUntil(tb testing.TB, f *LogFollower, done func(line string) bool) []LogLine {
	tb.Helper()
	var all []LogLine
	for {
		batch, err := f.Next()
		if err != nil {
			tb.Fatalf("after %d lines: %v", len(all), err)
		}
		lines := slices.Clone(batch.Lines)
		if batch.Event != LogNothing {
			lines = append(lines, LogLine{Text: [...]string{"", "EXITED", "RESTARTED", "RECONNECTED"}[batch.Event]})
		}
		all = append(all, lines...)
		if slices.ContainsFunc(lines, func(l LogLine) bool { return done(l.Text) }) {
			return all
		}
	}
}

func exited(line string) bool { return line == "EXITED" }

// streamTexts returns the lines of one stream.
func streamTexts(lines []LogLine, stream LogStream) []string {
	var texts []string
	for _, l := range lines {
		if l.Stream == stream {
			texts = append(texts, l.Text)
		}
	}
	return texts
}

func TestFollowLogsKinds(t *testing.T) {
	t.Parallel()
	const script = `printf 'plain\n\033[31mred\033[0m\033]0;title\007\nbad \377\n50%%\r100%%\n\ttab\n'; echo warn >&2; printf 'not ended'`
	want := []string{"plain", "\x1b[31mred\x1b[0m", "bad \ufffd", "100%", "\ttab"}
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		t.Run("two streams", func(t *testing.T) {
			t.Parallel()
			before := time.Now()
			lines := readUntil(t, followContainer(t, e, runLogging(t, d, script), LogOptions{Follow: true}), exited)
			if got := streamTexts(lines, LogStreamStdout); !slices.Equal(got, append(slices.Clone(want), "not ended", "EXITED")) {
				t.Errorf("stdout: %q", got)
			}
			if got := streamTexts(lines, LogStreamStderr); !slices.Equal(got, []string{"warn"}) {
				t.Errorf("stderr: %q", got)
			}
			if at := lines[0].Time; at.Before(before.Add(-time.Minute)) || at.After(time.Now().Add(time.Minute)) || at.Nanosecond()%1000 == 0 {
				t.Errorf("stamped %v, want nanoseconds of now", at)
			}
		})
		t.Run("TTY", func(t *testing.T) {
			t.Parallel()
			lines := readUntil(t, followContainer(t, e, runLogging(t, d, script, "-t"), LogOptions{Follow: true}), exited)
			if got := streamTexts(lines, LogStreamStdout); !slices.Equal(got, append(slices.Clone(want), "warn", "not ended", "EXITED")) {
				t.Errorf("got %q", got)
			}
		})
	})
}

func TestFollowLogsLongLine(t *testing.T) {
	t.Parallel()
	const script = `echo before; head -c 10485760 /dev/zero | tr '\0' x; echo; head -c 16384 /dev/zero | tr '\0' y; echo; echo after`
	want := []string{"before", strings.Repeat("x", maxLine) + "… +10469376 B", strings.Repeat("y", maxLine), "after", "EXITED"}
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		for _, options := range [][]string{nil, {"-t"}} {
			name := runLogging(t, d, script, options...)
			f := followContainer(t, e, name, LogOptions{Follow: true})
			if got := streamTexts(readUntil(t, f, exited), 0); !slices.Equal(got, want) {
				t.Errorf("%v, while it runs: %.200q", options, got)
			}
			f = followContainer(t, e, name, LogOptions{Follow: true})
			if got := streamTexts(readUntil(t, f, exited), 0); !slices.Equal(got, want) {
				t.Errorf("%v, afterwards: %.200q", options, got)
			}
		}
	})
}

func TestFollowLogsOptions(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		name := runLogging(t, d, `for i in 1 2 3 4 5 6; do echo $i; done`)
		all := readUntil(t, followContainer(t, e, name, LogOptions{Follow: true}), exited)
		for _, c := range []struct {
			name string
			opts LogOptions
			want string
		}{
			{"all", LogOptions{}, "1 2 3 4 5 6"},
			{"tail", LogOptions{Tail: 2}, "5 6"},
			{"none", LogOptions{Tail: -1}, ""},
			{"since, inclusive", LogOptions{Since: all[3].Time}, "4 5 6"},
			{"until, inclusive", LogOptions{Until: all[1].Time}, "1 2"},
			{"both", LogOptions{Since: all[1].Time, Until: all[3].Time}, "2 3 4"},
			{"a cursor", LogOptions{Cursor: LogCursor{Time: all[1].Time, Seen: 2, Last: all[2].Time}}, "4 5 6"},
		} {
			f := followContainer(t, e, name, c.opts)
			var got []string
			for {
				batch, err := f.Next()
				got = append(got, streamTexts(batch.Lines, 0)...)
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%s: got %q, want %q", c.name, text, c.want)
			}
		}
	})
}

func TestFollowLogsRestart(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		name := runLogging(t, d, `n=$(cat n || echo 1); echo $((n+1)) >n; trap 'echo end $n; exit' TERM; echo run $n; while :; do sleep 0.1; done`)
		f := followContainer(t, e, name, LogOptions{Follow: true})
		var got []LogLine
		read := func(last string) {
			got = append(got, readUntil(t, f, func(line string) bool { return line == last })...)
		}
		read("run 1")
		d.Docker(t, "restart", name)
		read("run 2")
		d.Docker(t, "stop", name)
		read("EXITED") // of the restart
		for got[len(got)-1].Text != "EXITED" || !slices.ContainsFunc(got, func(l LogLine) bool { return l.Text == "end 2" }) {
			read("EXITED")
		}
		d.Docker(t, "start", name)
		read("run 3")
		d.Docker(t, "rm", "-f", name)
		for {
			if _, err := f.Next(); errors.Is(err, ErrNotFound) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"run 1", "end 1", "EXITED", "RESTARTED", "run 2", "end 2", "EXITED", "RESTARTED", "run 3"}
		if texts := streamTexts(got, 0); !slices.Equal(texts, want) {
			t.Errorf("got %q, want %q", texts, want)
		}
	})
}

func TestFollowLogsRemovedWhileExited(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		name := runLogging(t, d, `echo a; printf b`)
		f := followContainer(t, connect(t, d), name, LogOptions{Follow: true})
		if got := streamTexts(readUntil(t, f, exited), 0); !slices.Equal(got, []string{"a", "b", "EXITED"}) {
			t.Errorf("got %q", got)
		}
		ended := make(chan error, 1)
		go func() {
			_, err := f.Next()
			ended <- err
		}()
		d.Docker(t, "rm", name)
		if err := <-ended; !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestFollowLogsErrors(t *testing.T) {
	t.Parallel()
	if _, err := New().FollowLogs(t.Context(), "web", LogOptions{}); !errors.Is(err, ErrDaemonUnreachable) {
		t.Errorf("without a client: %v", err)
	}
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		if _, err := e.FollowLogs(t.Context(), testbed.NewName(), LogOptions{}); !errors.Is(err, ErrNotFound) {
			t.Errorf("an unknown container: %v", err)
		}
		if _, err := e.FollowLogs(t.Context(), "", LogOptions{}); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("no name: %v", err)
		}
		d.Pull(t, testbed.Alpine)
		name := d.Container(t, testbed.NewName())
		d.Docker(t, "run", "-d", "--name", name, "--log-driver", "none", testbed.Alpine, "true")
		if _, err := e.FollowLogs(t.Context(), name, LogOptions{Follow: true}); err == nil || errors.Is(err, ErrTransient) || !strings.Contains(err.Error(), "does not support reading") {
			t.Errorf("a driver that keeps no log: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := e.FollowLogs(ctx, name, LogOptions{}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

// TestFollowLogsSleepingReader reads one batch and nothing more until the container has written everything: nothing is
// lost, and what waits does so in the daemon's file and not in our memory.
func TestFollowLogsSleepingReader(t *testing.T) {
	const lines = 200_000
	for _, d := range testbed.All(t) {
		t.Run(d.Name, func(t *testing.T) {
			e := connect(t, d)
			name := runLogging(t, d, fmt.Sprintf(`awk 'BEGIN { for (i = 1; i <= %d; i++) print "a line that is long enough to make some bytes", i }'`, lines))
			before := heapInUse()
			f := followContainer(t, e, name, LogOptions{Follow: true})
			batch, err := f.Next()
			if err != nil {
				t.Fatal(err)
			}
			read := len(batch.Lines)
			if out := d.Docker(t, "wait", name); out != "0" {
				t.Fatalf("the container ended with %s", out)
			}
			if grown := int64(heapInUse()) - int64(before); grown > 4<<20 {
				t.Errorf("%d bytes of heap hold what was not read", grown)
			}
			most := int64(0)
			for ended := false; !ended; {
				batch, err := f.Next()
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range batch.Lines {
					read++
					if want := fmt.Sprintf("a line that is long enough to make some bytes %d", read); l.Text != want {
						t.Fatalf("got %q, want %q", l.Text, want)
					}
				}
				if read%50 == 0 {
					most = max(most, int64(heapInUse())-int64(before))
				}
				ended = batch.Event == LogExited
			}
			if read != lines {
				t.Errorf("%d lines", read)
			}
			if most > 4<<20 {
				t.Errorf("following took up to %d bytes of heap", most)
			}
		})
	}
}

// heapInUse returns how many bytes of the heap are reachable.
func heapInUse() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func TestContainerLogs(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		name := runLogging(t, d, `i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo $i; sleep 0.001; done; echo warn >&2; sleep 0.01; printf 'a\033[2J password=hunter22hunter'`)
		d.Docker(t, "wait", name)
		e.secrets.learn([]EnvSecret{{Key: "P", Value: "hunter22hunter"}})
		for lines, want := range map[int]string{
			3: "60\nwarn\na password=[REDACTED]",
			1: "a password=[REDACTED]",
		} {
			if got, err := e.ContainerLogs(t.Context(), name, lines); got != want || err != nil {
				t.Errorf("%d lines: got %q, %v; want %q", lines, got, err, want)
			}
		}
		for _, lines := range []int{0, -1} {
			got, err := e.ContainerLogs(t.Context(), name, lines)
			if n := strings.Count(got, "\n") + 1; n != defaultLogLines || err != nil {
				t.Errorf("%d lines: got %d, %v", lines, n, err)
			}
		}
		if got, err := e.ContainerLogs(t.Context(), name, 1<<30); strings.Count(got, "\n") != 61 || err != nil {
			t.Errorf("all lines: %q, %v", got, err)
		}
		if _, err := e.ContainerLogs(t.Context(), testbed.NewName(), 1); !errors.Is(err, ErrNotFound) {
			t.Errorf("an unknown container: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := e.ContainerLogs(ctx, name, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func TestContainerLogsBounds(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	name := runLogging(t, d, `i=0; while [ $i -lt 1000 ]; do head -c 16000 /dev/zero | tr '\0' x; echo; i=$((i+1)); done`)
	d.Docker(t, "wait", name)
	got, err := connect(t, d).ContainerLogs(t.Context(), name, 1000)
	if err != nil || len(got) > maxLogBytes || len(got) < maxLogBytes-20000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestStreamContainerLogs(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		t.Run("to the exit", func(t *testing.T) {
			t.Parallel()
			name := runLogging(t, d, `seq 5000`)
			stream, err := e.StreamContainerLogs(t.Context(), name, time.Unix(1, 0))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			var middle time.Time
			for line := range stream { // the channel is full most of the time
				if n++; line.Text != fmt.Sprint(n) {
					t.Fatalf("got %q, want %d", line.Text, n)
				}
				if n == 4000 {
					middle = line.Time
				}
				time.Sleep(time.Microsecond)
			}
			if n != 5000 {
				t.Errorf("%d lines", n)
			}
			for _, c := range []struct {
				since time.Time
				first string
			}{{time.Time{}, "4901"}, {middle, "4000"}} {
				stream, err := e.StreamContainerLogs(t.Context(), name, c.since)
				if err != nil {
					t.Fatal(err)
				}
				if line := <-stream; line.Text != c.first {
					t.Errorf("since %v: the first line is %q, want %q", c.since, line.Text, c.first)
				}
				for line := range stream {
					n = len(line.Text)
				}
				_ = n
			}
		})
		t.Run("cancelled", func(t *testing.T) {
			t.Parallel()
			name := runLogging(t, d, `while :; do echo x; done`)
			ctx, cancel := context.WithCancel(t.Context())
			stream, err := e.StreamContainerLogs(ctx, name, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			<-stream
			cancel()
			for range stream { // ends, and TestMain sees that nothing is left
			}
		})
		t.Run("no such container", func(t *testing.T) {
			t.Parallel()
			if _, err := e.StreamContainerLogs(t.Context(), testbed.NewName(), time.Time{}); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}

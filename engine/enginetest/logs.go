package enginetest

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

func itoa(n int) string { return strconv.Itoa(n) }

// writes is a command that writes to both streams, in an order that the daemon sees, and ends. A pause keeps the streams
// in order: two pipes have none.
func writes() []string {
	return []string{"sh", "-c", "echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three; sleep 0.2; printf four; exit 5"}
}

// awaitLog waits until the container's log has the text.
func (c *C) awaitLog(name, text string) {
	c.Helper()
	c.Await("the log says "+text, func() bool {
		log, err := c.S.ContainerLogs(c.Context(), name, 50)
		c.OK(err)
		return strings.Contains(log, text)
	})
}

// logMethods is the contract of reading logs.
func logMethods() map[string]method {
	return map[string]method{
		"ContainerLogs":       containerLogsContract(),
		"StreamContainerLogs": streamContainerLogsContract(),
		"FollowLogs":          followLogsContract(),
	}
}

func containerLogsContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"both streams come in the order in which they were written", func(c *C) { wantLogs(c, c.Stopped(writes()...), 50, "one\ntwo\nthree\nfour") }},
			Absent:  {"absent is an ErrNotFound", func(c *C) { _, err := c.S.ContainerLogs(c.Context(), c.Name(), 5); c.Is(err, engine.ErrNotFound) }},
			Repeated: {"it is the same again", func(c *C) {
				n := c.Stopped(writes()...)
				wantLogs(c, n, 2, "three\nfour")
				wantLogs(c, n, 2, "three\nfour")
			}},
			"hostile": {"control characters are taken out, colours are kept", func(c *C) {
				wantLogs(c, c.Stopped("printf", `\033]0;title\007\033[31mred\033[0m\n`), 5, "\x1b[31mred\x1b[0m")
			}},
			"terminal": {"with a terminal there is one stream", logsOfTerminal},
			"none":     {"one that has written nothing has an empty log", func(c *C) { wantLogs(c, c.Stopped("true"), 5, "") }},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.ContainerLogs(ctx, name, 5)
			return err
		},
	}
}

func streamContainerLogsContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"every line comes with its stream and time, and the channel closes at the exit", streamAll},
			Absent: {"absent is an ErrNotFound", func(c *C) {
				_, err := c.S.StreamContainerLogs(c.Context(), c.Name(), time.Time{})
				c.Is(err, engine.ErrNotFound)
			}},
			Repeated: {"a second stream has the same lines, and from a time on those stamped then or later", streamAgain},
			"live":   {"what is written later comes too; the end of the context closes the channel", streamLive},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.StreamContainerLogs(ctx, name, time.Time{})
			return err
		},
	}
}

func followLogsContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"every line comes once; without Follow the end is io.EOF", followAll},
			Absent: {"absent is an ErrNotFound", func(c *C) {
				_, err := c.S.FollowLogs(c.Context(), c.Name(), engine.LogOptions{})
				c.Is(err, engine.ErrNotFound)
			}},
			Repeated:  {"from the cursor of a line on, the lines after it come, each once", followResume},
			"tail":    {"a tail is the last lines, a negative one none", followTail},
			"restart": {"it says that the container stopped and that it runs again, and goes on", followRestart},
			"removed": {"once the container is removed the end is an ErrNotFound", followRemoved},
			"flood":   {"of a thousand lines none is lost", followFlood},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			f, err := s.FollowLogs(ctx, name, engine.LogOptions{Follow: true})
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.Next()
			return err
		},
	}
}

func wantLogs(c *C, name string, lines int, want string) {
	c.Helper()
	got, err := c.S.ContainerLogs(c.Context(), name, lines)
	c.OK(err)
	if got = strings.TrimSuffix(got, "\n"); got != want {
		c.Errorf("the log is %q, want %q", got, want)
	}
}

func logsOfTerminal(c *C) {
	spec := c.Spec("sh", "-c", "echo one; echo two >&2")
	spec.Tty = true
	c.Start(spec)
	c.AwaitState(spec.Name, "exited")
	wantLogs(c, spec.Name, 5, "one\ntwo")
}

// streamed receives until the channel closes, and returns the lines as "stream text".
func streamed(c *C, name string, since time.Time) (lines []string, times []time.Time) {
	c.Helper()
	ch, err := c.S.StreamContainerLogs(c.Context(), name, since)
	c.OK(err)
	for line := range ch {
		lines = append(lines, streamName(line))
		times = append(times, line.Time)
	}
	return lines, times
}

func streamName(line engine.LogLine) string {
	if line.Stream == engine.LogStreamStderr {
		return "err " + line.Text
	}
	return "out " + line.Text
}

const allLines = "out one, err two, out three, out four"

func streamAll(c *C) {
	lines, times := streamed(c, c.Stopped(writes()...), time.Time{})
	Equal(c, "the log", strings.Join(lines, ", "), allLines)
	for i, at := range times {
		if at.IsZero() || i > 0 && at.Before(times[i-1]) {
			c.Errorf("line %d has the time %v after %v", i, at, times[max(i-1, 0)])
		}
	}
}

func streamAgain(c *C) {
	name := c.Stopped(writes()...)
	lines, times := streamed(c, name, time.Time{})
	Equal(c, "the log", strings.Join(lines, ", "), allLines)
	lines, _ = streamed(c, name, times[2])
	Equal(c, "the log since the third line", strings.Join(lines, ", "), "out three, out four")
}

func streamLive(c *C) {
	name := c.Running("sh", "-c", "echo begun; while :; do if [ -f /go ]; then echo gone on; break; fi; sleep 0.05; done; sleep 1000")
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	ch, err := c.S.StreamContainerLogs(ctx, name, time.Time{})
	c.OK(err)
	Equal(c, "the first line", (<-ch).Text, "begun")
	_, err = c.S.ExecInContainer(c.Context(), name, []string{"touch", "/go"})
	c.OK(err)
	Equal(c, "the line written later", (<-ch).Text, "gone on")
	cancel()
	for range ch {
		c.Error("a line that nobody wrote")
	}
	c.Untouched(name)
}

// follow opens the log; it is closed at the end of the case.
func follow(c *C, name string, opts engine.LogOptions) *engine.LogFollower {
	c.Helper()
	f, err := c.S.FollowLogs(c.Context(), name, opts)
	c.OK(err)
	c.Cleanup(func() { _ = f.Close() })
	return f
}

// readTo reads lines until done says that it has enough or the log ends; it returns them, the last batch and the end.
func readTo(f *engine.LogFollower, done func(lines []string, b engine.LogBatch) bool) (lines []string, last engine.LogBatch, err error) {
	for {
		b, err := f.Next()
		for _, line := range b.Lines {
			lines = append(lines, streamName(line))
		}
		if err != nil {
			return lines, last, err
		}
		last = b
		if done != nil && done(lines, b) {
			return lines, last, nil
		}
	}
}

func followAll(c *C) {
	lines, last, err := readTo(follow(c, c.Stopped(writes()...), engine.LogOptions{}), nil)
	c.Is(err, io.EOF)
	Equal(c, "the log", strings.Join(lines, ", "), allLines)
	Equal(c, "bytes that were cut", last.CutBytes, 0)
}

func followResume(c *C) {
	name := c.Stopped("sh", "-c", "seq 1 500; seq 501 1000 >&2")
	var whole []string
	var cursors []engine.LogCursor
	f := follow(c, name, engine.LogOptions{})
	for {
		b, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		c.OK(err)
		for _, line := range b.Lines {
			whole = append(whole, streamName(line))
		}
		for len(cursors) < len(whole) {
			cursors = append(cursors, b.Cursor) // of the whole batch, so that it counts for its last line
		}
	}
	Equal(c, "the number of lines", len(whole), 1000)
	for i := range whole {
		if i+1 < len(whole) && cursors[i] == cursors[i+1] {
			continue // not the last line of its batch
		}
		rest, _, err := readTo(follow(c, name, engine.LogOptions{Cursor: cursors[i]}), nil)
		c.Is(err, io.EOF)
		if got, want := strings.Join(rest, ","), strings.Join(whole[i+1:], ","); got != want {
			c.Fatalf("after line %d came %d lines, want %d", i, len(rest), len(whole)-i-1)
		}
	}
}

func followTail(c *C) {
	name := c.Stopped(writes()...)
	lines, _, err := readTo(follow(c, name, engine.LogOptions{Tail: 2}), nil)
	c.Is(err, io.EOF)
	Equal(c, "the last two lines", strings.Join(lines, ", "), "out three, out four")
	lines, _, err = readTo(follow(c, name, engine.LogOptions{Tail: -1}), nil)
	c.Is(err, io.EOF)
	Equal(c, "the number of lines", len(lines), 0)
}

func followRestart(c *C) {
	name := c.Running("sh", "-c", "echo run; sleep 1000")
	f := follow(c, name, engine.LogOptions{Follow: true})
	event := func(want engine.LogEvent) func([]string, engine.LogBatch) bool {
		return func(_ []string, b engine.LogBatch) bool { return b.Event == want }
	}
	first := func(lines []string, _ engine.LogBatch) bool { return len(lines) == 1 }
	_, _, err := readTo(f, first)
	c.OK(err)
	c.OK(c.S.StopContainer(c.Context(), name, 0))
	_, _, err = readTo(f, event(engine.LogExited))
	c.OK(err)
	c.OK(c.S.StartContainer(c.Context(), name))
	lines, _, err := readTo(f, event(engine.LogRestarted))
	c.OK(err)
	if len(lines) == 0 {
		lines, _, err = readTo(f, first)
		c.OK(err)
	}
	Equal(c, "the log of the second run", strings.Join(lines, ", "), "out run")
}

func followRemoved(c *C) {
	name := c.Running("sh", "-c", "echo run; sleep 1000")
	f := follow(c, name, engine.LogOptions{Follow: true})
	_, _, err := readTo(f, func(lines []string, _ engine.LogBatch) bool { return len(lines) == 1 })
	c.OK(err)
	c.OK(c.S.RemoveContainer(c.Context(), name))
	_, _, err = readTo(f, nil)
	c.Is(err, engine.ErrNotFound)
}

func followFlood(c *C) {
	lines, _, err := readTo(follow(c, c.Running("sh", "-c", "seq 1 1000; sleep 1000"), engine.LogOptions{Follow: true}),
		func(lines []string, _ engine.LogBatch) bool { return len(lines) >= 1000 })
	c.OK(err)
	for i, line := range lines {
		if want := "out " + itoa(i+1); line != want {
			c.Fatalf("line %d is %q, want %q", i, line, want)
		}
	}
}

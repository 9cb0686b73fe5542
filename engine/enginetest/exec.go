package enginetest

import (
	"bytes"
	"context"
	"io"
	"maps"
	"strings"
	"sync"

	"github.com/Locorum/locorum-tui/engine"
)

// argv is the options of an exec that is only a command.
func argv(cmd ...string) engine.ExecOptions { return engine.ExecOptions{Cmd: cmd} }

// execCall is an exec in one of its variants, with what it prints on the standard output.
type execCall func(ctx context.Context, s Subject, name string, opts engine.ExecOptions) (out string, code int, err error)

// execMethods is the contract of the execs that return an exit code.
func execMethods() map[string]method {
	stream := execVariant(func(ctx context.Context, s Subject, name string, opts engine.ExecOptions) (string, int, error) {
		var out strings.Builder
		code, err := s.ExecInContainerStream(ctx, name, opts, func(line string, stderr bool) {
			if !stderr {
				out.WriteString(line + "\n")
			}
		})
		return out.String(), code, err
	})
	stream.cases["streams"] = rule{"lines come without their ends, each with its stream, the unfinished last one too", streamLines}
	writer := execVariant(func(ctx context.Context, s Subject, name string, opts engine.ExecOptions) (string, int, error) {
		var out strings.Builder
		code, err := s.ExecInContainerWriter(ctx, name, opts, &out, nil)
		return out.String(), code, err
	})
	writer.cases["bytes"] = rule{"the output is byte for byte, each stream to its writer", writerBytes}
	stdin := execVariant(func(ctx context.Context, s Subject, name string, opts engine.ExecOptions) (string, int, error) {
		var out strings.Builder
		code, err := s.ExecInContainerWriterStdin(ctx, name, opts, strings.NewReader(""), &out, nil)
		return out.String(), code, err
	})
	stdin.cases["half close"] = rule{"what goes in comes out, and the end of the input ends cat", stdinThroughCat}
	terminal := execVariant(func(ctx context.Context, s Subject, name string, opts engine.ExecOptions) (string, int, error) {
		var out strings.Builder
		code, err := s.ExecInteractive(ctx, name, engine.ExecSession{ExecOptions: opts, Stdout: &out})
		return strings.ReplaceAll(out.String(), "\r\n", "\n"), code, err
	})
	terminal.cases["size"] = rule{"the program finds the size that was asked for when it first asks", terminalSize}
	terminal.cases["resize"] = rule{"a new size reaches the program", terminalResize}
	terminal.cases["typed"] = rule{"what is typed is echoed and read; ctrl+d ends the input", terminalTyped}
	terminal.cases["detach"] = rule{"the detach keys end the session with ErrDetached, and the process goes on", terminalDetach}
	return map[string]method{
		"ExecInContainerStream": stream, "ExecInContainerWriter": writer, "ExecInContainerWriterStdin": stdin, "ExecInteractive": terminal,
	}
}

// execVariant is what all variants have in common.
func execVariant(run execCall) method {
	m := method{
		cases: map[Kind]rule{
			Success: {"it returns the output and the exit code, which is no error", func(c *C) {
				name := c.Running()
				for _, code := range []int{0, 1, 42, 137} {
					out, got, err := run(c.Context(), c.S, name, argv("sh", "-c", "echo hello; exit "+itoa(code)))
					c.OK(err)
					Equal(c, "the output", out, "hello\n")
					Equal(c, "the exit code", got, code)
				}
			}},
			Absent: {"absent is an ErrNotFound", func(c *C) {
				_, _, err := run(c.Context(), c.S, c.Name(), argv("true"))
				c.Is(err, engine.ErrNotFound)
			}},
			Repeated: {"every call runs the command", func(c *C) {
				name := c.Running()
				for _, want := range []string{"1\n", "2\n"} {
					out, _, err := run(c.Context(), c.S, name, argv("sh", "-c", "echo x >>/count; wc -l </count"))
					c.OK(err)
					Equal(c, "the output", strings.TrimSpace(out)+"\n", want)
				}
			}},
			"stopped": {"in a container that does not run it is an ErrNotRunning", func(c *C) {
				_, _, err := run(c.Context(), c.S, c.Stopped(), argv("true"))
				c.Is(err, engine.ErrNotRunning)
			}},
			"no program": {"a program that is not there ends with 127", func(c *C) {
				_, code, err := run(c.Context(), c.S, c.Running(), argv("no-such-program"))
				c.OK(err)
				Equal(c, "the exit code", code, 127)
			}},
			"options": {"environment, user and folder are those asked for, over the container's own", func(c *C) {
				spec := c.Spec()
				spec.Env = []string{"A=container", "B=container"}
				out, _, err := run(c.Context(), c.S, c.Start(spec), engine.ExecOptions{
					Cmd: []string{"sh", "-c", `echo "$A $B $(pwd) $(id -u)"`}, Env: []string{"B=exec"}, User: "1234:1234", WorkingDir: "/tmp",
				})
				c.OK(err)
				Equal(c, "the output", out, "container exec /tmp 1234\n")
			}},
			"bad input": {"without a command it is an ErrSpecInvalid", func(c *C) {
				name := c.Running()
				_, _, err := run(c.Context(), c.S, name, engine.ExecOptions{})
				c.Is(err, engine.ErrSpecInvalid)
				_, _, err = run(c.Context(), c.S, name, engine.ExecOptions{Cmd: []string{"true"}, Env: []string{"=x"}})
				c.Is(err, engine.ErrSpecInvalid)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, _, err := run(ctx, s, name, argv("true"))
			return err
		},
	}
	maps.Copy(m.cases, execUnderWay(run))
	return m
}

// execUnderWay is what befalls an exec while it runs.
func execUnderWay(run execCall) map[Kind]rule {
	return map[Kind]rule{
		"cancelled under way": {"the end of the context ends the process inside", func(c *C) {
			name := c.Running()
			ctx, cancel := context.WithCancel(c.Context())
			done := make(chan error, 1)
			go func() {
				_, _, err := run(ctx, c.S, name, argv("sh", "-c", "echo $$ >/pid; sleep 1000"))
				done <- err
			}()
			c.Await("the process runs", func() bool { return inside(c, name, "[ -s /pid ]") })
			cancel()
			c.Is(<-done, context.Canceled)
			c.Await("the process is gone", func() bool { return !inside(c, name, "kill -0 $(cat /pid)") })
		}},
		"stopped under way": {"when the container is killed under it, it is an ErrNotRunning", func(c *C) {
			name := c.Running()
			done := make(chan error, 1)
			go func() {
				_, _, err := run(c.Context(), c.S, name, argv("sh", "-c", "touch /begun; sleep 1000"))
				done <- err
			}()
			c.Await("the process runs", func() bool { return inside(c, name, "[ -f /begun ]") })
			c.OK(c.S.StopContainer(c.Context(), name, 0))
			c.Is(<-done, engine.ErrNotRunning)
		}},
	}
}

// inside reports whether a line of shell succeeds in the container.
func inside(c *C, name, line string) bool {
	c.Helper()
	code, err := c.S.ExecInContainerWriter(c.Context(), name, argv("sh", "-c", line), nil, nil)
	c.OK(err)
	return code == 0
}

func streamLines(c *C) {
	var mu sync.Mutex
	var out, errs []string
	_, err := c.S.ExecInContainerStream(c.Context(), c.Running(), argv("sh", "-c", "echo a; echo b >&2; printf 'c\\n\\nd'"), func(line string, stderr bool) {
		mu.Lock()
		defer mu.Unlock()
		if stderr {
			errs = append(errs, line)
		} else {
			out = append(out, line)
		}
	})
	c.OK(err)
	Equal(c, "the standard output", strings.Join(out, "|"), "a|c||d")
	Equal(c, "the standard error", strings.Join(errs, "|"), "b")
}

func writerBytes(c *C) {
	var out, errs bytes.Buffer
	_, err := c.S.ExecInContainerWriter(c.Context(), c.Running(), argv("sh", "-c", `head -c 300000 /dev/zero; printf 'a\r\n\033[1m' >&2`), &out, &errs)
	c.OK(err)
	Equal(c, "the length of the output", out.Len(), 300000)
	Equal(c, "the standard error", errs.String(), "a\r\n\x1b[1m")
}

func stdinThroughCat(c *C) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	var out bytes.Buffer
	code, err := c.S.ExecInContainerWriterStdin(c.Context(), c.Running(), argv("cat"), bytes.NewReader(data), &out, nil)
	c.OK(err)
	Equal(c, "the exit code", code, 0)
	if !bytes.Equal(out.Bytes(), data) {
		c.Errorf("%d bytes came back, want the %d that went in", out.Len(), len(data))
	}
}

func terminalSize(c *C) {
	var out strings.Builder
	code, err := c.S.ExecInteractive(c.Context(), c.Running(), engine.ExecSession{
		ExecOptions: argv("sh", "-c", "stty size; exit 3"), Size: engine.TerminalSize{Rows: 33, Cols: 77}, Stdout: &out,
	})
	c.OK(err)
	Equal(c, "the exit code", code, 3)
	Equal(c, "the output", out.String(), "33 77\r\n")
}

// session is an interactive exec that the case types into and reads from.
type session struct {
	*C
	keys *io.PipeWriter
	mu   sync.Mutex
	out  bytes.Buffer
	done chan error
	code int
}

func (s *session) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(b)
}

// typist starts a session.
func typist(c *C, name string, es engine.ExecSession) *session {
	s := &session{C: c, done: make(chan error, 1)}
	var keys *io.PipeReader
	keys, s.keys = io.Pipe()
	es.Stdin, es.Stdout = &cancelPipe{keys}, s
	go func() {
		code, err := c.S.ExecInteractive(c.Context(), name, es)
		s.code = code
		s.done <- err
	}()
	return s
}

// cancelPipe lets the session end a read that waits.
type cancelPipe struct{ *io.PipeReader }

func (p *cancelPipe) Cancel() bool { return p.Close() == nil }

func (s *session) typed(keys string) {
	s.Helper()
	_, err := io.WriteString(s.keys, keys)
	s.OK(err)
}

func (s *session) saw(text string) {
	s.Helper()
	s.Await("the terminal shows "+text, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Contains(s.out.String(), text)
	})
}

func terminalResize(c *C) {
	sizes := make(chan engine.TerminalSize, 1)
	s := typist(c, c.Running(), engine.ExecSession{
		ExecOptions: argv("sh", "-c", `echo ready; until [ "$(stty size)" = "44 99" ]; do sleep 0.05; done; exit 4`),
		Size:        engine.TerminalSize{Rows: 33, Cols: 77}, Resize: sizes,
	})
	s.saw("ready")
	sizes <- engine.TerminalSize{Rows: 44, Cols: 99}
	c.OK(<-s.done)
	Equal(c, "the exit code", s.code, 4)
}

func terminalTyped(c *C) {
	s := typist(c, c.Running(), engine.ExecSession{ExecOptions: argv("cat")})
	s.typed("echoed\r")
	s.saw("echoed\r\nechoed\r\n")
	s.typed("\x04")
	c.OK(<-s.done)
	Equal(c, "the exit code", s.code, 0)
}

func terminalDetach(c *C) {
	name := c.Running()
	s := typist(c, name, engine.ExecSession{ExecOptions: argv("sh", "-c", "echo $$ >/pid; echo ready; sleep 1000")})
	s.saw("ready")
	s.typed("\x1e\x00")
	c.Is(<-s.done, engine.ErrDetached)
	if !inside(c, name, "kill -0 $(cat /pid)") {
		c.Error("the process has ended")
	}
}

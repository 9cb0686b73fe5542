package engine

import (
	"bytes"
	"context"
	"unicode/utf8"
)

// maxExecLine bounds one line of a line handler in bytes. A longer one comes in pieces of at most this length, so that
// nothing is lost and a process which never ends its line cannot fill our memory.
const maxExecLine = 1 << 20

// ExecInContainerStream runs a command and calls onLine for each line it writes, from the calling goroutine. Carriage
// returns and the newline at the end of a line are taken off, other bytes are as they came: nothing is sanitised. A last
// line without a newline is delivered too. A line over 1 MiB comes as several, cut between characters. A nil onLine
// discards them.
//
// See ExecInContainerWriter for the exit code, for what can fail and for what ctx does.
func (d *Docker) ExecInContainerStream(ctx context.Context, containerName string, opts ExecOptions, onLine ExecLineHandler) (int, error) {
	if onLine == nil {
		return d.execute(ctx, containerName, opts, execStreams{})
	}
	stdout := newLineWriter(maxExecLine, func(line []byte) error { onLine(string(line), false); return nil })
	stderr := newLineWriter(maxExecLine, func(line []byte) error { onLine(string(line), true); return nil })
	code, err := d.execute(ctx, containerName, opts, execStreams{stdout: stdout, stderr: stderr})
	_ = stdout.flush() // the handlers above return no error
	_ = stderr.flush()
	return code, err
}

// lineWriter cuts what is written to it into lines.
type lineWriter struct {
	max  int                     // bytes in one line; longer ones are cut
	emit func(line []byte) error // line is valid during the call
	rest []byte                  // the begun line; at most max bytes
}

func newLineWriter(longest int, emit func(line []byte) error) *lineWriter {
	return &lineWriter{max: longest, emit: emit}
}

// Write emits the lines that p ends. It returns the first error of emit.
func (w *lineWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		if end >= 0 && len(w.rest) == 0 && end <= w.max {
			if err := w.emit(trimLineEnd(p[:end])); err != nil {
				return 0, err
			}
			p = p[end+1:]
			continue
		}
		take := len(p)
		if end >= 0 {
			take = end
		}
		if room := w.max - len(w.rest); take > room {
			w.rest = append(w.rest, p[:room]...)
			p = p[room:]
			if err := w.piece(); err != nil {
				return 0, err
			}
			continue
		}
		w.rest = append(w.rest, p[:take]...)
		p = p[take:]
		if end >= 0 {
			p = p[1:]
			line := w.rest
			w.rest = w.rest[:0]
			if err := w.emit(trimLineEnd(line)); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

// piece emits the begun line up to its last whole character and keeps what follows.
func (w *lineWriter) piece() error {
	cut := len(w.rest)
	for back := 1; back < utf8.UTFMax && back < cut; back++ {
		if b := w.rest[cut-back]; utf8.RuneStart(b) {
			if !utf8.FullRune(w.rest[cut-back:]) {
				cut -= back
			}
			break
		}
	}
	err := w.emit(w.rest[:cut])
	w.rest = append(w.rest[:0], w.rest[cut:]...)
	return err
}

// flush emits the line that has no end yet, if one was begun.
func (w *lineWriter) flush() error {
	if len(w.rest) == 0 {
		return nil
	}
	line := w.rest
	w.rest = nil
	return w.emit(trimLineEnd(line))
}

func trimLineEnd(line []byte) []byte { return bytes.TrimRight(line, "\r") }

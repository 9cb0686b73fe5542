package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// execBuffer is the unit in which output is copied; the daemon sends no more than this in one frame.
	execBuffer = 32 << 10
	// maxRefusal bounds, in bytes, what may be the daemon's sentence about a process that never started.
	maxRefusal = 16 << 10
)

// execSink hands output to w until w fails; the first error goes to broken and what follows is dropped, so that the
// process does not block on a full pipe while it is ended.
type execSink struct {
	w      io.Writer
	broken context.CancelCauseFunc
	failed bool
}

// Write never fails.
func (s *execSink) Write(p []byte) (int, error) {
	if s.failed || s.w == nil {
		return len(p), nil
	}
	n, err := s.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		s.failed = true
		s.broken(fmt.Errorf("write the output: %w", err))
	}
	return len(p), nil
}

// copyOutput copies everything that comes from the process; it returns nil at the end of the stream.
func (e *execRun) copyOutput(r io.Reader, stdout, stderr io.Writer) error {
	if e.tty != nil {
		return e.copyRaw(r, stdout)
	}
	return e.copyFrames(r, stdout, stderr)
}

// copyRaw copies the stream of a terminal.
func (e *execRun) copyRaw(r io.Reader, w io.Writer) error {
	buf := make([]byte, execBuffer)
	for first := true; ; {
		n, err := r.Read(buf)
		if first && n > 0 {
			e.refused(buf[:n])
			close(e.tty.printed)
			first = false
		}
		_, _ = w.Write(buf[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// copyFrames copies the daemon's frames: a header with the stream's number and the length, then the bytes. Memory does not
// depend on the length.
//
// The daemon reports that it could not start the process as if the process had written it. That sentence goes to stderr,
// where a shell writes it: it must not end up in a dump.
func (e *execRun) copyFrames(r io.Reader, stdout, stderr io.Writer) error {
	var header [8]byte
	buf := make([]byte, execBuffer)
	for first := true; ; first = false {
		if _, err := io.ReadFull(r, header[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		size := int64(binary.BigEndian.Uint32(header[4:]))
		w := stdout
		switch header[0] {
		case 0, 1:
			if first && size <= maxRefusal {
				if _, err := io.ReadFull(r, buf[:size]); err != nil {
					return unexpectedEOF(err)
				}
				if e.refused(buf[:size]) {
					w = stderr
				}
				_, _ = w.Write(buf[:size])
				continue
			}
		case 2:
			w = stderr
		case 3:
			text, _ := io.ReadAll(io.LimitReader(r, min(size, maxRefusal)))
			return fmt.Errorf("the daemon reports: %s", SanitizeString(string(text)))
		default:
			return fmt.Errorf("the daemon sent a frame of the unknown stream %d", header[0])
		}
		n, err := io.CopyBuffer(w, io.LimitReader(r, size), buf)
		if err == nil && n < size {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
}

func unexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// refused reports whether the first output is the daemon's sentence about a process that it could not start, and keeps it.
// Such a sentence ends with CR LF and comes after the daemon has noted that there is no process.
func (e *execRun) refused(output []byte) bool {
	if !bytes.HasSuffix(output, []byte("\r\n")) {
		return false
	}
	state, err := e.inspect(context.Background())
	if err != nil || state.Running || state.Pid != 0 {
		return false
	}
	e.refusal = string(bytes.TrimSpace(output))
	return true
}

// brokeOff explains why the output ended before the process: the daemon may be gone, which is worth its own kind.
func (e *execRun) brokeOff(ctx context.Context, readErr error) error {
	if _, err := e.inspect(context.WithoutCancel(ctx)); errors.Is(err, ErrDaemonUnreachable) {
		return err
	}
	return fmt.Errorf("the output broke off: %w", readErr)
}

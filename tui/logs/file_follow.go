package logs

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	// filePoll is how often a file is looked at while its pane is open: a quarter of a second is now to a person, and four
	// looks in a second cost nothing.
	filePoll = 250 * time.Millisecond
	// fileLine is how much of a line is kept, as the engine does with those of containers.
	fileLine = 16 << 10
	// fileBack bounds how far back from its end a file is searched for its last lines.
	fileBack = 16 << 20
	// fileQuiet is how many looks in a row a line without its end is waited for.
	fileQuiet = 4
)

// fileTail reads a log file that others write, as lines. It is owned by one goroutine.
type fileTail struct {
	path string
	file *os.File // nil while there is none
	info os.FileInfo
	read int64 // bytes read of file

	part  []byte // a line that has not ended
	cut   int64  // bytes of it that were not kept
	quiet int    // looks since part grew
	stamp fileStamp
	buf   []byte
	lines []engine.LogLine // what look returns
}

// followFile reads a file until the session ends: what it has, what is appended, and, when it is truncated or another one
// takes its place, that one from its beginning.
func (s *session) followFile(i int, path string) {
	f := &fileTail{path: path, buf: make([]byte, 32<<10)}
	defer f.close()
	first := true
	for {
		if err := s.store.await(s.ctx); err != nil {
			return
		}
		fresh, more, err := f.look(first, s.tail, s.now())
		switch {
		case err == nil && fresh && !first:
			s.store.mark(i, Emptied, s.now().UnixNano(), "", stateOpen)
		case os.IsNotExist(err):
			s.setFile(i, stateAbsent, "")
		case err != nil:
			s.fail(i, err)
		}
		s.store.add(i, after(f.lines, s.since))
		if err == nil {
			s.setFile(i, stateOpen, "")
			first = false
		} else if os.IsNotExist(err) {
			first = false // what appears later is read from its beginning
		}
		if !more && !s.pause(i, filePoll) || s.ctx.Err() != nil {
			return
		}
	}
}

// setFile sets the state of a file, and wakes nobody when it is that already.
func (s *session) setFile(i int, now state, fault string) {
	s.store.mu.Lock()
	same := s.store.sources[i].state == now
	s.store.sources[i].whole = true
	s.store.mu.Unlock()
	if !same {
		s.store.set(i, now, fault)
	}
}

// after returns the lines that were not written before since.
func after(lines []engine.LogLine, since time.Time) []engine.LogLine {
	for len(lines) > 0 && lines[0].Time.Before(since) {
		lines = lines[1:]
	}
	return lines
}

// look reads what is new into f.lines. fresh says that the file was opened, or begins anew; more that there is more to
// read at once. At the first look of a file only its last lines are read, if tail is not 0.
func (f *fileTail) look(first bool, tail int, now time.Time) (fresh, more bool, err error) {
	f.lines = f.lines[:0]
	info, err := os.Stat(f.path)
	if err != nil {
		f.close()
		return false, false, err
	}
	if f.file != nil && (!os.SameFile(info, f.info) || info.Size() < f.read) {
		f.close()
	}
	if f.file == nil {
		if err := f.open(); err != nil {
			return false, false, err
		}
		fresh = true
		f.stamp.last = f.info.ModTime()
		if first && tail > 0 {
			if err := f.seekTail(tail); err != nil {
				return fresh, false, err
			}
		}
	} else if info.Size() > f.read {
		f.stamp.last = now
	}
	n, err := f.file.ReadAt(f.buf, f.read)
	f.read += int64(n)
	f.split(f.buf[:n])
	if n == 0 {
		f.waited()
	}
	if err == io.EOF {
		err = nil
	}
	return fresh, n == len(f.buf), err
}

// open opens the file, if it is one: a device or a pipe could keep us waiting.
func (f *fileTail) open() error {
	file, err := os.OpenFile(f.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file that could be read as a log", f.path)
	}
	if err != nil {
		_ = file.Close() // nothing was written to it
		return err
	}
	f.file, f.info, f.read = file, info, 0
	return nil
}

// close forgets the file and what is unfinished of it.
func (f *fileTail) close() {
	if f.file != nil {
		_ = f.file.Close() // nothing was written to it
	}
	f.file, f.read, f.part, f.cut = nil, 0, f.part[:0], 0
}

// seekTail goes to where the last lines begin.
func (f *fileTail) seekTail(lines int) error {
	size := f.info.Size()
	at := size
	for at > 0 && size-at < fileBack {
		n := min(at, int64(len(f.buf)))
		at -= n
		if _, err := f.file.ReadAt(f.buf[:n], at); err != nil {
			return err
		}
		chunk := f.buf[:n]
		for len(chunk) > 0 {
			end := bytes.LastIndexByte(chunk, '\n')
			if end < 0 {
				break
			}
			if here := at + int64(end) + 1; here < size {
				if lines--; lines == 0 {
					f.read = here
					return nil
				}
			}
			chunk = chunk[:end]
		}
	}
	f.read = at
	return nil
}

// split takes what was read apart.
func (f *fileTail) split(data []byte) {
	for len(data) > 0 {
		line, rest, ended := bytes.Cut(data, []byte{'\n'})
		kept := line[:min(len(line), fileLine-min(len(f.part), fileLine))]
		f.part = append(f.part, kept...)
		f.cut += int64(len(line) - len(kept))
		f.quiet = 0
		if ended {
			f.end()
		}
		data = rest
	}
}

// waited counts a look that found nothing, and takes a line without an end for one in the end.
func (f *fileTail) waited() {
	if len(f.part) == 0 {
		return
	}
	if f.quiet++; f.quiet >= fileQuiet {
		f.end()
	}
}

// end makes a line of the part.
func (f *fileTail) end() {
	raw := bytes.TrimRight(f.part, "\r")
	raw = raw[bytes.LastIndexByte(raw, '\r')+1:]
	text := string(engine.Sanitize(nil, raw))
	if f.cut > 0 {
		text += fmt.Sprintf("… +%d B", f.cut)
	}
	f.lines = append(f.lines, engine.LogLine{Time: f.stamp.of(text), Text: text})
	f.part, f.cut, f.quiet = f.part[:0], 0, 0
}

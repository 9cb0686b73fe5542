package logs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/tui/cell"
)

const (
	// saveStep is how many lines are copied before the lock is given to others.
	saveStep = 512
	// saveBytes is how much is gathered of what comes from the daemon.
	saveBytes = 64 << 10
	// saveNames is how many names are tried for a file: two in one second are many.
	saveNames = 100
	// savedStamp is how a line's time is written.
	savedStamp = "2006-01-02T15:04:05.000000000Z07:00"
)

// askSave asks which lines shall be saved.
func (m *Model) askSave() {
	if m.saving {
		m.notice = "saving" + m.styles.Glyphs.Ellipsis
		return
	}
	m.ask(promptSave)
	m.prompt.question = "save to " + cell.Plain(m.saveName(1)) + "   enter what is shown   a all that Docker has   esc"
}

// saveName returns the n-th name for a file of now.
func (m *Model) saveName(n int) string {
	slug := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, m.slug)
	name := "locorum-" + slug + "-" + m.opts.Now().In(m.zone).Format("20060102-150405")
	if n > 1 {
		name += "-" + strconv.Itoa(n)
	}
	return filepath.Join(m.opts.SaveDir, name+".log")
}

// chooseSave begins to save.
func (m *Model) chooseSave(key string) tea.Cmd {
	s := m.session
	write := s.writeShown
	switch key {
	case "enter":
	case "a":
		write = s.writeAll
	default:
		return nil
	}
	m.prompt = prompt{}
	m.saving, m.notice = true, "saving"+m.styles.Glyphs.Ellipsis
	names := make([]string, saveNames)
	for i := range names {
		names[i] = m.saveName(i + 1)
	}
	return func() tea.Msg {
		path, lines, err := s.save(names, write)
		return SavedMsg{s.origin, path, lines, err}
	}
}

// savedText says what became of it.
func (m *Model) savedText(msg SavedMsg) string {
	if msg.err != nil {
		return m.styles.Failed.Render(m.styles.Glyphs.Failed + " not saved: " + cell.Plain(msg.err.Error()))
	}
	return m.styles.Running.Render(m.styles.Glyphs.Done) + " " + commas(int64(msg.lines)) + " lines in " + cell.Plain(msg.path)
}

// save writes a new file, readable by its owner only, under the first of the names that is free. A file that could not be
// written to its end is taken away.
func (s *session) save(names []string, write func(*saver) error) (path string, lines int, err error) {
	if err := os.MkdirAll(filepath.Dir(names[0]), 0o700); err != nil {
		return "", 0, fmt.Errorf("make the folder: %w", err)
	}
	var file *os.File
	for _, path = range names {
		file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return "", 0, err
	}
	out := &saver{w: file}
	err = write(out)
	if err == nil {
		err = out.flush()
	}
	err = errors.Join(err, file.Close())
	if err != nil {
		return "", 0, errors.Join(err, os.Remove(path))
	}
	return path, out.lines, nil
}

// saver writes lines to a file. They are gathered first, so that nobody waits for a disk while the store is locked.
type saver struct {
	w     io.Writer
	lines int
	buf   []byte
}

// flush writes what was gathered.
func (o *saver) flush() error {
	_, err := o.w.Write(o.buf)
	o.buf = o.buf[:0]
	return err
}

// line gathers one line: time, service, stream, text without colours.
func (o *saver) line(service string, line Line) {
	if line.Kind.IsMark() {
		return
	}
	o.lines++
	o.buf = time.Unix(0, line.Time).UTC().AppendFormat(o.buf, savedStamp)
	o.buf = append(o.buf, ' ')
	o.buf = append(o.buf, cell.Plain(service)...)
	sign := byte('|')
	if line.Kind == Stderr {
		sign = '!'
	}
	o.buf = append(o.buf, ' ', sign, ' ')
	o.buf = append(stripSGR(o.buf, line.Text), '\n')
}

// writeShown writes what is in the rings and passes the filter.
func (s *session) writeShown(out *saver) error {
	for at, more := beginning, true; more; {
		if at, more = s.gather(out, at); s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if err := out.flush(); err != nil {
			return err
		}
	}
	return nil
}

// gather gathers some lines from a place on. It returns the place after them, and whether there are more.
func (s *session) gather(out *saver, at place) (place, bool) {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	w := st.walkLocked(false)
	w.seek(at)
	for range saveStep {
		p, ok := w.next()
		if !ok {
			return at, false
		}
		out.line(s.services[p.source].Name, w.line(p))
		at = p
		at.seq++
	}
	return at, true
}

// reader reads a whole log, batch by batch; io.EOF is its end.
type reader struct {
	service string
	next    func() ([]engine.LogLine, error)
	lines   []engine.LogLine
	done    bool
}

// head makes lines have the next line, and reports whether there is one.
func (r *reader) head() (bool, error) {
	for len(r.lines) == 0 && !r.done {
		lines, err := r.next()
		r.lines = lines
		if err == io.EOF {
			r.done = true
		} else if err != nil {
			return false, fmt.Errorf("the log of %s: %w", r.service, err)
		}
	}
	return len(r.lines) > 0, nil
}

// writeAll writes everything that the daemon, and the file, have of the services that are on, in the order of time.
func (s *session) writeAll(out *saver) error {
	hidden := s.store.hidden()
	var readers []*reader
	for i, service := range s.services {
		if hidden[i] {
			continue
		}
		r, release, err := s.openAll(service)
		if errors.Is(err, engine.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("the log of %s: %w", service.Name, err)
		}
		defer release()
		readers = append(readers, r)
	}
	for {
		var first *reader
		for _, r := range readers {
			ok, err := r.head()
			if err != nil {
				return err
			}
			if ok && (first == nil || r.lines[0].Time.Before(first.lines[0].Time)) {
				first = r
			}
		}
		if first == nil {
			return nil
		}
		line := first.lines[0]
		first.lines = first.lines[1:]
		kind := Stdout
		if line.Stream == engine.LogStreamStderr {
			kind = Stderr
		}
		out.line(first.service, Line{Time: line.Time.UnixNano(), Kind: kind, Text: []byte(line.Text)})
		if len(out.buf) > saveBytes {
			if err := out.flush(); err != nil {
				return err
			}
		}
	}
}

// openAll opens the whole log of a service.
func (s *session) openAll(service Service) (r *reader, release func(), err error) {
	r = &reader{service: service.Name}
	if service.File == "" {
		follower, err := s.from.FollowLogs(s.ctx, service.Container, engine.LogOptions{})
		if err != nil {
			return nil, nil, err
		}
		r.next = func() ([]engine.LogLine, error) {
			batch, err := follower.Next()
			return batch.Lines, err
		}
		return r, func() { _ = follower.Close() }, nil
	}
	f := &fileTail{path: service.File, buf: make([]byte, 32<<10)}
	if err := f.open(); err != nil {
		return nil, nil, err
	}
	f.stamp.last = f.info.ModTime()
	r.next = func() ([]engine.LogLine, error) {
		f.lines = f.lines[:0]
		n, err := f.file.ReadAt(f.buf, f.read)
		f.read += int64(n)
		f.split(f.buf[:n])
		if err == io.EOF && len(f.part) > 0 {
			f.end()
		}
		if err == nil {
			err = s.ctx.Err()
		}
		return f.lines, err
	}
	return r, f.close, nil
}

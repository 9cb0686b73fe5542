package logs

import (
	"context"
	"errors"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	// historyLines is how many older lines are loaded of a service at once.
	historyLines = 1000
	// historyOverlap is how many of the lines that are there already are looked for in what was loaded: stamps and texts of
	// so many lines in a row are alike nowhere else.
	historyOverlap = 32
	// historyMargin is how far out of order the two streams of a container are stamped at most.
	historyMargin = 2 * time.Second
)

// older returns a command that loads older lines of the services whose lines end first, going back; nil when there are
// none, or when it is under way. The store is locked.
func (m *Model) older() tea.Cmd {
	s := m.session
	if m.loading {
		return nil
	}
	horizon := s.store.horizonLocked()
	var ends []int
	for i, src := range s.store.sources {
		if src.hidden || !src.loadable() || src.ring.key(src.ring.first) < horizon {
			continue
		}
		if s.store.pool.full() || s.services[i].File != "" {
			src.whole = true
			continue
		}
		ends = append(ends, i)
	}
	if len(ends) == 0 {
		return nil
	}
	m.loading = true
	return func() tea.Msg {
		var err error
		for _, i := range ends {
			err = errors.Join(err, s.loadOlder(i))
		}
		return HistoryMsg{s.origin, err}
	}
}

// loadOlder puts older lines of a container's log before those that are there.
func (s *session) loadOlder(i int) error {
	st := s.store
	st.mu.Lock()
	ring := st.sources[i].ring
	first, have := ring.first, ring.Len()
	known := make([]engine.LogLine, 0, historyOverlap)
	for seq := ring.first; seq < ring.next && len(known) < historyOverlap; seq++ {
		if line := ring.At(seq); !line.Kind.IsMark() {
			known = append(known, engineLine(line))
		}
	}
	st.mu.Unlock()
	if len(known) == 0 {
		return nil
	}
	lines, err := s.fetch(s.services[i].Container, have+historyLines, known[0].Time.Add(historyMargin))
	if err != nil {
		return err
	}
	lines = lines[:junction(lines, known)]
	st.mu.Lock()
	defer st.mu.Unlock()
	if ring.first == first {
		st.prependLocked(i, lines)
	}
	return nil
}

// fetch reads the last lines of a container's log up to a time. Those after it count, and are not among them.
func (s *session) fetch(container string, tail int, until time.Time) ([]engine.LogLine, error) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	follower, err := s.from.FollowLogs(ctx, container, engine.LogOptions{Tail: tail, Until: until})
	if err != nil {
		return nil, err
	}
	defer func() { _ = follower.Close() }()
	var lines []engine.LogLine
	for {
		batch, err := follower.Next()
		lines = append(lines, batch.Lines...)
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// junction returns how many of the loaded lines come before the known ones: those before the place where most of the two
// are alike. When the log was rotated between, nothing is, and the earlier stamps come before.
func junction(loaded, known []engine.LogLine) int {
	best, most := -1, 0
	for i := range loaded {
		n := 0
		for n < len(known) && i+n < len(loaded) && same(loaded[i+n], known[n]) {
			n++
		}
		if (n == len(known) || i+n == len(loaded)) && n >= most && n > 0 {
			best, most = i, n
		}
	}
	if best >= 0 {
		return best
	}
	n := 0
	for n < len(loaded) && loaded[n].Time.Before(known[0].Time) {
		n++
	}
	return n
}

func same(a, b engine.LogLine) bool {
	return a.Time.Equal(b.Time) && a.Stream == b.Stream && a.Text == b.Text
}

// prependLocked puts lines before those of a source, as many of the last as there is room for and at most historyLines.
func (s *store) prependLocked(i int, lines []engine.LogLine) {
	src := s.sources[i]
	room := min(s.pool.maxLines-s.pool.lines, historyLines)
	bytes := s.pool.maxBytes - s.pool.bytes
	from := len(lines)
	for from > 0 && len(lines)-from < room && bytes >= lineCost+int64(len(lines[from-1].Text)) {
		from--
		bytes -= lineCost + int64(len(lines[from].Text))
	}
	if from == len(lines) {
		src.whole = true // nothing older, or no room for it
		return
	}
	older := make([]Line, 0, len(lines)-from)
	for _, line := range lines[from:] {
		kind := Stdout
		if line.Stream == engine.LogStreamStderr {
			kind = Stderr
		}
		older = append(older, Line{Time: line.Time.UnixNano(), Kind: kind, Text: []byte(line.Text)})
	}
	src.ring.Prepend(older)
}

// engineLine is a line as the engine has it. Its text is a copy.
func engineLine(line Line) engine.LogLine {
	stream := engine.LogStreamStdout
	if line.Kind == Stderr {
		stream = engine.LogStreamStderr
	}
	return engine.LogLine{Time: time.Unix(0, line.Time), Stream: stream, Text: string(line.Text)}
}

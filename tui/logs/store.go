package logs

import (
	"context"
	"math"
	"sync"
	"sync/atomic"

	"github.com/Locorum/locorum-tui/engine"
)

// state is how a source is doing.
type state uint8

const (
	stateLoading state = iota
	stateOpen
	stateStopped
	stateAbsent // there is no such container, or file
	stateFailed
)

// source is one service in the store.
type source struct {
	name   string
	ring   *Ring
	hidden bool
	// passed are the lines that the filter lets through, found those of them that the search matches; nil without one.
	passed, found *hits

	state state
	fault string // why it failed, in a sentence
	// whole says that there are no older lines to load: none at all, none that were asked for, or no room for them.
	whole bool
}

// store is what the goroutines of a session and the view share: the lines of all sources, under one lock, which nobody
// holds for longer than a batch of lines takes.
type store struct {
	// wake gets a value when something has changed since seen was called, and only then.
	wake  chan struct{}
	dirty atomic.Bool

	mu      sync.Mutex // guards what follows
	pool    pool
	sources []*source
	filter  *pattern
	search  *pattern
	scratch []byte
	// floor is the key of the first line that the person looks at: it is not dropped, nor are the lines after it.
	floor int64
	room  chan struct{} // closed and replaced when floor rises
}

func newStore(services []Service, lines int, bytes int64) *store {
	s := &store{wake: make(chan struct{}, 1), floor: math.MaxInt64, room: make(chan struct{})}
	s.pool.maxLines, s.pool.maxBytes = lines, bytes
	for _, service := range services {
		s.sources = append(s.sources, &source{name: service.Name, ring: s.pool.ring()})
	}
	return s
}

// changed wakes the view, once until it has seen.
func (s *store) changed() {
	if s.dirty.CompareAndSwap(false, true) {
		s.wake <- struct{}{} // there is room: wake was emptied before dirty was cleared
	}
}

// seen is called before the view reads.
func (s *store) seen() { s.dirty.Store(false) }

// add appends lines of a source, oldest first, and drops what there is no room for.
func (s *store) add(i int, lines []engine.LogLine) {
	if len(lines) == 0 {
		return
	}
	s.mu.Lock()
	src := s.sources[i]
	for _, line := range lines {
		kind := Stdout
		if line.Stream == engine.LogStreamStderr {
			kind = Stderr
		}
		s.scratch = append(s.scratch[:0], line.Text...)
		src.ring.Append(kind, line.Time.UnixNano(), s.scratch)
		s.matchNewLocked(src)
	}
	s.fitLocked()
	s.mu.Unlock()
	s.changed()
}

// mark appends a mark and sets the state of a source.
func (s *store) mark(i int, kind Kind, at int64, text string, now state) {
	s.mu.Lock()
	src := s.sources[i]
	src.ring.Append(kind, at, []byte(text))
	s.matchNewLocked(src)
	s.fitLocked()
	src.state, src.fault = now, text
	s.mu.Unlock()
	s.changed()
}

// set sets the state of a source.
func (s *store) set(i int, now state, fault string) {
	s.mu.Lock()
	s.sources[i].state, s.sources[i].fault = now, fault
	s.mu.Unlock()
	s.changed()
}

// read notes that the last lines of a source, as many as tail, are there. If there are fewer, there are none before them;
// of lines as long as the daemon's messages, it counts one as several.
func (s *store) read(i, tail int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src := s.sources[i]
	whole := src.ring.Len() < tail
	for seq := src.ring.first; whole && seq < src.ring.next; seq++ {
		whole = len(src.ring.At(seq).Text) < fileLine
	}
	src.whole = src.whole || whole
}

// fitLocked drops what there is no room for, and reports whether there is room then.
func (s *store) fitLocked() bool {
	fits := s.pool.fit(s.floor)
	for _, src := range s.sources {
		for _, h := range []*hits{src.passed, src.found} {
			if h != nil {
				h.trim(src.ring.first)
			}
		}
	}
	return fits
}

// horizonLocked is the key before which nothing is shown: a source that has older lines still to be loaded would leave a
// gap among those of the others. What was dropped makes no gap that could be closed, so it does not count.
func (s *store) horizonLocked() int64 {
	horizon := int64(math.MinInt64)
	for _, src := range s.sources {
		if !src.hidden && src.loadable() {
			horizon = max(horizon, src.ring.key(src.ring.first))
		}
	}
	return horizon
}

// loadable reports whether a source may have older lines that can be read.
func (src *source) loadable() bool { return !src.whole && src.ring.Len() > 0 && src.ring.dropped == 0 }

// walkLocked returns a walker over what is shown, or over what the search found of it, before its first line.
func (s *store) walkLocked(found bool) walker {
	var w walker
	horizon := s.horizonLocked()
	for i, src := range s.sources {
		if src.hidden || found && src.found == nil {
			continue
		}
		t := &w.tracks[i]
		*t = track{ring: src.ring, hits: src.passed}
		if found {
			t.hits = src.found
		}
		if horizon > math.MinInt64 {
			t.low = t.search(i, place{horizon, 0, math.MinInt64})
		}
		t.at = t.low
	}
	return w
}

// toggle shows or hides a source, hidden says which are.
func (s *store) toggle(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources[i].hidden = !s.sources[i].hidden
}

func (s *store) hidden() []bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	hidden := make([]bool, len(s.sources))
	for i, src := range s.sources {
		hidden[i] = src.hidden
	}
	return hidden
}

// countLocked counts the lines that are shown when there is no filter.
func (s *store) countLocked() int {
	n, first := 0, place{s.horizonLocked(), 0, math.MinInt64}
	for i, src := range s.sources {
		if !src.hidden {
			t := track{ring: src.ring}
			n += t.len() - t.search(i, first)
		}
	}
	return n
}

// holdLocked keeps what stands at key and after it from being dropped; math.MaxInt64 holds nothing. What was held before
// and is over the bounds goes: walkers made before are no good then.
func (s *store) holdLocked(key int64) {
	raised := key > s.floor
	if s.floor = key; raised {
		s.fitLocked()
		close(s.room)
		s.room = make(chan struct{})
	}
}

// await returns nil when there is room for more lines: the person reads old ones that would have to go, and until then
// the others wait where they are, in the daemon's file.
func (s *store) await(ctx context.Context) error {
	for {
		s.mu.Lock()
		fits, room := s.fitLocked(), s.room
		s.mu.Unlock()
		if fits {
			return ctx.Err()
		}
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// clear forgets all lines. Older ones are not loaded again.
func (s *store) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, src := range s.sources {
		for src.ring.Len() > 0 {
			src.ring.drop()
		}
		src.whole = true
	}
	s.holdLocked(math.MaxInt64)
	s.fitLocked()
}

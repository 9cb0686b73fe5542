package logs

import (
	"cmp"
	"math"
)

// maxSources is how many services a view can have: as many as there are digit keys.
const maxSources = 9

// place is where a line stands among those of all sources: by time, at the same time by source, then by number. It stays
// right while lines come and go, whether or not its own line is still there.
type place struct {
	key    int64
	source int
	seq    int64
}

// The places before and after every line.
var (
	beginning = place{math.MinInt64, 0, math.MinInt64}
	theEnd    = place{math.MaxInt64, maxSources, math.MaxInt64}
)

func (a place) compare(b place) int {
	if c := cmp.Compare(a.key, b.key); c != 0 {
		return c
	}
	if c := cmp.Compare(a.source, b.source); c != 0 {
		return c
	}
	return cmp.Compare(a.seq, b.seq)
}

// track is what is shown of one source: the lines that were found, or all of its ring.
type track struct {
	ring *Ring // nil shows nothing
	hits *hits // nil shows all
	low  int   // so many at the beginning are not shown
	at   int   // the walker is before this one
}

func (t *track) len() int {
	switch {
	case t.ring == nil:
		return 0
	case t.hits != nil:
		return t.hits.len()
	}
	return t.ring.Len()
}

func (t *track) seq(i int) int64 {
	if t.hits != nil {
		return t.hits.at(i)
	}
	return t.ring.first + int64(i)
}

// search returns how many lines stand before p.
func (t *track) search(source int, p place) int {
	low, high := t.low, t.len()
	for low < high {
		mid := int(uint(low+high) >> 1)
		seq := t.seq(mid)
		if (place{t.ring.key(seq), source, seq}).compare(p) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// walker goes through the lines of all sources in the order of places, both ways, without merging more than it passes. It
// is always between two lines. It is made by store.walk and good while the store is locked.
type walker struct{ tracks [maxSources]track }

// seek goes before the line at p, or where it would be.
func (w *walker) seek(p place) {
	for i := range w.tracks {
		if t := &w.tracks[i]; t.ring != nil {
			t.at = t.search(i, p)
		}
	}
}

// next passes the line after the walker and returns its place; false at the end.
func (w *walker) next() (place, bool) {
	best := theEnd
	for i := range w.tracks {
		t := &w.tracks[i]
		if t.at >= t.len() {
			continue
		}
		seq := t.seq(t.at)
		if p := (place{t.ring.key(seq), i, seq}); p.compare(best) < 0 {
			best = p
		}
	}
	if best == theEnd {
		return best, false
	}
	w.tracks[best.source].at++
	return best, true
}

// prev goes back before the line before the walker and returns its place; false at the beginning.
func (w *walker) prev() (place, bool) {
	best := beginning
	for i := range w.tracks {
		t := &w.tracks[i]
		if t.at <= t.low || t.ring == nil {
			continue
		}
		seq := t.seq(t.at - 1)
		if p := (place{t.ring.key(seq), i, seq}); p.compare(best) > 0 {
			best = p
		}
	}
	if best == beginning {
		return best, false
	}
	w.tracks[best.source].at--
	return best, true
}

// line returns the line at a place that the walker has passed.
func (w *walker) line(p place) Line { return w.tracks[p.source].ring.At(p.seq) }

// before and after count the lines on either side of the walker.
func (w *walker) before() int {
	n := 0
	for i := range w.tracks {
		if w.tracks[i].ring != nil {
			n += w.tracks[i].at - w.tracks[i].low
		}
	}
	return n
}

func (w *walker) after() int {
	n := 0
	for i := range w.tracks {
		n += w.tracks[i].len() - w.tracks[i].at
	}
	return n
}

package logs

import "sort"

// hits are the numbers of the lines of a ring that a pattern matches. What was looked at is one stretch of the ring, which
// grows at its end when lines come, and at its beginning while older lines are looked at.
type hits struct {
	from, to int64   // the lines that were looked at, from inclusive
	older    []int64 // what was found going back, so the last is the oldest
	newer    []int64 // what was found going forward, after older
}

// newHits begins at the end of the ring.
func newHits(r *Ring) *hits { return &hits{from: r.next, to: r.next} }

func (h *hits) len() int { return len(h.older) + len(h.newer) }

// at returns the i-th number, in the order of the ring.
func (h *hits) at(i int) int64 {
	if n := len(h.older); i < n {
		return h.older[n-1-i]
	} else {
		return h.newer[i-n]
	}
}

// forward and back note whether the line after the stretch, or before it, matches.
func (h *hits) forward(match bool) {
	if match {
		h.newer = append(h.newer, h.to)
	}
	h.to++
}

func (h *hits) back(match bool) {
	h.from--
	if match {
		h.older = append(h.older, h.from)
	}
}

// trim forgets what the ring has dropped.
func (h *hits) trim(first int64) {
	h.from, h.to = max(h.from, first), max(h.to, first)
	n := len(h.older)
	for n > 0 && h.older[n-1] < first {
		n--
	}
	h.older = h.older[:n]
	if n > 0 {
		return
	}
	gone := sort.Search(len(h.newer), func(i int) bool { return h.newer[i] >= first })
	h.newer = h.newer[gone:]
}

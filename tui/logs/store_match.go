package logs

// scanStep is how many bytes of text are looked at before the lock is given to others: a slow expression takes a few
// milliseconds for them, so a key waits no longer.
const scanStep = 64 << 10

// matchNewLocked looks at the last line of a source, if all before it were looked at.
func (s *store) matchNewLocked(src *source) {
	seq := src.ring.next - 1
	if src.passed != nil && src.passed.to == seq {
		src.passed.forward(s.passesLocked(src, seq))
	}
	if src.found != nil && src.found.to == seq {
		src.found.forward(s.matchesLocked(src, seq))
	}
}

// passesLocked reports whether the filter lets a line through. Marks always pass: without them the lines around them
// would mislead.
func (s *store) passesLocked(src *source, seq int64) bool {
	if s.filter == nil {
		return true
	}
	line := src.ring.At(seq)
	if line.Kind.IsMark() {
		return true
	}
	var ok bool
	ok, s.scratch = s.filter.match(line, s.scratch)
	return ok
}

// matchesLocked reports whether the search finds a line that the filter lets through.
func (s *store) matchesLocked(src *source, seq int64) bool {
	line := src.ring.At(seq)
	if line.Kind.IsMark() {
		return false
	}
	var ok bool
	ok, s.scratch = s.search.match(line, s.scratch)
	return ok && s.passesLocked(src, seq)
}

// look sets the filter and the search; nil is none. What they match is found by scan.
func (s *store) look(filter, search *pattern) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refilter := filter != s.filter
	s.filter = filter
	if refilter || search != s.search {
		s.search = search
		for _, src := range s.sources {
			src.found = nil
			if search != nil {
				src.found = newHits(src.ring)
			}
		}
	}
	if refilter {
		for _, src := range s.sources {
			src.passed = nil
			if filter != nil {
				src.passed = newHits(src.ring)
			}
		}
	}
}

// scan looks at lines that were not looked at yet, going back from the newest, until it has seen some of every source. It
// reports whether there are more.
func (s *store) scan() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	more := false
	for _, src := range s.sources {
		left := scanStep / len(s.sources)
		for ; left > 0 && src.passed != nil && src.passed.from > src.ring.first; left -= lineCost {
			seq := src.passed.from - 1
			left -= len(src.ring.At(seq).Text)
			src.passed.back(s.passesLocked(src, seq))
		}
		for ; left > 0 && src.found != nil && src.found.from > src.ring.first; left -= lineCost {
			seq := src.found.from - 1
			left -= len(src.ring.At(seq).Text)
			src.found.back(s.matchesLocked(src, seq))
		}
		more = more || src.behind()
	}
	return more
}

// behind reports whether lines of the source have not been looked at.
func (src *source) behind() bool {
	return src.passed != nil && src.passed.from > src.ring.first || src.found != nil && src.found.from > src.ring.first
}

// behind reports whether scan has something to do.
func (s *store) behind() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, src := range s.sources {
		if src.behind() {
			return true
		}
	}
	return false
}

package logs

import "math"

// maxFree is how many blocks that were given back are kept for the next lines: one is given back for each that is begun,
// once all is full.
const maxFree = 4

// pool bounds what the rings of a view keep together. When there is too much, the oldest line of the ring that has most
// goes: a flood from the web server does not take away the one warning of PHP.
type pool struct {
	maxLines int
	maxBytes int64

	rings []*Ring
	lines int
	bytes int64
	free  []*block
}

// ring returns a new ring of the pool.
func (p *pool) ring() *Ring {
	r := &Ring{pool: p, newest: math.MinInt64}
	p.rings = append(p.rings, r)
	return r
}

// full reports whether there is no room for another line without dropping one.
func (p *pool) full() bool { return p.lines >= p.maxLines || p.bytes >= p.maxBytes }

// fit drops lines until the bounds are kept, none whose key is floor or later. It reports whether they are kept then.
func (p *pool) fit(floor int64) bool {
	for p.lines > p.maxLines || p.bytes > p.maxBytes {
		r := p.largest(floor)
		if r == nil {
			return false
		}
		r.drop()
		r.dropped++
	}
	return true
}

// largest returns the ring that has most of what there is too much of, among those whose oldest line may go.
func (p *pool) largest(floor int64) *Ring {
	var found *Ring
	var most int64
	for _, r := range p.rings {
		size := r.bytes
		if p.lines > p.maxLines {
			size = int64(r.Len())
		}
		if size > most && r.key(r.first) < floor {
			found, most = r, size
		}
	}
	return found
}

// block returns an empty block whose first line has that number.
func (p *pool) block(first int64) *block {
	if n := len(p.free); n > 0 {
		b := p.free[n-1]
		p.free = p.free[:n-1]
		b.first = first
		return b
	}
	return &block{first: first}
}

// release takes back a block whose lines are gone.
func (p *pool) release(b *block) {
	if len(p.free) < maxFree {
		b.lines, b.text = b.lines[:0], b.text[:0]
		p.free = append(p.free, b)
	}
}

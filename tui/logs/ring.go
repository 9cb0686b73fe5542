package logs

import (
	"math"
	"sort"
)

// The bounds of what a ring allocates at once, and of a line in it.
const (
	// blockText is how many bytes of text one block holds: four lines of the longest kind that the engine hands out, some
	// eight hundred common ones. Smaller ones would waste more at their ends, larger ones would be given back later.
	blockText = 64 << 10
	// blockLines bounds the lines of a block, so that empty lines do not make one grow for ever.
	blockLines = 1024
	// maxText is the longest text of a line, by the width of entry.size. What is longer is cut; the engine cuts at 16 KiB.
	maxText = 1<<16 - 1
	// lineCost is what a line takes besides its text: the size of an entry.
	lineCost = 24
)

// Kind says what a line is.
type Kind uint8

// The kinds: two of lines that a service wrote, the others are marks that we put between them.
const (
	Stdout Kind = iota
	Stderr
	Stopped   // the container stopped
	Restarted // it was started again, or made anew
	Emptied   // the file begins anew
	Failed    // its log cannot be read; the text says why
)

// IsMark reports whether the line is one of ours.
func (k Kind) IsMark() bool { return k >= Stopped }

// Line is a line of a ring. Text belongs to the ring and is valid until the ring changes; it is not to be written to.
type Line struct {
	// Time is the line's stamp, in nanoseconds since 1970. Key is the same, but never less than that of the line before:
	// the two streams of a container are stamped a little out of order, and what is merged has to be in order.
	Time, Key int64
	Kind      Kind
	// ASCII says that Text is printable ASCII: as many cells as bytes.
	ASCII bool
	Text  []byte
}

// Ring keeps the lines of one source. Each has a sequence number of its own for as long as it is kept: the line after it
// has the next one, also when lines before it are dropped. Lines put before the first have lower ones, negative in the end.
//
// What goes, and when, is for the pool to say, which several rings share. A Ring is not safe for concurrent use.
type Ring struct {
	pool    *pool
	blocks  []*block // the oldest first; none is empty
	first   int64    // the number of the oldest line
	next    int64    // the number that the next line gets
	bytes   int64
	dropped int64
	newest  int64 // the key of the last line that was no mark
}

// block holds consecutive lines and their texts.
type block struct {
	first int64 // the number of lines[0], which may have been dropped already
	lines []entry
	text  []byte
}

type entry struct {
	key, time int64
	start     uint32
	size      uint16
	kind      Kind
	ascii     bool
}

// FirstMark is the first of the kinds that are marks. What they mean in a ring of one's own is the owner's to say.
const FirstMark = Stopped

// NewRing returns an empty ring that keeps at most so many lines and bytes by itself. Bytes counts texts and 24 more for
// each line.
func NewRing(maxLines int, maxBytes int64) *Ring {
	return (&pool{maxLines: maxLines, maxBytes: maxBytes}).ring()
}

// Add appends a line and drops the oldest ones that there is no room for then.
func (r *Ring) Add(kind Kind, time int64, text []byte) {
	r.Append(kind, time, text)
	r.pool.fit(math.MaxInt64)
}

// Len returns how many lines are kept.
func (r *Ring) Len() int { return int(r.next - r.first) }

// First returns the number of the oldest line.
func (r *Ring) First() int64 { return r.first }

// Next returns the number that the next line gets.
func (r *Ring) Next() int64 { return r.next }

// Dropped returns how many lines were dropped to make room.
func (r *Ring) Dropped() int64 { return r.dropped }

// At returns the line with that number, which must be kept: from First to Next, exclusive.
func (r *Ring) At(seq int64) Line {
	b := r.blocks[r.find(seq)]
	e := &b.lines[seq-b.first]
	return Line{e.time, e.key, e.kind, e.ascii, b.text[e.start : e.start+uint32(e.size) : e.start+uint32(e.size)]}
}

// key returns the key of a line, for those who only compare.
func (r *Ring) key(seq int64) int64 {
	b := r.blocks[r.find(seq)]
	return b.lines[seq-b.first].key
}

// find returns the index of the block that has the line. It is mostly one of the last.
func (r *Ring) find(seq int64) int {
	if last := len(r.blocks) - 1; r.blocks[last].first <= seq {
		return last
	}
	return sort.Search(len(r.blocks), func(i int) bool { return r.blocks[i].first > seq }) - 1
}

// Append adds a line after the last. A mark that is stamped later than the line after it takes the stamp of that line: we
// can hear of a restart later than it was.
func (r *Ring) Append(kind Kind, time int64, text []byte) {
	key := time
	switch {
	case !kind.IsMark():
		if r.Len() > 0 {
			key = max(time, r.newest)
		}
		r.settleMarks(time, key)
		r.newest = key
	case r.Len() > 0:
		key = max(time, r.key(r.next-1))
	}
	if n := len(r.blocks); n == 0 || r.blocks[n-1].full(len(text)) {
		r.blocks = append(r.blocks, r.pool.block(r.next))
	}
	r.put(r.blocks[len(r.blocks)-1], kind, time, key, text)
	r.next++
}

// settleMarks puts the marks at the end right before the line that comes after them, and gives them its stamp if theirs is
// later.
func (r *Ring) settleMarks(time, key int64) {
	for seq := r.next - 1; seq >= r.first; seq-- {
		b := r.blocks[r.find(seq)]
		e := &b.lines[seq-b.first]
		if !e.kind.IsMark() {
			return
		}
		e.key, e.time = min(e.key, key), min(e.time, time)
	}
}

// Prepend puts lines before the first, the oldest of them first. Their texts are copied.
func (r *Ring) Prepend(lines []Line) {
	var blocks []*block
	seq, limit := r.first-int64(len(lines)), int64(1<<63-1)
	if r.Len() > 0 {
		limit = r.key(r.first)
	}
	r.first = seq
	key := int64(-1 << 63)
	for _, line := range lines {
		key = min(max(key, line.Time), limit)
		if n := len(blocks); n == 0 || blocks[n-1].full(len(line.Text)) {
			blocks = append(blocks, r.pool.block(seq))
		}
		r.put(blocks[len(blocks)-1], line.Kind, line.Time, key, line.Text)
		seq++
	}
	r.newest = max(r.newest, key)
	r.blocks = append(blocks, r.blocks...)
}

// put writes a line into a block that has room for it.
func (r *Ring) put(b *block, kind Kind, time, key int64, text []byte) {
	text = text[:min(len(text), maxText)]
	b.lines = append(b.lines, entry{key, time, uint32(len(b.text)), uint16(len(text)), kind, printable(text) == len(text)})
	b.text = append(b.text, text...)
	r.bytes += lineCost + int64(len(text))
	r.pool.lines++
	r.pool.bytes += lineCost + int64(len(text))
}

// drop forgets the oldest line. There must be one.
func (r *Ring) drop() {
	b := r.blocks[0]
	size := lineCost + int64(b.lines[r.first-b.first].size)
	r.bytes -= size
	r.pool.bytes -= size
	r.pool.lines--
	r.first++
	if r.first == b.first+int64(len(b.lines)) {
		r.pool.release(b)
		r.blocks = r.blocks[1:]
	}
}

func (b *block) full(size int) bool {
	return len(b.lines) == blockLines || len(b.lines) > 0 && len(b.text)+size > blockText
}

package logs

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// plainRing is a Ring as a slice.
type plainRing struct {
	first int64
	lines []Line
}

func (r *plainRing) size() (bytes int64) {
	for _, l := range r.lines {
		bytes += lineCost + int64(len(l.Text))
	}
	return bytes
}

// same compares the two line by line, in both directions of seeing them.
func (r *plainRing) same(t *testing.T, ring *Ring) {
	t.Helper()
	if ring.Len() != len(r.lines) || ring.First() != r.first || ring.Next() != r.first+int64(len(r.lines)) || ring.bytes != r.size() {
		t.Fatalf("has %d lines from %d, %d bytes; want %d from %d, %d bytes", ring.Len(), ring.First(), ring.bytes, len(r.lines), r.first, r.size())
	}
	last := int64(-1 << 62)
	for i, want := range r.lines {
		got := ring.At(r.first + int64(i))
		if string(got.Text) != string(want.Text) || got.Kind != want.Kind || got.ASCII != want.ASCII || !got.Kind.IsMark() && got.Time != want.Time {
			t.Fatalf("line %d is %+v, want %+v", i, got, want)
		}
		if got.Key < last {
			t.Fatalf("the key of line %d is less than that before", i)
		}
		last = got.Key
	}
}

// FuzzRing compares a ring with a slice over what is done to it: each byte is one thing.
func FuzzRing(f *testing.F) {
	f.Add([]byte{0, 1, 2, 250, 200, 3, 100, 255, 7, 7, 7})
	seed := make([]byte, 4096)
	for i := range seed {
		seed[i] = byte(rand.N(256))
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, steps []byte) {
		p := &pool{maxLines: 1 << 30, maxBytes: 1 << 40}
		ring, want := p.ring(), &plainRing{}
		text := func(n int) []byte { return []byte(fmt.Sprintf("%0*d", n*n, n))[:n*n] }
		for i, step := range steps {
			n := int(step % 60)
			line := Line{Time: int64(i*10 - n), Kind: Kind(step % 3), ASCII: true, Text: text(n)}
			switch {
			case step < 180:
				ring.Append(line.Kind, line.Time, line.Text)
				want.lines = append(want.lines, line)
			case step < 190:
				ring.Append(Restarted, line.Time, line.Text)
				line.Kind = Restarted
				want.lines = append(want.lines, line)
			case step < 200:
				line.Kind = Stderr
				older := []Line{line, line, line}[:step%4]
				ring.Prepend(older)
				want.lines = append(append([]Line(nil), older...), want.lines...)
				want.first -= int64(len(older))
			default:
				for range min(n, len(want.lines)) {
					ring.drop()
					want.lines = want.lines[1:]
					want.first++
				}
			}
		}
		want.same(t, ring)
		if p.lines != ring.Len() || p.bytes != ring.bytes {
			t.Fatalf("the pool counts %d lines, %d bytes", p.lines, p.bytes)
		}
	})
}

// TestPoolDropsFromTheLargest floods one ring of two: the other keeps its lines, and the bounds are kept.
func TestPoolDropsFromTheLargest(t *testing.T) {
	t.Parallel()
	p := &pool{maxLines: 1000, maxBytes: 60_000}
	quiet, loud := p.ring(), p.ring()
	quiet.Append(Stderr, 1, []byte("PHP Fatal error"))
	for i := range int64(5000) {
		loud.Append(Stdout, 10+i, []byte("GET / HTTP/1.1 200, again and again"))
		if !p.fit(1 << 62) {
			t.Fatal("nothing can be dropped")
		}
	}
	if quiet.Len() != 1 || p.lines > p.maxLines || p.bytes > p.maxBytes {
		t.Errorf("%d quiet lines are left, %d lines and %d bytes in all", quiet.Len(), p.lines, p.bytes)
	}
	if int64(loud.Len())+loud.Dropped() != 5000 || loud.First() != loud.Dropped() {
		t.Errorf("%d kept, %d dropped, the first is %d", loud.Len(), loud.Dropped(), loud.First())
	}
	held := loud.At(loud.First()).Key
	for i := range int64(10) {
		loud.Append(Stdout, 9000+i, make([]byte, 60_000))
	}
	if p.fit(held) || loud.At(loud.First()).Key != held {
		t.Error("a line that is looked at was dropped")
	}
}

// BenchmarkAppend is one line into a full ring.
func BenchmarkAppend(b *testing.B) {
	p := &pool{maxLines: 100_000, maxBytes: 16 << 20}
	ring := p.ring()
	text := []byte("0000001 the quick brown fox jumps over the lazy dogs")
	one := func(i int64) {
		ring.Append(Stdout, i, text)
		p.fit(1 << 62)
	}
	for i := range int64(120_000) {
		one(i)
	}
	b.ReportAllocs()
	for i := int64(120_000); b.Loop(); i++ {
		one(i)
	}
}

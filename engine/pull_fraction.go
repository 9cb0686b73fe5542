package engine

import "math/bits"

// pullFraction chooses the numbers of a tick: Current and Total never fall, nor does Current/Total, and none is more than
// what is true.
//
// The daemon tells a layer's size when its download begins, three at a time. The plain sums would jump to 100 % with the
// first small layer and fall back with every large one. So, first, unknown layers are expected to be as large as the
// others, and Current is held back until Current/Total is the share of what is expected. Second, when a layer turns out
// larger than expected, Total is held back: it grows with Current, at the share shown last, until the bytes have caught
// up. Both meet the plain sums once every size is known and the share shown has been reached; at the end they are equal.
//
// All of it is whole numbers compared exactly; they stay under 2^60. The zero value has shown 0 of 0.
type pullFraction struct {
	current, total int64 // shown last; current ≤ total
}

// next returns the numbers to show for have of want bytes while expect are expected, have ≤ want ≤ expect. None of the
// three may be less than before, save expect.
func (f *pullFraction) next(have, want, expect int64) (current, total int64) {
	current, total = want, want
	if expect > 0 {
		current = mulDiv(have, want, expect)
	}
	if lessShare(current, total, f.current, f.total) {
		// Show the last share again, on as much of want as have allows.
		current = min(have, mulDiv(f.current, want, f.total)+1)
		total = min(want, mulDiv(current, f.total, f.current))
	}
	f.current, f.total = current, total
	return current, total
}

// lessShare reports whether a of b is less than c of d. Nothing of nothing is the least.
func lessShare(a, b, c, d int64) bool {
	if d == 0 {
		return false
	}
	h1, l1 := bits.Mul64(uint64(a), uint64(d))
	h2, l2 := bits.Mul64(uint64(c), uint64(b))
	return h1 < h2 || h1 == h2 && l1 < l2
}

// mulDiv returns a*b/c rounded down, or the largest int64 when that is less. None is negative and c is not 0.
func mulDiv(a, b, c int64) int64 {
	const most = 1<<63 - 1
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return most
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(min(q, most))
}

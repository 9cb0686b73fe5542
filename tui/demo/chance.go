package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// chance is a seeded source of what is left to chance. It belongs to one goroutine at a time.
type chance struct{ *rand.Rand }

// newChance returns the source of a name: each name has its own, so that the order in which goroutines run changes nothing.
func newChance(seed uint64, name string) chance {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return chance{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// pick returns one of the choices.
func pick[T any](c chance, choices ...T) T { return choices[c.IntN(len(choices))] }

// around returns a time between half of d and one and a half of it.
func (c chance) around(d time.Duration) time.Duration {
	return d/2 + time.Duration(c.Int64N(int64(d)+1))
}

// hex returns n hexadecimal digits.
func (c chance) hex(n int) string {
	digits := make([]byte, n)
	for i := range digits {
		digits[i] = "0123456789abcdef"[c.IntN(16)]
	}
	return string(digits)
}

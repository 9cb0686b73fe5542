package demo

import (
	"sync/atomic"
	"time"

	"github.com/Locorum/locorum-tui/engine/fake"
)

// shiftedClock is a clock that can be set back, so that what the demo begins with has happened at some time.
type shiftedClock struct {
	fake.Clock
	back atomic.Int64 // nanoseconds
}

// Now returns the time that the demo is at.
func (c *shiftedClock) Now() time.Time { return c.Clock.Now().Add(-time.Duration(c.back.Load())) }

// setBack makes the clock go d after the one below it.
func (c *shiftedClock) setBack(d time.Duration) { c.back.Store(int64(d)) }

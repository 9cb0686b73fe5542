package screen

import "time"

// Least times between two frames: nobody sees more than sixty a second, and of keys that arrive faster than a person
// types, as a paste or a held key's do, the last is what counts.
const (
	leastGap = time.Second / 60
	keyGap   = time.Second / 120
)

// What frames that no key asked for may cost. A line of logs after another fills the whole screen with every frame; at
// 48 KB a second it still reads as flowing, and an ssh connection over a bad line keeps up with the keys. The burst lets
// the frames of a start, a tab or a dialog through at once.
const (
	bytesPerSecond = 48_000
	burstBytes     = 16_000
)

// pace says when the next frame may be drawn, from when the last ones were and what they cost.
type pace struct {
	last time.Time // when the last frame was written
	debt float64   // bytes beyond what the line has carried since, as of last
}

// spent takes down that a frame of n bytes was written.
func (p *pace) spent(n int, now time.Time) {
	p.debt = p.owed(now) + float64(n)
	p.last = now
}

// owed is the debt as it is now.
func (p *pace) owed(now time.Time) float64 {
	return max(p.debt-now.Sub(p.last).Seconds()*bytesPerSecond, 0)
}

// wait is how long the next frame has to wait: one that a key asked for hardly at all.
func (p *pace) wait(urgent bool, now time.Time) time.Duration {
	if urgent {
		return keyGap - now.Sub(p.last)
	}
	over := max(p.owed(now)-burstBytes, 0)
	return max(leastGap-now.Sub(p.last), time.Duration(over/bytesPerSecond*float64(time.Second)))
}

package dialog

import (
	"time"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
)

// Outcome is what a key came to.
type Outcome uint8

// The outcomes. Changed says that a value is another one, so that it may be checked.
const (
	Nothing Outcome = iota
	Changed
	Accepted
	Dismissed
)

// quiet is how long no key may have come before a dialog that opened by itself listens. Crossing it takes a person who has
// seen the dialog; typing goes on at less than that.
const quiet = 400 * time.Millisecond

// Deaf tells whether a dialog that opened by itself may take a key yet. The zero value listens at once.
type Deaf struct{ until time.Time }

// OpenedAt returns a Deaf for a dialog that opened by itself at that time.
func OpenedAt(now time.Time) Deaf { return Deaf{now.Add(quiet)} }

// Hears reports whether a key that came at that time counts. A key that does not starts the wait again: typing goes on.
func (d *Deaf) Hears(now time.Time) bool {
	if d.until.IsZero() || !now.Before(d.until) {
		d.until = time.Time{}
		return true
	}
	d.until = now.Add(quiet)
	return false
}

// Box returns body in a frame as wide as it needs, at most width by height, to be laid over the dashboard.
func Box(styles *theme.Styles, title, foot string, body []string, width, height int) []string {
	wide := max(cell.Width(title)+8, cell.Width(foot)+8)
	for _, line := range body {
		wide = max(wide, cell.Width(line)+4)
	}
	wide = max(min(max(wide, 30), width), 0)
	tall := max(min(len(body)+2, height), 0)
	padded := make([]string, len(body))
	for i, line := range body {
		padded[i] = " " + line
	}
	return cell.Frame{Title: title, Foot: foot, Focus: true}.Draw(styles, padded, wide, tall)
}

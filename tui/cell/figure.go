package cell

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/theme"
)

// Size returns bytes in at most five cells, in steps of 1024 as Docker counts memory: "412 M", "1.4 G", "0 B".
func Size(bytes int64) string {
	if bytes < 0 {
		return "?"
	}
	value, unit := float64(bytes), 0
	for value >= 999.5 && unit < 5 {
		value /= 1024
		unit++
	}
	name := "BKMGTP"[unit : unit+1]
	if unit > 0 && value < 9.95 {
		return fmt.Sprintf("%.1f %s", value, name)
	}
	return fmt.Sprintf("%.0f %s", value, name)
}

// Percent returns a share of one core in at most five cells: "0.4", "12", "250".
func Percent(p float64) string {
	switch {
	case math.IsNaN(p) || p < 0:
		return "?"
	case p < 9.95:
		return fmt.Sprintf("%.1f", p)
	default:
		return fmt.Sprintf("%.0f", p)
	}
}

// Took returns how long something ran: "0.3 s", "41 s", "2 m 5 s".
func Took(d time.Duration) string {
	switch {
	case d < 0:
		return "0.0 s"
	case d < 9950*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute-500*time.Millisecond:
		return fmt.Sprintf("%.0f s", d.Seconds())
	default:
		return Since(d)
	}
}

// Since returns a length of time in its two greatest units: "45 s", "2 h 14 m", "3 d 4 h".
func Since(d time.Duration) string {
	s := int64(max(d, 0) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return pair(s/60, "m", s%60, "s")
	case s < 86400:
		return pair(s/3600, "h", s%3600/60, "m")
	default:
		return pair(s/86400, "d", s%86400/3600, "h")
	}
}

// Age returns how long ago something began, in minutes at the least: what shows it need not be drawn every second.
func Age(d time.Duration) string {
	if d < time.Minute {
		return "< 1 m"
	}
	if d < time.Hour {
		return fmt.Sprintf("%d m", d/time.Minute)
	}
	return Since(d)
}

func pair(a int64, unit string, b int64, small string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unit)
	}
	return fmt.Sprintf("%d %s %d %s", a, unit, b, small)
}

// Spark returns the last values as a line of width cells, the newest at the right. The scale ends at the greatest of them
// or at least, whichever is more: a quiet line is drawn as quiet. Before the first value there are blanks.
func Spark(g theme.Glyphs, values []float64, least float64, width int) string {
	if width <= 0 {
		return ""
	}
	if len(values) > width {
		values = values[len(values)-width:]
	}
	top := least
	for _, v := range values {
		top = max(top, v)
	}
	var b strings.Builder
	b.WriteString(Blanks(width - len(values)))
	for _, v := range values {
		height := 0
		if top > 0 && v > 0 {
			height = min(int(v/top*float64(len(g.Sparks))), len(g.Sparks)-1)
		}
		b.WriteString(g.Sparks[height])
	}
	return b.String()
}

// Bar returns a progress bar of width cells; fraction is from 0 to 1.
func Bar(styles *theme.Styles, fraction float64, width int) string {
	if width <= 0 {
		return ""
	}
	g := styles.Glyphs
	fraction = min(max(fraction, 0), 1)
	cells := fraction * float64(width)
	full := int(cells)
	done, used := strings.Repeat(g.Full, full), full
	if part := int((cells - float64(full)) * float64(len(g.Parts)+1)); part > 0 && full < width {
		done += g.Parts[part-1]
		used++
	}
	return styles.Full.Render(done) + styles.Rest.Render(strings.Repeat(g.Rest, width-used))
}

// Link returns text as a hyperlink (OSC 8) to an address of ours; terminals that know none show the text.
func Link(address, text string) string {
	return "\x1b]8;;" + Plain(address) + "\x1b\\" + text + "\x1b]8;;\x1b\\"
}

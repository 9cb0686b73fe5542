package flow

import (
	"unicode/utf8"

	"github.com/Locorum/locorum-tui/theme"
)

// Span is a part of a line's Text, in bytes.
type Span struct{ Begin, End int32 }

// Lit are the parts of a line that stand out, in their order, and the sequence that makes them do so. The zero value is
// none.
type Lit struct {
	Spans []Span
	On    string
}

// reset ends every look.
const reset = "\x1b[m"

// Draw appends the clusters from one to another, and ends their look. What is wider than width, in which it should fit, is
// drawn as a question mark.
func (l *Line) Draw(dst []byte, from, to, width int, lit Lit) []byte {
	style, bright := int16(0), false
	spans := lit.Spans
	for i := from; i < to; i++ {
		c := l.clusters[i]
		for len(spans) > 0 && spans[0].End <= c.start {
			spans = spans[1:]
		}
		light := len(spans) > 0 && spans[0].Begin < c.end
		if c.style != style || bright && !light {
			dst = l.styles[c.style].write(dst)
		}
		if light && (!bright || c.style != style) {
			dst = append(dst, lit.On...)
		}
		style, bright = c.style, light
		switch {
		case int(c.width) > width:
			dst = append(dst, '?')
		case utf8.Valid(l.text[c.start:c.end]):
			dst = append(dst, l.text[c.start:c.end]...)
		}
	}
	return append(dst, reset...)
}

// DrawCut appends exactly width cells of the line, without the left ones at its beginning; where more follows there is an
// ellipsis at the end.
func (l *Line) DrawCut(dst []byte, left, width int, styles *theme.Styles, lit Lit) []byte {
	from, at := 0, 0
	for from < len(l.clusters) && at < left {
		at += int(l.clusters[from].width)
		from++
	}
	room := width - (at - left)
	dst = pad(dst, min(at-left, width)) // half of a wide character, or past the end of the line
	if at < left {
		return pad(dst, width)
	}
	more := l.width-at > room
	if more {
		room--
	}
	to, used := from, 0
	for to < len(l.clusters) && used+int(l.clusters[to].width) <= room {
		used += int(l.clusters[to].width)
		to++
	}
	dst = l.Draw(dst, from, to, width, lit)
	dst = pad(dst, room-used)
	if more {
		dst = append(dst, styles.Dim.Render(styles.Glyphs.Ellipsis)...)
	}
	return dst
}

// pad appends n blanks; none when n is negative.
func pad(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}

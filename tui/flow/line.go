package flow

import (
	"bytes"

	"github.com/charmbracelet/x/ansi"
)

// tabWidth is how far apart the tab stops of a line are, in cells.
const tabWidth = 8

// escape begins an SGR sequence, which ends in m.
const escape = 0x1b

// cluster is what takes one place on the screen: a character with what combines with it.
type cluster struct {
	start, end int32 // of Line.text
	width      int8  // in cells: 0, 1 or 2
	style      int16 // of Line.styles
}

// Line is a line made ready to be cut into rows: its text without SGR sequences and with tabs as blanks, its clusters, and
// how they look. The zero value is an empty line; Set makes it another. It belongs to one goroutine.
type Line struct {
	text     []byte
	piece    []byte // text of one look that is not in text yet
	clusters []cluster
	styles   []sgr
	width    int // of all clusters
}

// Text returns what is seen of the line. It is valid until the next Set.
func (l *Line) Text() []byte { return l.text }

// Width returns how many cells the whole line is wide.
func (l *Line) Width() int { return l.width }

// Len returns how many clusters the line has: rows are cut between them.
func (l *Line) Len() int { return len(l.clusters) }

// Set lays out a sanitised text; ascii says that it is printable ASCII only. Without colours, only the other attributes of
// the text are kept.
//
// Clusters never go over an SGR sequence that changes something: joined across one they would be as wide as one, drawn
// they are two. One that changes nothing is not drawn, so clusters do go over it.
func (l *Line) Set(text []byte, ascii, colours bool) {
	l.text, l.clusters, l.styles, l.width = l.text[:0], l.clusters[:0], append(l.styles[:0], sgr{}), 0
	if ascii {
		l.add(text)
		return
	}
	l.piece = l.piece[:0]
	now := sgr{}
	for len(text) > 0 {
		at := bytes.IndexByte(text, escape)
		if at < 0 {
			l.piece = append(l.piece, text...)
			break
		}
		l.piece = append(l.piece, text[:at]...)
		end := bytes.IndexByte(text[at:], 'm')
		if end < 0 {
			break
		}
		now.apply(text[min(at+2, at+end) : at+end])
		text = text[at+end+1:]
		look := now
		if !colours {
			look.fore, look.back = 0, 0
		}
		if look != l.styles[len(l.styles)-1] && len(l.styles) < 1<<15-1 {
			l.add(l.piece)
			l.piece = l.piece[:0]
			l.styles = append(l.styles, look)
		}
	}
	l.add(l.piece)
}

// add appends text of one look, and its clusters.
func (l *Line) add(text []byte) {
	style := int16(len(l.styles) - 1)
	for at := 0; at < len(text); {
		c := text[at]
		size, width := 1, 1
		switch {
		case c == '\t':
			for range tabWidth - l.width%tabWidth {
				l.put([]byte{' '}, 1, style)
			}
			at++
			continue
		case c < 0x80 && (at+1 == len(text) || text[at+1] < 0x80):
		default:
			first, w := ansi.FirstGraphemeCluster(text[at:], ansi.GraphemeWidth)
			size, width = max(len(first), 1), w
		}
		l.put(text[at:at+size], width, style)
		at += size
	}
}

// put appends a cluster.
func (l *Line) put(text []byte, width int, style int16) {
	start := int32(len(l.text))
	l.text = append(l.text, text...)
	l.clusters = append(l.clusters, cluster{start, int32(len(l.text)), int8(width), style})
	l.width += width
}

// Next returns the cluster at which the row after the one that begins at from begins, and how wide that row is. At least
// one cluster goes into a row; one wider than a row is drawn as something else.
func (l *Line) Next(from, width int) (to, used int) {
	to = from
	for to < len(l.clusters) {
		w := int(l.clusters[to].width)
		if used+w > width && to > from {
			break
		}
		used += w
		to++
	}
	return to, min(used, width)
}

// Rows returns how many rows the line takes.
func (l *Line) Rows(width int) int {
	n := 0
	for at := 0; at < len(l.clusters) || n == 0; n++ {
		at, _ = l.Next(at, width)
	}
	return n
}

// Row returns the cluster at which the n-th row begins.
func (l *Line) Row(n, width int) int {
	at := 0
	for range n {
		at, _ = l.Next(at, width)
	}
	return at
}

package command

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// board shows lines that change, in place, at the end of what a terminal shows. It has no goroutine and no timer: what
// does not change costs nothing. It is not safe for concurrent use.
type board struct {
	w io.Writer
	// size returns the terminal's columns and rows; zero or less when it does not say.
	size  func() (cols, rows int)
	lines []string // as they were last drawn, the whole of each
}

// add puts a line below the others and returns its number.
func (b *board) add(line string) int {
	b.lines = append(b.lines, line)
	fmt.Fprintf(b.w, "\r%s\x1b[K\n", b.fit(line)) // over the ^C that the terminal may have shown
	return len(b.lines) - 1
}

// set changes a line, unless it is not visible any more.
func (b *board) set(number int, line string) {
	if b.lines[number] == line {
		return
	}
	b.lines[number] = line
	if !b.visible(number) {
		return
	}
	up := len(b.lines) - number
	fmt.Fprintf(b.w, "\x1b[%dA\r%s\x1b[K\x1b[%dB\r", up, b.fit(line), up)
}

// visible reports whether a line can still be changed where it is: it has not scrolled off the screen.
func (b *board) visible(number int) bool {
	_, rows := b.size()
	return rows <= 0 || len(b.lines)-number < rows
}

// fit cuts a line to the terminal's width, since a line that wraps would be two. Colours take no room.
func (b *board) fit(line string) string {
	cols, _ := b.size()
	if cols <= 0 || utf8.RuneCountInString(line) <= cols {
		return line
	}
	var cut strings.Builder
	room, escape := cols-1, false // the last column stays free: some terminals wrap when it is written
	for _, r := range line {
		switch {
		case r == '\x1b':
			escape = true
		case escape:
			escape = r != 'm'
		case room == 0:
			continue
		default:
			room--
		}
		cut.WriteRune(r)
	}
	return cut.String()
}

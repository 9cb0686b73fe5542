//go:build unix

package ptytest

import (
	"fmt"
	"strings"
)

// Screen is what a person sees at one moment. It is the caller's.
type Screen struct {
	// Lines are the rows, as many as the terminal has, without the spaces at their ends.
	Lines []string
	// Cols is the terminal's width in cells.
	Cols int
	// X and Y are the cell that the cursor is on, from 0; Hidden says that it is not shown.
	X, Y   int
	Hidden bool
	// Alt says that this is the alternate screen, where programs that fill the screen draw.
	Alt bool
}

// Text returns the lines, each ended by a newline.
func (s Screen) Text() string { return strings.Join(s.Lines, "\n") + "\n" }

// Contains reports whether a line has text in it.
func (s Screen) Contains(text string) bool { return s.Find(text) >= 0 }

// Find returns the number of the first line that has text in it, -1 when none has.
func (s Screen) Find(text string) int {
	for i, line := range s.Lines {
		if strings.Contains(line, text) {
			return i
		}
	}
	return -1
}

// Line returns the first line that has text in it, empty when none has.
func (s Screen) Line(text string) string {
	if i := s.Find(text); i >= 0 {
		return s.Lines[i]
	}
	return ""
}

// String draws the screen with a frame around it, for failures.
func (s Screen) String() string {
	var b strings.Builder
	edge := "+" + strings.Repeat("-", s.Cols) + "+\n"
	fmt.Fprintf(&b, "%dx%d, cursor at %d,%d", s.Cols, len(s.Lines), s.X, s.Y)
	if s.Hidden {
		b.WriteString(" (hidden)")
	}
	if s.Alt {
		b.WriteString(", alternate screen")
	}
	b.WriteString("\n" + edge)
	for _, line := range s.Lines {
		b.WriteString("|" + line + "\n")
	}
	return b.String() + edge
}

// Screen returns what a person sees now. The program may be in the middle of a frame: wait with WaitFor.
func (t *Terminal) Screen() Screen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen()
}

// screen is Screen. The caller holds mu.
func (t *Terminal) screen() Screen {
	cursor := t.emulator.CursorPosition()
	s := Screen{Cols: t.emulator.Width(), X: cursor.X, Y: cursor.Y, Hidden: t.emulator.CursorHidden(), Alt: t.alt}
	for y := range t.emulator.Height() {
		var b strings.Builder
		for x := 0; x < s.Cols; {
			cell := t.emulator.CellAt(x, y)
			if cell == nil || cell.Content == "" {
				b.WriteByte(' ')
				x++
				continue
			}
			b.WriteString(cell.Content)
			x += max(cell.Width, 1)
		}
		s.Lines = append(s.Lines, strings.TrimRight(b.String(), " "))
	}
	return s
}

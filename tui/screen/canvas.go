package screen

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// canvas is what the terminal shows, as cells, and the sequences that make it show something else.
type canvas struct {
	out   *counter
	paint *uv.TerminalRenderer
	cells uv.ScreenBuffer
	ascii bool     // the terminal knows no other characters
	lines []string // of the last frame: a line that is the same is not looked at again
	mouse bool
}

// counter counts what goes through it.
type counter struct {
	io.Writer
	n int
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += n
	return n, err
}

// newCanvas returns a canvas for a terminal of a kind, as TERM names it.
func newCanvas(out io.Writer, term string) *canvas {
	c := &canvas{out: &counter{Writer: out}, cells: uv.NewScreenBuffer(0, 0)}
	// The methods of counting columns must be ours, or a line would be taken for wider than it is. Whether the terminal
	// agrees about emoji is not known, and not asked: lines that have such cells are placed anew.
	c.cells.Method = ansi.GraphemeWidth
	c.paint = uv.NewTerminalRenderer(c.out, []string{"TERM=" + term})
	c.paint.SetWidthMethod(ansi.GraphemeWidth)
	c.paint.SetColorProfile(colorprofile.TrueColor) // frames come in the terminal's colours already
	c.paint.SetScrollOptim(true)
	return c
}

// enter takes the terminal: the alternate screen, no cursor, pastes in brackets.
func (c *canvas) enter() error {
	c.paint.EnterAltScreen()
	c.write(ansi.HideCursor, ansi.SetModeBracketedPaste)
	if c.mouse {
		c.write(ansi.SetModeMouseButtonEvent, ansi.SetModeMouseExtSgr)
	}
	return c.paint.Flush()
}

// reclaim undoes what a program may have left the terminal in that had it: colours, the mouse, focus reports, pastes in
// brackets, application keys, its alternate screen (1047, for 1049 would put the cursor back over what the program has
// printed), kitty's keyboard, a character set of lines.
func (c *canvas) reclaim() error {
	c.write(ansi.ResetStyle, ansi.ResetModeMouseNormal, ansi.ResetModeMouseButtonEvent, ansi.ResetModeMouseAnyEvent, ansi.ResetModeMouseExtSgr,
		ansi.ResetModeFocusEvent, ansi.ResetModeBracketedPaste, ansi.ResetModeCursorKeys, ansi.KeypadNumericMode,
		ansi.ResetModeAltScreen, ansi.PopKittyKeyboard(1), ansi.SelectCharacterSet('(', 'B'))
	return c.paint.Flush()
}

// leave gives the terminal back as it was.
func (c *canvas) leave() error {
	if c.mouse {
		c.write(ansi.ResetModeMouseExtSgr, ansi.ResetModeMouseButtonEvent)
	}
	c.write(ansi.ResetModeBracketedPaste)
	c.paint.ExitAltScreen()
	c.write(ansi.ShowCursor)
	return c.paint.Flush()
}

// setMouse asks the terminal for the mouse's clicks and wheel, or no longer.
func (c *canvas) setMouse(on bool) error {
	switch {
	case on == c.mouse:
		return nil
	case on:
		c.write(ansi.SetModeMouseButtonEvent, ansi.SetModeMouseExtSgr)
	default:
		c.write(ansi.ResetModeMouseExtSgr, ansi.ResetModeMouseButtonEvent)
	}
	c.mouse = on
	return c.paint.Flush()
}

// forget makes the next frame draw every cell.
func (c *canvas) forget() { c.paint.Erase() }

// draw makes the terminal show a frame and returns how many bytes that took.
func (c *canvas) draw(f Frame) (int, error) {
	if f.Cols != c.cells.Width() || f.Rows != c.cells.Height() {
		c.cells.Resize(f.Cols, f.Rows)
		c.cells.Clear()
		c.paint.Resize(f.Cols, f.Rows)
		c.paint.Erase()
		c.lines = make([]string, f.Rows)
	}
	rest := f.Text
	for y := range f.Rows {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if line == c.lines[y] {
			continue
		}
		c.lines[y] = line
		if c.ascii {
			line = toASCII(line)
		}
		uv.NewStyledString(line).Draw(c.cells, uv.Rect(0, y, f.Cols, 1))
	}
	c.out.n = 0
	c.paint.Render(c.cells.RenderBuffer)
	err := c.paint.Flush()
	return c.out.n, err
}

func (c *canvas) write(sequences ...string) {
	for _, s := range sequences {
		_, _ = c.paint.WriteString(s) // into a buffer, which does not fail
	}
}

// toASCII puts question marks in the place of what is not ASCII, as wide as it is, in a line whose sequences are ASCII.
func toASCII(line string) string {
	if !strings.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return line
	}
	var out strings.Builder
	for state := byte(0); len(line) > 0; {
		seq, width, n, next := ansi.DecodeSequence(line, state, nil)
		switch {
		case !strings.ContainsFunc(seq, func(r rune) bool { return r >= utf8.RuneSelf }):
			out.WriteString(seq)
		case seq[0] != ansi.ESC: // a sequence with such characters in it is left out
			out.WriteString(strings.Repeat("?", width))
		}
		line, state = line[n:], next
	}
	return out.String()
}

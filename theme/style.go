package theme

import "strings"

// Style is a pair of escape sequences around a text. The zero value leaves the text as it is.
type Style struct{ On, Off string }

// Render returns the text between the two; an empty text stays empty.
func (s Style) Render(text string) string {
	if text == "" || s.On == "" {
		return text
	}
	return s.On + text + s.Off
}

// Write appends the styled text to b.
func (s Style) Write(b *strings.Builder, text string) {
	b.WriteString(s.On)
	b.WriteString(text)
	b.WriteString(s.Off)
}

// The SGR parameters of what a style sets, and of what ends it: ECMA-48, 8.3.117. Bold and dim end together.
const (
	sgrBold, sgrDim, sgrItalic, sgrUnderline, sgrReverse = "1", "2", "3", "4", "7"
	sgrNotBold, sgrNotItalic, sgrNotUnderline            = "22", "23", "24"
	sgrNotReverse, sgrNoFore, sgrNoBack                  = "27", "39", "49"
)

// spec is what a style is made from.
type spec struct {
	fore, back                           string // colours as termenv reads them: "5", "#ff8800"
	bold, dim, italic, underline, invert bool
}

// style returns the pair for a terminal that can show profile.
func (p palette) style(s spec) Style {
	var on, off []string
	set := func(wanted bool, begin, end string) {
		if wanted {
			on, off = append(on, begin), append(off, end)
		}
	}
	set(s.bold, sgrBold, sgrNotBold)
	set(s.dim && !s.bold, sgrDim, sgrNotBold)
	set(s.italic, sgrItalic, sgrNotItalic)
	set(s.underline, sgrUnderline, sgrNotUnderline)
	set(s.invert, sgrReverse, sgrNotReverse)
	if seq := p.sequence(s.fore, false); seq != "" {
		set(true, seq, sgrNoFore)
	}
	if seq := p.sequence(s.back, true); seq != "" {
		set(true, seq, sgrNoBack)
	}
	if len(on) == 0 {
		return Style{}
	}
	return Style{On: "\x1b[" + strings.Join(on, ";") + "m", Off: "\x1b[" + strings.Join(off, ";") + "m"}
}

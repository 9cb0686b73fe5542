package flow

import "strconv"

// The attributes of text that are kept. What hides text (8) or blinks (5, 6) is not.
const (
	attrBold = 1 << iota
	attrDim
	attrItalic
	attrUnderline
	attrReverse
	attrStrike
)

// attrCodes are the SGR parameters of the attributes, in their order.
var attrCodes = [...]byte{'1', '2', '3', '4', '7', '9'}

// sgr is how text looks after some SGR sequences. The zero value is the terminal's own look.
type sgr struct {
	attrs      uint8
	fore, back colour
}

// colour is 0 for the terminal's own, otherwise one of the kinds and its value.
type colour uint32

const (
	colour256 colour = 1 << 24 // with a number of the 256
	colourRGB colour = 2 << 24 // with red, green and blue
)

// apply changes s by the parameters of an SGR sequence: digits, semicolons and colons. What is not known is left out.
func (s *sgr) apply(params []byte) {
	if len(params) == 0 || params[len(params)-1] == ';' {
		params = append(params[:len(params):len(params)], '0') // an empty last one is 0 too
	}
	for len(params) > 0 {
		var n int
		n, params = number(params)
		switch {
		case n == 0:
			*s = sgr{}
		case n >= 30 && n <= 37:
			s.fore = colour256 | colour(n-30)
		case n >= 90 && n <= 97:
			s.fore = colour256 | colour(n-90+8)
		case n >= 40 && n <= 47:
			s.back = colour256 | colour(n-40)
		case n >= 100 && n <= 107:
			s.back = colour256 | colour(n-100+8)
		case n == 39:
			s.fore = 0
		case n == 49:
			s.back = 0
		case n == 38:
			s.fore, params = extended(params, s.fore)
		case n == 48:
			s.back, params = extended(params, s.back)
		case n == 58:
			_, params = extended(params, 0)
		default:
			s.attribute(n)
		}
	}
}

// attribute switches an attribute on or off.
func (s *sgr) attribute(n int) {
	switch n {
	case 1:
		s.attrs |= attrBold
	case 2:
		s.attrs |= attrDim
	case 3:
		s.attrs |= attrItalic
	case 4, 21:
		s.attrs |= attrUnderline
	case 7:
		s.attrs |= attrReverse
	case 9:
		s.attrs |= attrStrike
	case 22:
		s.attrs &^= attrBold | attrDim
	case 23:
		s.attrs &^= attrItalic
	case 24:
		s.attrs &^= attrUnderline
	case 27:
		s.attrs &^= attrReverse
	case 29:
		s.attrs &^= attrStrike
	}
}

// extended reads what follows 38 or 48: 5 and a number, or 2 and three of them; old is what stays if it is neither.
func extended(params []byte, old colour) (colour, []byte) {
	kind, rest := number(params)
	var a, b, c int
	switch kind {
	case 5:
		a, rest = number(rest)
		return colour256 | colour(a&0xff), rest
	case 2:
		if len(rest) > 0 && rest[0] == ':' { // an empty colour space: 38:2::r:g:b
			rest = rest[1:]
		}
		a, rest = number(rest)
		b, rest = number(rest)
		c, rest = number(rest)
		return colourRGB | colour(a&0xff<<16|b&0xff<<8|c&0xff), rest
	}
	return old, rest
}

// number reads a parameter and what parts it from the next. None is 0.
func number(params []byte) (int, []byte) {
	n, i := 0, 0
	for ; i < len(params) && params[i] >= '0' && params[i] <= '9'; i++ {
		n = min(n*10+int(params[i]-'0'), 1<<16)
	}
	return n, params[min(i+1, len(params)):]
}

// write appends the sequence that makes text look like s, whatever it looked like before.
func (s sgr) write(dst []byte) []byte {
	dst = append(dst, "\x1b["...)
	if s != (sgr{}) {
		dst = append(dst, '0')
	}
	for i, code := range attrCodes {
		if s.attrs&(1<<i) != 0 {
			dst = append(dst, ';', code)
		}
	}
	dst = s.fore.write(dst, 30)
	dst = s.back.write(dst, 40)
	return append(dst, 'm')
}

// write appends the parameters of a colour; base is 30 for text and 40 for what is behind it.
func (c colour) write(dst []byte, base int64) []byte {
	value := int64(c & 0xffffff)
	add := func(n int64) { dst = strconv.AppendInt(append(dst, ';'), n, 10) }
	switch {
	case c == 0:
	case c&colourRGB != 0:
		add(base + 8)
		add(2)
		add(value >> 16)
		add(value >> 8 & 0xff)
		add(value & 0xff)
	case value < 8:
		add(base + value)
	case value < 16:
		add(base + 60 + value - 8)
	default:
		add(base + 8)
		add(5)
		add(value)
	}
	return dst
}

package logs

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"regexp"
	"regexp/syntax"
	"unicode"
)

// pattern is what a search or a filter looks for: a regular expression, which minds the case of letters only if it has a
// capital one. It is matched against what is seen of a line, without its colours.
type pattern struct {
	text   string
	expr   *regexp.Regexp
	plain  []byte // when the expression is this text and nothing else; letters are lower case unless exact
	exact  bool
	invert bool
}

// newPattern compiles text; an empty one is no pattern.
func newPattern(text string, invert bool) (*pattern, error) {
	if text == "" {
		return nil, nil
	}
	p := &pattern{text: text, invert: invert}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, err
	}
	p.exact = hasCapital(tree)
	source := text
	if !p.exact {
		source = "(?i:" + text + ")"
	}
	if p.expr, err = regexp.Compile(source); err != nil {
		return nil, err
	}
	if tree.Op == syntax.OpLiteral && tree.Flags&syntax.FoldCase == 0 && printable([]byte(string(tree.Rune))) == len(tree.Rune) {
		p.plain = []byte(string(tree.Rune))
	}
	return p, nil
}

// hasCapital reports whether a literal of the expression has a capital letter; \S and \pL are none.
func hasCapital(tree *syntax.Regexp) bool {
	if tree.Op == syntax.OpLiteral {
		for _, r := range tree.Rune {
			if unicode.IsUpper(r) && tree.Flags&syntax.FoldCase == 0 {
				return true
			}
		}
	}
	for _, sub := range tree.Sub {
		if hasCapital(sub) {
			return true
		}
	}
	return false
}

// match reports whether the pattern lets a line through. scratch is used for what is seen of it, and returned for the next.
func (p *pattern) match(line Line, scratch []byte) (bool, []byte) {
	text := line.Text
	if !line.ASCII {
		scratch = stripSGR(scratch[:0], text)
		text = scratch
	}
	begin, _ := p.find(text)
	return (begin >= 0) != p.invert, scratch
}

// find returns where in text the first match begins and ends; -1 where there is none.
func (p *pattern) find(text []byte) (begin, end int) {
	switch {
	case p.plain != nil && p.exact:
		begin = bytes.Index(text, p.plain)
	case p.plain != nil && printable(text) == len(text):
		begin = indexFold(text, p.plain)
	default:
		at := p.expr.FindIndex(text)
		if at == nil {
			return -1, -1
		}
		return at[0], at[1]
	}
	if begin < 0 {
		return -1, -1
	}
	return begin, begin + len(p.plain)
}

// indexFold is bytes.Index for ASCII that does not mind the case of text; lower has no capital letters.
func indexFold(text, lower []byte) int {
	first := lower[0]
	upper := first
	if first >= 'a' && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for at := 0; at+len(lower) <= len(text); at++ {
		rest := text[at : len(text)-len(lower)+1]
		next := bytes.IndexByte(rest, first)
		if upper != first {
			if next >= 0 {
				rest = rest[:next]
			}
			if i := bytes.IndexByte(rest, upper); i >= 0 {
				next = i
			}
		}
		if next < 0 {
			return -1
		}
		at += next
		if equalFold(text[at:at+len(lower)], lower) {
			return at
		}
	}
	return -1
}

func equalFold(text, lower []byte) bool {
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// stripSGR appends text without its SGR sequences to dst. The text is sanitised: it has no other ones.
func stripSGR(dst, text []byte) []byte {
	for {
		at := bytes.IndexByte(text, escape)
		if at < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:at]...)
		end := bytes.IndexByte(text[at:], 'm')
		if end < 0 {
			return dst
		}
		text = text[at+end+1:]
	}
}

const escape = 0x1b

// printable returns how many bytes at the beginning of text are printable ASCII, looking at eight at once: one is not if
// its highest bit is set, or is after taking 0x20 away or adding 1.
func printable(text []byte) int {
	const ones = 0x0101010101010101
	n := 0
	for ; n+8 <= len(text); n += 8 {
		v := binary.LittleEndian.Uint64(text[n:])
		if odd := (v | (v - 0x20*ones) | (v + ones)) & (0x80 * ones); odd != 0 {
			return n + bits.TrailingZeros64(odd)>>3
		}
	}
	for n < len(text) && text[n] >= 0x20 && text[n] < 0x7f {
		n++
	}
	return n
}

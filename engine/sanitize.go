package engine

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// Text from containers, registries and daemons is hostile: printed as it is, it can move the cursor, set the clipboard,
// rename the window or show a line in another order than it has. Everything of theirs that reaches a screen goes through
// Sanitize first.
//
// What stays: printable text, tabs and SGR sequences (ESC [ digits, semicolons and colons, m), which colour text and can
// do nothing else. What goes, whole: every other escape sequence, its parameters and its string included, also one that
// never ends (it ends with the line); C0 and C1 controls, line feeds too; and the characters that are not seen but change
// how others are: bidirectional overrides, embeddings, isolates and marks, the byte order mark, line and paragraph
// separators, soft hyphens, tags. Joiners stay, since scripts and emoji need them. What is not UTF-8 becomes U+FFFD, one
// for each byte, among it the bytes 0x80 to 0x9F alone: a terminal that reads UTF-8 does not take them for controls.

// Sanitize appends what is fit for a terminal of src to dst and returns the extended slice. It takes one line: line feeds
// go. Sanitising the result again changes nothing. It allocates only to grow dst, which may not overlap src.
func Sanitize(dst, src []byte) []byte { return sanitize(dst, src, plainPrefix) }

// SanitizeString is Sanitize for strings. It returns s itself, without allocating, when there is nothing to do.
func SanitizeString(s string) string {
	src := unsafe.Slice(unsafe.StringData(s), len(s)) // only read
	n := plainPrefix(src)
	if n == len(src) {
		return s
	}
	return string(Sanitize(make([]byte, 0, len(s)), src))
}

// plainPrefix returns how many bytes at the beginning of b are printable ASCII. It looks at eight bytes at once: of each
// it asks whether its highest bit is set, or would be after 0x20 is taken away or 1 is added. A borrow or carry only
// spoils bytes after one that answered yes, so the first yes is true.
func plainPrefix(b []byte) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	n := 0
	for ; n+8 <= len(b); n += 8 {
		v := binary.LittleEndian.Uint64(b[n:])
		if odd := (v | (v - 0x20*ones) | (v + ones)) & highs; odd != 0 {
			return n + bits.TrailingZeros64(odd)>>3
		}
	}
	for n < len(b) && b[n] >= 0x20 && b[n] < 0x7f {
		n++
	}
	return n
}

// sanitize is Sanitize with the search for plain text passed in, so that a test can compare it with none.
func sanitize(dst, src []byte, plain func([]byte) int) []byte {
	for {
		n := plain(src)
		dst = append(dst, src[:n]...)
		if n == len(src) {
			return dst
		}
		src = src[n:]
		if c := src[0]; c < utf8.RuneSelf {
			switch {
			case c >= 0x20 && c < 0x7f, c == '\t':
				dst, src = append(dst, c), src[1:]
			case c == escape:
				n, keep := escapeLength(src)
				if keep {
					dst = append(dst, src[:n]...)
				}
				src = src[n:]
			default:
				src = src[1:]
			}
			continue
		}
		r, size := utf8.DecodeRune(src)
		switch {
		case r == utf8.RuneError:
			dst = utf8.AppendRune(dst, r)
		case r < 0xa0:
			size += controlLength(r, src[size:])
		case !isInvisible(r):
			dst = append(dst, src[:size]...)
		}
		src = src[size:]
	}
}

// The bytes and characters that control escape sequences.
const (
	escape = 0x1b
	cancel = 0x18 // ends a sequence that is under way
	substi = 0x1a // likewise
	bell   = 0x07 // ends a string
)

// escapeLength returns how many bytes at the beginning of b, which starts with ESC, are one escape sequence, and whether
// it is an SGR sequence to keep.
func escapeLength(b []byte) (n int, keep bool) {
	if len(b) < 2 {
		return 1, false
	}
	switch c := b[1]; {
	case c == '[':
		n, keep = csiLength(b[2:])
		return 2 + n, keep
	case isStringStart(c):
		return 2 + stringLength(b[2:]), false
	}
	n = 1
	for n < len(b) && b[n] >= 0x20 && b[n] < 0x30 {
		n++
	}
	if n < len(b) && b[n] >= 0x30 && b[n] < 0x7f {
		n++
	}
	return n, false
}

// isStringStart reports whether ESC and c begin a string: DCS, SOS, OSC, PM, APC, or the window title of screen and tmux.
func isStringStart(c byte) bool {
	switch c {
	case 'P', 'X', ']', '^', '_', 'k':
		return true
	}
	return false
}

// controlLength returns how many bytes of rest belong to the C1 control r that stands before it.
func controlLength(r rune, rest []byte) int {
	switch r {
	case 0x9b:
		n, _ := csiLength(rest)
		return n
	case 0x90, 0x98, 0x9d, 0x9e, 0x9f:
		return stringLength(rest)
	}
	return 0
}

// csiLength returns how many bytes of b are the parameters, intermediates and final byte of a control sequence, and
// whether it is SGR. Terminals obey controls inside a sequence and go on with it, so these are of it; a line feed ends it
// here all the same, or one sequence could eat two lines.
func csiLength(b []byte) (n int, sgr bool) {
	sgr = true
	for ; n < len(b); n++ {
		switch c := b[n]; {
		case c >= '0' && c <= ';': // digits, colon, semicolon
		case c == 'm':
			return n + 1, sgr
		case c >= 0x40 && c < 0x7f:
			return n + 1, false
		case c == cancel, c == substi:
			return n + 1, false
		case c == escape, c == '\n', c >= utf8.RuneSelf:
			return n, false
		default: // private markers, intermediates, controls
			sgr = false
		}
	}
	return n, false
}

// stringLength returns how many bytes of b are the rest of a string and its terminator: ST in either form, or BEL. What
// begins another sequence, and the end of the line, end it as well.
func stringLength(b []byte) int {
	for n := 0; n < len(b); n++ {
		switch c := b[n]; {
		case c == bell, c == cancel, c == substi:
			return n + 1
		case c == '\n':
			return n
		case c == escape:
			if n+1 < len(b) && b[n+1] == '\\' {
				return n + 2
			}
			return n
		case c == 0xc2 && n+1 < len(b) && b[n+1] == 0x9c:
			return n + 2
		}
	}
	return len(b)
}

// isInvisible reports whether r has no shape of its own but changes the text around it. It is most of Unicode's format
// characters; those that are seen (Arabic number signs) and the joiners are not.
func isInvisible(r rune) bool {
	switch {
	case r < 0x600:
		return r == 0xad // soft hyphen
	case r == 0x61c, r == 0x180e, r == 0x200b, r == 0x200e, r == 0x200f, r == 0xfeff:
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfff9 && r <= 0xfffb:
		return true
	case r >= 0x1bca0 && r <= 0x1bca3, r >= 0x1d173 && r <= 0x1d17a, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}

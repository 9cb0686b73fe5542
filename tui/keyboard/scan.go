package keyboard

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxPaste is how many bytes of a paste are passed on: many times what a field of text takes.
const MaxPaste = 64 << 10

const (
	esc        = 0x1b
	bel        = 0x07
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// mostHeld bounds what a scanner has held back from what it was given before.
const mostHeld = len(pasteEnd)

// inside says what the next byte belongs to.
type inside uint8

const (
	inText       inside = iota
	inEscape            // esc has come, and is held
	inSequence          // esc [ has come, then parameters, until a letter
	inFunction          // esc O has come: one letter follows
	inIntroducer        // esc ] or esc P has come, and is held: what follows tells an answer from keys
	inAnswer            // of the terminal, which is dropped
	inAnswerEnd         // esc has come in it, and is held
	inPaste
)

// scanner follows what comes from a terminal, byte by byte. The zero value is at the beginning.
type scanner struct {
	in     inside
	held   []byte // has come and is not put out
	begun  []byte // the beginning of a sequence, put out
	part   []byte // of a character that is not whole, put out
	pasted int    // bytes of the paste that were put out
}

// feed appends to out what is to be passed on of p: at most mostHeld bytes more than p has.
func (s *scanner) feed(out, p []byte) []byte {
	for _, c := range p {
		out = s.next(out, c)
	}
	return out
}

// unfinished reports whether what has come so far cannot be taken for whole keys. A paste can: who reads it knows its end.
func (s *scanner) unfinished() bool {
	return len(s.part) > 0 || s.in != inText && s.in != inPaste
}

// giveUp appends to out what was held: nothing has followed, so it was keys. A paste goes on.
func (s *scanner) giveUp(out []byte) []byte {
	s.part = s.part[:0]
	if s.in == inPaste {
		return out
	}
	out = append(out, s.held...)
	s.to(inText)
	return out
}

// to goes on in another state, in which what comes to hand is held.
func (s *scanner) to(in inside, held ...byte) {
	s.in, s.held = in, append(s.held[:0], held...)
}

func (s *scanner) next(out []byte, c byte) []byte {
	switch s.in {
	case inEscape:
		return s.escape(out, c)
	case inSequence:
		return s.sequence(out, c)
	case inFunction:
		return s.text(out, c)
	case inIntroducer:
		if '0' <= c && c <= '9' || s.held[1] == 'P' && strings.IndexByte(">!", c) >= 0 {
			s.to(inAnswer)
			return out
		}
		return s.next(s.giveUp(out), c)
	case inAnswer:
		switch c {
		case bel:
			s.to(inText)
		case esc:
			s.to(inAnswerEnd, esc)
		}
		return out
	case inAnswerEnd:
		if c == '\\' {
			s.to(inText)
			return out
		}
		return s.escape(out, c) // another sequence ends it as well
	case inPaste:
		return s.paste(out, c)
	}
	return s.text(out, c)
}

// text takes a byte that belongs to no sequence, or is the last of one.
func (s *scanner) text(out []byte, c byte) []byte {
	if c == esc {
		s.part = s.part[:0]
		s.to(inEscape, esc)
		return out
	}
	s.to(inText)
	s.part = append(s.part, c)
	if utf8.FullRune(s.part) {
		s.part = s.part[:0]
	}
	return append(out, c)
}

// escape takes the byte after esc.
func (s *scanner) escape(out []byte, c byte) []byte {
	switch c {
	case '[':
		s.to(inSequence)
		s.begun = append(s.begun[:0], esc, c)
		return append(out, esc, c)
	case 'O':
		s.to(inFunction)
		return append(out, esc, c)
	case ']', 'P':
		s.to(inIntroducer, esc, c)
		return out
	}
	return s.text(append(out, esc), c)
}

// sequence takes a byte after esc [.
func (s *scanner) sequence(out []byte, c byte) []byte {
	if c == esc { // it was none
		return s.text(out, c)
	}
	s.begun = append(s.begun, c)
	switch {
	case string(s.begun) == pasteBegin:
		s.to(inPaste)
		s.pasted = 0
	case string(s.begun) == "\x1b[[": // a function key of the Linux console
		s.to(inFunction)
	case c < ' ' || c >= '@', len(s.begun) > maxSequence:
		s.to(inText)
	}
	return append(out, c)
}

// maxSequence is longer than any sequence that a key sends.
const maxSequence = 64

// paste takes a byte between the brackets of a paste. The closing one is passed on as a whole.
func (s *scanner) paste(out []byte, c byte) []byte {
	if c == pasteEnd[len(s.held)] {
		s.held = append(s.held, c)
		if len(s.held) == len(pasteEnd) {
			s.to(inText)
			out = append(out, pasteEnd...)
		}
		return out
	}
	pasted := slices.Clone(s.held)
	s.held = s.held[:0]
	if c == esc {
		s.held = append(s.held, c)
	} else {
		pasted = append(pasted, c)
	}
	pasted = pasted[:min(len(pasted), MaxPaste-s.pasted)]
	s.pasted += len(pasted)
	return append(out, pasted...)
}

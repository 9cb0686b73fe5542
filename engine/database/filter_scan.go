package database

import (
	"bytes"
	"fmt"
)

// quoteKind is what the scanner is within.
type quoteKind byte

const (
	inCode    quoteKind = 0
	inSingle  quoteKind = '\''
	inDouble  quoteKind = '"'
	inBack    quoteKind = '`'
	inLine    quoteKind = '\n' // a comment to the end of its line
	inComment quoteKind = '*'
)

// lexer tells code from quoted text and comments, one byte at a time. A conditional comment, whose content the server
// runs, counts as code. Its zero value is at the beginning of a statement.
type lexer struct {
	within  quoteKind
	escaped bool // the byte before was a backslash within quotes
	before  byte // the byte before, in code and comments
	before2 byte // and the one before that
	// opening is set right after the two bytes that open a comment, until the next byte tells its kind.
	opening bool
}

// next takes one byte and reports whether it is code: not quoted, not in a comment. The quote that opens is not code, nor
// is the one that closes.
func (l *lexer) next(b byte) bool {
	switch l.within {
	case inSingle, inDouble:
		switch {
		case l.escaped:
			l.escaped = false
		case b == '\\':
			l.escaped = true
		case b == byte(l.within):
			l.leave()
		}
		return false
	case inBack:
		if b == '`' {
			l.leave()
		}
		return false
	case inLine:
		if b == '\n' {
			l.leave()
		}
		return false
	case inComment:
		if l.opening {
			if b == '!' { // what follows is code to a server
				l.leave()
				return true
			}
			l.opening = b == 'M' && l.before == 0 // MariaDB's own form has an M before the !
		}
		if l.before == '*' && b == '/' {
			l.leave()
			return false
		}
		l.before = b
		return false
	}
	return l.code(b)
}

// code takes a byte outside of quotes and comments.
func (l *lexer) code(b byte) bool {
	switch {
	case b == '\'' || b == '"' || b == '`':
		l.enter(quoteKind(b))
		return false
	case b == '#':
		l.enter(inLine)
		return false
	case l.before2 == '-' && l.before == '-' && (b == ' ' || b == '\t'):
		l.enter(inLine)
		return false
	case l.before == '/' && b == '*':
		l.enter(inComment)
		l.opening = true
		return true
	}
	l.before2, l.before = l.before, b
	return true
}

func (l *lexer) enter(kind quoteKind) { *l = lexer{within: kind} }
func (l *lexer) leave()               { *l = lexer{} }

// statementEnd finds the end of a statement: the delimiter, in code.
type statementEnd struct {
	lex  lexer
	tail []byte // the last bytes of code, at most as many as the delimiter has
}

// next takes one byte and reports whether it is the last one of delimiter, and so of the statement.
func (e *statementEnd) next(b byte, delimiter []byte) bool {
	if !e.lex.next(b) {
		e.tail = e.tail[:0]
		return false
	}
	e.tail = append(e.tail, b)
	if extra := len(e.tail) - len(delimiter); extra > 0 {
		e.tail = e.tail[:copy(e.tail, e.tail[extra:])]
	}
	return bytes.Equal(e.tail, delimiter)
}

// definition returns one statement with its delimiter and a line feed. One of more than maxDefinition is an error.
func (f *Filter) definition() ([]byte, error) {
	var text []byte
	var end statementEnd
	for len(text) < maxDefinition {
		b, err := f.in.ReadByte()
		if err != nil {
			return nil, truncated(err, "a statement")
		}
		text = append(text, b)
		if end.next(b, f.delimiter) {
			return append(text, '\n'), nil
		}
	}
	return nil, fmt.Errorf("%w: it has a statement of more than %d bytes that is not rows", ErrNotSQL, maxDefinition)
}

// copyRows copies the rest of a statement of rows to out, as much as fits a buffer.
func (f *Filter) copyRows() error {
	for f.out.Len() < filterBuffer {
		b, err := f.in.ReadByte()
		if err != nil {
			return truncated(err, "a row")
		}
		f.out.WriteByte(b)
		if f.rows.next(b, f.delimiter) {
			f.rows = nil
			f.out.WriteByte('\n')
			return nil
		}
	}
	return nil
}

package database

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/Locorum/locorum-tui/model"
)

const (
	// headSize is how much of a statement is looked at to tell what it is.
	headSize = 64
	// maxDefinition bounds a statement that is not rows, in bytes: it is held in memory to be rewritten. The largest
	// that plugins are known to make are triggers of some kilobytes.
	maxDefinition = 4 << 20
	// filterBuffer is how much is read at once.
	filterBuffer = 64 << 10
)

// Filter reads SQL statements and yields them fit for one engine; see NewFilter.
type Filter struct {
	in     *bufio.Reader
	target model.DBEngine

	out       bytes.Buffer // what Read has not yet handed out
	delimiter []byte       // what ends a statement; the client's DELIMITER changes it
	err       error        // what Read returns when out is empty
	// rows is set while a statement of rows passes; such a statement may be of any length.
	rows *statementEnd

	dropped   int
	sawHeader bool // the dump says that mysqldump or mariadb-dump wrote it
	sawEnd    bool // and that it is complete
	sawSQL    bool
}

// NewFilter returns a reader of the statements of r, made fit for a server of the target engine:
//
//   - CREATE DATABASE, DROP DATABASE and USE go, so that everything lands in the site's own database;
//   - what only a server's administrator may set goes (SQL_LOG_BIN, GTID_PURGED);
//   - DEFINER clauses go: the account does not exist here, and only root could name it;
//   - the line that switches the client's sandbox on goes, which older clients take for an error;
//   - collations that the target does not know become ones that it does.
//
// Rows (INSERT, REPLACE) and quoted text pass untouched. A dump that ends within a statement, or that a dump program
// wrote without saying that it was done, ends with ErrTruncated instead of io.EOF; what has no statement at all, or does
// not begin like SQL, with ErrNotSQL.
func NewFilter(r io.Reader, target model.DBEngine) *Filter {
	return &Filter{in: bufio.NewReaderSize(r, filterBuffer), target: target, delimiter: []byte(";")}
}

// Dropped returns how many statements were left out so far.
func (f *Filter) Dropped() int { return f.dropped }

// Read implements io.Reader.
func (f *Filter) Read(p []byte) (int, error) {
	for f.out.Len() == 0 {
		if f.err != nil {
			return 0, f.err
		}
		if f.rows != nil {
			f.err = f.copyRows()
		} else {
			f.err = f.statement()
		}
	}
	return f.out.Read(p)
}

// statement reads one statement, or one comment between two, and puts what is left of it into out. Its error is io.EOF
// at the end of a complete dump.
func (f *Filter) statement() error {
	if err := f.skipSpace(); err != nil {
		return f.end(err)
	}
	head, err := f.in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("-- ")), bytes.HasPrefix(head, []byte("--\n")), bytes.HasPrefix(head, []byte("--\r")), head[0] == '#':
		return f.lineComment()
	case isSandboxLine(head):
		return f.skipPast("*/")
	case bytes.HasPrefix(head, []byte("/*")) && !isConditional(head):
		return f.skipPast("*/")
	}
	words := keywords(head)
	if len(words) > 0 && words[0] == "DELIMITER" {
		return f.delimiterLine()
	}
	if !f.sawSQL && !startsSQL(head, words) {
		return fmt.Errorf("%w: it begins with %q", ErrNotSQL, printable(head))
	}
	f.sawSQL = true
	if len(words) > 0 && (words[0] == "INSERT" || words[0] == "REPLACE") {
		f.rows = &statementEnd{}
		return nil
	}
	text, err := f.definition()
	if err != nil {
		return err
	}
	if unwanted(text) {
		f.dropped++
		return nil
	}
	rewrite(&f.out, text, f.target)
	return nil
}

// end judges the end of the input.
func (f *Filter) end(err error) error {
	switch {
	case !errors.Is(err, io.EOF):
		return err
	case !f.sawSQL:
		return fmt.Errorf("%w: it holds no statement", ErrNotSQL)
	case f.sawHeader && !f.sawEnd:
		return fmt.Errorf("%w: its last line, \"Dump completed\", is missing", ErrTruncated)
	}
	return io.EOF
}

// skipSpace skips white space and lone delimiters.
func (f *Filter) skipSpace() error {
	for {
		b, err := f.in.ReadByte()
		if err != nil {
			return err
		}
		if b != ' ' && b != '\t' && b != '\n' && b != '\r' && b != ';' {
			return f.in.UnreadByte()
		}
	}
}

// lineComment reads a comment that runs to the end of its line, of any length, and keeps none of it. The first and last
// that a dump program writes are remembered.
func (f *Filter) lineComment() error {
	line, err := f.in.ReadSlice('\n')
	for _, sign := range []string{"-- MySQL dump", "-- MariaDB dump"} {
		f.sawHeader = f.sawHeader || bytes.HasPrefix(line, []byte(sign))
	}
	f.sawEnd = f.sawEnd || bytes.HasPrefix(line, []byte("-- Dump completed"))
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = f.in.ReadSlice('\n')
	}
	if errors.Is(err, io.EOF) {
		return nil // the next look finds the end
	}
	return err
}

// skipPast skips everything up to and including mark.
func (f *Filter) skipPast(mark string) error {
	seen := 0
	for seen < len(mark) {
		b, err := f.in.ReadByte()
		if err != nil {
			return truncated(err, "a comment")
		}
		switch b {
		case mark[seen]:
			seen++
		case mark[0]:
			seen = 1
		default:
			seen = 0
		}
	}
	return nil
}

// delimiterLine obeys a DELIMITER line of the client and hands it on.
func (f *Filter) delimiterLine() error {
	line, err := f.in.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: a DELIMITER line without end", ErrNotSQL)
	}
	fields := bytes.Fields(line)
	if len(fields) != 2 {
		return fmt.Errorf("%w: %q is no DELIMITER line", ErrNotSQL, printable(line))
	}
	f.delimiter = bytes.Clone(fields[1])
	f.out.Write(bytes.TrimRight(line, "\r\n"))
	f.out.WriteByte('\n')
	return nil
}

// truncated turns the end of the input into ErrTruncated.
func truncated(err error, where string) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it ends within %s", ErrTruncated, where)
	}
	return err
}

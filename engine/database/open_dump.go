package database

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// What callers branch on, with errors.Is.
var (
	// ErrNotSQL says that a file is no SQL dump; the text says what it looks like.
	ErrNotSQL = errors.New("this is not an SQL dump")
	// ErrTruncated says that a dump ends in the middle.
	ErrTruncated = errors.New("the dump is cut off")
	// ErrTooLarge says that a dump unpacks to more than was allowed.
	ErrTooLarge = errors.New("the dump is too large")
)

// zstdMemory bounds what one zstd frame may make its reader allocate, in bytes. `zstd --long=27` needs it.
const zstdMemory = 128 << 20

// OpenDump returns a reader of the SQL in r, which may be plain or compressed with gzip, zstd or bzip2; its first bytes
// tell, not its name. UTF-16, which PowerShell's redirection writes, is turned into UTF-8. Reading more than limit bytes
// of SQL fails with ErrTooLarge. Closing it does not close r.
func OpenDump(r io.Reader, limit int64) (io.ReadCloser, error) {
	buffered := bufio.NewReader(r)
	magic, err := buffered.Peek(6)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the dump: %w", err)
	}
	var plain io.Reader = buffered
	closer := func() error { return nil }
	switch {
	case len(magic) == 0:
		return nil, fmt.Errorf("%w: it is empty", ErrNotSQL)
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, unpackError(err)
		}
		plain, closer = z, z.Close
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(zstdMemory))
		if err != nil {
			return nil, unpackError(err)
		}
		plain, closer = z, func() error { z.Close(); return nil }
	case bytes.HasPrefix(magic, []byte("BZh")):
		plain = bzip2.NewReader(buffered)
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")):
		return nil, fmt.Errorf("%w: it is a zip archive; unpack it first", ErrNotSQL)
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")):
		return nil, fmt.Errorf("%w: it is compressed with xz; unpack it first (unxz)", ErrNotSQL)
	case bytes.HasPrefix(magic, []byte("SQLite")):
		return nil, fmt.Errorf("%w: it is an SQLite database", ErrNotSQL)
	}
	text := transform.NewReader(plain, unicode.BOMOverride(transform.Nop))
	return &dumpReader{r: text, left: limit, close: closer}, nil
}

// dumpReader bounds what is unpacked and names what fails.
type dumpReader struct {
	r     io.Reader
	left  int64
	close func() error
}

func (d *dumpReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	d.left -= int64(n)
	switch {
	case d.left < 0:
		return 0, ErrTooLarge
	case err != nil && !errors.Is(err, io.EOF):
		return n, unpackError(err)
	}
	return n, err
}

func (d *dumpReader) Close() error { return d.close() }

// unpackError says of a decoder's error what it means for the dump.
func unpackError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", ErrTruncated, err)
	}
	return fmt.Errorf("unpack the dump: %w", err)
}

package wordpress

import (
	"context"
	"crypto/sha1" // the digest that wordpress.org publishes
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// What callers branch on, with errors.Is.
var (
	// ErrChecksum says that a download is not what its publisher says it is. Nothing of it was kept.
	ErrChecksum = errors.New("the download does not match its published checksum")
	// ErrDownload says that a download did not come through; what arrived is kept, and trying again goes on from there.
	ErrDownload = errors.New("the download failed")
)

// Download is a file to fetch once and keep.
type Download struct {
	// URL is where it is. http and https only.
	URL string
	// Digest is its expected digest in hex: SHA-1, SHA-256 or SHA-512, by its length. When it is empty DigestURL is asked.
	Digest string
	// DigestURL is where the digest is published, alone or before a file's name; at most a kilobyte is read.
	DigestURL string
	// MaxBytes bounds the file.
	MaxBytes int64
	// Path is where the file is kept. Its folder is made. A file that is there and has the digest is not fetched again.
	Path string
}

// maxDigestFile bounds what is read of DigestURL.
const maxDigestFile = 1 << 10

// Fetch makes sure that the file is at d.Path with the right digest, and calls report as bytes arrive, with total 0 while
// it is unknown. A fetch that broke off goes on where it stopped. Two processes may fetch the same file: each writes its
// own bytes to the same places.
func (d Download) Fetch(ctx context.Context, client *http.Client, report func(current, total int64)) error {
	digest := d.Digest
	if digest == "" {
		var err error
		if digest, err = fetchDigest(ctx, client, d.DigestURL); err != nil {
			if sum, known := d.kept(); known {
				report(sum, sum)
				return nil // offline, and an earlier fetch was checked
			}
			return err
		}
	}
	if newHash(digest) == nil {
		return fmt.Errorf("%w: %q is no digest", ErrChecksum, digest)
	}
	if size, err := d.matches(d.Path, digest); err == nil {
		report(size, size)
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(d.Path), 0o700); err != nil {
		return fmt.Errorf("download %s: %w", d.URL, err)
	}
	part := d.Path + ".part"
	if err := d.fetchPart(ctx, client, part, report); err != nil {
		return fmt.Errorf("download %s: %w", d.URL, err)
	}
	if _, err := d.matches(part, digest); err != nil {
		return errors.Join(fmt.Errorf("download %s: %w", d.URL, err), os.Remove(part))
	}
	if err := errors.Join(os.Rename(part, d.Path), os.WriteFile(d.Path+".digest", []byte(digest+"\n"), 0o600)); err != nil {
		return fmt.Errorf("download %s: %w", d.URL, err)
	}
	return nil
}

// kept returns the size of a file that an earlier fetch checked, if it still has the digest it had then.
func (d Download) kept() (int64, bool) {
	digest, err := os.ReadFile(d.Path + ".digest")
	if err != nil {
		return 0, false
	}
	size, err := d.matches(d.Path, strings.TrimSpace(string(digest)))
	return size, err == nil
}

// matches returns the size of the file at path, or an error when its digest is another.
func (d Download) matches(path, digest string) (int64, error) {
	sum := newHash(digest)
	if sum == nil {
		return 0, fmt.Errorf("%w: %q is no digest", ErrChecksum, digest)
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	size, err := io.Copy(sum, f)
	if err != nil {
		return 0, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); !strings.EqualFold(got, digest) {
		return 0, fmt.Errorf("%w: it has %s, the publisher says %s", ErrChecksum, got, digest)
	}
	return size, nil
}

// newHash returns the hash whose digests are as long as digest; nil for none.
func newHash(digest string) hash.Hash {
	if _, err := hex.DecodeString(digest); err != nil {
		return nil
	}
	switch len(digest) / 2 {
	case sha1.Size:
		return sha1.New()
	case sha256.Size:
		return sha256.New()
	case sha512.Size:
		return sha512.New()
	}
	return nil
}

// fetchDigest returns the digest that stands at the beginning of the file at address.
func fetchDigest(ctx context.Context, client *http.Client, address string) (string, error) {
	body, err := get(ctx, client, address, 0)
	if err != nil {
		return "", fmt.Errorf("ask for the checksum at %s: %w", address, err)
	}
	defer body.Body.Close()
	text, err := io.ReadAll(io.LimitReader(body.Body, maxDigestFile))
	if err != nil {
		return "", fmt.Errorf("ask for the checksum at %s: %w: %w", address, ErrDownload, err)
	}
	fields := strings.Fields(string(text))
	if body.StatusCode != http.StatusOK || len(fields) == 0 || newHash(fields[0]) == nil {
		return "", fmt.Errorf("ask for the checksum at %s: %w: the server answered %s and no checksum", address, ErrDownload, body.Status)
	}
	return fields[0], nil
}

// get asks for address, from the byte at offset on.
func get(ctx context.Context, client *http.Client, address string, offset int64) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%w: %q is no http or https address", ErrDownload, address)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDownload, err)
	}
	if offset > 0 {
		request.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDownload, err)
	}
	return response, nil
}

// fetchPart brings the file at part to its full length, beginning where it ends.
func (d Download) fetchPart(ctx context.Context, client *http.Client, part string, report func(current, total int64)) error {
	f, err := os.OpenFile(part, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	offset, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	response, err := get(ctx, client, d.URL, offset)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusPartialContent:
	case http.StatusRequestedRangeNotSatisfiable:
		return nil // it was complete already; its digest will tell
	case http.StatusOK: // the whole file, from the beginning
		if offset, err = 0, errors.Join(f.Truncate(0), seekStart(f)); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%w: the server answered %s", ErrDownload, response.Status)
	}
	total := int64(0)
	if response.ContentLength >= 0 {
		total = offset + response.ContentLength
	}
	if total > d.MaxBytes {
		return fmt.Errorf("%w: it has %d bytes, at most %d are taken", ErrDownload, total, d.MaxBytes)
	}
	counted := &countingReader{r: io.LimitReader(response.Body, d.MaxBytes-offset+1), current: offset, total: total, report: report}
	if _, err := io.Copy(f, counted); err != nil {
		return fmt.Errorf("%w: %w", ErrDownload, err)
	}
	if counted.current > d.MaxBytes {
		return errors.Join(fmt.Errorf("%w: it has more than the %d bytes that are taken", ErrDownload, d.MaxBytes), os.Remove(part))
	}
	return f.Sync()
}

func seekStart(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return err
}

// countingReader reports what passes through it.
type countingReader struct {
	r              io.Reader
	current, total int64
	report         func(current, total int64)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.current += int64(n)
	c.report(c.current, c.total)
	return n, err
}

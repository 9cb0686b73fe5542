package database

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/Locorum/locorum-tui/model"
)

// snapshotLabel is the desktop app's form of a label: why the snapshot was taken.
var snapshotLabel = regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,31}$`)

// SnapshotName returns the desktop app's name for a snapshot of the site's database.
func SnapshotName(site *model.Site, label string, now time.Time) string {
	return fmt.Sprintf("%s--%s--%s--%s-%s.sql.zst", site.Slug, label, now.UTC().Format("20060102T150405Z"), flavourOf(site.DBEngine).image, Version(site))
}

// Snapshot dumps the site's database into a new compressed file in dir and returns its path. Beside it lies a file with
// its SHA-256, as the desktop app writes one. The file appears under its name when it is complete and on the disk; a dump
// that fails leaves nothing. label says why it was taken: "pre_delete".
func Snapshot(ctx context.Context, e Execer, site *model.Site, dir, label string, now time.Time) (path string, err error) {
	if !snapshotLabel.MatchString(label) {
		return "", fmt.Errorf("snapshot of %s: %q is no label (a-z, 0-9, _)", site.Slug, label)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("snapshot of %s: %w", site.Slug, err)
	}
	name := SnapshotName(site, label, now)
	f, err := os.CreateTemp(dir, "."+name+".*.partial") // its mode is 0600
	if err != nil {
		return "", fmt.Errorf("snapshot of %s: %w", site.Slug, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("snapshot of %s: %w", site.Slug, err), ignoreAbsent(os.Remove(f.Name())))
		}
	}()
	sum, err := writeSnapshot(ctx, e, site, f)
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, name)
	if err := os.Link(f.Name(), path); err != nil { // not a rename: a snapshot of the same second is not replaced
		return "", err
	}
	if err := os.Remove(f.Name()); err != nil {
		return "", err
	}
	return path, os.WriteFile(path+".sha256", fmt.Appendf(nil, "%s  %s\n", sum, name), 0o600)
}

// writeSnapshot writes the compressed dump to f, closes it, and returns the digest of what it wrote.
func writeSnapshot(ctx context.Context, e Execer, site *model.Site, f *os.File) (sum string, err error) {
	defer func() { err = errors.Join(err, ignoreClosed(f.Close())) }()
	digest := sha256.New()
	z, err := zstd.NewWriter(io.MultiWriter(f, digest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return "", err
	}
	if err := errors.Join(Dump(ctx, e, site, z), z.Close()); err != nil {
		return "", err
	}
	return hex.EncodeToString(digest.Sum(nil)), f.Sync()
}

func ignoreAbsent(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// VerifySnapshot compares the file with the digest beside it. The desktop app's own files carry the digest of what they
// unpack to; limit bounds how much is unpacked to tell. A file without a digest passes.
func VerifySnapshot(path string, limit int64) error {
	text, err := os.ReadFile(path + ".sha256")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil || len(text) < 2*sha256.Size {
		return errors.Join(fmt.Errorf("verify %s: its checksum cannot be read", path), err)
	}
	want := string(text[:2*sha256.Size])
	for _, unpacked := range []bool{false, true} {
		sum, err := digestOf(path, unpacked, limit)
		if err != nil {
			return fmt.Errorf("verify %s: %w", path, err)
		}
		if sum == want {
			return nil
		}
	}
	return fmt.Errorf("verify %s: it is not what its checksum says", path)
}

func digestOf(path string, unpacked bool, limit int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var r io.Reader = f
	if unpacked {
		dump, err := OpenDump(f, limit)
		if err != nil {
			return "", err
		}
		defer dump.Close()
		r = dump
	}
	digest := sha256.New()
	if _, err := io.Copy(digest, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

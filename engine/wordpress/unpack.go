package wordpress

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// The bounds of an archive. WordPress 6.8 has about 3,300 files and 70 MB.
const (
	maxFiles    = 50_000
	maxFileSize = 256 << 20
	maxUnpacked = 1 << 30
)

// ErrArchive says that an archive holds what no WordPress has: a path that leaves its folder, a link, a device, too much.
var ErrArchive = errors.New("the archive is not a WordPress release")

// Unpack writes the files of a release, a gzipped tar, into dir, without the top folder that the archive has. Folders get
// mode 0755 and files 0644, whatever the archive says. A file that is there already is replaced only when overwrite is
// true, else kept: unpacking again heals what a crash left. report gets the count of files so far.
//
// Nothing is ever written outside of dir: names are resolved beneath it by the kernel, links in dir included.
func Unpack(ctx context.Context, r io.Reader, dir string, overwrite bool, report func(files int)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpack WordPress: %w", err)
	}
	defer root.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("unpack WordPress: %w: %w", ErrArchive, err)
	}
	defer z.Close()
	u := unpacker{root: root, overwrite: overwrite, madeDirs: map[string]bool{".": true}}
	for archive := tar.NewReader(z); ; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("unpack WordPress: %w", err)
		}
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("unpack WordPress: %w: %w", ErrArchive, err)
		}
		if err := u.entry(header, archive); err != nil {
			return fmt.Errorf("unpack WordPress: %w", err)
		}
		report(u.files)
	}
	if u.files == 0 {
		return fmt.Errorf("unpack WordPress: %w: it is empty", ErrArchive)
	}
	return nil
}

// unpacker is an archive being unpacked.
type unpacker struct {
	root      *os.Root
	overwrite bool
	files     int
	bytes     int64
	madeDirs  map[string]bool
}

// entry writes one entry of the archive.
func (u *unpacker) entry(header *tar.Header, content io.Reader) error {
	if header.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	name := path.Clean(header.Name)
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\x00\\") {
		return fmt.Errorf("%w: it has the path %q", ErrArchive, header.Name)
	}
	_, inner, found := strings.Cut(name, "/")
	switch header.Typeflag {
	case tar.TypeDir:
		if !found {
			return nil // the top folder itself
		}
		return u.makeDir(inner)
	case tar.TypeReg:
		if !found {
			return fmt.Errorf("%w: %q lies beside its top folder", ErrArchive, header.Name)
		}
		return u.file(inner, header.Size, content)
	}
	return fmt.Errorf("%w: %q is neither a file nor a folder", ErrArchive, header.Name)
}

func (u *unpacker) makeDir(name string) error {
	if u.madeDirs[name] {
		return nil
	}
	if err := u.root.MkdirAll(name, 0o755); err != nil {
		return err
	}
	u.madeDirs[name] = true
	return nil
}

func (u *unpacker) file(name string, size int64, content io.Reader) error {
	u.files++
	u.bytes += size
	if u.files > maxFiles || size > maxFileSize || u.bytes > maxUnpacked {
		return fmt.Errorf("%w: it holds too much", ErrArchive)
	}
	if err := u.makeDir(path.Dir(name)); err != nil {
		return err
	}
	if !u.overwrite {
		// A whole file is kept; one of another size is what a crash left of it.
		if info, err := u.root.Lstat(name); err == nil && info.Mode().IsRegular() && info.Size() == size {
			return nil
		}
	}
	f, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

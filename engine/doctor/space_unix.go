//go:build unix

package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// freeSpace measures the file system of path or, where that is absent or closed to us, of the folder above it.
func freeSpace(path string) (Space, error) {
	var file unix.Stat_t
	var space unix.Statfs_t
	err := errors.Join(unix.Stat(path, &file), unix.Statfs(path, &space))
	if above := filepath.Dir(path); above != path && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
		return freeSpace(above)
	}
	if err != nil {
		return Space{}, fmt.Errorf("measure the free space at %s: %w", path, err)
	}
	return Space{Free: int64(space.Bavail) * int64(space.Bsize), Device: fmt.Sprint(file.Dev)}, nil
}

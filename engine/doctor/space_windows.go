package doctor

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// freeSpace measures the drive of path.
func freeSpace(path string) (Space, error) {
	drive := filepath.VolumeName(path) + `\`
	name, err := windows.UTF16PtrFromString(drive)
	if err != nil {
		return Space{}, fmt.Errorf("measure the free space at %s: %w", path, err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return Space{}, fmt.Errorf("measure the free space at %s: %w", path, err)
	}
	return Space{Free: int64(free), Device: drive}, nil
}

package router

import (
	"io/fs"

	"github.com/moby/sys/atomicwriter"
)

// writeAtomic replaces the file at path as a whole: whoever reads it finds the old bytes or the new ones, also after a
// crash.
func writeAtomic(path string, data []byte, mode fs.FileMode) error {
	return atomicwriter.WriteFile(path, data, mode)
}

//go:build unix

package sites

import (
	"os"
	"syscall"
)

// fileOwner returns who owns the file itself, not what it links to.
func fileOwner(path string) (account, bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return account{}, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return account{}, false
	}
	return account{int(stat.Uid), int(stat.Gid)}, true
}

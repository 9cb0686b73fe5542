package doctor

import (
	"context"
	"io"
	"io/fs"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// maxSystemFile bounds what is read of one of the system's files.
const maxSystemFile = 1 << 20

// read returns the beginning of one of the system's files, at most maxSystemFile bytes. path has no leading slash.
func (x examiner) read(path string) (string, error) {
	file, err := x.Root.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxSystemFile))
	return string(text), err
}

// exists reports whether one of the system's files is there.
func (x examiner) exists(path string) bool {
	_, err := fs.Stat(x.Root, path)
	return err == nil
}

// onThisMachine reports whether the daemon runs here and not in a virtual machine, a container or at the other end of a
// tunnel: it listens on a local socket, and knows the kernel and the host by the names that we know.
func (x examiner) onThisMachine(ctx context.Context) (bool, engine.DaemonDetail, error) {
	if x.OS != "linux" || !strings.HasPrefix(x.Docker.Endpoint().Host, "unix://") {
		return false, engine.DaemonDetail{}, nil
	}
	detail, err := x.Docker.DaemonDetail(ctx)
	if err != nil {
		return false, detail, err
	}
	return x.says("proc/sys/kernel/osrelease", detail.KernelVersion) && x.says("proc/sys/kernel/hostname", detail.Name), detail, nil
}

// says reports whether a file of one line says exactly that.
func (x examiner) says(path, want string) bool {
	text, err := x.read(path)
	return err == nil && want != "" && strings.TrimSpace(text) == want
}

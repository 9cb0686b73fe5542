package router

import (
	"bufio"
	"bytes"
	"cmp"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// Process is a process that listens on a port.
type Process struct {
	// PID is 0 when we may not see which process it is; then Name is empty too.
	PID int
	// Name is the program's, sanitised, at most 15 bytes.
	Name string
	// User is the name of the socket's owner, or the number where it has no name.
	User string
}

// String returns "nginx (process 12 of www-data)", or as much of it as is known.
func (p Process) String() string {
	switch {
	case p.PID != 0:
		return cmp.Or(p.Name, "a program") + " (process " + strconv.Itoa(p.PID) + " of " + cmp.Or(p.User, "somebody") + ")"
	case p.User != "":
		return "a program of " + p.User
	}
	return "another program"
}

// Holder returns who listens on a TCP port of this machine, on whatever address. Other people's processes are seen as far
// as the system lets us: perhaps only whose it is. Linux alone tells; elsewhere, and when nobody listens, ok is false.
func Holder(port int) (p Process, ok bool) { return holder("/proc", port) }

// holder is Holder with the place where Linux shows processes.
func holder(proc string, port int) (Process, bool) {
	sockets := map[string]string{} // user IDs by inode
	for _, name := range []string{"tcp", "tcp6"} {
		listeners(filepath.Join(proc, "net", name), port, sockets)
	}
	if len(sockets) == 0 {
		return Process{}, false
	}
	if p, ok := owner(proc, sockets); ok {
		return p, true
	}
	for _, uid := range sockets {
		return Process{User: userName(uid)}, true
	}
	return Process{}, false
}

// The columns of /proc/net/tcp.
const (
	columnLocal  = 1
	columnState  = 3
	columnUID    = 7
	columnInode  = 9
	stateListens = "0A"
)

// listeners adds the sockets in the table that listen on port.
func listeners(table string, port int, sockets map[string]string) {
	text, err := os.ReadFile(table)
	if err != nil {
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		columns := strings.Fields(lines.Text())
		if len(columns) <= columnInode || columns[columnState] != stateListens {
			continue
		}
		_, hexPort, _ := strings.Cut(columns[columnLocal], ":")
		if n, err := strconv.ParseUint(hexPort, 16, 16); err == nil && int(n) == port {
			sockets[columns[columnInode]] = columns[columnUID]
		}
	}
}

// owner returns a process that has one of the sockets open.
func owner(proc string, sockets map[string]string) (Process, bool) {
	entries, err := os.ReadDir(proc)
	if err != nil {
		return Process{}, false
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		dir := filepath.Join(proc, entry.Name())
		files, err := os.ReadDir(filepath.Join(dir, "fd"))
		if err != nil {
			continue // not ours to see, or gone by now
		}
		for _, file := range files {
			target, err := os.Readlink(filepath.Join(dir, "fd", file.Name()))
			if err != nil {
				continue
			}
			inode, isSocket := strings.CutPrefix(target, "socket:[")
			if uid, ok := sockets[strings.TrimSuffix(inode, "]")]; isSocket && ok {
				name, _ := os.ReadFile(filepath.Join(dir, "comm"))
				return Process{PID: pid, Name: engine.SanitizeString(strings.TrimSpace(string(name))), User: userName(uid)}, true
			}
		}
	}
	return Process{}, false
}

func userName(uid string) string {
	if u, err := user.LookupId(uid); err == nil {
		return u.Username
	}
	return uid
}

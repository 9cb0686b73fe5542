package fake

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// proc returns a file of /proc: PID/stat, PID/environ and PID/cmdline of the processes of the container.
func (p *Process) proc(name string) ([]byte, bool) {
	rest, ok := strings.CutPrefix(name, "/proc/")
	if !ok {
		return nil, false
	}
	number, file, _ := strings.Cut(rest, "/")
	pid, err := strconv.Atoi(number)
	if number == "self" {
		pid, err = p.task.pid, nil
	}
	t := p.task.d.taskOf(p.task.c, pid)
	if err != nil || t == nil {
		return nil, false
	}
	switch file {
	case "stat": // its 22nd field is when the process began; numbers are not used twice while a container runs
		fields := slices.Repeat([]string{"0"}, 50)
		fields[0], fields[1], fields[19] = "S", "0", strconv.Itoa(t.hostPID)
		return []byte(fmt.Sprintf("%d (%s) %s\n", t.pid, path.Base(t.args[0]), strings.Join(fields, " "))), true
	case "environ":
		return []byte(strings.Join(t.env, "\x00") + "\x00"), true
	case "cmdline":
		return []byte(strings.Join(t.args, "\x00") + "\x00"), true
	}
	return nil, false
}

// readDir lists a folder for the shell's patterns.
func (p *Process) readDir(name string) ([]fs.DirEntry, error) {
	dir := p.abs(name)
	names := p.files.list(dir)
	if dir == "/proc" {
		p.task.d.mu.Lock()
		for pid := range p.task.c.tasks {
			names = append(names, strconv.Itoa(pid))
		}
		p.task.d.mu.Unlock()
		slices.Sort(names)
	}
	var list []fs.DirEntry
	for _, n := range names {
		_, isDir, _ := p.files.stat(path.Join(dir, n))
		list = append(list, dirEntry{n, isDir || dir == "/proc"})
	}
	return list, nil
}

// dirEntry is a name in a folder.
type dirEntry struct {
	name string
	dir  bool
}

func (e dirEntry) Name() string { return e.name }
func (e dirEntry) IsDir() bool  { return e.dir }
func (e dirEntry) Type() fs.FileMode {
	if e.dir {
		return fs.ModeDir
	}
	return 0
}
func (e dirEntry) Info() (fs.FileInfo, error) { return e, nil }
func (e dirEntry) Size() int64                { return 0 }
func (e dirEntry) Mode() fs.FileMode          { return e.Type() | 0o755 }
func (e dirEntry) ModTime() time.Time         { return time.Time{} }
func (e dirEntry) Sys() any                   { return nil }

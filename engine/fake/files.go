package fake

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// maxFileSize in bytes keeps a runaway program from taking the machine's memory.
const maxFileSize = 64 << 20

// tree is the files of a volume, a bind source or a container's own layer. Paths are absolute within it. A file's
// folders exist implicitly. All files have one owner, which is as much as is played of owners.
type tree struct {
	mu    sync.Mutex        // guards files
	files map[string][]byte // a folder made on purpose ends in a slash
	owner string            // of everything in it, as uid:gid
}

func newTree() *tree { return &tree{files: map[string][]byte{}, owner: "0:0"} }

func (t *tree) read(name string) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if data, ok := t.files[name]; ok {
		return data, nil
	}
	if t.isDirLocked(name) {
		return nil, fs.ErrInvalid
	}
	return nil, fs.ErrNotExist
}

func (t *tree) append(name string, data []byte, truncate bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isDirLocked(name) {
		return fs.ErrInvalid
	}
	old := t.files[name]
	if truncate {
		old = nil
	}
	if len(old)+len(data) > maxFileSize {
		return fs.ErrPermission
	}
	t.files[name] = append(slices.Clip(old), data...)
	return nil
}

func (t *tree) isDirLocked(name string) bool {
	prefix := strings.TrimSuffix(name, "/") + "/"
	if prefix == "/" {
		return true
	}
	for file := range t.files {
		if strings.HasPrefix(file, prefix) {
			return true
		}
	}
	return false
}

func (t *tree) stat(name string) (exists, dir bool, size int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if data, ok := t.files[name]; ok {
		return true, false, len(data)
	}
	dir = t.isDirLocked(name)
	return dir, dir, 0
}

func (t *tree) mkdir(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if name != "/" {
		t.files[name+"/"] = nil
	}
}

// remove deletes a file or a folder with all that is in it.
func (t *tree) remove(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for file := range t.files {
		if file == name || strings.HasPrefix(file, name+"/") {
			delete(t.files, file)
		}
	}
}

// list returns the sorted names in a folder.
func (t *tree) list(dir string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	prefix := strings.TrimSuffix(dir, "/") + "/"
	var names []string
	for file := range t.files {
		if rest, ok := strings.CutPrefix(file, prefix); ok && rest != "" {
			first, _, _ := strings.Cut(rest, "/")
			names = append(names, first)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// chown gives the whole tree to an owner; chowned returns it.
func (t *tree) chown(owner string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owner = owner
}

func (t *tree) chowned() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.owner
}

func (t *tree) size() (total int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, data := range t.files {
		total += int64(len(data))
	}
	return total
}

// mountPoint is one tree in a container's file system.
type mountPoint struct {
	target   string
	files    *tree
	readOnly bool
}

// fileSystem is what a process sees: the container's own tree with the mounts over it, the longest target first.
type fileSystem struct {
	mounts []mountPoint // the last one is the root
}

func newFileSystem(root mountPoint, mounts []mountPoint) *fileSystem {
	sorted := slices.Clone(mounts)
	slices.SortStableFunc(sorted, func(a, b mountPoint) int { return len(b.target) - len(a.target) })
	return &fileSystem{mounts: append(sorted, root)}
}

// at returns the mount that holds name, and name's path within it.
func (s *fileSystem) at(name string) (mountPoint, string) {
	for _, m := range s.mounts {
		if rest, ok := strings.CutPrefix(name, strings.TrimSuffix(m.target, "/")); ok && (rest == "" || rest[0] == '/') {
			return m, path.Clean("/" + rest)
		}
	}
	return s.mounts[len(s.mounts)-1], name
}

func (s *fileSystem) read(name string) ([]byte, error) {
	m, rel := s.at(name)
	return m.files.read(rel)
}

func (s *fileSystem) write(name string, data []byte) error { return s.append(name, data, true) }

func (s *fileSystem) append(name string, data []byte, truncate bool) error {
	m, rel := s.at(name)
	if m.readOnly {
		return fs.ErrPermission
	}
	return m.files.append(rel, data, truncate)
}

func (s *fileSystem) stat(name string) (exists, dir bool, size int) {
	if s.isProgram(name) {
		return true, false, 1
	}
	m, rel := s.at(name)
	return m.files.stat(rel)
}

func (s *fileSystem) mkdir(name string) error {
	m, rel := s.at(name)
	if m.readOnly {
		return fs.ErrPermission
	}
	m.files.mkdir(rel)
	return nil
}

func (s *fileSystem) remove(name string) error {
	m, rel := s.at(name)
	if m.readOnly {
		return fs.ErrPermission
	}
	m.files.remove(rel)
	return nil
}

func (s *fileSystem) list(dir string) []string {
	m, rel := s.at(dir)
	return m.files.list(rel)
}

// isProgram reports whether name is where a built-in program would be.
func (s *fileSystem) isProgram(name string) bool {
	dir, base := path.Split(name)
	return dir == "/bin/" && builtins()[base] != nil
}

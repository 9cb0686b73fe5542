package backend

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/Locorum/locorum-tui/tui/cell"
)

// Dump is a file that a database is written to, or read from.
type Dump struct {
	// File is its absolute path.
	File string
	// Size is in bytes; of one that is still to be written it is 0.
	Size int64
	// Rest completes what was typed to the name of a file that is there; empty when none begins like it.
	Rest string
}

// CheckExport is Backend's.
func (l *Live) CheckExport(_ context.Context, file string) (Dump, error) {
	path, err := l.absolute(file)
	if err != nil {
		return Dump{}, err
	}
	d := Dump{File: path}
	if _, err := os.Lstat(path); err == nil {
		return d, fmt.Errorf("%s exists, and is not written over: %w", path, os.ErrExist)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return d, fmt.Errorf("there is no folder %s to write to: %w", filepath.Dir(path), os.ErrNotExist)
	}
	return d, nil
}

// CheckImport is Backend's.
func (l *Live) CheckImport(_ context.Context, file string) (Dump, error) {
	path, err := l.absolute(file)
	if err != nil {
		return Dump{}, err
	}
	d := Dump{File: path}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		d.Rest = completion(path)
		return d, fmt.Errorf("the dump cannot be read: %w", err)
	case !info.Mode().IsRegular(): // a pipe would not even open before somebody writes to it
		return d, fmt.Errorf("%s is no file: %w", path, os.ErrInvalid)
	}
	f, err := os.Open(path)
	if err != nil {
		return d, fmt.Errorf("the dump cannot be read: %w", err)
	}
	d.Size = info.Size()
	return d, f.Close()
}

// mostEntries bounds how much of a folder is read for a completion.
const mostEntries = 4096

// completion returns what completes path to the first name in its folder that begins like it; a folder's has a separator
// at its end. Names that could not be shown as they are do not count.
func completion(path string) string {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return ""
	}
	defer func() { _ = dir.Close() }() // nothing was written to it
	entries, _ := dir.ReadDir(mostEntries)
	best, begin := "", filepath.Base(path)
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += string(filepath.Separator)
		}
		if strings.HasPrefix(name, begin) && cell.Plain(name) == name && (best == "" || name < best) {
			best = name
		}
	}
	return strings.TrimPrefix(best, begin)
}

// absolute returns the whole path of what a person typed: ~ is the home directory.
func (l *Live) absolute(file string) (string, error) {
	if rest, ok := strings.CutPrefix(file, "~"); ok && (rest == "" || rest[0] == filepath.Separator) {
		return filepath.Join(l.o.HomeDir, rest), nil
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", file, err)
	}
	return path, nil
}

package backend

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Dump is a file that a database is written to, or read from.
type Dump struct {
	// File is its absolute path.
	File string
	// Size is in bytes; of one that is still to be written it is 0.
	Size int64
}

// CheckExport is Backend's.
func (l *Live) CheckExport(_ context.Context, file string) (Dump, error) {
	path, err := absolute(file)
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
	path, err := absolute(file)
	if err != nil {
		return Dump{}, err
	}
	d := Dump{File: path}
	info, err := os.Stat(path)
	switch {
	case err != nil:
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

// absolute returns the whole path of what a person typed: ~ is the home directory.
func absolute(file string) (string, error) {
	if rest, ok := strings.CutPrefix(file, "~"); ok && (rest == "" || rest[0] == filepath.Separator) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the home directory: %w", err)
		}
		return filepath.Join(home, rest), nil
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", file, err)
	}
	return path, nil
}

package wordpress

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/sys/atomicwriter"
)

const (
	// Marker tells a file that we generate. The desktop app writes and looks for the same word.
	Marker = "locorum-generated"
	// markerWithin is how far into a file the marker is looked for, in bytes.
	markerWithin = 4096
)

// ErrUserOwned says that a file we would write belongs to the person: it is there and has no marker.
var ErrUserOwned = errors.New("the file was not made by Locorum, or was taken over by deleting its marker")

// WriteManaged writes a file that we generate, as a whole, with mode 0600: when it is absent, and when its content
// differs and it carries the marker. It reports whether it wrote. A file of the person's is ErrUserOwned and stays.
func WriteManaged(path string, text []byte) (changed bool, err error) {
	if !bytes.Contains(text[:min(len(text), markerWithin)], []byte(Marker)) {
		return false, fmt.Errorf("write %s: what should be written has no marker", path)
	}
	owned, err := isManaged(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, err
	case !owned:
		return false, fmt.Errorf("%s: %w", path, ErrUserOwned)
	default:
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
			return false, nil
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}
	return true, atomicwriter.WriteFile(path, text, 0o600)
}

// isManaged reports whether the file at path carries the marker. A link is never ours.
func isManaged(path string) (bool, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, markerWithin))
	return bytes.Contains(head, []byte(Marker)), err
}

// RemoveManaged removes a file that carries the marker, and leaves any other alone. An absent one is no error.
func RemoveManaged(path string) error {
	owned, err := isManaged(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !owned {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Remove(path)
}

package wordpress

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrSeveral says that a folder holds more than one WordPress, and which is meant cannot be guessed.
var ErrSeveral = errors.New("the folder holds more than one WordPress")

// Found is what lies in a document root.
type Found struct {
	// Core is the folder that holds wp-settings.php, relative to the document root: "." or one level down ("wp", as
	// Bedrock has it). Empty when there is no WordPress.
	Core string
	// Empty reports that there is nothing at all, our own .locorum folder aside: WordPress may be unpacked here.
	Empty bool
}

// notCore are folders of a WordPress, or of its tools, that hold no core of their own.
var notCore = []string{"node_modules", "vendor", "wp-content", "wp-includes", "wp-admin"}

// Find looks for WordPress in a document root, at its top or one level down. A root that does not exist is empty. It
// follows no links.
func Find(docroot string) (Found, error) {
	entries, err := os.ReadDir(docroot)
	if errors.Is(err, fs.ErrNotExist) {
		return Found{Empty: true}, nil
	}
	if err != nil {
		return Found{}, fmt.Errorf("look for WordPress: %w", err)
	}
	found := Found{Empty: true}
	var cores []string
	for _, e := range entries {
		switch name := e.Name(); {
		case name == ".locorum":
		case name == "wp-settings.php" && e.Type().IsRegular():
			return Found{Core: "."}, nil
		default:
			found.Empty = false
			if e.IsDir() && !strings.HasPrefix(name, ".") && !slices.Contains(notCore, name) {
				info, err := os.Lstat(filepath.Join(docroot, name, "wp-settings.php"))
				if err == nil && info.Mode().IsRegular() {
					cores = append(cores, name)
				}
			}
		}
	}
	if len(cores) > 1 {
		return Found{}, fmt.Errorf("%w: %s", ErrSeveral, strings.Join(cores, ", "))
	}
	if len(cores) == 1 {
		found.Core = cores[0]
	}
	return found, nil
}

package database

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/moby/sys/atomicwriter"

	"github.com/Locorum/locorum-tui/model"
)

// WriteConfig renders the configuration of the engine's servers into the data folder of homeDir. A file that has these
// bytes is left alone.
func WriteConfig(homeDir string, name model.DBEngine) error {
	path, text := ConfigPath(homeDir, name), serverConfig()
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the database's configuration: %w", err)
	}
	// The server runs as another user than ours: it must be able to read it. There is no secret in it.
	if err := atomicwriter.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write the database's configuration: %w", err)
	}
	return nil
}

package sites

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/sys/atomicwriter"

	"github.com/Locorum/locorum-tui/model"
)

// How far a site's database volume has come.
const (
	// volumeFresh: we made it, and no database has ever served from it, so that nothing in it can be missed. A first start
	// that was killed leaves half a database, which its image takes for a whole one.
	volumeFresh = "fresh"
	// volumeServed: a database came up on it.
	volumeServed = "served"
)

// siteState is what we remember of a site beside the desktop app's row. Losing it loses no data: everything in it can be
// asked for again, only slower.
type siteState struct {
	// SiteID is the row's, so that the state of a deleted site is not taken for that of a new one with its slug.
	SiteID string `json:"siteID"`
	// DaemonID is the Docker daemon that the site lives on.
	DaemonID string `json:"daemonID,omitempty"`
	// Volume is volumeFresh or volumeServed; empty when we did not make the volume and have not looked.
	Volume string `json:"volume,omitempty"`
	// DBEngine and DBVersion last wrote the volume.
	DBEngine  model.DBEngine `json:"dbEngine,omitempty"`
	DBVersion string         `json:"dbVersion,omitempty"`
	// Installed says that WordPress has its tables, Network that it has those of a network too.
	Installed bool `json:"installed,omitempty"`
	Network   bool `json:"network,omitempty"`
	// AdminUser is the account that the one-time link logs in.
	AdminUser string `json:"adminUser,omitempty"`
	// AdminEmail is that account's address, until WordPress is installed.
	AdminEmail string `json:"adminEmail,omitempty"`
	// FolderMade says that the site's folder did not exist before.
	FolderMade bool `json:"folderMade,omitempty"`
}

func (m *Manager) statePath(slug string) string {
	return m.data("tui", "sites", slug+".state.json")
}

// readState returns the state of the site; an empty one when there is none, or one that cannot be read.
func (m *Manager) readState(site model.Site) siteState {
	empty := siteState{SiteID: site.ID}
	text, err := os.ReadFile(m.statePath(site.Slug))
	if err != nil {
		return empty
	}
	var state siteState
	if json.Unmarshal(text, &state) != nil || state.SiteID != site.ID {
		return empty
	}
	return state
}

// writeState keeps the state. The caller holds the site's lock.
func (m *Manager) writeState(slug string, state siteState) error {
	text, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return err
	}
	path := m.statePath(slug)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("remember the state of %s: %w", slug, err)
	}
	if err := atomicwriter.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("remember the state of %s: %w", slug, err)
	}
	return nil
}

// removeFile removes a file that may be absent.
func removeFile(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

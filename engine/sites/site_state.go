package sites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

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
	// Failure is why the last operation that was to leave the site running did not; RowThen is what the row's UpdatedAt was
	// when that was found, so that what the desktop app has done since outdates it.
	Failure string `json:"failure,omitempty"`
	RowThen string `json:"rowThen,omitempty"`
}

// failure returns why the site could not be started the last time, unless somebody has changed it since.
func (s siteState) failure(row model.Site) string {
	if s.RowThen != row.UpdatedAt {
		return ""
	}
	return s.Failure
}

// maxFailure bounds what is kept of a failure's sentence, in bytes.
const maxFailure = 200

// noteFailure remembers why an operation that was to leave the site running did not, or forgets why an earlier one did not.
// What was refused has changed nothing, and what a person cancelled did not fail. The caller holds the site's lock.
func (m *Manager) noteFailure(ctx context.Context, r Request, err error) {
	row, rowErr := m.o.Store.Site(ctx, r.Slug)
	if rowErr != nil || slices.Contains([]Verb{VerbDelete, VerbExport, VerbImport}, r.Verb) {
		return // a site that is gone has no status, and after a dump it is as it was
	}
	before := m.readState(row)
	state := before
	state.Failure, state.RowThen = "", ""
	if err != nil {
		failed := m.failure(err, 0)
		if failed.Code == CodeInvalid || failed.Code == CodeRefused {
			return
		}
		up := r.Verb == VerbCreate || r.Verb == VerbStart || r.Verb == VerbRestart || r.Verb == VerbVersions && row.Started
		if up && failed.Code != CodeCancelled {
			state.Failure, state.RowThen = truncate(failed.Error, maxFailure), row.UpdatedAt
		}
	}
	if state != before {
		_ = m.writeState(r.Slug, state) // the operation's record says it too
	}
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

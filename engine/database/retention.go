package database

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// KeepSnapshots is how many of the snapshots that are taken of a site before something goes are kept: as many as the
// desktop app keeps.
const KeepSnapshots = 20

// automatic matches the part of a snapshot's name after the site's: a label that says before what it was taken, the time,
// and the database. Those that a person asked for have other labels.
var automatic = regexp.MustCompile(`^pre_[a-z0-9_]+--([0-9]{8}T[0-9]{6}Z)--[a-z]+-[A-Za-z0-9.]+\.sql\.zst$`)

// PruneSnapshots removes from dir all but the newest of the site's snapshots that were taken before something went: keep
// of them stay, and always one. Snapshots that a person asked for, those of other sites and anything else stay, and do not
// count. It returns the names of what it removed; what cannot be removed does not keep it from the rest.
func PruneSnapshots(dir, slug string, keep int) (removed []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("remove old snapshots of %s: %w", slug, err)
	}
	type snapshot struct{ time, name string }
	var all []snapshot
	for _, entry := range entries {
		rest, ours := strings.CutPrefix(entry.Name(), slug+"--")
		if taken := automatic.FindStringSubmatch(rest); ours && taken != nil && entry.Type().IsRegular() {
			all = append(all, snapshot{taken[1], entry.Name()})
		}
	}
	slices.SortFunc(all, func(a, b snapshot) int { return strings.Compare(b.time+b.name, a.time+a.name) })
	var failures []error
	for _, old := range all[min(len(all), max(1, keep)):] {
		path := filepath.Join(dir, old.name)
		if err := errors.Join(os.Remove(path), ignoreAbsent(os.Remove(path+".sha256"))); err != nil {
			failures = append(failures, fmt.Errorf("remove old snapshots of %s: %w", slug, err))
			continue
		}
		removed = append(removed, old.name)
	}
	return removed, errors.Join(failures...)
}

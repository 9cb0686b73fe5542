package doctor

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// maxNamed is how many sites a finding names, or how many findings are made of them.
const maxNamed = 10

// wsl asks whether folders lie on the drives of Windows, where each file costs a call to another system.
func (x examiner) wsl(ctx context.Context) ([]Finding, error) {
	if x.OS != "linux" {
		return nil, nil
	}
	kernel, err := x.read("proc/sys/kernel/osrelease")
	if err != nil {
		return nil, fmt.Errorf("read the kernel's name: %w", err)
	}
	if !strings.Contains(strings.ToLower(kernel), "microsoft") {
		return nil, nil
	}
	mounts, err := x.read("proc/self/mounts")
	if err != nil {
		return nil, fmt.Errorf("read what is mounted: %w", err)
	}
	drives := windowsDrives(mounts)
	sites, err := x.sites(ctx)
	if err != nil {
		return nil, err
	}
	var slow []string
	if isBelowAny(x.dataFolder(), drives) {
		slow = append(slow, "the data folder")
	}
	for _, site := range sites {
		if isBelowAny(site.FilesDir, drives) {
			slow = append(slow, site.Slug)
		}
	}
	if len(slow) == 0 {
		return []Finding{{Severity: OK, Title: "folders are on Linux's own disk"}}, nil
	}
	return []Finding{{
		Severity: Warn, Title: fmt.Sprintf("%s on a drive of Windows", count(len(slow), "folder")),
		Detail: "Pages take seconds there, and permissions do not hold: " + list(atMost(slow)) + ".",
		Fix:    "Move them below your home folder in Linux: export the database, delete the site, create it there and import.",
	}}, nil
}

// atMost cuts a list of names.
func atMost(names []string) []string {
	if len(names) <= maxNamed {
		return names
	}
	return append(names[:maxNamed:maxNamed], fmt.Sprintf("%d more", len(names)-maxNamed))
}

// windowsDrives returns where the drives of Windows are mounted, out of /proc/self/mounts.
func windowsDrives(mounts string) []string {
	var drives []string
	for line := range strings.Lines(mounts) {
		fields := strings.Fields(line) // device, folder, type, options, …
		if len(fields) < 4 {
			continue
		}
		if fields[2] == "drvfs" || fields[2] == "9p" && strings.Contains(fields[3], "aname=drvfs") {
			drives = append(drives, unescapeMount(fields[1]))
		}
	}
	return drives
}

// unescapeMount undoes the kernel's octal escapes of space, tab, line feed and backslash.
func unescapeMount(path string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(path)
}

// isBelowAny reports whether path is one of the folders or below it.
func isBelowAny(path string, folders []string) bool {
	for _, folder := range folders {
		if rel, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

package doctor

import (
	"context"
	"slices"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// selinux asks whether SELinux keeps containers from our folders: it does when it is enforced and the daemon labels its
// containers.
func (x examiner) selinux(ctx context.Context) ([]Finding, error) {
	if !x.says("sys/fs/selinux/enforce", "1") {
		return nil, nil
	}
	local, detail, err := x.onThisMachine(ctx)
	if err != nil || !local {
		return nil, err
	}
	if !hasOption(detail, "selinux") {
		return []Finding{{Severity: OK, Title: "SELinux is enforced, but not for containers"}}, nil
	}
	folders := []string{x.dataFolder()}
	sites, err := x.sites(ctx)
	if err != nil {
		return nil, err
	}
	command := "sudo chcon -R -t container_file_t " + shellQuote(x.dataFolder())
	for _, site := range sites {
		if site.FilesDir != "" && !isBelowAny(site.FilesDir, folders) && len(folders) <= maxNamed {
			folders = append(folders, site.FilesDir)
			command += " " + shellQuote(site.FilesDir)
		}
	}
	return []Finding{{
		Severity: Info, Title: "SELinux is enforced for containers",
		Detail: "Containers see files of the type container_file_t only.",
		Fix:    "Should a site fail with \"permission denied\", give our folders that type.", Command: command,
	}}, nil
}

// hasOption reports whether a daemon has a security option of that name.
func hasOption(detail engine.DaemonDetail, name string) bool {
	return slices.ContainsFunc(detail.SecurityOptions, func(option string) bool {
		first, _, _ := strings.Cut(option, ",")
		return first == "name="+name
	})
}

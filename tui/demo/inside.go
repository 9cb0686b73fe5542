package demo

import (
	"context"
	"fmt"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/backend"
)

// Activities is Backend's.
func (d *Demo) Activities(_ context.Context, siteID string, limit int) ([]store.Activity, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.activities[siteID]
	return slices.Clone(all[:min(len(all), max(limit, 0))]), nil
}

// FolderSize is Backend's. Nothing is walked: a folder has a size of its own.
func (d *Demo) FolderSize(_ context.Context, folder string) (int64, error) {
	if folder == "" {
		return 0, nil
	}
	return 64e6 + newChance(d.seed, folder).Int64N(900e6), nil
}

// DebugLog is Backend's. There is no such file.
func (d *Demo) DebugLog(site model.Site) string {
	return path.Join(site.FilesDir, site.PublicDir, "wp-content", "debug.log")
}

// DatabaseAddress is Backend's.
func (d *Demo) DatabaseAddress(ctx context.Context, v sites.View) string {
	if !v.Site.PublishDBPort || !v.Status.Running {
		return ""
	}
	const inside = 3306
	port, err := d.docker.PublishedHostPort(ctx, engine.SiteContainerName(v.Site.Slug, engine.RoleDatabase), inside)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// Credentials is Backend's.
func (d *Demo) Credentials(slug string) (wordpress.Credentials, error) {
	if _, ok := d.listed(slug); !ok {
		return wordpress.Credentials{}, &sites.NoSiteError{Name: slug}
	}
	return wordpress.Credentials{User: "admin", Password: "demo-" + newChance(d.seed, "password of "+slug).hex(12)}, nil
}

// Login is Backend's. The link leads nowhere.
func (d *Demo) Login(_ context.Context, slug string) (string, error) {
	site, ok := d.listed(slug)
	if !ok {
		return "", &sites.NoSiteError{Name: slug}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return address(site) + "/?locorum-login=" + d.chance.hex(32), nil
}

// Shell is Backend's: a program that says that there is no shell here, and waits for enter. It is none that could be asked
// to do anything.
func (d *Demo) Shell(s backend.Shell) (*exec.Cmd, error) {
	if s.Slug == "" || s.Service == "" {
		return nil, fmt.Errorf("open a shell: %w", &sites.NoSiteError{Name: s.Slug})
	}
	const text = "This is the demo: there is no container behind this site, so there is no shell in it. Press enter to go back."
	if runtime.GOOS == "windows" {
		return exec.Command("cmd", "/c", "echo "+text+"& pause > nul"), nil
	}
	return exec.Command("sh", "-c", `printf '%s\n' "$1"; read -r _`, "demo", text), nil
}

// Doctor is Backend's: all is well.
func (d *Demo) Doctor(context.Context) doctor.Report {
	ok := func(check, title string) doctor.Finding { return doctor.Finding{Check: check, Title: title} }
	return doctor.Report{Took: 40 * time.Millisecond, Findings: []doctor.Finding{
		{Check: "demo", Severity: doctor.Info, Title: "this is the demo", Detail: "Nothing of this machine was looked at."},
		ok("docker", "Docker 28.5.1 answers"), ok("disk", "there is room on the disk"), ok("port-http", "ports 80 and 443 are free for the router"),
	}}
}

//go:build unix

package ptytest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/testbed"
	"github.com/Locorum/locorum-tui/model"
)

// addSites puts n sites into the database of a home folder and returns their slugs.
func addSites(tb testing.TB, home, prefix string, n int) []string {
	tb.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(sites.DataDir(home), "storage.db"), time.Now)
	if err != nil {
		tb.Fatal(err)
	}
	slugs := make([]string, n)
	for i := range slugs {
		slugs[i] = fmt.Sprintf("%s-%02d", prefix, i)
		if _, err := db.AddSite(ctx, model.Site{
			ID: "id-" + slugs[i], Name: slugs[i], Slug: slugs[i], Domain: slugs[i] + ".localhost", FilesDir: filepath.Join(home, slugs[i]),
			PHPVersion: "8.3", DBEngine: "mariadb", DBVersion: "11.4", RedisVersion: "7.4", WebServer: "nginx", DBPassword: "x",
		}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	return slugs
}

// runContainer starts a container with the name and labels of a site's.
func runContainer(tb testing.TB, d testbed.Daemon, home, slug, role, script string) string {
	tb.Helper()
	name := d.Container(tb, engine.SiteContainerName(slug, role))
	d.Docker(tb, "run", "-d", "--name", name, "--network", "none", "--log-opt", "max-size=1g", "--label", engine.LabelPlatform+"="+engine.PlatformValue,
		"--label", engine.LabelSite+"="+slug, "--label", engine.LabelRole+"="+role, "--label", engine.LabelHome+"="+sites.DataDir(home),
		testbed.Alpine, "sh", "-c", script)
	return name
}

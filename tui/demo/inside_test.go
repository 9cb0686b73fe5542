package demo

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/backend"
)

// TestLogs holds that a running container has a history and goes on writing, in the order of time.
func TestLogs(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		opened := time.Now()
		f, err := d.FollowLogs(t.Context(), engine.SiteContainerName("acme-shop", engine.RoleWeb), engine.LogOptions{Follow: true})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var history, fresh int
		var last time.Time
		for fresh < 50 {
			batch, err := f.Next()
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range batch.Lines {
				if line.Time.Before(last) {
					t.Fatalf("%q is before the line above it", line.Text)
				}
				last = line.Time
				if line.Time.Before(opened) {
					history++
				} else {
					fresh++
				}
			}
		}
		if history < 500 {
			t.Errorf("its history has %d lines", history)
		}
		if rate := float64(fresh) / time.Since(opened).Seconds(); rate < 2 || rate > 20 {
			t.Errorf("it writes %.1f lines a second", rate)
		}
	})
}

// TestRest holds that a stopped container writes nothing more, and that one is stopped and started by itself, which is
// announced.
func TestRest(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		ctx, cancel := context.WithCancel(t.Context())
		events := d.Events(ctx)
		name := engine.SiteContainerName("acme-shop", engine.RoleRedis)
		if err := d.StopContainer(ctx, name); err != nil {
			t.Fatal(err)
		}
		for e := range events {
			if e.Name == name && e.Action == engine.ActionDie {
				break
			}
		}
		if got := status(t, d, "acme-shop"); got.State != model.StateDegraded || got.Service != engine.RoleRedis {
			t.Errorf("without its Redis it is %v", got)
		}
		before, err := d.docker.ContainerLogs(ctx, name, 1000)
		if err != nil || !strings.Contains(before, "bye bye") {
			t.Errorf("it went with %q, %v", before, err)
		}
		time.Sleep(time.Minute) // of the bubble's time: it would have had something to say
		if after, err := d.docker.ContainerLogs(ctx, name, 1000); err != nil || after != before {
			t.Errorf("it wrote on: %q, %v", after, err)
		}
		if err := d.StartContainer(ctx, name); err != nil {
			t.Fatal(err)
		}
		if err := d.RestartContainer(ctx, name); err != nil {
			t.Fatal(err)
		}
		if detail, err := d.Inspect(ctx, name); err != nil || detail.State != "running" {
			t.Errorf("started: %+v, %v", detail, err)
		}
		cancel()
		for range events { // closed with ctx
		}
	})
}

// TestStats holds that what a container uses moves.
func TestStats(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		ctx, cancel := context.WithCancel(t.Context())
		stats, err := d.Stats(ctx, engine.SiteContainerName("acme-shop", engine.RolePHP), time.Second)
		if err != nil {
			t.Fatal(err)
		}
		var seen []engine.Stats
		for s := range stats {
			if seen = append(seen, s); len(seen) == 30 {
				break
			}
		}
		cancel()
		for range stats { // closed with ctx
		}
		first, last := seen[1], seen[len(seen)-1]
		if first.CPUPercent == last.CPUPercent || first.Memory == last.Memory || first.NetRx >= last.NetRx {
			t.Errorf("nothing moves between %+v and %+v", first, last)
		}
	})
}

// TestAnswers holds what else a screen asks of a site.
func TestAnswers(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		ctx := t.Context()
		v, err := d.view(ctx, "acme-shop")
		if err != nil {
			t.Fatal(err)
		}
		if address := d.DatabaseAddress(ctx, v); !strings.HasPrefix(address, "127.0.0.1:") {
			t.Errorf("the database is at %q", address)
		}
		if account, err := d.Credentials("acme-shop"); err != nil || account.User != "admin" || len(account.Password) < 12 {
			t.Errorf("the account is %+v, %v", account, err)
		}
		link, err := d.Login(ctx, "acme-shop")
		if again, _ := d.Login(ctx, "acme-shop"); err != nil || again == link || !strings.HasPrefix(link, "https://acme-shop.localhost/?") {
			t.Errorf("the links are %q and %q, %v", link, again, err)
		}
		if _, err := d.Login(ctx, "nobody"); !errors.Is(err, sites.ErrNoSite) {
			t.Errorf("a link into nobody's site: %v", err)
		}
		if _, err := os.Stat(d.DebugLog(v.Site)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("there is a %s: %v", d.DebugLog(v.Site), err)
		}
		if size, err := d.FolderSize(ctx, v.Site.FilesDir); err != nil || size <= 0 {
			t.Errorf("the folder has %d bytes, %v", size, err)
		}
		present := func(site model.Site) (n int) {
			needs, err := d.ImageNeeds(ctx, site)
			if err != nil || len(needs) != 7 {
				t.Errorf("images: %+v, %v", needs, err)
			}
			for _, need := range needs {
				if need.Present {
					n++
				}
			}
			return n
		}
		if there, lacking := present(v.Site), present(mustRow(t, d, "university-network")); there != 7 || lacking != 4 {
			t.Errorf("%d and %d images are there", there, lacking)
		}
		if report := d.Doctor(ctx); slices.ContainsFunc(report.Findings, func(f doctor.Finding) bool { return f.Severity > doctor.Info }) {
			t.Errorf("the doctor says %+v", report)
		}
	})
}

func TestWP(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		v, err := d.view(t.Context(), "acme-shop")
		if err != nil {
			t.Fatal(err)
		}
		for words, want := range map[string]struct {
			text   string
			stderr bool
			code   int
		}{
			"plugin list":          {"| woocommerce   | active", false, 0},
			"option get siteurl":   {"https://acme-shop.localhost", false, 0},
			"--info":               {"PHP version:\t8.3", false, 0},
			"core version --extra": {"6.8.1", false, 0},
			"cache flush":          {"The cache was flushed.", false, 0},
			"db drop --yes":        {"the demo has no database", true, 1},
			"fly":                  {"is not a registered wp command", true, 1},
		} {
			var text strings.Builder
			code, err := d.WP(t.Context(), v, backend.WPCommand{Words: strings.Fields(words)}, func(line string, stderr bool) {
				if stderr != want.stderr {
					t.Errorf("%s: %q is of the wrong stream", words, line)
				}
				text.WriteString(line + "\n")
			})
			if err != nil || code != want.code || !strings.Contains(text.String(), want.text) {
				t.Errorf("%s: %q, %d, %v", words, text.String(), code, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := d.WP(ctx, v, backend.WPCommand{}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

// TestShell holds that what is typed into the demo's shell is not carried out.
func TestShell(t *testing.T) {
	t.Parallel()
	cmd, err := (&Demo{}).Shell(backend.Shell{Slug: "acme-shop", Service: "php", Command: []string{"touch", "here"}})
	if err != nil {
		t.Fatal(err)
	}
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader("touch here; $(touch there)\ntouch where\n")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "This is the demo") || strings.Count(string(out), "\n") != 1 {
		t.Errorf("it says %q, %v", out, err)
	}
	if entries, err := os.ReadDir(cmd.Dir); err != nil || len(entries) > 0 {
		t.Errorf("it made %v, %v", entries, err)
	}
}

package sites_test

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// nowhere sends every download to a port where nobody listens.
func nowhere(string) (string, bool) { return "http://127.0.0.1:1/none", true }

// onFake opens a home folder on a daemon in memory, which has no images.
func onFake(t *testing.T, daemon *fake.Daemon, home string, now func() time.Time) *world {
	t.Helper()
	docker := engine.NewWithOptions(engine.Options{Home: sites.DataDir(home), AppVersion: "test"})
	docker.SetClient(daemon.Client())
	rows, err := store.Open(t.Context(), filepath.Join(sites.DataDir(home), "storage.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(docker.Close(), rows.Close()); err != nil {
			t.Error(err)
		}
	})
	w := &world{home: home, docker: docker, store: rows}
	w.m = sites.New(sites.Options{
		HomeDir: home, Version: "test", Docker: docker, Store: rows, Config: settings.Default(), LookupEnv: nowhere, Now: now, Random: rand.Reader,
	})
	return w
}

func newFake(t *testing.T, host string) *fake.Daemon {
	t.Helper()
	daemon := fake.NewDaemon(fake.Options{HostName: host, Images: []fake.Image{{Ref: "site:1", Main: fake.Service}}})
	t.Cleanup(func() {
		if err := daemon.Close(); err != nil {
			t.Error(err)
		}
	})
	return daemon
}

// status returns the state of a site and why.
func (w *world) status(t *testing.T, slug string) model.Status {
	t.Helper()
	view, err := w.m.View(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return view.Status
}

// TestViewElsewhere has a site on another daemon than the one that answers, and one whose containers are somebody else's.
func TestViewElsewhere(t *testing.T) {
	t.Parallel()
	home, here, there := t.TempDir(), newFake(t, "here"), newFake(t, "there")
	w := onFake(t, here, home, time.Now)
	w.create(t, sites.CreateOptions{Name: "acme", NoStart: true})
	if got := w.status(t, "acme"); got.State != model.StateStopped {
		t.Errorf("on its own daemon it is %+v", got)
	}
	if got := onFake(t, there, home, time.Now).status(t, "acme"); got.State != model.StateElsewhere || got.Reason != "lives on another Docker daemon" {
		t.Errorf("on another daemon it is %+v", got)
	}
	bob := onFake(t, here, t.TempDir(), time.Now)
	spec := engine.ContainerSpec{Name: engine.SiteContainerName("theirs", engine.RoleWeb), Image: "site:1", Labels: engine.PlatformLabels(engine.RoleWeb, "theirs", "1")}
	if _, err := bob.docker.EnsureContainer(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	want := model.Status{State: model.StateElsewhere, Reason: "belongs to " + sites.DataDir(bob.home)}
	if got := w.status(t, "theirs"); got != want {
		t.Errorf("of somebody else it is %+v, want %+v", got, want)
	}
}

// TestViewFailed has a start fail, which shows until the next one, or until somebody else has changed the site.
func TestViewFailed(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	w := onFake(t, newFake(t, "here"), t.TempDir(), func() time.Time { return clock })
	w.create(t, sites.CreateOptions{Name: "acme", NoStart: true})
	start := sites.Request{Verb: sites.VerbStart, Slug: "acme"}
	fails := func() {
		t.Helper()
		if result := w.operate(t.Context(), t, start); result.Outcome != sites.Failed {
			t.Fatalf("without images it came to %+v", result)
		}
		if got := w.status(t, "acme"); got.State != model.StateFailed || got.Reason == "" || len(got.Reason) > 200 {
			t.Errorf("after a start that failed it is %+v", got)
		}
	}
	fails()
	if result := w.operate(t.Context(), t, sites.Request{Verb: sites.VerbVersions, Slug: "acme", Versions: &sites.VersionOptions{PHP: "5.2"}}); result.Code != sites.CodeInvalid {
		t.Fatalf("a version of nobody: %+v", result)
	}
	if got := w.status(t, "acme"); got.State != model.StateFailed {
		t.Errorf("a later refusal leaves it %+v", got)
	}
	clock = clock.Add(time.Minute)
	w.change(t, "acme", func(site *model.Site) { site.Started = true })
	if got := w.status(t, "acme"); got.State != model.StateStopped {
		t.Errorf("after the desktop app has changed it, it is %+v", got)
	}
	fails()
	w.must(t, sites.Request{Verb: sites.VerbStop, Slug: "acme"})
	if got := w.status(t, "acme"); got.State != model.StateStopped || strings.Contains(got.Reason, "image") {
		t.Errorf("after a stop it is %+v", got)
	}
}

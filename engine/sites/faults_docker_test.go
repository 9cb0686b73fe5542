package sites_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// TestFaults breaks one thing after the other around a site, and heals it each time: every failure says what and what
// next, and the start after it works.
func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	created := w.create(t, sites.CreateOptions{Name: "faulty"})
	const slug = "faulty"
	w.post(t, slug, "kept")
	stop := sites.Request{Verb: sites.VerbStop, Slug: slug}
	start := sites.Request{Verb: sites.VerbStart, Slug: slug}
	heals := func(t *testing.T) {
		t.Helper()
		w.must(t, start)
		if status, _, _ := get(t, created.URL); status != http.StatusOK {
			t.Errorf("the page answers %d", status)
		}
		if got := w.posts(t, slug, "kept"); got != "1" {
			t.Errorf("%s posts are left", got)
		}
	}
	t.Run("image missing", func(t *testing.T) {
		w.must(t, stop)
		const none = "9.9.9-none"
		w.change(t, slug, func(site *model.Site) { site.RedisVersion = none })
		w.failsWith(t, start, "redis:"+none)
		w.change(t, slug, func(site *model.Site) { site.RedisVersion = model.DefaultRedisVersion })
		heals(t)
	})
	t.Run("the database dies while it starts", func(t *testing.T) {
		w.must(t, stop)
		config := filepath.Join(sites.DataDir(w.home), "tui", "config", "mariadb", "locorum.cnf")
		good, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		name := engine.SiteContainerName(slug, engine.RoleDatabase)
		// What the server reads is mounted, so that what it cannot read ends it.
		w.daemon.Docker(t, "start", name)
		w.daemon.Docker(t, "kill", name)
		if err := os.WriteFile(config, append(good, "no_such_option_at_all = 1\n"...), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(config, 0o444); err != nil {
			t.Fatal(err)
		}
		heals(t) // the configuration is written anew
	})
	t.Run("wp-cli fails", func(t *testing.T) {
		w.must(t, sites.Request{Verb: sites.VerbCreate, Slug: "no-cli", Create: &sites.CreateOptions{Name: "no-cli", NoStart: true}})
		content := filepath.Join(w.home, "locorum", "sites", "no-cli", "wp-content", "mu-plugins")
		if err := os.MkdirAll(content, 0o755); err != nil {
			t.Fatal(err)
		}
		// A folder that has files and no WordPress is served as it is, and wp-cli finds nothing in it.
		w.failsWith(t, sites.Request{Verb: sites.VerbStart, Slug: "no-cli"})
		if err := os.RemoveAll(filepath.Dir(content)); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("the daemon restarts", func(t *testing.T) {
		w.daemon.Kill(t)
		w.failsWith(t, start)
		w.daemon.Start(t)
		heals(t)
		for _, notice := range w.notices {
			if strings.Contains(notice, "mail") {
				t.Error(notice)
			}
		}
	})
}

// change edits the site's row as the desktop app would.
func (w *world) change(t *testing.T, slug string, edit func(*model.Site)) {
	t.Helper()
	site, err := w.store.Site(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.UpdateSite(t.Context(), site.ID, func(site *model.Site) error { edit(site); return nil }); err != nil {
		t.Fatal(err)
	}
}

// TestPortsTaken has somebody else on the router's ports: others are taken, and every address carries them.
func TestPortsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	taken := map[string]int{}
	for _, key := range []string{settings.KeyHTTPPort, settings.KeyHTTPSPort} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		taken[key] = l.Addr().(*net.TCPAddr).Port
		if err := w.store.SetSetting(t.Context(), key, strconv.Itoa(taken[key])); err != nil {
			t.Fatal(err)
		}
	}
	created := w.create(t, sites.CreateOptions{Name: "crowded"})
	if strings.Contains(created.URL, ":"+strconv.Itoa(taken[settings.KeyHTTPSPort])) {
		t.Errorf("the URL %s has the port that is taken", created.URL)
	}
	if status, body, _ := get(t, created.URL); status != http.StatusOK || !strings.Contains(body, "crowded") {
		t.Errorf("got %d:\n%.300s", status, body)
	}
}

// TestDownloads has the server of WordPress and of wp-cli misbehave. Nothing half made is left, and a good server heals it.
func TestDownloads(t *testing.T) {
	testbed.Registry(t) // skips without the test bed, whose downloads these are
	archive := fetchBytes(t, os.Getenv("LOCORUM_WORDPRESS_URL"))
	digest := fetchBytes(t, os.Getenv("LOCORUM_WORDPRESS_URL")+".sha1")
	for name, serve := range map[string]func(w http.ResponseWriter, r *http.Request){
		"truncated": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(archive)))
			_, _ = w.Write(archive[:len(archive)/2])
		},
		"corrupt": func(w http.ResponseWriter, r *http.Request) {
			spoiled := append([]byte(nil), archive...)
			spoiled[len(spoiled)/2] ^= 1
			_, _ = w.Write(spoiled)
		},
		"gone": http.NotFound,
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, ".sha1") {
					_, _ = w.Write(digest)
					return
				}
				serve(w, r)
			}))
			defer server.Close()
			t.Setenv("LOCORUM_WORDPRESS_URL", server.URL+"/wordpress.tar.gz")
			w := newWorld(t, false)
			o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "broken"})
			if err != nil {
				t.Fatal(err)
			}
			result := w.operate(t.Context(), t, sites.Request{Verb: sites.VerbCreate, Slug: "broken", Create: &o})
			if result.Outcome != sites.Failed || result.NextStep == "" {
				t.Errorf("got %+v", result)
			}
			entries, err := os.ReadDir(filepath.Join(w.home, "locorum", "sites", "broken"))
			if err != nil || len(entries) > 1 {
				t.Errorf("the folder has %v, %v", entries, err)
			}
		})
	}
}

func fetchBytes(t *testing.T, url string) []byte {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

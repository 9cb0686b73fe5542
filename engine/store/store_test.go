package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/model"
)

// noon is the time that tests see.
func noon() time.Time { return time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC) }

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, noon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// raw opens the file as another program would.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func execute(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func newPath(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), ".locorum", "storage.db")
}

// site returns a site with every field set.
func site(slug string) model.Site {
	return model.Site{
		ID: "id-" + slug, Name: "Site " + slug, Slug: slug, Domain: slug + ".localhost", FilesDir: "/srv/" + slug, PublicDir: "/",
		Started: true, PHPVersion: "8.3", RedisVersion: "7.4", DBPassword: "pw-" + slug, WebServer: "apache", Multisite: "subdomain",
		DBEngine: "mariadb", DBVersion: "11.4", MySQLVersion: "11.4", PublishDBPort: true, SPXEnabled: true, LanEnabled: true,
		SPXKey: "spx-" + slug, Salts: `{"AUTH_KEY":"x"}`, GitRemote: "r", GitBranch: "b", WorktreePath: "/w", ParentSiteID: "p",
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := open(t, path)
	added, err := s.AddSite(t.Context(), site("acme"))
	if err != nil {
		t.Fatal(err)
	}
	want := site("acme")
	want.CreatedAt, want.UpdatedAt = "2026-05-20T12:00:00Z", "2026-05-20T12:00:00Z"
	if added != want {
		t.Errorf("added %+v, want %+v", added, want)
	}
	again := open(t, path) // what another process reads
	got, err := again.Site(t.Context(), "acme")
	if err != nil || got != want {
		t.Errorf("read %+v, %v, want %+v", got, err, want)
	}
	if err := again.DeleteSite(t.Context(), want.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Site(t.Context(), "acme"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after its deletion: %v, want ErrNotFound", err)
	}
	if err := s.DeleteSite(t.Context(), want.ID); err != nil {
		t.Errorf("deleting twice: %v", err)
	}
}

func TestFileModes(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := open(t, path)
	if _, err := s.AddSite(t.Context(), site("a")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", info.Name(), info.Mode())
		}
	}
	info, err := os.Stat(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != fs.ModeDir|0o700 {
		t.Errorf("the folder has mode %v, want 0700", info.Mode())
	}
}

func TestUnique(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what string
		edit func(s *model.Site)
	}{
		{"slug", func(s *model.Site) { s.Slug = "acme" }},
		{"domain", func(s *model.Site) { s.Domain = "ACME.localhost" }},
		{"folder", func(s *model.Site) { s.FilesDir = "/srv/x/../acme/" }},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			s := open(t, newPath(t))
			if _, err := s.AddSite(t.Context(), site("acme")); err != nil {
				t.Fatal(err)
			}
			other := site("other")
			c.edit(&other)
			_, err := s.AddSite(t.Context(), other)
			var taken *TakenError
			if !errors.As(err, &taken) || !errors.Is(err, ErrTaken) || taken.What != c.what || taken.Slug != "acme" {
				t.Fatalf("adding a second one: %v, want a TakenError of the %s", err, c.what)
			}
			if _, err := s.AddSite(t.Context(), site("third")); err != nil {
				t.Fatal(err)
			}
			_, err = s.UpdateSite(t.Context(), "id-third", func(s *model.Site) error { c.edit(s); return nil })
			if !errors.Is(err, ErrTaken) {
				t.Errorf("renaming a third one: %v, want ErrTaken", err)
			}
			sites, err := s.Sites(t.Context())
			if err != nil || len(sites) != 2 {
				t.Errorf("%d sites, %v, want 2", len(sites), err)
			}
		})
	}
}

// TestUniqueRace lets two programs add the same slug at the same time, many times.
func TestUniqueRace(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	stores := []*Store{open(t, path), open(t, path)}
	const rounds = 20
	var wins [rounds][2]error
	var group sync.WaitGroup
	for i, s := range stores {
		group.Go(func() {
			for n := range rounds {
				one := site(fmt.Sprintf("s%d", n))
				one.ID = fmt.Sprintf("%s-%d", one.ID, i)
				_, wins[n][i] = s.AddSite(t.Context(), one)
			}
		})
	}
	group.Wait()
	for n, w := range wins {
		if (w[0] == nil) == (w[1] == nil) {
			t.Errorf("round %d: %v and %v, want one success and one ErrTaken", n, w[0], w[1])
		}
		if !errors.Is(errors.Join(w[0], w[1]), ErrTaken) {
			t.Errorf("round %d: %v and %v, want an ErrTaken", n, w[0], w[1])
		}
	}
	sites, err := stores[0].Sites(t.Context())
	if err != nil || len(sites) != rounds {
		t.Errorf("%d sites, %v, want %d", len(sites), err, rounds)
	}
}

// TestUpdateLosesNothing lets two programs change different columns of one site at the same time.
func TestUpdateLosesNothing(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	a, b := open(t, path), open(t, path)
	if _, err := a.AddSite(t.Context(), site("acme")); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, w := range []struct {
		s      *Store
		change func(s *model.Site)
	}{
		{a, func(s *model.Site) { s.Name += "a" }},
		{b, func(s *model.Site) { s.PHPVersion += "b" }},
	} {
		group.Go(func() {
			for range 30 {
				if _, err := w.s.UpdateSite(t.Context(), "id-acme", func(s *model.Site) error { w.change(s); return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	got, err := a.Site(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	if want := "Site acme" + strings.Repeat("a", 30); got.Name != want {
		t.Errorf("name %q, want %q", got.Name, want)
	}
	if want := "8.3" + strings.Repeat("b", 30); got.PHPVersion != want {
		t.Errorf("PHP version %q, want %q", got.PHPVersion, want)
	}
}

func TestUpdateWritesChangedColumnsOnly(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := open(t, path)
	if _, err := s.AddSite(t.Context(), site("acme")); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	execute(t, db, `CREATE TABLE written (column_name TEXT)`)
	for _, name := range siteColumnNames() {
		execute(t, db, fmt.Sprintf(`CREATE TRIGGER t_%[1]s AFTER UPDATE OF %[1]s ON sites BEGIN INSERT INTO written VALUES ('%[1]s'); END`, name))
	}
	if _, err := s.UpdateSite(t.Context(), "id-acme", func(s *model.Site) error {
		s.Started, s.ID, s.CreatedAt = false, "other", "never"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var written string
	if err := db.QueryRowContext(t.Context(), `SELECT group_concat(column_name, ',') FROM (SELECT column_name FROM written ORDER BY 1)`).Scan(&written); err != nil {
		t.Fatal(err)
	}
	if written != "started" { // the clock stands still, so updatedAt comes out the same
		t.Errorf("wrote %s, want started alone", written)
	}
	broken := errors.New("changed my mind")
	if _, err := s.UpdateSite(t.Context(), "id-acme", func(s *model.Site) error { s.Name = "x"; return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the caller's error", err)
	}
	if got, err := s.Site(t.Context(), "acme"); err != nil || got.Name != "Site acme" {
		t.Errorf("name %q, %v after a refused change", got.Name, err)
	}
	if _, err := s.UpdateSite(t.Context(), "nobody", func(*model.Site) error { return nil }); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestAddSiteRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, newPath(t))
	for _, edit := range []func(s *model.Site){
		func(s *model.Site) { s.ID = "" },
		func(s *model.Site) { s.Slug = "" },
		func(s *model.Site) { s.Domain = "" },
		func(s *model.Site) { s.FilesDir = "relative" },
	} {
		bad := site("x")
		edit(&bad)
		if _, err := s.AddSite(t.Context(), bad); err == nil {
			t.Errorf("added %+v", bad)
		}
	}
	if sites, err := s.Sites(t.Context()); err != nil || len(sites) != 0 {
		t.Errorf("%d sites, %v, want none", len(sites), err)
	}
}

func TestDuplicatesOfTheDesktopApp(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := open(t, path)
	db := raw(t, path)
	for i, slug := range []string{"same", "same", "other"} {
		execute(t, db, `INSERT INTO sites (id, name, slug, domain, filesDir, publicDir) VALUES (?, ?, ?, ?, ?, '/')`,
			fmt.Sprint(i), "n", slug, fmt.Sprintf("d%d.localhost", i), []string{"/srv/a", "/srv/b", "/srv/a/"}[i])
	}
	sites, err := s.Sites(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range Duplicates(sites) {
		got = append(got, d.What)
	}
	if strings.Join(got, " ") != "folder slug" && strings.Join(got, " ") != "slug folder" {
		t.Errorf("duplicates of %v, want slug and folder", got)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := open(t, path)
	execute(t, raw(t, path), `INSERT INTO settings VALUES ('theme_mode', 'dark')`)
	for _, value := range []string{"80", "8080"} {
		if err := s.SetSetting(t.Context(), "router.http_port", value); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got["router.http_port"] != "8080" || got["theme_mode"] != "dark" {
		t.Errorf("settings %v", got)
	}
}

func TestActivity(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := open(t, path)
	if _, err := s.AddSite(t.Context(), site("acme")); err != nil {
		t.Fatal(err)
	}
	for i := range 205 {
		err := s.AddActivity(t.Context(), "id-acme", Activity{
			Time: noon().Add(time.Duration(i) * time.Nanosecond), Plan: "start-site:acme", Kind: "start", Status: "succeeded",
			Duration: 1500 * time.Millisecond, Message: strings.Repeat("ä", 150), Details: `{"n":1}`,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Activities(t.Context(), "id-acme", 1000)
	if err != nil || len(all) != keptActivity {
		t.Fatalf("%d rows, %v, want %d", len(all), err, keptActivity)
	}
	newest := all[0]
	if want := noon().Add(204 * time.Nanosecond); !newest.Time.Equal(want) || newest.Duration != 1500*time.Millisecond || newest.Details != `{"n":1}` {
		t.Errorf("the newest is %+v, want that of %v", newest, want)
	}
	if newest.Message != strings.Repeat("ä", 100) {
		t.Errorf("message of %d bytes, want 200 whole ones", len(newest.Message))
	}
	if err := s.AddActivity(t.Context(), "nobody", Activity{}); err == nil {
		t.Error("activity of an unknown site was written")
	}
	execute(t, raw(t, path), `INSERT INTO site_hooks (site_id, event, position, task_type, command, enabled, created_at, updated_at)
		VALUES ('id-acme', 'post-start', 0, 'exec', 'true', 1, '', ''), ('id-acme', 'post-start', 1, 'exec', 'true', 0, '', '')`)
	if n, err := s.HookCount(t.Context(), "id-acme"); err != nil || n != 1 {
		t.Errorf("%d enabled hooks, %v, want 1", n, err)
	}
	if err := s.DeleteSite(t.Context(), "id-acme"); err != nil {
		t.Fatal(err)
	}
	if left, err := s.Activities(t.Context(), "id-acme", 10); err != nil || len(left) != 0 {
		t.Errorf("%d rows left, %v, want none", len(left), err)
	}
}

func TestErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := open(t, path)
	secret := site("acme")
	secret.DBPassword = "correct-horse-battery"
	if _, err := s.AddSite(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	execute(t, raw(t, path), `CREATE TRIGGER no BEFORE UPDATE ON sites BEGIN SELECT RAISE(ABORT, 'refused'); END`)
	_, err := s.UpdateSite(t.Context(), secret.ID, func(s *model.Site) error { s.DBPassword += "-staple"; return nil })
	if err == nil || strings.Contains(err.Error(), "horse") {
		t.Errorf("got %v, want an error without the password", err)
	}
}

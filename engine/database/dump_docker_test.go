package database

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/model"
)

// fixture is a schema with everything a dump can lose.
const fixture = "CREATE TABLE wp_posts (id int PRIMARY KEY, title text, raw blob) DEFAULT CHARSET=utf8mb4;" +
	"INSERT INTO wp_posts VALUES (1,'Hëllo; -- \\'world\\' 🚀',x'00ff0a'),(2,'USE x;\\nDROP DATABASE wordpress;',NULL);" +
	"CREATE VIEW titles AS SELECT title FROM wp_posts;" +
	"CREATE PROCEDURE two() SELECT 2;" +
	"CREATE TRIGGER t BEFORE INSERT ON wp_posts FOR EACH ROW SET NEW.title = CONCAT(NEW.title, '!');"

// startDatabase runs the site's database as its spec says and waits until it is ready.
func startDatabase(t *testing.T, d testbed.Daemon, version string) (*engine.Docker, *model.Site) {
	t.Helper()
	e := engine.New()
	e.SetClient(d.Client(t))
	home := t.TempDir()
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	site := &model.Site{Slug: testbed.NewName(), DBEngine: model.DBEngineMariaDB, DBVersion: version, DBPassword: "s3cr3t-password"}
	if err := WriteConfig(home, site.DBEngine); err != nil {
		t.Fatal(err)
	}
	spec := Spec(site, home)
	d.Pull(t, spec.Image)
	d.Volume(t, engine.SiteVolumeName(site.Slug))
	d.Network(t, engine.SiteNetworkName(site.Slug))
	d.Container(t, spec.Name)
	d.Docker(t, "network", "create", "--internal", engine.SiteNetworkName(site.Slug))
	if _, err := e.EnsureContainer(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := e.StartContainer(t.Context(), spec.Name); err != nil {
		t.Fatal(err)
	}
	waitHealthy(t, e, spec.Name)
	return e, site
}

// waitHealthy waits for the daemon's own verdict.
func waitHealthy(t *testing.T, e *engine.Docker, name string) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		detail, err := e.Inspect(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if detail.Health != nil && detail.Health.Status == "healthy" {
			return
		}
		if !detail.Running || time.Now().After(deadline) {
			logs, _ := e.ContainerLogs(t.Context(), name, 20)
			t.Fatalf("the database is %s, exit %d:\n%s", detail.State, detail.ExitCode, logs)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// query returns what a statement selects, one row a line.
func query(t *testing.T, e Execer, site *model.Site, sql string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), e, site, shell("mariadb", "-N", "-e", sql, Schema), nil, &out); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out.String())
}

func TestDumpAndReplace(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	for _, version := range []string{"10.11", "11.4"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			e, site := startDatabase(t, d, version)
			if err := Replace(t.Context(), e, site, strings.NewReader(fixture)); err != nil {
				t.Fatal(err)
			}
			const everything = "SELECT id, title, HEX(raw) FROM wp_posts ORDER BY id; SELECT COUNT(*) FROM titles; CALL two();"
			before := query(t, e, site, everything)
			if !strings.Contains(before, "🚀") || !strings.Contains(before, "00FF0A") {
				t.Fatalf("the fixture reads %q", before)
			}
			dir := filepath.Join(t.TempDir(), "snapshots")
			path, err := Snapshot(t.Context(), e, site, dir, "pre_import", time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			if want := site.Slug + "--pre_import--20260520T120000Z--mariadb-" + version + ".sql.zst"; filepath.Base(path) != want {
				t.Errorf("the snapshot is %s, want %s", filepath.Base(path), want)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v, want mode 0600", info, err)
			}
			if err := VerifySnapshot(path, 1<<30); err != nil {
				t.Error(err)
			}
			query(t, e, site, "UPDATE wp_posts SET title='changed'; CREATE TABLE newer (a int); DROP VIEW titles;")
			restore(t, e, site, path)
			if after := query(t, e, site, everything); after != before {
				t.Errorf("after the restore:\n%s\nwant\n%s", after, before)
			}
			if tables := query(t, e, site, "SHOW TABLES LIKE 'newer'"); tables != "" {
				t.Errorf("a table that is newer than the dump survived: %s", tables)
			}
			if got := query(t, e, site, "INSERT INTO wp_posts VALUES (3,'x',NULL); SELECT title FROM wp_posts WHERE id=3"); got != "x!" {
				t.Errorf("the trigger made %q, want x!", got)
			}
			if _, err := Snapshot(t.Context(), e, site, dir, "pre_import", time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)); !errors.Is(err, os.ErrExist) {
				t.Errorf("a snapshot of the same second: %v, want an error", err)
			}
			leftovers(t, dir, 2)
		})
	}
}

// restore puts a snapshot back the way an import goes.
func restore(t *testing.T, e Execer, site *model.Site, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dump, err := OpenDump(f, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	defer dump.Close()
	if err := Replace(t.Context(), e, site, NewFilter(dump, site.DBEngine)); err != nil {
		t.Fatal(err)
	}
}

// leftovers holds how many files a folder has.
func leftovers(t *testing.T, dir string, want int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != want {
		t.Errorf("%d files are left in %v, %v, want %d", len(entries), entries, err, want)
	}
}

func TestDatabaseFaults(t *testing.T) {
	t.Parallel()
	e, site := startDatabase(t, testbed.One(t), "10.11")
	t.Run("a statement that fails", func(t *testing.T) {
		err := Replace(t.Context(), e, site, strings.NewReader("SELECT * FROM absent;"))
		if !errors.Is(err, ErrDatabase) || !strings.Contains(err.Error(), "absent") || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("got %v, want an ErrDatabase that says which, without the password", err)
		}
	})
	t.Run("a dump that breaks off within a string", func(t *testing.T) {
		sql := "CREATE TABLE a (x text);COMMIT;INSERT INTO a VALUES ('abc"
		err := Replace(t.Context(), e, site, NewFilter(strings.NewReader(sql), site.DBEngine))
		if !errors.Is(err, ErrTruncated) {
			t.Errorf("got %v, want ErrTruncated", err)
		}
		if rows := query(t, e, site, "SELECT COUNT(*) FROM a"); rows != "0" {
			t.Errorf("%s rows of a broken statement", rows)
		}
	})
	t.Run("commands of the client", func(t *testing.T) {
		err := Replace(t.Context(), e, site, strings.NewReader("SELECT 1;\n\\! touch /tmp/owned\nsystem touch /tmp/owned\nSELECT 1;"))
		if err == nil {
			t.Error("they passed")
		}
		var out bytes.Buffer
		if err := run(t.Context(), e, site, []string{"sh", "-c", "ls /tmp"}, nil, &out); err != nil || strings.Contains(out.String(), "owned") {
			t.Errorf("the client ran a shell: %q, %v", out.String(), err)
		}
	})
	t.Run("a snapshot that fails leaves nothing", func(t *testing.T) {
		dir := t.TempDir()
		absent := &model.Site{Slug: testbed.NewName(), DBEngine: model.DBEngineMariaDB}
		if _, err := Snapshot(t.Context(), e, absent, dir, "pre_delete", time.Now()); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		leftovers(t, dir, 0)
		if _, err := Snapshot(t.Context(), e, site, dir, "../x", time.Now()); err == nil {
			t.Error("a label with a path passed")
		}
	})
	t.Run("a dump that ends early", func(t *testing.T) {
		if err := Dump(t.Context(), quits{}, site, io.Discard); !errors.Is(err, ErrTruncated) {
			t.Errorf("got %v, want ErrTruncated", err)
		}
	})
	t.Run("a spoilt snapshot", func(t *testing.T) {
		path, err := Snapshot(t.Context(), e, site, t.TempDir(), "manual", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text[len(text)-1] ^= 1
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := VerifySnapshot(path, 1<<30); err == nil {
			t.Error("it passed")
		}
	})
}

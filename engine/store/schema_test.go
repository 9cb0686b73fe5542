package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/model"
)

// history is the desktop app's migrations, in order, as far as their results show: what each leaves in the file. The
// columns of sites came in this order; the tables beside it too.
var history = []struct {
	version    int64
	statements string
}{
	{20250526132642, `
		CREATE TABLE schema_migrations (version uint64, dirty bool);
		CREATE UNIQUE INDEX version_unique ON schema_migrations (version);
		CREATE TABLE sites (id TEXT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL, domain TEXT NOT NULL,
			filesDir TEXT NOT NULL, publicDir TEXT NOT NULL, started BOOLEAN NOT NULL DEFAULT FALSE,
			phpVersion TEXT, mysqlVersion TEXT, redisVersion TEXT,
			createdAt TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, updatedAt TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
		CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);`},
	{20260212000001, `ALTER TABLE sites ADD COLUMN dbPassword TEXT NOT NULL DEFAULT 'password'`},
	{20260215000001, `ALTER TABLE sites ADD COLUMN webServer TEXT NOT NULL DEFAULT 'nginx'`},
	{20260215000002, `ALTER TABLE sites ADD COLUMN multisite TEXT NOT NULL DEFAULT ''`},
	{20260425000001, `CREATE TABLE site_hooks (id INTEGER PRIMARY KEY AUTOINCREMENT, site_id TEXT NOT NULL REFERENCES sites(id) ON DELETE CASCADE,
		event TEXT NOT NULL, position INTEGER NOT NULL, task_type TEXT NOT NULL, command TEXT NOT NULL,
		service TEXT NOT NULL DEFAULT '', run_as_user TEXT NOT NULL DEFAULT '', enabled INTEGER NOT NULL DEFAULT 1,
		created_at TEXT NOT NULL, updated_at TEXT NOT NULL, UNIQUE (site_id, event, position))`},
	{20260427000001, `ALTER TABLE sites ADD COLUMN salts TEXT NOT NULL DEFAULT ''`},
	{20260501000000, `CREATE TABLE activity_events (id INTEGER PRIMARY KEY AUTOINCREMENT, site_id TEXT NOT NULL REFERENCES sites(id) ON DELETE CASCADE,
		time TEXT NOT NULL, plan TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, duration_ms INTEGER NOT NULL,
		message TEXT NOT NULL, details TEXT NOT NULL DEFAULT '')`},
	{20260501000001, `ALTER TABLE sites ADD COLUMN dbEngine TEXT NOT NULL DEFAULT 'mysql'; ALTER TABLE sites ADD COLUMN dbVersion TEXT NOT NULL DEFAULT ''`},
	{20260502000001, `ALTER TABLE sites ADD COLUMN publishDBPort INTEGER NOT NULL DEFAULT 0`},
	{20260506000001, `ALTER TABLE sites ADD COLUMN spxEnabled INTEGER NOT NULL DEFAULT 0; ALTER TABLE sites ADD COLUMN spxKey TEXT NOT NULL DEFAULT ''`},
	{20260507000001, `ALTER TABLE sites ADD COLUMN gitRemote TEXT NOT NULL DEFAULT ''; ALTER TABLE sites ADD COLUMN gitBranch TEXT NOT NULL DEFAULT '';
		ALTER TABLE sites ADD COLUMN worktreePath TEXT NOT NULL DEFAULT ''; ALTER TABLE sites ADD COLUMN parentSiteID TEXT NOT NULL DEFAULT ''`},
	{20260508000001, `ALTER TABLE sites ADD COLUMN lanEnabled INTEGER NOT NULL DEFAULT 0`},
	{20260510000001, `DELETE FROM settings WHERE key LIKE 'telemetry.%'`},
}

// migrated makes a database as the desktop app left it at version, with one site made before its newest columns, and
// returns its path.
func migrated(t *testing.T, version int64) string {
	t.Helper()
	path := newPath(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	for i, m := range history {
		if m.version > version {
			break
		}
		execute(t, db, m.statements)
		if i == 0 {
			execute(t, db, `INSERT INTO sites (id, name, slug, domain, filesDir, publicDir, phpVersion, createdAt, updatedAt)
				VALUES ('id-old', 'Old', 'old', 'old.localhost', '/srv/old', '/', '8.1', '2025-06-01T10:00:00Z', '2025-06-02 10:00:00')`)
			execute(t, db, `INSERT INTO settings VALUES ('router.http_port', '8088')`)
		}
	}
	execute(t, db, `DELETE FROM schema_migrations`)
	execute(t, db, `INSERT INTO schema_migrations VALUES (?, FALSE)`, version)
	return path
}

func TestEverySchemaVersion(t *testing.T) {
	t.Parallel()
	for _, m := range history {
		t.Run(fmt.Sprint(m.version), func(t *testing.T) {
			t.Parallel()
			path := migrated(t, m.version)
			s := open(t, path)
			got, err := s.Site(t.Context(), "old")
			if err != nil {
				t.Fatal(err)
			}
			want := model.Site{
				ID: "id-old", Name: "Old", Slug: "old", Domain: "old.localhost", FilesDir: "/srv/old", PublicDir: "/", PHPVersion: "8.1",
				DBPassword: "password", WebServer: "nginx", DBEngine: "mysql", CreatedAt: "2025-06-01T10:00:00Z", UpdatedAt: "2025-06-02 10:00:00",
			}
			if got != want {
				t.Errorf("read %+v, want %+v", got, want)
			}
			if settings, err := s.Settings(t.Context()); err != nil || settings["router.http_port"] != "8088" {
				t.Errorf("settings %v, %v", settings, err)
			}
			if _, err := s.Activities(t.Context(), "id-old", 5); err != nil {
				t.Error(err)
			}
			if _, err := s.HookCount(t.Context(), "id-old"); err != nil {
				t.Error(err)
			}
			if m.version == SchemaVersion {
				if err := s.Writable(); err != nil {
					t.Errorf("read only: %v", err)
				}
				return
			}
			for what, err := range writes(t, s) {
				if !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "desktop app") {
					t.Errorf("%s: %v, want ErrReadOnly with the way out", what, err)
				}
			}
		})
	}
}

// writes tries every kind of write and returns what each said.
func writes(t *testing.T, s *Store) map[string]error {
	t.Helper()
	_, add := s.AddSite(t.Context(), site("new"))
	_, update := s.UpdateSite(t.Context(), "id-old", func(s *model.Site) error { s.Name = "Renamed"; return nil })
	return map[string]error{
		"open":     s.Writable(),
		"add":      add,
		"update":   update,
		"delete":   s.DeleteSite(t.Context(), "id-none"),
		"setting":  s.SetSetting(t.Context(), "k", "v"),
		"activity": s.AddActivity(t.Context(), "id-old", Activity{}),
	}
}

func TestLaterSchema(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, change, refusal string
	}{
		{"new column with a default", `ALTER TABLE sites ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'`, ""},
		{"new column that may be NULL", `ALTER TABLE sites ADD COLUMN colour TEXT`, ""},
		{"new table", `CREATE TABLE groups (id TEXT PRIMARY KEY, name TEXT NOT NULL)`, ""},
		{"column gone", `ALTER TABLE sites DROP COLUMN lanEnabled`, "lanEnabled"},
		{"value wanted", `DROP TABLE settings; CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, scope TEXT NOT NULL)`, "scope"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := migrated(t, SchemaVersion)
			db := raw(t, path)
			execute(t, db, c.change)
			execute(t, db, `UPDATE schema_migrations SET version = 20990101000001`)
			s := open(t, path)
			if _, err := s.Site(t.Context(), "old"); err != nil {
				t.Fatal(err)
			}
			for what, err := range writes(t, s) {
				switch {
				case c.refusal == "" && err != nil:
					t.Errorf("%s: %v, want no error", what, err)
				case c.refusal != "" && (!errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), c.refusal)):
					t.Errorf("%s: %v, want ErrReadOnly naming %s", what, err, c.refusal)
				}
			}
			var colour sql.NullString
			if c.name == "new column with a default" {
				if err := db.QueryRowContext(t.Context(), `SELECT colour FROM sites WHERE id = 'id-old'`).Scan(&colour); err != nil || colour.String != "red" {
					t.Errorf("the unknown column has %v, %v, want red", colour, err)
				}
			}
		})
	}
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	t.Run("migration broke off", func(t *testing.T) {
		t.Parallel()
		path := migrated(t, SchemaVersion)
		execute(t, raw(t, path), `UPDATE schema_migrations SET dirty = TRUE`)
		if err := open(t, path).Writable(); !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "broke off") {
			t.Errorf("got %v, want ErrReadOnly that says so", err)
		}
	})
	for _, c := range []struct {
		name string
		make func(t *testing.T, path string)
	}{
		{"not a database", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not sqlite ", 500)), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"another program's", func(t *testing.T, path string) { execute(t, raw(t, path), `CREATE TABLE t (x)`) }},
		{"a folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "storage.db")
			c.make(t, path)
			if s, err := Open(t.Context(), path, noon); err == nil {
				t.Error("opened")
				_ = s.Close()
			}
		})
	}
	t.Run("relative path", func(t *testing.T) {
		t.Parallel()
		if _, err := Open(t.Context(), "storage.db", noon); err == nil {
			t.Error("opened")
		}
	})
}

// TestSchemaMatchesHistory holds that a file we create has the tables, columns and indexes of one the desktop app
// migrated.
func TestSchemaMatchesHistory(t *testing.T) {
	t.Parallel()
	fresh := newPath(t)
	open(t, fresh)
	for _, table := range []string{"sites", "settings", "site_hooks", "activity_events", "schema_migrations"} {
		shapes := map[string]string{}
		for name, path := range map[string]string{"ours": fresh, "theirs": migrated(t, SchemaVersion)} {
			rows, err := raw(t, path).QueryContext(t.Context(),
				`SELECT name || ' ' || type || ' ' || "notnull" || ' ' || COALESCE(dflt_value, '-') || ' ' || pk FROM pragma_table_info(?) ORDER BY 1`, table)
			if err != nil {
				t.Fatal(err)
			}
			var shape []string
			for rows.Next() {
				var line string
				if err := rows.Scan(&line); err != nil {
					t.Fatal(err)
				}
				shape = append(shape, line)
			}
			if err := rows.Close(); err != nil {
				t.Fatal(err)
			}
			shapes[name] = strings.Join(shape, "\n")
		}
		if shapes["ours"] != shapes["theirs"] || shapes["ours"] == "" {
			t.Errorf("%s:\n%s\nwant\n%s", table, shapes["ours"], shapes["theirs"])
		}
	}
}

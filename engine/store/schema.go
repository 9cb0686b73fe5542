package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// SchemaVersion is the desktop app's migration that we create and write: release 0.6's last.
const SchemaVersion = 20260510000001

// schema is what the migrations up to SchemaVersion leave behind.
const schema = `
CREATE TABLE sites (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	slug TEXT NOT NULL,
	domain TEXT NOT NULL,
	filesDir TEXT NOT NULL,
	publicDir TEXT NOT NULL,
	started BOOLEAN NOT NULL DEFAULT FALSE,
	phpVersion TEXT,
	mysqlVersion TEXT,
	redisVersion TEXT,
	createdAt TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updatedAt TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
	dbPassword TEXT NOT NULL DEFAULT 'password',
	webServer TEXT NOT NULL DEFAULT 'nginx',
	multisite TEXT NOT NULL DEFAULT '',
	salts TEXT NOT NULL DEFAULT '',
	dbEngine TEXT NOT NULL DEFAULT 'mysql',
	dbVersion TEXT NOT NULL DEFAULT '',
	publishDBPort INTEGER NOT NULL DEFAULT 0,
	spxEnabled INTEGER NOT NULL DEFAULT 0,
	spxKey TEXT NOT NULL DEFAULT '',
	gitRemote TEXT NOT NULL DEFAULT '',
	gitBranch TEXT NOT NULL DEFAULT '',
	worktreePath TEXT NOT NULL DEFAULT '',
	parentSiteID TEXT NOT NULL DEFAULT '',
	lanEnabled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX idx_sites_parent ON sites(parentSiteID) WHERE parentSiteID != '';
CREATE TABLE settings (
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
);
CREATE TABLE site_hooks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	site_id TEXT NOT NULL REFERENCES sites(id) ON DELETE CASCADE,
	event TEXT NOT NULL,
	position INTEGER NOT NULL,
	task_type TEXT NOT NULL,
	command TEXT NOT NULL,
	service TEXT NOT NULL DEFAULT '',
	run_as_user TEXT NOT NULL DEFAULT '',
	enabled INTEGER NOT NULL DEFAULT 1,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	UNIQUE (site_id, event, position)
);
CREATE INDEX idx_site_hooks_site_event ON site_hooks(site_id, event);
CREATE TABLE activity_events (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	site_id TEXT NOT NULL REFERENCES sites(id) ON DELETE CASCADE,
	time TEXT NOT NULL,
	plan TEXT NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	duration_ms INTEGER NOT NULL,
	message TEXT NOT NULL,
	details TEXT NOT NULL DEFAULT ''
);
CREATE INDEX idx_activity_events_site_time ON activity_events(site_id, time DESC);
CREATE TABLE schema_migrations (version uint64, dirty bool);
CREATE UNIQUE INDEX version_unique ON schema_migrations (version);
`

// column is what SQLite says of one column of a table.
type column struct {
	name       string
	notNull    bool
	hasDefault bool
	key        bool
}

// columnsOf returns the columns of the table; none when there is no such table.
func columnsOf(ctx context.Context, db *sql.DB, table string) ([]column, error) {
	rows, err := db.QueryContext(ctx, `SELECT name, "notnull", dflt_value IS NOT NULL, pk > 0 FROM pragma_table_info(?)`, table)
	if err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	defer rows.Close()
	var columns []column
	for rows.Next() {
		var c column
		if err := rows.Scan(&c.name, &c.notNull, &c.hasDefault, &c.key); err != nil {
			return nil, fmt.Errorf("read the columns of %s: %w", table, err)
		}
		columns = append(columns, c)
	}
	return columns, rows.Err()
}

// migrationVersion returns the desktop app's version of the schema and whether its last migration broke off. A database
// without that table has version 0.
func migrationVersion(ctx context.Context, db *sql.DB) (version int64, dirty bool, err error) {
	columns, err := columnsOf(ctx, db, "schema_migrations")
	if err != nil || len(columns) == 0 {
		return 0, false, err
	}
	err = db.QueryRowContext(ctx, `SELECT version, dirty FROM schema_migrations LIMIT 1`).Scan(&version, &dirty)
	if err == sql.ErrNoRows {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, dirty, nil
}

// unwritable says why the tables of a newer schema cannot be written by us; empty when they can.
func unwritable(ctx context.Context, db *sql.DB) (string, error) {
	for table, known := range map[string][]string{
		"sites":           siteColumnNames(),
		"settings":        {"key", "value"},
		"activity_events": {"site_id", "time", "plan", "kind", "status", "duration_ms", "message", "details"},
	} {
		columns, err := columnsOf(ctx, db, table)
		if err != nil {
			return "", err
		}
		for _, name := range known {
			if !slices.ContainsFunc(columns, func(c column) bool { return c.name == name }) {
				return fmt.Sprintf("its table %s has no column %s any more", table, name), nil
			}
		}
		for _, c := range columns {
			if c.notNull && !c.hasDefault && !c.key && !slices.Contains(known, c.name) {
				return fmt.Sprintf("its table %s wants a value for %s, which this version does not know", table, c.name), nil
			}
		}
	}
	return "", nil
}

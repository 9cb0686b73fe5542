package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// busyTimeout is how long a writer waits for the other program's transaction. The desktop app's is the same.
const busyTimeout = 5 * time.Second

// What callers branch on, with errors.Is.
var (
	// ErrNotFound says that no site has that slug or ID.
	ErrNotFound = errors.New("no such site")
	// ErrTaken says that another site has the slug, the domain or the folder; the text says which. It is a *TakenError.
	ErrTaken = errors.New("already taken by another site")
	// ErrReadOnly says that the database must not be written by this version. It is a *ReadOnlyError.
	ErrReadOnly = errors.New("the site database is read only")
)

// ReadOnlyError says why the database is read only, and the way out. It is an ErrReadOnly.
type ReadOnlyError struct {
	Reason   string
	NextStep string
}

// Error returns the reason and the way out.
func (e *ReadOnlyError) Error() string {
	return "the site database is read only: " + e.Reason + ". " + e.NextStep
}

// Is reports that every ReadOnlyError is an ErrReadOnly.
func (e *ReadOnlyError) Is(target error) bool { return target == ErrReadOnly }

// Store is an open database. It is safe for concurrent use.
type Store struct {
	db      *sql.DB
	now     func() time.Time
	version int64
	// readOnly is why writes are refused; nil when they are not.
	readOnly error
	// have are the columns of sites that this file has.
	have map[string]bool
}

// Open opens the database at path, an absolute path, and creates it and its folder when they are absent. now is the
// clock that stamps rows. A database that is not ours to write opens all the same; see Writable.
func Open(ctx context.Context, path string, now func() time.Time) (*Store, error) {
	fresh, err := prepareFile(path)
	if err != nil {
		return nil, fmt.Errorf("open the site database: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open the site database %s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // as the desktop app: SQLite has one writer, and one connection keeps its pragmas
	s := &Store{db: db, now: now}
	if err := s.inspect(ctx, fresh); err != nil {
		return nil, errors.Join(fmt.Errorf("open the site database %s: %w", path, err), db.Close())
	}
	return s, nil
}

// prepareFile makes the folder and an empty file, so that SQLite does not make one that others may read, and reports
// whether the file is empty.
func prepareFile(path string) (fresh bool, err error) {
	if !filepath.IsAbs(path) {
		return false, fmt.Errorf("%s is not an absolute path", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, os.ErrPermission) {
		f, err = os.Open(path)
	}
	if err != nil {
		return false, err
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close()); err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, fmt.Errorf("%s is not a file", path)
	}
	return info.Size() == 0, nil
}

// dsn names the file with the desktop app's settings. Transactions take the write lock at their beginning: one that first
// reads and then writes could not wait for it.
func dsn(path string) string {
	u := url.URL{Scheme: "file", Path: path}
	q := url.Values{"_txlock": {"immediate"}}
	for _, pragma := range []string{
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "foreign_keys(1)", "journal_mode(WAL)", "synchronous(NORMAL)",
	} {
		q.Add("_pragma", pragma)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// inspect creates the schema in a fresh file, and finds out what a file that was there allows.
func (s *Store) inspect(ctx context.Context, fresh bool) error {
	if fresh {
		if err := s.create(ctx); err != nil {
			return err
		}
	}
	version, dirty, err := migrationVersion(ctx, s.db)
	if err != nil {
		return err
	}
	columns, err := columnsOf(ctx, s.db, "sites")
	if err != nil {
		return err
	}
	s.version, s.have = version, map[string]bool{}
	for _, c := range columns {
		s.have[c.name] = true
	}
	switch {
	case len(columns) == 0:
		return errors.New("it is no Locorum database: it has no table of sites")
	case dirty:
		s.readOnly = &ReadOnlyError{
			Reason:   fmt.Sprintf("a migration of the desktop app broke off at version %d", version),
			NextStep: "Open the desktop app and let it repair the database.",
		}
	case version < SchemaVersion:
		s.readOnly = &ReadOnlyError{
			Reason:   fmt.Sprintf("it has version %d, and this program writes %d", version, int64(SchemaVersion)),
			NextStep: "Update Locorum's desktop app and open it once: it brings the database up to date.",
		}
	case version > SchemaVersion:
		reason, err := unwritable(ctx, s.db)
		if err != nil {
			return err
		}
		if reason != "" {
			s.readOnly = &ReadOnlyError{Reason: "a newer desktop app made it, and " + reason, NextStep: "Update locorum-tui."}
		}
	}
	return nil
}

// create makes the tables, unless another program made them since we looked.
func (s *Store) create(ctx context.Context) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		var tables int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&tables); err != nil || tables > 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return fmt.Errorf("create the schema: %w", err)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO schema_migrations (version, dirty) VALUES (?, FALSE)`, SchemaVersion)
		return err
	})
}

// transact runs do in a transaction that holds the write lock from its beginning.
func (s *Store) transact(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			return errors.Join(err, rollback)
		}
		return err
	}
	return tx.Commit()
}

// Version returns the schema's version, the number of the desktop app's newest migration in the file.
func (s *Store) Version() int64 { return s.version }

// Writable returns nil, or the *ReadOnlyError that every write would fail with.
func (s *Store) Writable() error { return s.readOnly }

// Close closes the database. Open transactions of other goroutines fail.
func (s *Store) Close() error { return s.db.Close() }

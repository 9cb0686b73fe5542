package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
	"unicode/utf8"
)

// The desktop app's limits on activity: rows kept for a site, and bytes of a message.
const (
	keptActivity   = 200
	maxMessageSize = 200
)

// activityTime is how a row's time is written: nine digits always, so that text sorts as time does.
const activityTime = "2006-01-02T15:04:05.000000000Z"

// Activity is the outcome of one operation on a site.
type Activity struct {
	Time time.Time
	// Plan is the operation's name with the slug, as "start-site:acme-shop".
	Plan string
	// Kind is start, stop, delete, import-db or other.
	Kind string
	// Status is succeeded, failed or rolled-back.
	Status   string
	Duration time.Duration
	// Message is one line for people; it is cut at 200 bytes.
	Message string
	// Details is a JSON object: steps and error.
	Details string
}

// AddActivity appends an outcome to the site's activity and forgets all but the newest 200.
func (s *Store) AddActivity(ctx context.Context, siteID string, a Activity) error {
	if s.readOnly != nil {
		return s.readOnly
	}
	err := s.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO activity_events (site_id, time, plan, kind, status, duration_ms, message, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			siteID, a.Time.UTC().Format(activityTime), a.Plan, a.Kind, a.Status, a.Duration.Milliseconds(), cutText(a.Message, maxMessageSize), a.Details)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx,
			`DELETE FROM activity_events WHERE site_id = ? AND id NOT IN
				(SELECT id FROM activity_events WHERE site_id = ? ORDER BY time DESC, id DESC LIMIT ?)`, siteID, siteID, keptActivity)
		return err
	})
	if err != nil {
		return fmt.Errorf("write a site's activity: %w", err)
	}
	return nil
}

// Activities returns the newest outcomes of a site, the newest first, at most limit of them. A row whose time cannot be
// read has a zero one.
func (s *Store) Activities(ctx context.Context, siteID string, limit int) ([]Activity, error) {
	columns, err := columnsOf(ctx, s.db, "activity_events")
	if err != nil || len(columns) == 0 { // older schemas have none
		return nil, err
	}
	rows, err := s.db.QueryContext(ctx,
		`SELECT time, plan, kind, status, duration_ms, message, details FROM activity_events
			WHERE site_id = ? ORDER BY time DESC, id DESC LIMIT ?`, siteID, limit)
	if err != nil {
		return nil, fmt.Errorf("read a site's activity: %w", err)
	}
	defer rows.Close()
	var list []Activity
	for rows.Next() {
		var a Activity
		var at string
		var ms int64
		if err := rows.Scan(&at, &a.Plan, &a.Kind, &a.Status, &ms, &a.Message, &a.Details); err != nil {
			return nil, fmt.Errorf("read a site's activity: %w", err)
		}
		a.Time, _ = time.Parse(time.RFC3339Nano, at)
		a.Duration = time.Duration(ms) * time.Millisecond
		list = append(list, a)
	}
	return list, rows.Err()
}

// HookCount returns how many enabled hooks of the desktop app the site has. We do not run them, and say so.
func (s *Store) HookCount(ctx context.Context, siteID string) (int, error) {
	columns, err := columnsOf(ctx, s.db, "site_hooks")
	if err != nil || len(columns) == 0 { // older schemas have none
		return 0, err
	}
	var n int
	if err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM site_hooks WHERE site_id = ? AND enabled`, siteID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count a site's hooks: %w", err)
	}
	return n, nil
}

// cutText cuts s to at most n bytes at the beginning of a character.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

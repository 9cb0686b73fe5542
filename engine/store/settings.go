package store

import (
	"context"
	"fmt"
)

// Settings returns all of the desktop app's settings rows. The map is the caller's.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT key, value FROM settings`)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	defer rows.Close()
	settings := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, fmt.Errorf("read the settings: %w", err)
		}
		settings[key] = value
	}
	return settings, rows.Err()
}

// SetSetting writes one settings row and leaves the others alone.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	if s.readOnly != nil {
		return s.readOnly
	}
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	if err != nil {
		return fmt.Errorf("write the setting %s: %w", key, err)
	}
	return nil
}

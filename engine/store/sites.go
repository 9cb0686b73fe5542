package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/model"
)

// TakenError says what of a site another site has already. It is an ErrTaken.
type TakenError struct {
	What  string // "slug", "domain" or "folder"
	Value string
	Slug  string // the other site's
}

// Error names the other site.
func (e *TakenError) Error() string {
	return fmt.Sprintf("the %s %s is already taken by the site %s", e.What, e.Value, e.Slug)
}

// Is reports that every TakenError is an ErrTaken.
func (e *TakenError) Is(target error) bool { return target == ErrTaken }

// Sites returns every site, sorted by name, then slug.
func (s *Store) Sites(ctx context.Context) ([]model.Site, error) {
	sites, err := s.query(ctx, s.db, "ORDER BY name COLLATE NOCASE, slug")
	if err != nil {
		return nil, fmt.Errorf("read the sites: %w", err)
	}
	return sites, nil
}

// Site returns the site with that slug. ErrNotFound when there is none; when the desktop app made several, the oldest.
func (s *Store) Site(ctx context.Context, slug string) (model.Site, error) {
	return one(s.query(ctx, s.db, "WHERE slug = ? ORDER BY createdAt, id LIMIT 1", slug))
}

// one returns the only row of a query, or ErrNotFound.
func one(sites []model.Site, err error) (model.Site, error) {
	switch {
	case err != nil:
		return model.Site{}, fmt.Errorf("read a site: %w", err)
	case len(sites) == 0:
		return model.Site{}, ErrNotFound
	}
	return sites[0], nil
}

// queryer is a database or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// query reads the sites that the rest of a SELECT asks for. A column that this file does not have, and NULL, reads as the
// column's default in the newest schema.
func (s *Store) query(ctx context.Context, q queryer, rest string, args ...any) ([]model.Site, error) {
	columns := siteColumns()
	fields := make([]string, len(columns))
	fallbacks := make([]any, 0, len(columns)+len(args))
	for i, c := range columns {
		// CAST keeps the driver from turning the text of a TIMESTAMP column into a time and back into another text.
		fields[i] = `?`
		if s.have[c.name] {
			fields[i] = `COALESCE(CAST(` + c.name + ` AS ` + castOf(c) + `), ?)`
		}
		fallbacks = append(fallbacks, c.fallback)
	}
	rows, err := q.QueryContext(ctx, `SELECT `+strings.Join(fields, ", ")+` FROM sites `+rest, append(fallbacks, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var sites []model.Site
	for rows.Next() {
		var site model.Site
		into := make([]any, len(columns))
		for i, c := range columns {
			into[i] = c.set(&site)
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	return sites, rows.Err()
}

func castOf(c siteColumn) string {
	if _, isText := c.fallback.(string); isText {
		return "TEXT"
	}
	return "INTEGER"
}

// AddSite inserts a site with all of its columns and sets its CreatedAt and UpdatedAt. A slug, domain or folder that
// another site has is a *TakenError; folders are compared as cleaned paths. ID, Slug, Domain and FilesDir must be set.
func (s *Store) AddSite(ctx context.Context, site model.Site) (model.Site, error) {
	if s.readOnly != nil {
		return model.Site{}, s.readOnly
	}
	if site.ID == "" || site.Slug == "" || site.Domain == "" || !filepath.IsAbs(site.FilesDir) {
		return model.Site{}, errors.New("add a site: it needs an ID, a slug, a domain and an absolute folder")
	}
	site.CreatedAt = s.stamp()
	site.UpdatedAt = site.CreatedAt
	columns := siteColumns()
	values := make([]any, len(columns))
	for i, c := range columns {
		values[i] = c.get(&site)
	}
	err := s.transact(ctx, func(tx *sql.Tx) error {
		if err := s.checkTaken(ctx, tx, site); err != nil {
			return err
		}
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
		_, err := tx.ExecContext(ctx, `INSERT INTO sites (`+strings.Join(siteColumnNames(), ", ")+`) VALUES (`+marks+`)`, values...)
		return err
	})
	if err != nil {
		return model.Site{}, fmt.Errorf("add the site %s: %w", site.Slug, err)
	}
	return site, nil
}

// checkTaken compares site with every other one, within the transaction that will write it.
func (s *Store) checkTaken(ctx context.Context, tx *sql.Tx, site model.Site) error {
	others, err := s.query(ctx, tx, "WHERE id != ?", site.ID)
	if err != nil {
		return err
	}
	for _, other := range others {
		switch {
		case strings.EqualFold(other.Slug, site.Slug):
			return &TakenError{"slug", site.Slug, other.Slug}
		case strings.EqualFold(other.Domain, site.Domain):
			return &TakenError{"domain", site.Domain, other.Slug}
		case filepath.Clean(other.FilesDir) == filepath.Clean(site.FilesDir):
			return &TakenError{"folder", site.FilesDir, other.Slug}
		}
	}
	return nil
}

// UpdateSite reads the site with that ID, lets change edit it and writes the columns that came out different, with a new
// UpdatedAt, all in one transaction: what another program wrote meanwhile to other columns stays. ID and CreatedAt cannot
// be changed. An error of change is returned and nothing is written.
func (s *Store) UpdateSite(ctx context.Context, id string, change func(site *model.Site) error) (model.Site, error) {
	if s.readOnly != nil {
		return model.Site{}, s.readOnly
	}
	var site model.Site
	err := s.transact(ctx, func(tx *sql.Tx) error {
		before, err := one(s.query(ctx, tx, "WHERE id = ?", id))
		if err != nil {
			return err
		}
		site = before
		if err := change(&site); err != nil {
			return err
		}
		site.ID, site.CreatedAt = before.ID, before.CreatedAt
		if site == before {
			return nil
		}
		if site.Slug != before.Slug || site.Domain != before.Domain || site.FilesDir != before.FilesDir {
			if err := s.checkTaken(ctx, tx, site); err != nil {
				return err
			}
		}
		site.UpdatedAt = s.stamp()
		return writeChanged(ctx, tx, before, site)
	})
	if err != nil {
		return model.Site{}, fmt.Errorf("update a site: %w", err)
	}
	return site, nil
}

// writeChanged writes the columns in which after differs from before.
func writeChanged(ctx context.Context, tx *sql.Tx, before, after model.Site) error {
	var sets []string
	var values []any
	for _, c := range siteColumns() {
		if value := c.get(&after); value != c.get(&before) {
			sets = append(sets, c.name+" = ?")
			values = append(values, value)
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE sites SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(values, after.ID)...)
	return err
}

// DeleteSite removes the row, its hooks and its activity. An absent one is no error.
func (s *Store) DeleteSite(ctx context.Context, id string) error {
	if s.readOnly != nil {
		return s.readOnly
	}
	if _, err := s.db.ExecContext(ctx, `DELETE FROM sites WHERE id = ?`, id); err != nil {
		return fmt.Errorf("delete a site: %w", err)
	}
	return nil
}

// Duplicates returns, for each slug, domain or folder that more than one of the sites has, a *TakenError that names both.
// The desktop app allows them; whoever changes such a site would change two.
func Duplicates(sites []model.Site) []*TakenError {
	var found []*TakenError
	for i, site := range sites {
		j := slices.IndexFunc(sites[:i], func(o model.Site) bool { return strings.EqualFold(o.Slug, site.Slug) })
		if j >= 0 {
			found = append(found, &TakenError{"slug", site.Slug, sites[j].Slug})
		}
		j = slices.IndexFunc(sites[:i], func(o model.Site) bool { return strings.EqualFold(o.Domain, site.Domain) })
		if j >= 0 {
			found = append(found, &TakenError{"domain", site.Domain, sites[j].Slug})
		}
		j = slices.IndexFunc(sites[:i], func(o model.Site) bool { return filepath.Clean(o.FilesDir) == filepath.Clean(site.FilesDir) })
		if j >= 0 {
			found = append(found, &TakenError{"folder", site.FilesDir, sites[j].Slug})
		}
	}
	return found
}

// stamp returns the time as the desktop app writes it.
func (s *Store) stamp() string { return s.now().UTC().Format(time.RFC3339) }

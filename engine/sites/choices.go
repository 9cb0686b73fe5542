package sites

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// Complete returns the options of a new site with what they leave open (slug, domain, folder below the sites' folder,
// versions), and what keeps it from being created whatever the machine looks like, beside the sites of rows: an ErrInvalid
// or a *store.TakenError.
func (o CreateOptions) Complete(rows []model.Site, folder string) (CreateOptions, error) {
	o, err := complete(o, rows, folder)
	if err != nil {
		return o, err
	}
	if err := checkChoices(o); err != nil {
		return o, err
	}
	return o, checkTaken(o, rows)
}

// relative refuses a folder.
func relative(folder string) error {
	return fmt.Errorf("%w: the folder %q is relative; give its whole path", ErrInvalid, folder)
}

// complete fills in what the options leave open.
func complete(o CreateOptions, rows []model.Site, folder string) (CreateOptions, error) {
	taken := func(slug string) bool {
		return slices.ContainsFunc(rows, func(s model.Site) bool { return s.Slug == slug })
	}
	if err := model.ValidateName(o.Name); err != nil {
		return o, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if o.Slug == "" {
		slug, err := model.Slug(o.Name, taken)
		if err != nil {
			return o, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		o.Slug = slug
	}
	if !model.ValidSlug(o.Slug) || len(o.Slug) > model.MaxSlug {
		return o, fmt.Errorf("%w: %q cannot be a site's slug", ErrInvalid, o.Slug)
	}
	if taken(o.Slug) {
		return o, &store.TakenError{What: "slug", Value: o.Slug, Slug: o.Slug}
	}
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&o.Domain, model.DefaultDomain(o.Slug))
	fill(&o.Folder, filepath.Join(folder, o.Slug))
	fill(&o.PHP, model.DefaultPHPVersion)
	fill(&o.Redis, model.DefaultRedisVersion)
	fill(&o.WebServer, model.DefaultWebServer)
	fill(&o.DBEngine, model.DefaultDBEngine)
	fill(&o.DBVersion, model.DefaultDBVersion(o.DBEngine))
	fill(&o.AdminUser, "admin")
	fill(&o.AdminEmail, o.AdminUser+"@example.test")
	return o, nil
}

// checkTaken says what of the options is another site's.
func checkTaken(o CreateOptions, rows []model.Site) error {
	for _, row := range rows {
		if row.Domain == o.Domain {
			return &store.TakenError{What: "domain", Value: o.Domain, Slug: row.Slug}
		}
		if inside(row.FilesDir, o.Folder) || inside(o.Folder, row.FilesDir) {
			return &store.TakenError{What: "folder", Value: o.Folder, Slug: row.Slug}
		}
	}
	return nil
}

// checkChoices says which of the choices is none.
func checkChoices(o CreateOptions) error {
	for _, c := range []struct {
		what, value string
		choices     []string
	}{
		{"PHP version", o.PHP, model.PHPVersions()},
		{"Redis version", o.Redis, model.RedisVersions()},
		{"web server", o.WebServer, []string{model.WebServerNginx, model.WebServerApache}},
		{"database", o.DBEngine, []string{model.DBEngineMariaDB, model.DBEngineMySQL}},
		{o.DBEngine + " version", o.DBVersion, model.DBVersions(o.DBEngine)},
		{"multisite mode", o.Multisite, []string{model.MultisiteOff, model.MultisiteSubdirectory, model.MultisiteSubdomain}},
		{"answer to what becomes of the old volume", o.Volume, []string{"", VolumeReuse, VolumeClean}},
	} {
		if !slices.Contains(c.choices, c.value) {
			return fmt.Errorf("%w: %q is no %s; choose one of %s", ErrInvalid, c.value, c.what, strings.Join(slices.DeleteFunc(c.choices, func(s string) bool { return s == "" }), ", "))
		}
	}
	if !filepath.IsAbs(o.Folder) {
		return relative(o.Folder)
	}
	if err := model.ValidateDomain(o.Domain); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if strings.ContainsFunc(o.AdminUser, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"'\<>&%`, r) }) || len(o.AdminUser) > 60 {
		return fmt.Errorf("%w: %q cannot be the name of a WordPress user", ErrInvalid, o.AdminUser)
	}
	if user, host, ok := strings.Cut(o.AdminEmail, "@"); !ok || user == "" || !strings.Contains(host, ".") || strings.ContainsAny(o.AdminEmail, " \t\r\n\"'<>") {
		return fmt.Errorf("%w: %q is no e-mail address", ErrInvalid, o.AdminEmail)
	}
	if clean := filepath.ToSlash(filepath.Clean("/" + o.PublicDir)); strings.Contains(o.PublicDir, "..") || strings.ContainsAny(clean, "\"'\\$;{}\n\r\t ") {
		return fmt.Errorf("%w: %q cannot be a document root", ErrInvalid, o.PublicDir)
	}
	return nil
}

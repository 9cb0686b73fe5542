package sites

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// What CreateOptions.Volume says of a volume that an earlier site of the same slug has left.
const (
	VolumeReuse = "reuse" // the new site gets the old one's data
	VolumeClean = "clean" // it is removed; with it the data goes
)

var (
	// ErrInvalid says that what was asked for cannot be: the text says what, and nothing was begun.
	ErrInvalid = errors.New("invalid")
	// ErrVolumeLeft says that a volume of an earlier site with the same slug is there, and nobody has said whether to reuse
	// it.
	ErrVolumeLeft = errors.New("the database volume of an earlier site of this name is still there")
)

// CheckCreate completes the options of a new site with what they leave open (slug, domain, folder, versions) and returns
// what keeps it from being created: an ErrInvalid, a *store.TakenError, an *engine.OwnerError, ErrVolumeLeft, ErrRootless,
// ErrRemote.
// It changes nothing.
func (m *Manager) CheckCreate(ctx context.Context, o CreateOptions) (CreateOptions, error) {
	if err := m.o.Store.Writable(); err != nil {
		return o, err
	}
	rows, err := m.o.Store.Sites(ctx)
	if err != nil {
		return o, err
	}
	if o, err = complete(o, rows, m.o.Config.SitesFolder(m.o.HomeDir)); err != nil {
		return o, err
	}
	if err := checkChoices(o); err != nil {
		return o, err
	}
	if err := checkFolder(o.Folder, m.o.HomeDir); err != nil {
		return o, err
	}
	for _, row := range rows {
		if row.Domain == o.Domain {
			return o, &store.TakenError{What: "domain", Value: o.Domain, Slug: row.Slug}
		}
		if inside(row.FilesDir, o.Folder) || inside(o.Folder, row.FilesDir) {
			return o, &store.TakenError{What: "folder", Value: o.Folder, Slug: row.Slug}
		}
	}
	return o, m.checkDaemon(ctx, o)
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

// checkFolder says why folder cannot be a site's. It makes nothing.
func checkFolder(folder, home string) error {
	switch {
	case !filepath.IsAbs(folder):
		return fmt.Errorf("%w: the folder %q is relative; give its whole path", ErrInvalid, folder)
	case strings.ContainsFunc(folder, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("%w: the folder %q has a control character in its name", ErrInvalid, folder)
	case inside(folder, home):
		return fmt.Errorf("%w: the folder %s holds your home folder; choose one of its own for the site", ErrInvalid, folder)
	case inside(DataDir(home), folder):
		return fmt.Errorf("%w: the folder %s is in Locorum's own data folder", ErrInvalid, folder)
	}
	info, err := os.Lstat(folder)
	if errors.Is(err, os.ErrNotExist) {
		return checkParent(filepath.Dir(folder))
	}
	switch {
	case err != nil:
		return fmt.Errorf("%w: the folder cannot be looked at: %w", ErrInvalid, err)
	case info.Mode()&os.ModeSymlink != 0:
		return fmt.Errorf("%w: %s is a link; give the folder that it leads to", ErrInvalid, folder)
	case !info.IsDir():
		return fmt.Errorf("%w: %s is a file", ErrInvalid, folder)
	}
	if owner, ok := fileOwner(folder); ok && os.Getuid() != 0 && owner.uid != os.Getuid() {
		return fmt.Errorf("%w: the folder %s belongs to another user (%d)", ErrInvalid, folder, owner.uid)
	}
	return checkWritable(folder)
}

// checkParent looks at the nearest folder above one that does not exist yet.
func checkParent(folder string) error {
	for {
		info, err := os.Stat(folder)
		switch {
		case err == nil && info.IsDir():
			return checkWritable(folder)
		case err == nil:
			return fmt.Errorf("%w: %s is a file, so there can be no folder in it", ErrInvalid, folder)
		case !errors.Is(err, os.ErrNotExist):
			return fmt.Errorf("%w: the folder cannot be looked at: %w", ErrInvalid, err)
		}
		folder = filepath.Dir(folder)
	}
}

// checkWritable tries to make a file, which tells more than the mode does: the disk may be read only, or full.
func checkWritable(folder string) error {
	f, err := os.CreateTemp(folder, ".locorum-*")
	if err != nil {
		return fmt.Errorf("%w: the folder %s cannot be written: %w", ErrInvalid, folder, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// inside reports whether path is folder or lies in it. Both are absolute.
func inside(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// checkDaemon says what on the daemon keeps the site from being created.
func (m *Manager) checkDaemon(ctx context.Context, o CreateOptions) error {
	info, err := m.o.Docker.ProviderInfo(ctx)
	if err != nil {
		return err
	}
	if info.Rootless {
		return ErrRootless
	}
	if err := m.checkSeen(ctx); err != nil {
		return err
	}
	if _, err := m.containers(ctx, o.Slug); err != nil {
		return err
	}
	volumes, err := m.o.Docker.VolumesByLabel(ctx, volumeLabels(o.Slug))
	if err != nil {
		return err
	}
	for _, v := range volumes {
		if home := v.Labels[engine.LabelHome]; home != "" && home != DataDir(m.o.HomeDir) {
			return &engine.OwnerError{Kind: "volume", Name: v.Name, Owner: home}
		}
	}
	if len(volumes) > 0 && o.Volume == "" {
		return fmt.Errorf("%w (%s)", ErrVolumeLeft, volumes[0].Name)
	}
	return nil
}

// checkSeen refuses a daemon that has no access to our folders. What it found out it remembers: a form asks often.
func (m *Manager) checkSeen(ctx context.Context) error {
	m.seen.Lock()
	defer m.seen.Unlock()
	if m.seen.yes {
		return nil
	}
	if err := os.MkdirAll(m.data(), 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	yes, err := m.o.Docker.SeesFolder(ctx, m.data())
	if err != nil {
		return err
	}
	if !yes {
		return fmt.Errorf("%w: %s is not on the machine of %s; create the site there, for example over SSH",
			ErrRemote, m.data(), m.o.Docker.Endpoint().Host)
	}
	m.seen.yes = true
	return nil
}

// addSite writes the new site's row and our own state of it. From here on the site exists, and whatever happens is healed
// by starting it.
func (m *Manager) addSite(ctx context.Context, o CreateOptions) (model.Site, error) {
	id, err := uuid.NewRandomFromReader(m.o.Random)
	if err != nil {
		return model.Site{}, fmt.Errorf("make an ID for the site: %w", err)
	}
	password := make([]byte, 16)
	if _, err := io.ReadFull(m.o.Random, password); err != nil {
		return model.Site{}, fmt.Errorf("make a database password: %w", err)
	}
	salts, err := wordpress.NewSalts(m.o.Random)
	if err != nil {
		return model.Site{}, err
	}
	site := model.Site{
		ID: id.String(), Name: o.Name, Slug: o.Slug, Domain: o.Domain, FilesDir: o.Folder, PublicDir: o.PublicDir,
		PHPVersion: o.PHP, RedisVersion: o.Redis, WebServer: o.WebServer, Multisite: o.Multisite,
		DBEngine: o.DBEngine, DBVersion: o.DBVersion, MySQLVersion: o.DBVersion,
		DBPassword: hex.EncodeToString(password), Salts: salts,
	}
	daemon, err := m.o.Docker.DaemonID(ctx)
	if err != nil {
		return model.Site{}, err
	}
	_, statErr := os.Lstat(o.Folder)
	state := siteState{
		SiteID: site.ID, DaemonID: daemon, AdminUser: o.AdminUser, AdminEmail: o.AdminEmail, FolderMade: errors.Is(statErr, os.ErrNotExist),
	}
	if err := m.writeState(site.Slug, state); err != nil {
		return model.Site{}, err
	}
	if err := makeFolder(o.Folder); err != nil {
		return model.Site{}, err
	}
	return m.o.Store.AddSite(ctx, site)
}

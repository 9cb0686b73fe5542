package sites

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"github.com/Locorum/locorum-tui/engine"
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
	if o, err = o.Complete(rows, m.o.Config.SitesFolder(m.o.HomeDir)); err != nil {
		return o, err
	}
	if err := checkFolder(o.Folder, m.o.HomeDir); err != nil {
		return o, err
	}
	return o, m.checkDaemon(ctx, o)
}

// checkFolder says why folder cannot be a site's. It makes nothing.
func checkFolder(folder, home string) error {
	switch {
	case !filepath.IsAbs(folder):
		return relative(folder)
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

// checkSeen refuses a daemon that has no access to our folders. That it has it remembers: a form asks often.
func (m *Manager) checkSeen(ctx context.Context) error {
	if m.seen.Load() {
		return nil
	}
	if err := os.MkdirAll(m.data(), 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	sees, err := m.o.Docker.SeesFolder(ctx, m.data())
	if err != nil {
		return err
	}
	if !sees {
		return fmt.Errorf("%w: %s is not on the machine of %s; create the site there, for example over SSH",
			ErrRemote, m.data(), m.o.Docker.Endpoint().Host)
	}
	m.seen.Store(true)
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

package sites

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// DeletePreview is what deleting a site takes away, and what it leaves.
type DeletePreview struct {
	Site       model.Site
	Containers []string // names
	// Volume is the database's volume; empty when there is none. VolumeGoes says whether it goes too.
	Volume     string
	VolumeGoes bool
	// VolumeSize is in bytes; negative when the daemon did not say.
	VolumeSize int64
	// Dump says that the database is dumped before anything goes.
	Dump bool
	// Folder is the site's; FolderSize is in bytes, and FilesGo says whether it goes too.
	Folder     string
	FolderSize int64
	FilesGo    bool
}

// PreviewDelete says what Delete with these options would take away. It changes nothing.
func (m *Manager) PreviewDelete(ctx context.Context, slug string, o DeleteOptions) (DeletePreview, error) {
	view, err := m.View(ctx, slug)
	if err != nil {
		return DeletePreview{}, err
	}
	if view.Owner != "" {
		return DeletePreview{}, &engine.OwnerError{Kind: "container", Name: engine.SiteContainerName(slug, engine.RoleWeb), Owner: view.Owner}
	}
	p := DeletePreview{Site: view.Site, Folder: view.Site.FilesDir, FilesGo: o.Files, VolumeGoes: o.Volume, VolumeSize: -1}
	for _, c := range view.Containers {
		p.Containers = append(p.Containers, c.Name)
	}
	volumes, err := m.o.Docker.VolumesByLabel(ctx, volumeLabels(slug))
	if err != nil {
		return p, err
	}
	if len(volumes) > 0 {
		p.Volume, p.VolumeSize, p.Dump = volumes[0].Name, volumes[0].Size, o.Volume && !o.NoDump
	}
	if p.Folder != "" {
		p.FolderSize, err = FolderSize(ctx, p.Folder)
	}
	return p, err
}

// FolderSize adds up the files in folder, in bytes; 0 when it is absent.
func FolderSize(ctx context.Context, folder string) (size int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return engine.Ended(ctx)
		}
		if err != nil || !entry.Type().IsRegular() {
			return nil // what cannot be read has no size that could be told
		}
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return size, err
}

// Names of the steps that only taking away has.
const (
	stepDump   = "dump"
	stepGone   = "containers"
	stepNoNet  = "network"
	stepNoVol  = "remove volume"
	stepFiles  = "files"
	stepTraces = "settings and certificate"
	stepRow    = "site list"
)

// deleteSteps returns what takes the site away: first the dump, when its data is to go, and last its row, so that a delete
// that broke off is still a site which can be deleted.
func (j *job) deleteSteps(o DeleteOptions) ([]Step, error) {
	if o.Files {
		if err := j.m.checkFilesGo(j.site); err != nil {
			return nil, err
		}
	}
	var steps []Step
	var first []string
	if o.Volume && !o.NoDump && j.remembered().Volume != volumeFresh {
		steps, first = j.dumpSteps("pre_delete"), []string{stepDump}
	}
	add := func(name string, needs []string, do func(context.Context) error) {
		steps = append(steps, quiet(name, needs, do))
	}
	steps = append(steps, j.stopSteps(first...)...)
	add(stepGone, stopped(), j.removeContainers)
	add(stepNoNet, []string{stepGone}, func(ctx context.Context) error {
		return j.m.o.Docker.RemoveNetworksByLabel(ctx, map[string]string{
			engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: j.site.Slug, engine.LabelRole: engine.RoleSiteNetwork,
		})
	})
	last := []string{stepNoNet, stepTraces}
	if o.Volume {
		add(stepNoVol, []string{stepGone}, func(ctx context.Context) error {
			return j.m.o.Docker.RemoveVolumesByLabel(ctx, volumeLabels(j.site.Slug))
		})
		last = append(last, stepNoVol)
	}
	if o.Files {
		add(stepFiles, []string{stepGone}, func(context.Context) error {
			if err := os.RemoveAll(j.site.FilesDir); err != nil {
				return fmt.Errorf("remove the site's folder: %w", err)
			}
			return nil
		})
		last = append(last, stepFiles)
	}
	add(stepTraces, []string{stepGone}, func(context.Context) error { return j.removeTraces(o.Volume) })
	add(stepRow, last, func(ctx context.Context) error {
		if err := j.m.o.Store.DeleteSite(ctx, j.site.ID); err != nil {
			return err
		}
		return removeFile(j.m.statePath(j.site.Slug))
	})
	return steps, nil
}

// checkFilesGo refuses to remove a folder that is not the site's alone.
func (m *Manager) checkFilesGo(site model.Site) error {
	folder := filepath.Clean(site.FilesDir)
	if !filepath.IsAbs(folder) || inside(folder, m.o.HomeDir) || inside(folder, DataDir(m.o.HomeDir)) {
		return fmt.Errorf("%w: %s is not a folder that may be removed; remove what is yours in it by hand", ErrInvalid, folder)
	}
	if info, err := os.Lstat(folder); err == nil && !info.IsDir() {
		return fmt.Errorf("%w: %s is no folder but a link or a file; remove it by hand", ErrInvalid, folder)
	}
	rows, err := m.o.Store.Sites(context.Background())
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.ID != site.ID && (inside(folder, row.FilesDir) || inside(row.FilesDir, folder)) {
			return fmt.Errorf("%w: %s is also the folder of %s; its files stay", ErrInvalid, folder, row.Slug)
		}
	}
	return nil
}

func (j *job) removeContainers(ctx context.Context) error {
	for _, role := range model.SiteRoles() {
		if err := j.m.o.Docker.RemoveContainer(ctx, engine.SiteContainerName(j.site.Slug, role)); err != nil {
			return err
		}
	}
	return nil
}

// removeTraces removes what we rendered for the site outside its folder. The administrator's password goes with the
// database that it opens.
func (j *job) removeTraces(password bool) error {
	home, slug := j.m.o.HomeDir, j.site.Slug
	paths := []string{engine.NginxConfigPath(home, slug), engine.ApacheConfigPath(home, slug), engine.SPXKeyINIPath(home, slug)}
	if password {
		paths = append(paths, wordpress.CredentialsPath(home, slug))
	}
	for _, path := range paths {
		if err := removeFile(path); err != nil {
			return err
		}
	}
	return os.RemoveAll(j.m.data("certs", "site-"+slug))
}

// dumpSteps returns the steps that write the site's database to a snapshot, starting the database for it when it does not
// run.
func (j *job) dumpSteps(label string) []Step {
	image := imageStep(engine.RoleDatabase)
	return []Step{
		j.imageStep(engine.RoleDatabase, j.spec(engine.RoleDatabase).Image),
		quiet(stepNetworks, nil, j.networks),
		quiet(stepSettings, nil, j.settings),
		quiet(stepVolume, []string{image}, j.ensureVolume),
		quiet(engine.RoleDatabase, []string{image, stepNetworks, stepSettings, stepVolume}, j.database),
		quiet(stepDump, []string{engine.RoleDatabase}, func(ctx context.Context) error { return j.dump(ctx, label) }),
	}
}

// dump writes a snapshot of the running database, after which the oldest of the site's go.
func (j *job) dump(ctx context.Context, label string) error {
	dir := j.m.data("snapshots")
	path, err := database.Snapshot(ctx, j.m.o.Docker, &j.site, dir, label, j.m.o.Now())
	if err != nil {
		return err
	}
	j.notice("the database was dumped to " + path)
	if _, err := database.PruneSnapshots(dir, j.site.Slug, database.KeepSnapshots); err != nil {
		j.notice(err.Error()) // there are more of them than need be
	}
	return nil
}

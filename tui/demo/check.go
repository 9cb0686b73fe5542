package demo

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// CheckCreate is Backend's. What it says is what sites.Manager says, except that no disk is looked at.
func (d *Demo) CheckCreate(ctx context.Context, o sites.CreateOptions) (sites.CreateOptions, error) {
	rows := d.sitesNow()
	o, err := complete(o, rows)
	if err != nil {
		return o, err
	}
	if err := checkChoices(o); err != nil {
		return o, err
	}
	for _, row := range rows {
		if row.Domain == o.Domain {
			return o, &store.TakenError{What: "domain", Value: o.Domain, Slug: row.Slug}
		}
		if row.FilesDir == o.Folder {
			return o, &store.TakenError{What: "folder", Value: o.Folder, Slug: row.Slug}
		}
	}
	volumes, err := d.docker.VolumesByLabel(ctx, volumeLabels(o.Slug))
	if err != nil {
		return o, err
	}
	if len(volumes) > 0 && o.Volume == "" {
		return o, fmt.Errorf("%w (%s)", sites.ErrVolumeLeft, volumes[0].Name)
	}
	return o, nil
}

// sitesNow returns a copy of the rows.
func (d *Demo) sitesNow() []model.Site {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.rows)
}

// complete fills in what the options leave open.
func complete(o sites.CreateOptions, rows []model.Site) (sites.CreateOptions, error) {
	taken := func(slug string) bool {
		return slices.ContainsFunc(rows, func(s model.Site) bool { return s.Slug == slug })
	}
	if err := model.ValidateName(o.Name); err != nil {
		return o, fmt.Errorf("%w: %w", sites.ErrInvalid, err)
	}
	if o.Slug == "" {
		slug, err := model.Slug(o.Name, taken)
		if err != nil {
			return o, fmt.Errorf("%w: %w", sites.ErrInvalid, err)
		}
		o.Slug = slug
	}
	if !model.ValidSlug(o.Slug) || len(o.Slug) > model.MaxSlug {
		return o, fmt.Errorf("%w: %q cannot be a site's slug", sites.ErrInvalid, o.Slug)
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
	fill(&o.Folder, path.Join(sitesFolder, o.Slug))
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
func checkChoices(o sites.CreateOptions) error {
	if err := checkVersions(model.Site{PHPVersion: o.PHP, RedisVersion: o.Redis, DBEngine: o.DBEngine, DBVersion: o.DBVersion}); err != nil {
		return err
	}
	if err := oneOf("web server", o.WebServer, model.WebServerNginx, model.WebServerApache); err != nil {
		return err
	}
	if err := oneOf("multisite mode", o.Multisite, model.MultisiteOff, model.MultisiteSubdirectory, model.MultisiteSubdomain); err != nil {
		return err
	}
	if err := model.ValidateDomain(o.Domain); err != nil {
		return fmt.Errorf("%w: %w", sites.ErrInvalid, err)
	}
	if !path.IsAbs(o.Folder) {
		return fmt.Errorf("%w: the folder %q is relative; give its whole path", sites.ErrInvalid, o.Folder)
	}
	if user, host, ok := strings.Cut(o.AdminEmail, "@"); !ok || user == "" || !strings.Contains(host, ".") {
		return fmt.Errorf("%w: %q is no e-mail address", sites.ErrInvalid, o.AdminEmail)
	}
	return nil
}

// checkVersions says which of a site's versions there is not.
func checkVersions(site model.Site) error {
	if err := oneOf("database", site.DBEngine, model.DBEngineMariaDB, model.DBEngineMySQL); err != nil {
		return err
	}
	if err := oneOf("PHP version", site.PHPVersion, model.PHPVersions()...); err != nil {
		return err
	}
	if err := oneOf("Redis version", site.RedisVersion, model.RedisVersions()...); err != nil {
		return err
	}
	return oneOf(site.DBEngine+" version", site.DBVersion, model.DBVersions(site.DBEngine)...)
}

// oneOf refuses a value that is none of the choices.
func oneOf(what, value string, choices ...string) error {
	if slices.Contains(choices, value) {
		return nil
	}
	named := slices.DeleteFunc(choices, func(s string) bool { return s == "" })
	return fmt.Errorf("%w: %q is no %s; choose one of %s", sites.ErrInvalid, value, what, strings.Join(named, ", "))
}

// PreviewDelete is Backend's.
func (d *Demo) PreviewDelete(ctx context.Context, slug string, o sites.DeleteOptions) (sites.DeletePreview, error) {
	v, err := d.view(ctx, slug)
	if err != nil {
		return sites.DeletePreview{}, err
	}
	p := sites.DeletePreview{Site: v.Site, Folder: v.Site.FilesDir, FilesGo: o.Files, VolumeGoes: o.Volume, VolumeSize: -1}
	for _, c := range v.Containers {
		p.Containers = append(p.Containers, c.Name)
	}
	volumes, err := d.docker.VolumesByLabel(ctx, volumeLabels(slug))
	if err != nil {
		return p, err
	}
	if len(volumes) > 0 {
		p.Volume, p.Dump = volumes[0].Name, o.Volume && !o.NoDump
		p.VolumeSize = newChance(d.seed, p.Volume).Int64N(200e6) + 90e6
	}
	p.FolderSize, err = d.FolderSize(ctx, p.Folder)
	return p, err
}

// ImageNeeds is Backend's.
func (d *Demo) ImageNeeds(ctx context.Context, site model.Site) ([]sites.ImageNeed, error) {
	images, err := d.docker.Images(ctx)
	if err != nil {
		return nil, err
	}
	var refs []string
	for _, role := range model.SiteRoles() {
		refs = append(refs, specs(&site)[role].Image)
	}
	for _, role := range sharedRoles() {
		refs = append(refs, sharedImages()[role])
	}
	var needs []sites.ImageNeed
	for _, ref := range refs {
		need := sites.ImageNeed{Ref: ref}
		if i := slices.IndexFunc(images, func(i engine.ImageInfo) bool { return slices.Contains(i.Tags, ref) }); i >= 0 {
			need.Present, need.Size = true, images[i].Size
		}
		needs = append(needs, need)
	}
	return needs, nil
}

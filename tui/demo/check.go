package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// CheckCreate is Backend's. What it says is what sites.Manager says, except that no disk is looked at.
func (d *Demo) CheckCreate(ctx context.Context, o sites.CreateOptions) (sites.CreateOptions, error) {
	rows := d.sitesNow()
	o, err := o.Complete(rows, sitesFolder)
	if err != nil {
		return o, err
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

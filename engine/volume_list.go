package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
)

// VolumesByLabel lists the volumes that carry every label of match, whoever made them, sorted by name; an empty value
// matches any, an empty match every volume. A key with '=' is ErrSpecInvalid. Names and labels are as the daemon has
// them: sanitise them before they reach a screen.
//
// Size and RefCount come from a measurement of the daemon's disk, which can take seconds and is shared by everyone who
// asks at the same time; they are -1 when the driver does not measure. When no volume matches nothing is measured.
func (d *Docker) VolumesByLabel(ctx context.Context, match map[string]string) ([]VolumeInfo, error) {
	const op = "list volumes"
	cli, vols, err := byLabel(ctx, d, match, labelFilter, d.listVolumes)
	if err != nil || len(vols) == 0 {
		return []VolumeInfo{}, d.fail(err, op)
	}
	usage, err := d.measure(ctx, cli, true)
	if err != nil {
		return nil, d.fail(err, op)
	}
	measured := make(map[string]*volume.UsageData, len(usage.Volumes))
	for _, v := range usage.Volumes {
		if v != nil {
			measured[v.Name] = v.UsageData
		}
	}
	infos := make([]VolumeInfo, len(vols))
	for i, v := range vols {
		infos[i] = VolumeInfo{Name: v.Name, Driver: v.Driver, Labels: v.Labels, Size: -1, RefCount: -1}
		if u := measured[v.Name]; u != nil {
			infos[i].Size, infos[i].RefCount = max(-1, u.Size), max(-1, u.RefCount)
		}
	}
	return infos, nil
}

// listVolumes returns what the filter lets through, by name.
func (d *Docker) listVolumes(ctx context.Context, cli *client.Client, args filters.Args) ([]*volume.Volume, error) {
	var list volume.ListResponse
	err := d.retry(ctx, func(ctx context.Context) (err error) {
		list, err = cli.VolumeList(ctx, volume.ListOptions{Filters: args})
		return err
	})
	vols := slices.DeleteFunc(list.Volumes, func(v *volume.Volume) bool { return v == nil })
	slices.SortFunc(vols, func(a, b *volume.Volume) int { return cmp.Compare(a.Name, b.Name) })
	return vols, err
}

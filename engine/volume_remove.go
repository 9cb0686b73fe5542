package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
)

// RemoveVolumesByLabel removes the volumes that VolumesByLabel would list and that are ours, with everything in them;
// those of other owners are passed over. An empty match is ErrSpecInvalid.
//
// A volume that a container mounts, running or not, is left, and the error names those containers; the others are removed
// all the same, and every failure is in the joined error.
func (d *Docker) RemoveVolumesByLabel(ctx context.Context, match map[string]string) error {
	const op = "remove volumes"
	cli, vols, err := byLabel(ctx, d, match, removalFilter, d.listVolumes)
	if err != nil {
		return d.fail(err, op)
	}
	return removeEach(ctx, d, vols, func(v *volume.Volume) map[string]string { return v.Labels }, func(v *volume.Volume) error {
		err := d.retry(ctx, func(ctx context.Context) error { return cli.VolumeRemove(ctx, v.Name, false) })
		if cerrdefs.IsNotFound(err) {
			return nil
		}
		return d.fail(explainVolumeUse(ctx, cli, v.Name, err), "remove volume "+plainText(v.Name))
	})
}

// explainVolumeUse adds who holds the volume to a refusal to remove it.
func explainVolumeUse(ctx context.Context, cli *client.Client, name string, refusal error) error {
	if !isInUse(refusal) {
		return refusal
	}
	list, err := cli.ContainerList(ctx, container.ListOptions{All: true, Filters: filters.NewArgs(filters.Arg("volume", name))})
	var holders []string
	for _, c := range list {
		// The filter takes paths inside containers for names of volumes too.
		if slices.ContainsFunc(c.Mounts, func(m container.MountPoint) bool { return m.Name == name }) {
			holders = append(holders, fmt.Sprintf("%s (%s)", summaryName(c), plainText(c.State)))
		}
	}
	if err != nil || len(holders) == 0 {
		return refusal
	}
	slices.Sort(holders)
	return fmt.Errorf("mounted by %s; remove them, then try again: %w", strings.Join(holders, ", "), refusal)
}

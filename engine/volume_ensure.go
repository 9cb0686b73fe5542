package engine

import (
	"context"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/volume"
)

// EnsureVolume makes the named volume if it is absent and returns its name. What it makes carries the platform label and
// our data folder besides the labels of spec; labels of an existing volume cannot be changed.
//
// A volume of that name that is not ours is an *OwnerError, one without labels too: it may hold somebody's data, and a
// purge by label would never find it again. The error says how to keep what is in it.
func (d *Docker) EnsureVolume(ctx context.Context, spec VolumeSpec) (string, error) {
	op := "ensure volume " + spec.Name
	if err := spec.validate(); err != nil {
		return "", d.fail(err, "ensure volume")
	}
	cli, err := d.ready(ctx)
	if err != nil {
		return "", d.fail(err, op)
	}
	var vol volume.Volume
	err = d.retry(ctx, func(ctx context.Context) (err error) {
		// The daemon answers with the existing volume, its labels unchanged, when somebody was faster.
		vol, err = cli.VolumeInspect(ctx, spec.Name)
		if cerrdefs.IsNotFound(err) {
			vol, err = cli.VolumeCreate(ctx, volume.CreateOptions{Name: spec.Name, Labels: d.stamp(spec.Labels)})
		}
		return err
	})
	if err == nil {
		err = d.checkVolumeOwner(spec.Name, vol.Labels)
	}
	if err != nil {
		return "", d.fail(err, op)
	}
	return spec.Name, nil
}

// validate names the field that cannot be right.
func (s VolumeSpec) validate() error {
	if err := validateName("volume Name", s.Name); err != nil {
		return err
	}
	return validateLabels(s.Labels)
}

// checkVolumeOwner returns an *OwnerError when the labels are not those of a volume of ours.
func (d *Docker) checkVolumeOwner(name string, labels map[string]string) error {
	if d.owns(labels) {
		return nil
	}
	why := ""
	if labels[LabelPlatform] != PlatformValue {
		why = "a volume cannot be renamed; to keep what is in it, copy it: docker run --rm -v " + name +
			":/from:ro -v " + name + "-copy:/to " + helperImage + " cp -a /from/. /to, then docker volume rm " + name
	}
	return ownerError("volume", name, labels, why)
}

package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
)

// CreateContainer creates a container from the SDK's own terms, pulling ref first if it is missing, and starts it. It is
// for what no ContainerSpec can say; everything else belongs to EnsureContainer. The configurations are not changed and
// may be nil; of cfg, Image is ignored, and the labels are completed with LabelPlatform and LabelHome.
//
// A name in use is an ErrAlreadyExists, and an *OwnerError when its holder is not ours. When the container does not start
// it is removed again.
func (d *Docker) CreateContainer(
	ctx context.Context,
	name, ref string,
	cfg *container.Config,
	hostCfg *container.HostConfig,
	netCfg *network.NetworkingConfig,
) error {
	if err := validateName("name", name); err != nil {
		return d.fail(err, "create container")
	}
	if _, err := parseImageRef(ref); err != nil {
		return d.fail(err, "create container")
	}
	op := "create container " + name
	cli, err := d.ready(ctx)
	if err != nil {
		return d.fail(err, op)
	}
	if err := d.PullImage(ctx, ref, nil); err != nil {
		return d.fail(err, op)
	}
	c := rawCreation(name, cfg, hostCfg, netCfg)
	c.config.Image = ref
	c.config.Labels = owned(c.config.Labels, d.opts.Home)
	c.config.Labels[LabelPlatform] = PlatformValue
	id, err := d.create(ctx, cli, c)
	if errors.Is(err, errNameTaken) {
		return d.fail(d.explainTaken(ctx, cli, name, err), op)
	}
	if err != nil {
		return d.fail(err, op)
	}
	if err := d.start(ctx, cli, id); err != nil {
		d.removeHalfMade(ctx, cli, id)
		return d.fail(fmt.Errorf("start: %w", err), op)
	}
	return nil
}

// explainTaken says whose container has the name.
func (d *Docker) explainTaken(ctx context.Context, cli *client.Client, name string, taken error) error {
	if holder, err := d.find(ctx, cli, name); err == nil && !d.owns(holder.Config.Labels) {
		return containerOwner(holder, "")
	}
	return kindError{ErrAlreadyExists, taken}
}

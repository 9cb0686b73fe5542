package engine

import (
	"context"
	"fmt"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// find inspects the container of that name, or of that full ID. The daemon also takes the beginning of an ID for a
// container, which must not make a container of a name that looks like one ours to stop. No part of the answer is nil.
func (d *Docker) find(ctx context.Context, cli *client.Client, name string) (container.InspectResponse, error) {
	var c container.InspectResponse
	err := d.retry(ctx, func(ctx context.Context) (err error) {
		c, err = cli.ContainerInspect(ctx, name)
		return err
	})
	if err != nil {
		return c, err
	}
	c = withoutNils(c)
	if c.ID == "" || c.Name != "/"+name && c.ID != name {
		return c, kindError{ErrNotFound, fmt.Errorf("no such container: %s", name)}
	}
	return c, nil
}

// withoutNils returns c with every part that we read in place: what a daemon leaves out must not end the program.
func withoutNils(c container.InspectResponse) container.InspectResponse {
	if c.ContainerJSONBase == nil {
		c.ContainerJSONBase = &container.ContainerJSONBase{}
	}
	if c.State == nil {
		c.State = &container.State{}
	}
	if c.Config == nil {
		c.Config = &container.Config{}
	}
	if c.HostConfig == nil {
		c.HostConfig = &container.HostConfig{}
	}
	if c.NetworkSettings == nil {
		c.NetworkSettings = &container.NetworkSettings{}
	}
	return c
}

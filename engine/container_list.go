package engine

import (
	"context"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/nat"
)

// ContainersByLabel lists the containers, in any state and of any owner, that carry every label of match; an empty value
// matches any value. An empty match lists all containers of the daemon. Order is the daemon's, newest first. Text is as
// the daemon gave it: sanitise what is shown.
func (d *Docker) ContainersByLabel(ctx context.Context, match map[string]string) ([]ContainerInfo, error) {
	const op = "list containers"
	_, list, err := byLabel(ctx, d, match, labelFilter, d.listContainers)
	if err != nil {
		return nil, d.fail(err, op)
	}
	return containerInfos(list), nil
}

// containerInfos translates a listing. It is never nil.
func containerInfos(list []container.Summary) []ContainerInfo {
	infos := make([]ContainerInfo, len(list))
	for i, c := range list {
		infos[i] = ContainerInfo{
			ID: c.ID, Names: c.Names, Image: c.Image, State: string(c.State), Status: c.Status, Labels: c.Labels,
		}
	}
	return infos
}

func (d *Docker) listContainers(ctx context.Context, cli *client.Client, filter filters.Args) ([]container.Summary, error) {
	var list []container.Summary
	err := d.retry(ctx, func(ctx context.Context) (err error) {
		list, err = cli.ContainerList(ctx, container.ListOptions{All: true, Filters: filter})
		return err
	})
	return list, err
}

// firstName returns a name for people.
func firstName(c container.Summary) string {
	if len(c.Names) == 0 {
		return c.ID
	}
	return strings.TrimPrefix(c.Names[0], "/")
}

// ContainerExists reports whether a container of that name exists, in any state.
func (d *Docker) ContainerExists(ctx context.Context, name string) (bool, error) {
	c, err := d.look(ctx, name)
	return c != nil, err
}

// ContainerIsRunning reports whether the container exists and runs. A paused or restarting one counts, as it does for
// Docker.
func (d *Docker) ContainerIsRunning(ctx context.Context, name string) (bool, error) {
	c, err := d.look(ctx, name)
	return c != nil && c.State.Running, err
}

// PublishedHostPort returns the port of the host that leads to containerPort over TCP, or 0 when the container publishes
// none or is stopped. Absent is ErrNotFound.
func (d *Docker) PublishedHostPort(ctx context.Context, name string, containerPort int) (int, error) {
	if containerPort < 1 || containerPort > 65535 {
		return 0, d.fail(invalid("containerPort", "%d is not from 1 to 65535", containerPort), "published port")
	}
	c, err := d.look(ctx, name)
	if err != nil {
		return 0, err
	}
	if c == nil {
		return 0, d.fail(ErrNotFound, "published port of container "+name)
	}
	for _, port := range publishedPorts(*c) {
		if port.ContainerPort == containerPort && port.Proto == "tcp" && port.HostPort > 0 {
			return port.HostPort, nil
		}
	}
	return 0, nil
}

// look inspects the container; absent is nil without an error.
func (d *Docker) look(ctx context.Context, name string) (*container.InspectResponse, error) {
	if err := validateName("name", name); err != nil {
		return nil, d.fail(err, "inspect container")
	}
	op := "inspect container " + name
	cli, err := d.ready(ctx)
	if err != nil {
		return nil, d.fail(err, op)
	}
	c, err := d.find(ctx, cli, name)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, d.fail(err, op)
	}
	return &c, nil
}

// portNumber returns the number of a port as the daemon writes it, or 0.
func portNumber(text string) int {
	n, err := nat.ParsePort(text)
	if err != nil {
		return 0
	}
	return n
}

package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
)

// maxProbeOutput in bytes is what we keep of a probe's output; daemons keep as much themselves.
const maxProbeOutput = 4096

// Inspect returns what is known of the container of that name, or of that full ID. Absent is ErrNotFound. Text is
// sanitised. Masked are: values of environment variables and options whose name looks like a secret's, passwords in URLs,
// and every value that was an EnvSecret of this engine. Lists are sorted, except Cmd and Env.
func (d *Docker) Inspect(ctx context.Context, name string) (ContainerDetail, error) {
	c, err := d.look(ctx, name)
	if err != nil {
		return ContainerDetail{}, err
	}
	if c == nil {
		return ContainerDetail{}, d.fail(ErrNotFound, "inspect container "+name)
	}
	return d.detail(*c), nil
}

// detail translates c, which has no nil parts.
func (d *Docker) detail(c container.InspectResponse) ContainerDetail {
	labels := make(map[string]string, len(c.Config.Labels))
	for key, value := range c.Config.Labels {
		labels[SanitizeString(key)] = d.clean(value)
	}
	return ContainerDetail{
		ID:           c.ID,
		Name:         SanitizeString(strings.TrimPrefix(c.Name, "/")),
		Image:        d.clean(c.Config.Image),
		ImageID:      c.Image,
		Labels:       labels,
		Cmd:          d.maskWords(c.Config.Cmd),
		Env:          d.maskEnv(c.Config.Env),
		TTY:          c.Config.Tty,
		State:        string(c.State.Status),
		Running:      c.State.Running,
		ExitCode:     c.State.ExitCode,
		OOMKilled:    c.State.OOMKilled,
		Error:        d.clean(c.State.Error),
		RestartCount: c.RestartCount,
		CreatedAt:    parseTime(c.Created),
		StartedAt:    parseTime(c.State.StartedAt),
		FinishedAt:   parseTime(c.State.FinishedAt),
		Health:       d.healthDetail(c.State.Health),
		Ports:        publishedPorts(c),
		Mounts:       mountDetails(c),
		Networks:     networkDetails(c),
	}
}

// parseTime returns the zero time for what has not happened, which the daemon writes as the year 1.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

func (d *Docker) healthDetail(h *container.Health) *HealthDetail {
	if h == nil || h.Status == "" || h.Status == container.NoHealthcheck {
		return nil
	}
	out := &HealthDetail{Status: SanitizeString(string(h.Status)), FailingStreak: h.FailingStreak}
	if len(h.Log) == 0 {
		return out
	}
	if last := h.Log[len(h.Log)-1]; last != nil {
		output := last.Output[:min(len(last.Output), maxProbeOutput)]
		out.LastOutput, out.LastExit, out.LastAt = d.cleanLines(output), last.ExitCode, last.End
	}
	return out
}

// publishedPorts returns what c publishes now, and what it exposes without publishing.
func publishedPorts(c container.InspectResponse) []PublishedPort {
	var out []PublishedPort
	all := maps.Clone(c.NetworkSettings.Ports)
	if all == nil {
		all = nat.PortMap{}
	}
	for port := range c.Config.ExposedPorts {
		if _, there := all[port]; !there {
			all[port] = nil
		}
	}
	for port, bindings := range all {
		p := PublishedPort{ContainerPort: port.Int(), Proto: SanitizeString(port.Proto())}
		if len(bindings) == 0 {
			out = append(out, p)
		}
		for _, b := range bindings {
			p.HostIP, p.HostPort = SanitizeString(b.HostIP), portNumber(b.HostPort)
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b PublishedPort) int {
		return cmp.Or(cmp.Compare(a.ContainerPort, b.ContainerPort), cmp.Compare(a.Proto, b.Proto),
			cmp.Compare(a.HostIP, b.HostIP), cmp.Compare(a.HostPort, b.HostPort))
	})
	return out
}

// mountDetails also lists the tmpfs of the host configuration, which the daemon leaves out of its list of mounts.
func mountDetails(c container.InspectResponse) []MountDetail {
	var out []MountDetail
	for _, m := range c.Mounts {
		out = append(out, MountDetail{
			Kind: SanitizeString(string(m.Type)), Name: SanitizeString(m.Name), Source: SanitizeString(m.Source),
			Target: SanitizeString(m.Destination), ReadOnly: !m.RW,
		})
	}
	for target, options := range c.HostConfig.Tmpfs {
		out = append(out, MountDetail{
			Kind: string(mount.TypeTmpfs), Target: SanitizeString(target),
			ReadOnly: slices.Contains(strings.Split(options, ","), "ro"),
		})
	}
	slices.SortFunc(out, func(a, b MountDetail) int { return cmp.Compare(a.Target, b.Target) })
	return out
}

func networkDetails(c container.InspectResponse) []NetworkDetail {
	var out []NetworkDetail
	for name, e := range c.NetworkSettings.Networks {
		if e == nil {
			e = &network.EndpointSettings{}
		}
		n := NetworkDetail{Name: SanitizeString(name), ID: e.NetworkID, IP: SanitizeString(e.IPAddress)}
		for _, alias := range e.Aliases {
			if len(alias) < 12 || !strings.HasPrefix(c.ID, alias) { // older daemons add the short ID by themselves
				n.Aliases = append(n.Aliases, SanitizeString(alias))
			}
		}
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b NetworkDetail) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

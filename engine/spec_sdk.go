package engine

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	"github.com/docker/go-units"
)

// What a container gets whose spec does not say.
const (
	defaultLogMaxSize        = "10m"
	defaultLogMaxFiles       = 3
	defaultPidsLimit   int64 = 1024
)

// creation is a request to create a container, in the SDK's terms.
type creation struct {
	name   string
	config *container.Config
	host   *container.HostConfig
	// endpoints are the networks to join in order, the primary one first.
	endpoints []endpoint
}

type endpoint struct {
	network  string
	settings *network.EndpointSettings
}

// creation translates a valid spec. Nothing of it is shared with s: the SDK changes what it is given. labels are the
// container's. Below API 1.44 startInterval is false: those daemons refuse a probe with a StartInterval.
func (s ContainerSpec) creation(labels map[string]string, startInterval bool) creation {
	exposed, bindings := s.sdkPorts()
	mounts, tmpfs := s.sdkMounts()
	c := creation{
		name: s.Name,
		config: &container.Config{
			Image:        s.Image,
			Cmd:          slices.Clone(s.Cmd),
			Entrypoint:   slices.Clone(s.Entrypoint),
			Env:          s.sdkEnv(),
			User:         s.User,
			WorkingDir:   s.WorkingDir,
			Tty:          s.Tty,
			Labels:       labels,
			ExposedPorts: exposed,
			Healthcheck:  s.Healthcheck.sdk(startInterval),
		},
		host: &container.HostConfig{
			Mounts:         mounts,
			Tmpfs:          tmpfs,
			PortBindings:   bindings,
			ExtraHosts:     slices.Clone(s.ExtraHosts),
			CapAdd:         slices.Clone(s.Security.CapAdd),
			CapDrop:        s.Security.sdkCapDrop(),
			SecurityOpt:    s.Security.sdkOptions(),
			ReadonlyRootfs: s.Security.ReadOnlyRootFS,
			Init:           new(s.Init),
			Resources:      s.Resources.sdk(),
			RestartPolicy:  s.Restart.sdk(),
			LogConfig:      s.Resources.sdkLogs(),
		},
	}
	for _, n := range s.Networks {
		c.endpoints = append(c.endpoints, endpoint{n.Network, &network.EndpointSettings{Aliases: slices.Clone(n.Aliases)}})
	}
	if len(s.Networks) > 0 {
		c.host.NetworkMode = container.NetworkMode(s.Networks[0].Network)
	}
	return c
}

func (s ContainerSpec) sdkEnv() []string {
	env := slices.Clone(s.Env)
	for _, secret := range s.EnvSecrets {
		env = append(env, secret.Key+"="+secret.Value)
	}
	return env
}

func (p PortMap) proto() string  { return cmp.Or(p.Proto, "tcp") }
func (p PortMap) hostIP() string { return cmp.Or(p.HostIP, "0.0.0.0") }

func (s ContainerSpec) sdkPorts() (nat.PortSet, nat.PortMap) {
	exposed, bindings := nat.PortSet{}, nat.PortMap{}
	for _, p := range s.Ports {
		port := nat.Port(p.ContainerPort + "/" + p.proto())
		exposed[port] = struct{}{}
		if p.HostPort != "" {
			bindings[port] = append(bindings[port], nat.PortBinding{HostIP: p.hostIP(), HostPort: p.HostPort})
		}
	}
	return exposed, bindings
}

func (m Mount) target() string {
	switch {
	case m.Bind != nil:
		return m.Bind.Target
	case m.Volume != nil:
		return m.Volume.Target
	case m.Tmpfs != nil:
		return m.Tmpfs.Target
	}
	return ""
}

// sdkMounts returns binds and volumes as mounts: unlike the older list of binds, they make the daemon refuse a source that
// does not exist instead of making a folder of root's there. A tmpfs goes into the older map, because a tmpfs mount knows
// no option but size and mode.
func (s ContainerSpec) sdkMounts() ([]mount.Mount, map[string]string) {
	var mounts []mount.Mount
	tmpfs := map[string]string{}
	for _, m := range s.Mounts {
		switch {
		case m.Bind != nil:
			mounts = append(mounts, mount.Mount{Type: mount.TypeBind, Source: m.Bind.Source, Target: m.Bind.Target, ReadOnly: m.Bind.ReadOnly})
		case m.Volume != nil:
			mounts = append(mounts, mount.Mount{Type: mount.TypeVolume, Source: m.Volume.Name, Target: m.Volume.Target, ReadOnly: m.Volume.ReadOnly})
		case m.Tmpfs != nil:
			tmpfs[m.Tmpfs.Target] = m.Tmpfs.Options
		}
	}
	return mounts, tmpfs
}

// sdk returns nil, which keeps the image's own probe, when there is nothing to run.
func (h *Healthcheck) sdk(startInterval bool) *container.HealthConfig {
	if h == nil || len(h.Test) == 0 {
		return nil
	}
	out := &container.HealthConfig{
		Test: slices.Clone(h.Test), Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod, Retries: h.Retries,
	}
	if startInterval {
		out.StartInterval = h.StartInterval
	}
	return out
}

func (o SecurityOptions) isZero() bool {
	return o.CapDrop == nil && o.CapAdd == nil && !o.NoNewPrivileges && !o.ReadOnlyRootFS && o.SecurityOpt == nil
}

func (o SecurityOptions) sdkCapDrop() []string {
	if o.CapDrop == nil {
		return []string{"ALL"}
	}
	return slices.Clone(o.CapDrop)
}

func (o SecurityOptions) sdkOptions() []string {
	options := slices.Clone(o.SecurityOpt)
	said := slices.ContainsFunc(options, func(option string) bool { return strings.HasPrefix(option, "no-new-privileges") })
	if (o.NoNewPrivileges || o.isZero()) && !said {
		options = append(options, "no-new-privileges=true")
	}
	return options
}

func (r Resources) sdk() container.Resources {
	out := container.Resources{Memory: r.MemoryLimit, CPUShares: r.CPUShares}
	if r.PidsLimit >= 0 {
		out.PidsLimit = new(cmp.Or(r.PidsLimit, defaultPidsLimit))
	}
	for _, u := range r.Ulimits {
		out.Ulimits = append(out.Ulimits, &units.Ulimit{Name: u.Name, Soft: u.Soft, Hard: u.Hard})
	}
	return out
}

func (r Resources) sdkLogs() container.LogConfig {
	return container.LogConfig{Type: "json-file", Config: map[string]string{
		"max-size": cmp.Or(r.LogMaxSize, defaultLogMaxSize),
		"max-file": strconv.Itoa(cmp.Or(r.LogMaxFiles, defaultLogMaxFiles)),
	}}
}

func (p RestartPolicy) sdk() container.RestartPolicy {
	switch p {
	case RestartOnFailure, RestartUnlessStopped:
		return container.RestartPolicy{Name: container.RestartPolicyMode(p)}
	default:
		return container.RestartPolicy{Name: container.RestartPolicyDisabled}
	}
}

// labels returns the labels that the container gets: the spec's, what tells that d made it, and the hash.
func (s ContainerSpec) labels(d *Docker) map[string]string {
	labels := d.stamp(s.Labels)
	labels[LabelConfigHash] = s.ConfigHash()
	return labels
}

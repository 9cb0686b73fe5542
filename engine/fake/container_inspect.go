package fake

import (
	"net/http"
	"slices"
	"strings"
	"time"

	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	networktypes "github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
)

// zeroTime is how Docker writes that something has not happened.
const zeroTime = "0001-01-01T00:00:00Z"

func stamp(t time.Time) string {
	if t.IsZero() {
		return zeroTime
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// inspectContainer is GET /containers/{id}/json.
func (d *Daemon) inspectContainer(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, err := d.containerLocked(r.PathValue("id"))
	if err != nil {
		return err
	}
	argv := c.argv()
	answer := containertypes.InspectResponse{
		ContainerJSONBase: &containertypes.ContainerJSONBase{
			ID: c.id, Created: stamp(c.created), Path: argv[0], Args: argv[1:], State: c.stateView(), Image: c.image.id,
			Name: "/" + c.name, RestartCount: c.restarts, Driver: "overlay2", Platform: "linux", HostConfig: c.host,
			LogPath: "/var/lib/docker/containers/" + c.id + "/" + c.id + "-json.log",
		},
		Mounts: c.mountPoints(), Config: c.config,
		NetworkSettings: &containertypes.NetworkSettings{Networks: c.networksView()},
	}
	answer.NetworkSettings.Ports = c.ports
	if c.ports == nil {
		answer.NetworkSettings.Ports = nat.PortMap{}
	}
	return r.answer(http.StatusOK, answer)
}

// shownState is the state's word as a daemon says it: a container that was killed to be removed is never "exited".
func (c *container) shownState() containertypes.ContainerState {
	if c.removing && !c.running() && c.state != containertypes.StateRestarting {
		return containertypes.StateRemoving
	}
	return c.state
}

func (c *container) stateView() *containertypes.State {
	s := &containertypes.State{
		Status: c.shownState(), Running: c.running() || c.state == containertypes.StateRestarting, Paused: c.state == containertypes.StatePaused,
		Restarting: c.state == containertypes.StateRestarting, OOMKilled: c.oom, ExitCode: c.exitCode, Error: c.fault,
		StartedAt: stamp(c.started), FinishedAt: stamp(c.finished),
	}
	if c.main != nil {
		s.Pid = c.main.hostPID
	}
	if c.health != nil {
		h := *c.health
		h.Log = slices.Clone(h.Log)
		s.Health = &h
	}
	return s
}

func (c *container) mountPoints() []containertypes.MountPoint {
	list := []containertypes.MountPoint{}
	for _, m := range c.mounts {
		p := containertypes.MountPoint{Type: m.kind, Name: m.name, Source: m.source, Destination: m.target, RW: !m.readOnly}
		if m.kind == mount.TypeVolume {
			p.Driver = "local"
		}
		list = append(list, p)
	}
	return list
}

func (c *container) networksView() map[string]*networktypes.EndpointSettings {
	view := map[string]*networktypes.EndpointSettings{}
	for _, ep := range c.nets {
		s := &networktypes.EndpointSettings{NetworkID: ep.id, IPAddress: ep.ip, Aliases: append(slices.Clone(ep.aliases), c.id[:12])}
		if ep.ip != "" {
			s.EndpointID = digest(64, c.id, ep.id)
			s.IPPrefixLen = 16
			s.Gateway = ep.ip[:strings.LastIndexByte(ep.ip, '.')] + ".1"
		}
		view[ep.network] = s
	}
	return view
}

// listContainers is GET /containers/json.
func (d *Daemon) listContainers(r *request) error {
	args, err := r.filters()
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	list := []containertypes.Summary{}
	now := d.clock.Now()
	for _, c := range d.sortedContainersLocked() {
		all := r.flag("all") || args.Contains("status") || args.Contains("exited")
		if !all && !c.running() && c.state != containertypes.StateRestarting {
			continue
		}
		if !args.MatchKVList("label", c.config.Labels) || !args.Match("name", c.name) && !args.Match("name", "/"+c.name) ||
			!args.ExactMatch("status", c.state) || !matchPrefix(args.Get("id"), c.id) {
			continue
		}
		if args.Contains("network") && !slices.ContainsFunc(c.nets, func(ep *endpoint) bool {
			return args.ExactMatch("network", ep.network) || args.ExactMatch("network", ep.id)
		}) {
			continue
		}
		if args.Contains("volume") && !slices.ContainsFunc(c.mounts, func(m containerMount) bool {
			return args.ExactMatch("volume", m.name) || args.ExactMatch("volume", m.target)
		}) {
			continue
		}
		if args.Contains("ancestor") && !args.ExactMatch("ancestor", c.image.Ref) && !args.ExactMatch("ancestor", c.image.id) {
			continue
		}
		list = append(list, c.summary(now))
	}
	if n := r.number("limit", 0); n > 0 && len(list) > n {
		list = list[:n]
	}
	return r.answer(http.StatusOK, list)
}

func matchPrefix(prefixes []string, id string) bool {
	return len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id, p) })
}

func (c *container) summary(now time.Time) containertypes.Summary {
	s := containertypes.Summary{
		ID: c.id, Names: []string{"/" + c.name}, Image: c.config.Image, ImageID: c.image.id, Command: strings.Join(c.argv(), " "),
		Created: c.created.Unix(), Labels: c.config.Labels, State: c.shownState(), Status: c.status(now), Ports: []containertypes.Port{},
		Mounts:          c.mountPoints(),
		NetworkSettings: &containertypes.NetworkSettingsSummary{Networks: c.networksView()},
	}
	s.HostConfig.NetworkMode = string(c.host.NetworkMode)
	if s.Labels == nil {
		s.Labels = map[string]string{}
	}
	for port, bindings := range c.ports {
		one := containertypes.Port{PrivatePort: uint16(port.Int()), Type: port.Proto()}
		if len(bindings) == 0 {
			s.Ports = append(s.Ports, one)
		}
		for _, b := range bindings {
			public, _ := nat.ParsePort(b.HostPort)
			one.IP, one.PublicPort = b.HostIP, uint16(public)
			s.Ports = append(s.Ports, one)
		}
	}
	slices.SortFunc(s.Ports, func(a, b containertypes.Port) int { return int(a.PrivatePort) - int(b.PrivatePort) })
	return s
}

package fake

import (
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/mount"
	networktypes "github.com/docker/docker/api/types/network"
	units "github.com/docker/go-units"
)

// namePattern is what Docker takes as the name of a container or volume.
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`)

// createContainer is POST /containers/create.
func (d *Daemon) createContainer(r *request) error {
	var body containertypes.CreateRequest
	if err := r.decode(&body); err != nil {
		return err
	}
	if body.Config == nil {
		return failf(http.StatusBadRequest, "Config cannot be empty in order to create a container")
	}
	if body.HostConfig == nil {
		body.HostConfig = &containertypes.HostConfig{}
	}
	if n := len(endpointsOf(body.NetworkingConfig)); n > 1 && r.below("1.44") {
		return failf(http.StatusBadRequest, "Container cannot be connected to network endpoints: a container can be created on one network only")
	}
	if r.below("1.44") && body.Healthcheck != nil {
		body.Healthcheck.StartInterval = 0
	}
	if err := checkHealth(body.Healthcheck); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	c, err := d.newContainerLocked(strings.TrimPrefix(r.query("name"), "/"), body)
	if err != nil {
		return err
	}
	d.containers[c.id] = c
	d.emitContainerLocked(c, events.ActionCreate)
	return r.answer(http.StatusCreated, containertypes.CreateResponse{ID: c.id, Warnings: []string{}})
}

// newContainerLocked checks a creation in the daemon's order and makes the container, nothing on failure.
func (d *Daemon) newContainerLocked(name string, body containertypes.CreateRequest) (*container, error) {
	img, err := d.imageLocked(body.Image)
	if err != nil {
		return nil, err
	}
	id := d.newIDLocked()
	if name == "" {
		name = "fake_" + id[:12]
	}
	if !namePattern.MatchString(name) {
		return nil, failf(http.StatusBadRequest, "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name)
	}
	for _, other := range d.containers {
		if other.name == name {
			return nil, failf(http.StatusConflict, "Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to remove (or rename) that container to be able to reuse that name.", name, other.id)
		}
	}
	config := inherit(*body.Config, img)
	if len(config.Entrypoint)+len(config.Cmd) == 0 {
		return nil, failf(http.StatusBadRequest, "No command specified")
	}
	c := &container{
		id: id, name: name, created: d.clock.Now(), config: config, host: body.HostConfig, image: img, own: newTree(),
		log: newLogFile(d.clock), state: containertypes.StateCreated, tasks: map[int]*task{},
	}
	if c.mounts, err = d.mountsLocked(body.HostConfig, img); err != nil {
		return nil, err
	}
	c.nets = d.endpoints(body)
	return c, nil
}

// inherit completes a container's configuration with its image's.
func inherit(config containertypes.Config, img *storedImage) *containertypes.Config {
	if len(config.Entrypoint) == 0 {
		config.Entrypoint = img.Entrypoint
		if len(config.Cmd) == 0 {
			config.Cmd = img.Cmd
		}
	}
	config.Env = append(slices.Clone(img.Env), config.Env...)
	if !slices.ContainsFunc(config.Env, func(kv string) bool { return strings.HasPrefix(kv, "PATH=") }) {
		config.Env = append(config.Env, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	}
	if config.User == "" {
		config.User = img.User
	}
	if config.WorkingDir == "" {
		config.WorkingDir = img.WorkingDir
	}
	if config.StopSignal == "" {
		config.StopSignal = img.StopSignal
	}
	if config.Healthcheck == nil || len(config.Healthcheck.Test) == 0 {
		config.Healthcheck = healthConfig(img.Healthcheck)
	}
	return &config
}

func endpointsOf(n *networktypes.NetworkingConfig) map[string]*networktypes.EndpointSettings {
	if n == nil {
		return nil
	}
	return n.EndpointsConfig
}

// endpoints are the networks of a new container: the network mode first, or the default bridge.
func (d *Daemon) endpoints(body containertypes.CreateRequest) []*endpoint {
	primary := string(body.HostConfig.NetworkMode)
	if primary == "" || primary == networktypes.NetworkDefault {
		primary = networktypes.NetworkBridge
	}
	given := endpointsOf(body.NetworkingConfig)
	names := []string{primary}
	for name := range given {
		if name != primary {
			names = append(names, name)
		}
	}
	slices.Sort(names[1:])
	var list []*endpoint
	for _, name := range names {
		ep := &endpoint{network: name, settings: given[name]}
		if s := given[name]; s != nil {
			ep.aliases = s.Aliases
		}
		list = append(list, ep)
	}
	return list
}

// mountsLocked checks the mounts and makes the volumes behind them.
func (d *Daemon) mountsLocked(host *containertypes.HostConfig, img *storedImage) ([]containerMount, error) {
	var list []containerMount
	wanted := slices.Clone(host.Mounts)
	for _, bind := range host.Binds {
		parts := strings.SplitN(bind, ":", 3)
		if len(parts) < 2 {
			return nil, failf(http.StatusBadRequest, "invalid volume specification: '%s'", bind)
		}
		m := mount.Mount{Type: mount.TypeVolume, Source: parts[0], Target: parts[1], ReadOnly: len(parts) > 2 && strings.Contains(parts[2], "ro")}
		if path.IsAbs(parts[0]) {
			m.Type, m.BindOptions = mount.TypeBind, &mount.BindOptions{CreateMountpoint: true}
		}
		wanted = append(wanted, m)
	}
	for target := range host.Tmpfs {
		list = append(list, containerMount{kind: mount.TypeTmpfs, target: path.Clean(target), files: newTree()})
	}
	for _, m := range wanted {
		made, err := d.mountLocked(m)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(o containerMount) bool { return o.target == made.target }) {
			return nil, failf(http.StatusBadRequest, "Duplicate mount point: %s", made.target)
		}
		list = append(list, made)
	}
	for _, target := range img.Volumes {
		if !slices.ContainsFunc(list, func(o containerMount) bool { return o.target == target }) {
			v := d.volumeLocked(d.newIDLocked(), nil, true)
			list = append(list, containerMount{kind: mount.TypeVolume, name: v.name, source: v.path(), target: target, files: v.files})
		}
	}
	return list, nil
}

func (d *Daemon) mountLocked(m mount.Mount) (containerMount, error) {
	made := containerMount{kind: m.Type, source: m.Source, target: path.Clean(m.Target), readOnly: m.ReadOnly}
	if !path.IsAbs(m.Target) {
		return made, failf(http.StatusBadRequest, "invalid mount config for type \"%s\": invalid mount path: '%s' mount path must be absolute", m.Type, m.Target)
	}
	switch m.Type {
	case mount.TypeBind:
		if !path.IsAbs(m.Source) {
			return made, failf(http.StatusBadRequest, "invalid mount config for type \"bind\": invalid mount path: '%s' mount path must be absolute", m.Source)
		}
		create := m.BindOptions != nil && m.BindOptions.CreateMountpoint
		if d.opts.HostPath != nil && !create && !d.opts.HostPath(m.Source) {
			return made, failf(http.StatusBadRequest, "invalid mount config for type \"bind\": bind source path does not exist: %s", m.Source)
		}
		if d.binds[m.Source] == nil {
			d.binds[m.Source] = newTree()
		}
		made.files = d.binds[m.Source]
	case mount.TypeVolume:
		name := m.Source
		if name == "" {
			name = d.newIDLocked()
		} else if !namePattern.MatchString(name) {
			return made, failf(http.StatusBadRequest, "create %s: \"%s\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path", name, name)
		}
		v := d.volumeLocked(name, nil, m.Source == "")
		made.name, made.source, made.files = v.name, v.path(), v.files
	case mount.TypeTmpfs:
		made.source, made.files = "", newTree()
	default:
		return made, failf(http.StatusBadRequest, "invalid mount config: mount type unknown: \"%s\"", m.Type)
	}
	return made, nil
}

// humanDuration is Docker's wording of a duration.
var humanDuration = units.HumanDuration

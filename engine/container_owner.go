package engine

import (
	"path"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
)

// refuseReplace returns an *OwnerError when c must not be replaced by a container with these bind sources, or be taken
// for one.
//
// The desktop app writes no data folder on what it makes, so a container without one may be another person's. Its binds
// tell: they lie in our data folder or are what the wanted container mounts too, or it is not ours.
func (d *Docker) refuseReplace(c container.InspectResponse, wanted []string) error {
	if !d.owns(c.Config.Labels) {
		return containerOwner(c, "")
	}
	if c.Config.Labels[LabelHome] != "" || d.opts.Home == "" {
		return nil
	}
	for _, source := range bindSources(c) {
		if !isUnder(source, d.opts.Home) && !slices.ContainsFunc(wanted, func(w string) bool { return isUnder(source, w) }) {
			return containerOwner(c, "it mounts "+SanitizeString(source)+", which is not ours")
		}
	}
	return nil
}

// refuseRemove returns an *OwnerError when c must not be removed. It knows less than refuseReplace: the folders of a site
// may lie anywhere. But every container of the desktop app that has binds has one in its data folder, so one whose binds
// all lie elsewhere is another person's.
func (d *Docker) refuseRemove(c container.InspectResponse) error {
	if !d.owns(c.Config.Labels) {
		return containerOwner(c, "")
	}
	if c.Config.Labels[LabelHome] != "" || d.opts.Home == "" {
		return nil
	}
	sources := bindSources(c)
	if len(sources) > 0 && !slices.ContainsFunc(sources, func(s string) bool { return isUnder(s, d.opts.Home) }) {
		return containerOwner(c, "it mounts "+SanitizeString(sources[0])+" and nothing of "+d.opts.Home)
	}
	return nil
}

func containerOwner(c container.InspectResponse, why string) error {
	return ownerError("container", strings.TrimPrefix(c.Name, "/"), c.Config.Labels, why)
}

// bindSources returns the host paths that c was asked to mount. The list of what is mounted has other paths where the
// daemon runs in a virtual machine.
func bindSources(c container.InspectResponse) []string {
	var sources []string
	for _, bind := range c.HostConfig.Binds {
		if source, _, _ := strings.Cut(bind, ":"); path.IsAbs(source) { // else it names a volume
			sources = append(sources, source)
		}
	}
	for _, m := range c.HostConfig.Mounts {
		if m.Type == mount.TypeBind {
			sources = append(sources, m.Source)
		}
	}
	return sources
}

// isUnder reports whether file is dir or in it.
func isUnder(file, dir string) bool {
	file, dir = path.Clean(file), path.Clean(dir)
	return file == dir || dir == "/" || strings.HasPrefix(file, dir+"/")
}

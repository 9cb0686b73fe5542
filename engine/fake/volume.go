package fake

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/events"
	volumetypes "github.com/docker/docker/api/types/volume"
)

// volume is one volume.
type volume struct {
	name      string
	labels    map[string]string
	created   time.Time
	anonymous bool
	files     *tree
}

func (v *volume) path() string { return "/var/lib/docker/volumes/" + v.name + "/_data" }

// volumeLocked returns the volume of that name, made if it is not there.
func (d *Daemon) volumeLocked(name string, labels map[string]string, anonymous bool) *volume {
	v := d.volumes[name]
	if v == nil {
		v = &volume{name: name, labels: labels, created: d.clock.Now(), anonymous: anonymous, files: newTree()}
		d.volumes[name] = v
		d.emitLocked(events.VolumeEventType, events.ActionCreate, name, map[string]string{"driver": "local"})
	}
	return v
}

// volumeUsersLocked returns the IDs of the containers, in any state, that mount the volume.
func (d *Daemon) volumeUsersLocked(name string) (ids []string) {
	for _, c := range d.containers {
		if slices.ContainsFunc(c.mounts, func(m containerMount) bool { return m.name == name }) {
			ids = append(ids, c.id)
		}
	}
	return ids
}

func (d *Daemon) volumeViewLocked(v *volume, usage bool) *volumetypes.Volume {
	view := &volumetypes.Volume{
		Name: v.name, Driver: "local", Mountpoint: v.path(), Labels: v.labels, Scope: "local",
		CreatedAt: v.created.UTC().Format(time.RFC3339), Options: map[string]string{},
	}
	if v.anonymous {
		view.Labels = map[string]string{"com.docker.volume.anonymous": ""}
	}
	if usage {
		view.UsageData = &volumetypes.UsageData{Size: v.files.size(), RefCount: int64(len(d.volumeUsersLocked(v.name)))}
	}
	return view
}

// createVolume is POST /volumes/create; a volume that is there is returned as it is.
func (d *Daemon) createVolume(r *request) error {
	var body volumetypes.CreateOptions
	if err := r.decode(&body); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if body.Driver != "" && body.Driver != "local" {
		return failf(http.StatusNotFound, "create %s: error looking up volume plugin %s: plugin \"%s\" not found", body.Name, body.Driver, body.Driver)
	}
	anonymous := body.Name == ""
	if anonymous {
		body.Name = d.newIDLocked()
	} else if !namePattern.MatchString(body.Name) {
		return failf(http.StatusBadRequest, "create %s: \"%s\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path", body.Name, body.Name)
	}
	return r.answer(http.StatusCreated, d.volumeViewLocked(d.volumeLocked(body.Name, body.Labels, anonymous), false))
}

func (d *Daemon) sortedVolumesLocked() []*volume {
	list := make([]*volume, 0, len(d.volumes))
	for _, v := range d.volumes {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b *volume) int { return strings.Compare(a.name, b.name) })
	return list
}

// listVolumes is GET /volumes.
func (d *Daemon) listVolumes(r *request) error {
	args, err := r.filters()
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	answer := volumetypes.ListResponse{Volumes: []*volumetypes.Volume{}, Warnings: []string{}}
	for _, v := range d.sortedVolumesLocked() {
		dangling := len(d.volumeUsersLocked(v.name)) == 0
		want, _ := args.GetBoolOrDefault("dangling", dangling)
		if want == dangling && args.MatchKVList("label", v.labels) && args.Match("name", v.name) {
			answer.Volumes = append(answer.Volumes, d.volumeViewLocked(v, false))
		}
	}
	return r.answer(http.StatusOK, answer)
}

// inspectVolume is GET /volumes/{name}.
func (d *Daemon) inspectVolume(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.volumes[r.PathValue("name")]
	if v == nil {
		return failf(http.StatusNotFound, "get %s: no such volume", r.PathValue("name"))
	}
	return r.answer(http.StatusOK, d.volumeViewLocked(v, false))
}

// removeVolume is DELETE /volumes/{name}.
func (d *Daemon) removeVolume(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := r.PathValue("name")
	v := d.volumes[name]
	if v == nil {
		if r.flag("force") {
			return r.noContent()
		}
		return failf(http.StatusNotFound, "get %s: no such volume", name)
	}
	if users := d.volumeUsersLocked(name); len(users) > 0 {
		return failf(http.StatusConflict, "remove %s: volume is in use - %s", name, fmt.Sprint(users))
	}
	delete(d.volumes, name)
	d.emitLocked(events.VolumeEventType, events.ActionDestroy, name, map[string]string{"driver": "local"})
	return r.noContent()
}

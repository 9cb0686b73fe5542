package fake

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/docker/docker/api/types"
	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/system"
	"github.com/docker/docker/api/types/versions"
	volumetypes "github.com/docker/docker/api/types/volume"
)

const kernelVersion = "6.1.0"

// containerAction is an event's word for what happened.
type containerAction = events.Action

// atLeast reports whether the daemon speaks that version of the API.
func (d *Daemon) atLeast(version string) bool {
	return versions.GreaterThanOrEqualTo(d.opts.APIVersion, version)
}

func (d *Daemon) ping(r *request) error {
	r.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = r.Write([]byte("OK"))
	return nil
}

func (d *Daemon) version(r *request) error {
	return r.answer(http.StatusOK, types.Version{
		Version: d.opts.ServerVersion, APIVersion: d.opts.APIVersion, MinAPIVersion: "1.24", Os: "linux", Arch: "amd64",
		KernelVersion: kernelVersion, GoVersion: "go1.21",
	})
}

func (d *Daemon) info(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	info := system.Info{
		ID: digest(32, d.opts.HostName), Name: d.opts.HostName, Driver: "overlay2", OperatingSystem: "Debian GNU/Linux 12 (bookworm)",
		OSType: "linux", Architecture: "x86_64", ServerVersion: d.opts.ServerVersion, NCPU: machineCPUs, MemTotal: machineMemory,
		Containers: len(d.containers), Images: len(d.images), CgroupVersion: "2", CgroupDriver: "systemd",
		SecurityOptions: []string{"name=seccomp,profile=builtin"}, DockerRootDir: "/var/lib/docker", SystemTime: d.clock.Now().UTC().Format(time.RFC3339Nano),
		KernelVersion: kernelVersion, MemoryLimit: true, CPUCfsQuota: true, PidsLimit: true,
	}
	for _, c := range d.containers {
		info.ContainersRunning += oneIf(c.running())
		info.ContainersStopped += oneIf(!c.running())
	}
	return r.answer(http.StatusOK, info)
}

// diskUsage is GET /system/df. Layers that images share count once.
func (d *Daemon) diskUsage(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	usage := types.DiskUsage{
		Images:     d.imageSummariesLocked(func(*storedImage) bool { return true }),
		Containers: []*containertypes.Summary{}, Volumes: []*volumetypes.Volume{},
	}
	seen := map[string]bool{}
	for _, img := range d.images {
		for _, l := range img.Layers {
			if !seen[l.ID] {
				seen[l.ID] = true
				usage.LayersSize += 2 * l.Size
			}
		}
	}
	for _, c := range d.sortedContainersLocked() {
		s := c.summary(d.clock.Now())
		usage.Containers = append(usage.Containers, &s)
	}
	for _, v := range d.sortedVolumesLocked() {
		usage.Volumes = append(usage.Volumes, d.volumeViewLocked(v, true))
	}
	wanted := r.URL.Query()["type"]
	if len(wanted) > 0 {
		if !slices.Contains(wanted, "image") {
			usage.Images, usage.LayersSize = nil, 0
		}
		if !slices.Contains(wanted, "container") {
			usage.Containers = nil
		}
		if !slices.Contains(wanted, "volume") {
			usage.Volumes = nil
		}
	}
	return r.answer(http.StatusOK, usage)
}

// pathStat is the header that answers for a path in a container.
func pathStat(name string, dir bool, size int, at time.Time) string {
	stat := containertypes.PathStat{Name: name, Size: int64(size), Mode: 0o755, Mtime: at}
	if dir {
		stat.Mode |= os.ModeDir
	}
	text, _ := json.Marshal(stat)
	return base64.StdEncoding.EncodeToString(text)
}

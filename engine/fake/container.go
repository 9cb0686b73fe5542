package fake

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	networktypes "github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
)

// container is one container. The daemon's lock guards all of it but the log, which has its own.
type container struct {
	id      string
	name    string
	created time.Time
	config  *containertypes.Config
	host    *containertypes.HostConfig
	image   *storedImage
	own     *tree
	mounts  []containerMount
	nets    []*endpoint
	log     *logFile

	state      string // created, running, paused, restarting, exited
	exitCode   int
	oom        bool
	fault      string // why the last start failed
	started    time.Time
	finished   time.Time
	restarts   int
	stopped    bool // by hand: the restart policy does not apply
	runs       int  // how often it was started
	main       *task
	cancelBack context.CancelFunc // ends the wait of a restart policy
	tasks      map[int]*task
	lastPID    int
	ports      nat.PortMap
	health     *containertypes.Health // nil without a check
	removed    bool
	removing   bool // a removal has begun; the container may still run
}

// containerMount is a mount and the files behind it.
type containerMount struct {
	kind     mount.Type
	name     string
	source   string
	target   string
	readOnly bool
	files    *tree
}

// endpoint joins a container to a network. The network is known by its ID once the container has started.
type endpoint struct {
	network  string // name or ID, as it was asked for
	id       string // the network's; "" until resolved
	aliases  []string
	settings *networktypes.EndpointSettings
	ip       string // "" while stopped
}

// running reports whether the container's main process exists.
func (c *container) running() bool {
	return c.state == containertypes.StateRunning || c.state == containertypes.StatePaused
}

// nextPIDLocked numbers a process within the container.
func (c *container) nextPIDLocked() int {
	c.lastPID++
	return c.lastPID
}

// taskOf returns the process of c with that number, or nil.
func (d *Daemon) taskOf(c *container, pid int) *task {
	d.mu.Lock()
	defer d.mu.Unlock()
	return c.tasks[pid]
}

// forgetTask drops a process that has ended.
func (d *Daemon) forgetTask(t *task) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t.c.tasks[t.pid] == t {
		delete(t.c.tasks, t.pid)
	}
	d.bumpLocked()
}

// containerLocked finds a container by name, ID, or the beginning of an ID.
func (d *Daemon) containerLocked(ref string) (*container, error) {
	ref = strings.TrimPrefix(ref, "/")
	if c := d.containers[ref]; c != nil {
		return c, nil
	}
	var found *container
	for _, c := range d.containers {
		if c.name == ref {
			return c, nil
		}
		if ref != "" && strings.HasPrefix(c.id, ref) {
			found = c
		}
	}
	if found == nil {
		return nil, failf(http.StatusNotFound, "No such container: %s", ref)
	}
	return found, nil
}

// with runs do on the container that the path names, with the lock held.
func (d *Daemon) with(r *request, do func(c *container) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, err := d.containerLocked(r.PathValue("id"))
	if err != nil {
		return err
	}
	return do(c)
}

// sortedContainersLocked returns all containers, the newest first.
func (d *Daemon) sortedContainersLocked() []*container {
	list := make([]*container, 0, len(d.containers))
	for _, c := range d.containers {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *container) int {
		if n := b.created.Compare(a.created); n != 0 {
			return n
		}
		return strings.Compare(a.id, b.id)
	})
	return list
}

// argv is the command line of the main process.
func (c *container) argv() []string {
	return append(slices.Clone([]string(c.config.Entrypoint)), c.config.Cmd...)
}

// fileSystem is what the container's processes see.
func (c *container) fileSystem() *fileSystem {
	mounts := make([]mountPoint, 0, len(c.mounts))
	for _, m := range c.mounts {
		mounts = append(mounts, mountPoint{target: m.target, files: m.files, readOnly: m.readOnly})
	}
	return newFileSystem(mountPoint{target: "/", files: c.own, readOnly: c.host.ReadonlyRootfs}, mounts)
}

// status is Docker's phrase for people.
func (c *container) status(now time.Time) string {
	switch c.state {
	case containertypes.StateCreated:
		return "Created"
	case containertypes.StateRestarting:
		return fmt.Sprintf("Restarting (%d) %s ago", c.exitCode, humanDuration(now.Sub(c.finished)))
	case containertypes.StateExited:
		return fmt.Sprintf("Exited (%d) %s ago", c.exitCode, humanDuration(now.Sub(c.finished)))
	}
	text := "Up " + humanDuration(now.Sub(c.started))
	switch {
	case c.state == containertypes.StatePaused:
		text += " (Paused)"
	case c.health != nil && c.health.Status == containertypes.Starting:
		text += " (health: starting)"
	case c.health != nil:
		text += " (" + c.health.Status + ")"
	}
	return text
}

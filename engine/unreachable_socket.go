package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/docker/docker/client"
)

// explainSocket says why no daemon answers at a socket or a named pipe.
func (d *Docker) explainSocket(scheme, path string, cause error) (reason, next string) {
	var err error
	if scheme == "unix" {
		err = dialCause("unix", path, cause)
	} else {
		_, err = os.Stat(path) // a pipe is there as long as someone listens
	}
	switch {
	case err == nil:
		return "Docker at " + path + " hung up", "It may be restarting: try again in a moment."
	case errors.Is(err, fs.ErrPermission):
		return "you may not use Docker: permission denied on " + path, d.allowStep(path)
	case errors.Is(err, fs.ErrNotExist):
		return "Docker is not installed or not running: there is no " + path, d.installStep(path)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Docker is stopped: nobody listens on " + path, d.startStep(path)
	case errors.Is(err, syscall.EAGAIN):
		return "Docker at " + path + " is too busy to answer", "Try again in a moment."
	}
	return "no Docker daemon answers at " + path, d.startStep(path)
}

// allowStep says how to get permission.
func (d *Docker) allowStep(path string) string {
	if runtime.GOOS != "linux" {
		return "Run Docker Desktop as the user who runs this, or ask the administrator."
	}
	if path != systemSocket() {
		return "`ls -l " + path + "` shows who may use it. If that is the group docker: `sudo usermod -aG docker $USER`, then log out and in again."
	}
	return "Run `sudo usermod -aG docker $USER`, then log out and in again."
}

// startStep says how to start a daemon that is installed.
func (d *Docker) startStep(path string) string {
	switch {
	case runtime.GOOS != "linux" || strings.Contains(path, "/.docker/"):
		return "Start Docker Desktop and wait until it says that it runs."
	case d.isRootlessSocket(path):
		return "Start it with `systemctl --user start docker`."
	}
	return "Start it with `sudo systemctl start docker`."
}

// installStep says how to start or get Docker, or where else one may be running.
func (d *Docker) installStep(path string) string {
	if other := d.otherSocket(path); other != "" {
		return "There is a Docker of your own at " + other + ": `export DOCKER_HOST=unix://" + other + "`. Otherwise: " + d.startStep(path)
	}
	return d.startStep(path) + " To install it: https://docs.docker.com/engine/install/"
}

// otherSocket returns a socket where a person's own Docker listens, be it rootless, Docker Desktop's or Colima's; empty
// when there is none but path.
func (d *Docker) otherSocket(path string) string {
	var candidates []string
	if dir := d.config.get("XDG_RUNTIME_DIR"); dir != "" {
		candidates = append(candidates, filepath.Join(dir, "docker.sock"))
	}
	if home := d.config.home(); home != "" {
		for _, place := range []string{".docker/run", ".docker/desktop", ".colima/default"} {
			candidates = append(candidates, filepath.Join(home, place, "docker.sock"))
		}
	}
	for _, candidate := range candidates {
		if info, err := os.Stat(candidate); err == nil && info.Mode()&fs.ModeSocket != 0 && candidate != path {
			return SanitizeString(candidate)
		}
	}
	return ""
}

// isRootlessSocket reports whether path is where a rootless Docker of this person listens.
func (d *Docker) isRootlessSocket(path string) bool {
	dir := d.config.get("XDG_RUNTIME_DIR")
	return dir != "" && filepath.Dir(path) == filepath.Clean(dir) || strings.HasPrefix(path, "/run/user/")
}

// systemSocket returns the path of the socket that Docker listens on unless told otherwise.
func systemSocket() string {
	_, path, _ := strings.Cut(client.DefaultDockerHost, "://")
	return path
}

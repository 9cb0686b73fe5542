package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// What is found when Docker does not answer.
const (
	idDocker     = "docker"
	idPermission = "docker-permission"
)

// pingTimeout is how long a daemon may take to say that it is there; the ways over ssh are long.
const pingTimeout = 8 * time.Second

// docker asks whether a daemon answers.
func (x examiner) docker(ctx context.Context) ([]Finding, error) {
	ping, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	err := x.Docker.Ping(ping)
	if err == nil {
		return []Finding{{Severity: OK, Title: "Docker answers at " + x.Docker.Endpoint().Host}}, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if ping.Err() != nil {
		return []Finding{{
			Severity: Blocker, Title: "Docker does not answer", Detail: fmt.Sprintf("It was given %v, at %s.", pingTimeout, x.Docker.Endpoint().Host),
			Fix: "Look at the daemon's log, and restart it if need be.", Command: restartDocker,
		}}, nil
	}
	var unreachable *engine.UnreachableError
	if !errors.As(err, &unreachable) {
		return []Finding{{Severity: Blocker, Title: "Docker does not answer", Detail: sentence(err.Error()), Fix: "Start Docker, then try again."}}, nil
	}
	f := Finding{
		Check: idDocker, Severity: Blocker, Title: unreachable.Reason, Fix: unreachable.NextStep, Command: quotedCommand(unreachable.NextStep),
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		f.Check = idPermission
		if x.mayUseDockerNext() {
			f.Detail = "You are in the group docker, and this login is older than that."
			f.Fix, f.Command = "Log out and in again, or go on in a new shell of the group.", "newgrp docker"
		}
	case errors.Is(err, fs.ErrNotExist) && x.lacksDocker():
		f.Title, f.Fix, f.Command = "Docker is not installed", "Install it: https://docs.docker.com/engine/install/", x.installCommand()
	}
	return []Finding{f}, nil
}

// mayUseDockerNext reports whether the person is in the group docker, so that the next login may use it.
func (x examiner) mayUseDockerNext() bool {
	user := cmp.Or(x.env("USER"), x.env("LOGNAME"))
	groups, err := x.read("etc/group")
	if err != nil || user == "" || !x.isSystemSocket() {
		return false
	}
	for line := range strings.Lines(groups) {
		fields := strings.Split(strings.TrimSpace(line), ":") // name, password, number, members
		if len(fields) == 4 && fields[0] == "docker" {
			return slices.Contains(strings.Split(fields[3], ","), user)
		}
	}
	return false
}

// isSystemSocket reports whether Docker is looked for where the system's own listens on Linux.
func (x examiner) isSystemSocket() bool {
	host := x.Docker.Endpoint().Host
	return x.OS == "linux" && (host == "unix:///var/run/docker.sock" || host == "unix:///run/docker.sock")
}

// lacksDocker reports whether this machine should have a daemon and has none: neither the system's own nor, by what the
// socket is, a person's.
func (x examiner) lacksDocker() bool {
	if !x.isSystemSocket() {
		return false
	}
	for _, path := range []string{"usr/bin/dockerd", "usr/sbin/dockerd", "usr/local/bin/dockerd", "snap/bin/docker"} {
		if x.exists(path) {
			return false
		}
	}
	return true
}

// installCommand returns how this distribution installs its Docker; empty where we do not know.
func (x examiner) installCommand() string {
	release, _ := x.read("etc/os-release")
	switch {
	case isLike(release, "debian"):
		return "sudo apt-get update && sudo apt-get install docker.io"
	case isLike(release, "fedora"):
		return "sudo dnf install moby-engine && sudo systemctl enable --now docker"
	case isLike(release, "arch"):
		return "sudo pacman -S docker && sudo systemctl enable --now docker"
	}
	return ""
}

// folders asks whether containers see our folders.
func (x examiner) folders(ctx context.Context) ([]Finding, error) {
	if x.SeesFolders == nil {
		return nil, nil
	}
	sees, err := x.SeesFolders(ctx)
	if err != nil {
		return nil, fmt.Errorf("probe whether containers see our folders: %w", err)
	}
	if sees {
		return []Finding{{Severity: OK, Title: "containers see the folders of this machine"}}, nil
	}
	return []Finding{{
		Severity: Blocker, Title: "this Docker does not see the folders of this machine",
		Detail: "Docker at " + x.Docker.Endpoint().Host + " runs elsewhere or has files of its own, so no site can be created on it. " +
			"What is there can be looked at, started and stopped.",
		Fix: "Run locorum-tui on the machine where Docker runs, or share your home folder in the settings of Docker Desktop.",
	}}, nil
}

package doctor

import (
	"context"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	updateDocker  = "Update Docker: https://docs.docker.com/engine/install/"
	restartDocker = "sudo systemctl restart docker"
)

// dockerVersion asks whether the daemon is one that we can work with.
func (x examiner) dockerVersion(ctx context.Context) ([]Finding, error) {
	info, err := x.Docker.ProviderInfo(ctx)
	if err != nil {
		return nil, err
	}
	findings := []Finding{ageOf(info)}
	if info.OSType != "" && info.OSType != "linux" {
		findings = append(findings, Finding{
			Check: "docker-containers", Severity: Blocker, Title: "Docker runs " + info.OSType + " containers",
			Detail: "WordPress, its database and its web server are Linux containers.", Fix: "Switch Docker Desktop to Linux containers.",
		})
	}
	if info.Rootless {
		findings = append(findings, Finding{
			Check: "docker-rootless", Severity: Blocker, Title: "Docker is rootless",
			Detail: "Users in its containers are other users on this machine, so sites cannot be created on it yet. What is there can be looked at, started and stopped.",
			Fix:    "Use a Docker that runs as root: unset DOCKER_HOST, or choose its context.", Command: "docker context use default",
		})
	}
	return findings, nil
}

// ageOf judges the daemon's version.
func ageOf(info engine.ProviderInfo) Finding {
	version := info.ServerVersionP
	what := "Docker " + info.ServerVersion
	switch {
	case version.IsZero(): // a build of one's own may be of any age
		return Finding{Severity: OK, Title: "Docker of an unknown version", Detail: "It calls itself " + info.ServerVersion + "."}
	case !version.AtLeast(20, 10):
		return Finding{
			Check: "docker-old", Severity: Blocker, Title: what + " is too old", Detail: "Sites need Docker 20.10 or newer.", Fix: updateDocker,
		}
	case !version.AtLeast(25, 0):
		return Finding{
			Check: "docker-old", Severity: Info, Title: what + " is out of date",
			Detail: "Everything works; from Docker 25 on sites are ready sooner after a start.", Fix: updateDocker,
		}
	}
	return Finding{Severity: OK, Title: what + " is recent enough"}
}

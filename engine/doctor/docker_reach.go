package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	if errors.Is(err, fs.ErrPermission) {
		f.Check = idPermission
	}
	return []Finding{f}, nil
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

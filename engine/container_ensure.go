package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

// How long a loser of a race for a name waits before it looks again; it doubles up to the ceiling.
const (
	raceFirstWait = 50 * time.Millisecond
	raceCeiling   = time.Second
)

// errNameTaken says that the daemon refused a create because the name is in use.
var errNameTaken = errors.New("container name taken")

// EnsureContainer makes the container that spec describes and returns its ID. It neither pulls nor starts. What it does
// with one that has the name already:
//
//   - not made by Locorum, of another data folder, or without one and with binds outside of ours: an *OwnerError, and the
//     container is left alone;
//   - of the same ConfigHash: it is kept, running or not, after joining wanted networks that it is not in. But when it is
//     stopped and a network of its was removed since, it could never start again: it is replaced;
//   - else: it is stopped, removed with its anonymous volumes, and made anew. A database has 60 s to stop, others 10 s.
//     Named volumes are never touched.
//
// The networks have to exist, else it is an ErrNotFound that names the missing one; the same goes for the image. Both are
// looked for before anything is removed. A bind source that does not exist is an ErrSpecInvalid that names it; only the
// daemon can say so, which it does after the old container has gone.
//
// Any number of callers and processes may ask for the same container at once: one of them makes it, all return its ID.
// When making it fails half-way, what was made is removed again. Spec errors are those of [ContainerSpec.Validate].
func (d *Docker) EnsureContainer(ctx context.Context, spec ContainerSpec) (string, error) {
	d.secrets.learn(spec.EnvSecrets)
	id, err := d.ensureContainer(ctx, spec)
	if err != nil {
		return "", hideSecrets(err, spec.EnvSecrets)
	}
	return id, nil
}

func (d *Docker) ensureContainer(ctx context.Context, spec ContainerSpec) (string, error) {
	if err := spec.Validate(); err != nil {
		return "", d.fail(err, "container spec")
	}
	if home := spec.Labels[LabelHome]; home != "" && d.opts.Home != "" && home != d.opts.Home {
		return "", d.fail(invalid("Labels", "%s is %q, but this is %q", LabelHome, home, d.opts.Home), "container spec")
	}
	op := "ensure container " + spec.Name
	cli, err := d.ready(ctx)
	if err != nil {
		return "", d.fail(err, op)
	}
	e := ensurer{d: d, cli: cli, spec: spec, hash: spec.ConfigHash()}
	deadline := d.clock.Now().Add(retryBudget)
	for wait := raceFirstWait; ; wait = min(2*wait, raceCeiling) {
		id, err := e.once(ctx)
		if !errors.Is(err, errNameTaken) {
			return id, d.fail(err, op)
		}
		if d.clock.Now().Add(wait).After(deadline) {
			return "", d.fail(kindError{ErrTransient, err}, op)
		}
		if err := d.clock.Sleep(ctx, wait); err != nil {
			return "", d.fail(err, op)
		}
	}
}

// ensurer is one call of EnsureContainer.
type ensurer struct {
	d    *Docker
	cli  *client.Client
	spec ContainerSpec
	hash string
}

// once looks, decides and acts. It is an errNameTaken when another caller was faster.
func (e ensurer) once(ctx context.Context) (string, error) {
	found, err := e.d.find(ctx, e.cli, e.spec.Name)
	if isNotFound(err) {
		if _, err := e.d.networkIDs(ctx, e.cli, e.spec.Networks); err != nil {
			return "", err
		}
		return e.create(ctx)
	}
	if err != nil {
		return "", err
	}
	if err := e.d.refuseReplace(found, e.spec.bindSources()); err != nil {
		return "", err
	}
	fits := found.Config.Labels[LabelConfigHash] == e.hash && !isLeaving(found.State)
	if fits && found.State.Running && len(e.missing(found)) == 0 {
		return found.ID, nil
	}
	ids, err := e.d.networkIDs(ctx, e.cli, e.spec.Networks)
	if err != nil {
		return "", err
	}
	if fits && !found.State.Running {
		fits, err = e.d.networksLive(ctx, e.cli, found, ids)
		if err != nil {
			return "", err
		}
	}
	if fits {
		return found.ID, e.d.join(ctx, e.cli, found.ID, e.missing(found))
	}
	return e.replace(ctx, found)
}

// isLeaving reports whether the container is on its way out, by another's hand.
func isLeaving(s *container.State) bool {
	return s.Dead || s.Status == container.StateRemoving || s.Status == container.StateDead
}

// missing returns the wanted networks that the container is not in.
func (e ensurer) missing(found container.InspectResponse) []endpoint {
	var out []endpoint
	for _, want := range e.spec.creation(nil, false).endpoints {
		if found.NetworkSettings.Networks[want.network] == nil {
			out = append(out, want)
		}
	}
	return out
}

// replace removes the container, by its ID: under its name there may be another's new one by now.
func (e ensurer) replace(ctx context.Context, found container.InspectResponse) (string, error) {
	err := e.d.retry(ctx, func(ctx context.Context) error {
		_, err := e.cli.ImageInspect(ctx, e.spec.Image)
		return err
	})
	if cerrdefs.IsNotFound(err) {
		err = kindError{ErrNotFound, fmt.Errorf("image %s is not there, pull it first: %w", e.spec.Image, err)}
	}
	if err != nil {
		return "", err
	}
	if err := e.d.stopFor(ctx, e.cli, found, stopGrace(found)); err != nil {
		return "", err
	}
	if err := e.d.removeByID(ctx, e.cli, found.ID); err != nil {
		return "", err
	}
	return e.create(ctx)
}

func (e ensurer) create(ctx context.Context) (string, error) {
	startInterval, err := e.d.apiAtLeast(ctx, "1.44")
	if err != nil {
		return "", err
	}
	id, err := e.d.create(ctx, e.cli, e.spec.creation(e.spec.labels(e.d), startInterval))
	if cerrdefs.IsInvalidArgument(err) {
		err = kindError{ErrSpecInvalid, fmt.Errorf("%s%w", e.spec.blame(err), err)}
	}
	return id, err
}

// bindSources returns the host paths that the spec mounts.
func (s ContainerSpec) bindSources() []string {
	var sources []string
	for _, m := range s.Mounts {
		if m.Bind != nil {
			sources = append(sources, m.Bind.Source)
		}
	}
	return sources
}

// blame returns "FIELD: " for the bind source that the daemon's refusal is about, or "".
func (s ContainerSpec) blame(refusal error) string {
	for i, m := range s.Mounts {
		if m.Bind != nil && strings.HasSuffix(refusal.Error(), ": "+m.Bind.Source) {
			return fmt.Sprintf("Mounts[%d].Bind.Source: ", i)
		}
	}
	return ""
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
)

const (
	// helperImage is what helper containers run when nobody asked for another: a shell and the usual commands.
	helperImage = "alpine:3"
	// maxOneShotOutput bounds the bytes of both streams together that one command may write.
	maxOneShotOutput = 64 << 20
	// cleanupBudget bounds the removal of a helper after its caller has left.
	cleanupBudget = 30 * time.Second
)

// RunOneShotCapture runs cmd in a container of its own, which is removed in the end whatever happens, and returns what
// the command wrote and its exit code; a code other than 0 is no error. The image is pulled unless it is there; its
// entrypoint and user hold.
//
// The container has no network, cannot gain privileges, and keeps one capability: DAC_OVERRIDE, since the files in a
// volume belong to whatever service wrote them. Mounted volumes must exist (ErrNotFound): Docker would make an empty one
// that belongs to nobody.
//
// The name is the container's. While another helper of ours has it, the call waits for that one; a helper that is left
// from an interrupted call is removed; any other container is an *OwnerError. Both streams together are kept in memory:
// over 64 MiB the command is killed and the call fails. When ctx ends the command is killed.
func (d *Docker) RunOneShotCapture(ctx context.Context, name, image string, cmd []string, mounts []OneShotMount) (OneShotResult, error) {
	run := oneShot{
		name: name, image: image, role: roleOneShot, cmd: cmd, mounts: mounts,
		caps: []string{"DAC_OVERRIDE"}, maxOutput: maxOneShotOutput,
	}
	result, err := d.runOneShot(ctx, run)
	if err != nil {
		return OneShotResult{}, d.fail(err, "run one-shot container "+plainText(name))
	}
	return result, nil
}

// oneShot is a command in a container made for it.
type oneShot struct {
	name      string
	image     string
	role      Role
	cmd       []string
	user      string // empty is the image's
	mounts    []OneShotMount
	caps      []string // those kept
	readOnly  bool     // the root file system
	shallow   bool     // file systems mounted below a bind stay outside
	maxOutput int64
}

// runOneShot validates, makes room for the name, runs and removes.
func (d *Docker) runOneShot(ctx context.Context, run oneShot) (result OneShotResult, err error) {
	if err := run.validate(); err != nil {
		return OneShotResult{}, err
	}
	cli, err := d.ready(ctx)
	if err != nil {
		return OneShotResult{}, err
	}
	if err := d.requireVolumes(ctx, cli, run.mounts); err != nil {
		return OneShotResult{}, err
	}
	if err := d.PullImage(ctx, run.image, nil); err != nil {
		return OneShotResult{}, err
	}
	id, err := d.createOneShot(ctx, cli, run)
	if err != nil {
		return OneShotResult{}, err
	}
	defer func() {
		err = errors.Join(err, d.removeHelper(ctx, cli, id))
	}()
	return captureOneShot(ctx, cli, id, run.maxOutput)
}

// requireVolumes returns an ErrNotFound for the first volume that does not exist.
func (d *Docker) requireVolumes(ctx context.Context, cli *client.Client, mounts []OneShotMount) error {
	for _, m := range mounts {
		if m.Volume == "" {
			continue
		}
		err := d.retry(ctx, func(ctx context.Context) error {
			_, err := cli.VolumeInspect(ctx, m.Volume)
			return err
		})
		if err != nil {
			return d.fail(err, "mount volume "+m.Volume)
		}
	}
	return nil
}

// createOneShot makes the container once its name is free.
func (d *Docker) createOneShot(ctx context.Context, cli *client.Client, run oneShot) (string, error) {
	cfg := &container.Config{
		Image: run.image, Cmd: run.cmd, User: run.user, AttachStdout: true, AttachStderr: true,
		Labels: d.stamp(map[string]string{LabelRole: run.role}),
	}
	host := run.hostConfig()
	for {
		if err := d.awaitName(ctx, cli, run.name); err != nil {
			return "", err
		}
		// Not retried: were the answer to a first create lost, the second would meet its own container.
		made, err := cli.ContainerCreate(ctx, cfg, host, nil, nil, run.name)
		switch {
		case err == nil:
			return made.ID, nil
		case cerrdefs.IsInvalidArgument(err): // a bind source that does not exist, among others
			return "", kindError{ErrSpecInvalid, err}
		case !cerrdefs.IsConflict(err):
			return "", err
		}
		if err := d.clock.Sleep(ctx, nameWaitFirst); err != nil {
			return "", err
		}
	}
}

// hostConfig returns the hardened settings. Nothing reads the container's log, so the daemon keeps none.
func (run oneShot) hostConfig() *container.HostConfig {
	pids := int64(1024)
	return &container.HostConfig{
		NetworkMode:    "none",
		CapDrop:        []string{"ALL"},
		CapAdd:         run.caps,
		SecurityOpt:    []string{"no-new-privileges=true"},
		ReadonlyRootfs: run.readOnly,
		LogConfig:      container.LogConfig{Type: "none"},
		Mounts:         run.apiMounts(),
		Resources:      container.Resources{PidsLimit: &pids},
	}
}

// removeHelper removes the container and its anonymous volumes, also after ctx has ended. One that is gone is no error.
func (d *Docker) removeHelper(ctx context.Context, cli *client.Client, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupBudget)
	defer cancel()
	err := d.retry(ctx, func(ctx context.Context) error {
		return cli.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	})
	if err == nil || cerrdefs.IsNotFound(err) || cerrdefs.IsConflict(err) { // conflict: somebody else is removing it
		return nil
	}
	return fmt.Errorf("remove helper container %s: %w", id, err)
}

// isHelper reports whether labels are those of a helper container.
func isHelper(labels map[string]string) bool {
	role := labels[LabelRole]
	return labels[LabelPlatform] == PlatformValue && (role == roleOneShot || role == roleChownHelper)
}

package engine

import (
	"context"
	"fmt"
	"io"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
)

// PullImage pulls ref unless the daemon has it; then the one tick says "Already present". onProgress may be nil. It is
// called on the caller's goroutine, with what Pull.Progress delivers: at most every 50 ms and a last, exact time, never
// after PullImage has returned. A slow one misses ticks and does not slow the pull. The errors are those of Pull.Wait.
func (d *Docker) PullImage(ctx context.Context, ref string, onProgress func(PullProgress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // should onProgress panic, the pull ends
	pull := d.PullImages(ctx, []string{ref})
	for tick := range pull.Progress() {
		if onProgress != nil {
			onProgress(tick)
		}
	}
	return pull.Wait()
}

// ImagePresent reports whether the daemon has the image that ref names. The error is an ErrSpecInvalid when ref cannot be
// right.
func (d *Docker) ImagePresent(ctx context.Context, ref string) (bool, error) {
	cli, name, err := d.forImage(ctx, ref)
	if err != nil {
		return false, err
	}
	_, err = cli.ImageInspect(ctx, reference.FamiliarString(name))
	if cerrdefs.IsNotFound(err) {
		return false, nil
	}
	return err == nil, d.failPull(name, err)
}

// OpenPull starts a pull of ref and returns the daemon's messages. The body ends with an error once ctx ends. The caller
// closes it. Errors are those of Pull.Wait, of one try, and leave it to the caller to name the image.
func (d *Docker) OpenPull(ctx context.Context, ref string) (io.ReadCloser, error) {
	cli, name, err := d.forImage(ctx, ref)
	if err != nil {
		return nil, err
	}
	// Credentials that cannot be read matter only when the registry wants them.
	auth, authErr := d.registryAuth(ctx, ref)
	body, err := cli.ImagePull(ctx, name.String(), image.PullOptions{RegistryAuth: auth})
	if err = d.failPull(name, err); err != nil && authErr != nil {
		err = fmt.Errorf("%w; before that: %w", err, authErr)
	}
	return body, err
}

// forImage returns what every call about an image needs.
func (d *Docker) forImage(ctx context.Context, ref string) (*client.Client, reference.Named, error) {
	name, err := parseImageRef(ref)
	if err != nil {
		return nil, nil, err
	}
	cli, err := d.ready(ctx)
	return cli, name, err
}

// failPull is fail without a prefix, and with what the daemon says of registries understood.
func (d *Docker) failPull(name reference.Named, err error) error {
	switch {
	case err == nil:
		return nil
	case isConnectionFailure(err):
		return d.redact(d.unreachable(err))
	}
	return d.redact(explainPullTry(name, err))
}

// parseImageRef returns what ref names, with the tag "latest" when it has neither tag nor digest: without one, "abc" would
// also mean an image whose ID begins so. The error is an ErrSpecInvalid.
func parseImageRef(ref string) (reference.Named, error) {
	if strings.TrimSpace(ref) == "" {
		return nil, fmt.Errorf("%w: image must not be empty", ErrSpecInvalid)
	}
	name, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return nil, fmt.Errorf("%w: image %q: %s", ErrSpecInvalid, plainText(ref), plainText(err.Error()))
	}
	return reference.TagNameOnly(name), nil
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
)

// PullImage pulls ref unless it is there.
func (d *Docker) PullImage(ctx context.Context, ref string, onProgress func(PullProgress)) error {
	err := d.retry(ctx, func(ctx context.Context) error {
		present, err := d.ImagePresent(ctx, ref)
		if err != nil || present {
			return err
		}
		body, err := d.OpenPull(ctx, ref)
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		for stream := newPullStream(body); ; {
			if _, err := stream.Next(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
	if err == nil && onProgress != nil {
		onProgress(PullProgress{Image: ref, Status: "Already present"})
	}
	return d.fail(err, "pull image "+ref)
}

// ImagePresent reports whether the daemon has the image that ref names.
func (d *Docker) ImagePresent(ctx context.Context, ref string) (bool, error) {
	cli, err := d.client()
	if err != nil {
		return false, err
	}
	name, err := parseImageRef(ref)
	if err != nil {
		return false, err
	}
	_, err = cli.ImageInspect(ctx, reference.FamiliarString(name))
	if cerrdefs.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// OpenPull starts a pull of ref and returns the daemon's messages. The body ends with an error once ctx ends. The caller
// closes it.
func (d *Docker) OpenPull(ctx context.Context, ref string) (io.ReadCloser, error) {
	cli, err := d.client()
	if err != nil {
		return nil, err
	}
	name, err := parseImageRef(ref)
	if err != nil {
		return nil, err
	}
	return cli.ImagePull(ctx, name.String(), image.PullOptions{})
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

package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
)

// Images lists the daemon's images but the intermediate ones, tagged first, by tag, then by ID. Size includes layers that
// other images share. Tags are as the daemon has them: sanitise them before they reach a screen.
func (d *Docker) Images(ctx context.Context) ([]ImageInfo, error) {
	const op = "list images"
	cli, err := d.ready(ctx)
	if err != nil {
		return nil, d.fail(err, op)
	}
	var images []image.Summary
	var containers []container.Summary
	err = d.retry(ctx, func(ctx context.Context) (err error) {
		if images, err = cli.ImageList(ctx, image.ListOptions{}); err == nil {
			containers, err = cli.ContainerList(ctx, container.ListOptions{All: true})
		}
		return err
	})
	if err != nil {
		return nil, d.fail(err, op)
	}
	uses := map[string]int64{}
	for _, c := range containers {
		uses[c.ImageID]++
	}
	infos := make([]ImageInfo, len(images))
	for i, img := range images {
		infos[i] = imageInfo(img, uses)
	}
	slices.SortFunc(infos, func(a, b ImageInfo) int {
		return cmp.Or(cmp.Compare(min(1, len(b.Tags)), min(1, len(a.Tags))), slices.Compare(a.Tags, b.Tags), cmp.Compare(a.ID, b.ID))
	})
	return infos, nil
}

// imageInfo converts one row. A daemon counts containers only while it measures its disk, so we count them ourselves.
func imageInfo(img image.Summary, uses map[string]int64) ImageInfo {
	tags := slices.DeleteFunc(slices.Clone(img.RepoTags), func(tag string) bool { return !isTag(tag) })
	slices.Sort(tags)
	info := ImageInfo{ID: img.ID, Tags: tags, Size: max(0, img.Size), Created: time.Unix(img.Created, 0), Containers: img.Containers}
	if info.Containers < 0 {
		info.Containers = uses[img.ID]
	}
	return info
}

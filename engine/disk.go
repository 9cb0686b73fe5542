package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"
)

// diskBusyWait is how often we ask again while the daemon measures its disk for somebody else, which daemons before API
// 1.42 refuse to do twice at a time.
const diskBusyWait = 200 * time.Millisecond

// DiskUsage sums up what Docker keeps on its disk. The daemon walks every layer and volume, which takes seconds on a full
// machine: give ctx a deadline.
//
// Callers that ask at the same time share one measurement. It goes on while any of them waits, so one caller's end fails
// nobody else. While an old daemon measures for another program the call waits for its turn, as long as ctx allows.
func (d *Docker) DiskUsage(ctx context.Context) (DiskReport, error) {
	const op = "measure Docker's disk usage"
	cli, err := d.ready(ctx)
	if err != nil {
		return DiskReport{}, d.fail(err, op)
	}
	usage, err := d.measure(ctx, cli, false)
	if err != nil {
		return DiskReport{}, d.fail(err, op)
	}
	return summarise(usage), nil
}

// measure asks the daemon for its disk usage, for volumes only where it can measure them alone.
func (d *Docker) measure(ctx context.Context, cli *client.Client, volumesOnly bool) (types.DiskUsage, error) {
	selective, err := d.apiAtLeast(ctx, "1.42")
	if err != nil {
		return types.DiskUsage{}, err
	}
	call, opts := &d.diskAll, types.DiskUsageOptions{}
	if volumesOnly && selective {
		call, opts.Types = &d.diskVolumes, []types.DiskUsageObject{types.VolumeObject}
	}
	return call.do(ctx, func(ctx context.Context) (usage types.DiskUsage, err error) {
		for {
			err = d.retry(ctx, func(ctx context.Context) error {
				usage, err = cli.DiskUsage(ctx, opts)
				return err
			})
			if !isMeasuring(err) {
				return usage, err
			}
			if err := d.clock.Sleep(ctx, diskBusyWait); err != nil {
				return usage, err
			}
		}
	})
}

// isMeasuring reports whether the daemon refused because it is measuring for somebody else. The text is all it says.
func isMeasuring(err error) bool {
	return err != nil && strings.Contains(err.Error(), "disk usage operation is already running")
}

// summarise adds up. Sizes that were not measured are negative and not counted. A build cache record that is shared lies
// in the layers of an image and is counted there.
func summarise(usage types.DiskUsage) DiskReport {
	r := DiskReport{
		LayersSize:     max(0, usage.LayersSize),
		ContainerCount: len(usage.Containers),
		VolumeCount:    len(usage.Volumes),
	}
	for _, record := range usage.BuildCache {
		if record != nil && !record.Shared {
			r.BuildCacheSize += max(0, record.Size)
			if !record.InUse {
				r.UnusedCache += max(0, record.Size)
			}
		}
	}
	for _, v := range usage.Volumes {
		if v != nil && v.UsageData != nil {
			r.VolumeSize += max(0, v.UsageData.Size)
		}
	}
	for _, img := range usage.Images {
		if img == nil {
			continue
		}
		if slices.ContainsFunc(img.RepoTags, isTag) {
			r.ImageCount++
		}
		if img.Containers == 0 && img.SharedSize >= 0 { // what it shares may be in use by another
			r.UnusedImages += max(0, img.Size-img.SharedSize)
		}
	}
	return r
}

// isTag reports whether an entry of an image's tags is one; the daemon may list "<none>:<none>" for an image without.
func isTag(tag string) bool { return tag != "" && !strings.Contains(tag, "<none>") }

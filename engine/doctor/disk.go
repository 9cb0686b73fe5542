package doctor

import (
	"context"
	"fmt"

	"github.com/Locorum/locorum-tui/engine"
)

// Free space below which work stops soon, and below which databases may fail to write now.
const (
	lowSpace  = 5 << 30
	nearlyOut = 1 << 30
)

// disk measures what is free in the data folder and where a daemon of this machine keeps its data.
func (x examiner) disk(ctx context.Context) ([]Finding, error) {
	home, err := x.Free(x.dataFolder())
	if err != nil {
		return nil, err
	}
	findings := []Finding{judgeSpace("disk-home", "for the sites' folders", x.dataFolder(), home)}
	local, detail, err := x.onThisMachine(ctx)
	if err != nil || !local || detail.RootDir == "" {
		return findings, err
	}
	data, err := x.Free(detail.RootDir)
	if err != nil {
		return findings, err
	}
	if data.Device != home.Device {
		findings = append(findings, judgeSpace("disk-docker", "for Docker's data", detail.RootDir, data))
	}
	return findings, nil
}

// judgeSpace judges what is free at path.
func judgeSpace(id, what, path string, space Space) Finding {
	f := Finding{Check: id, Title: bytesText(space.Free) + " free " + what, Detail: "At " + path + "."}
	if space.Free < lowSpace {
		f.Severity = Warn
		f.Title = "only " + f.Title
		f.Fix = "Make room: remove files or sites that you do not need, or what Docker can give back."
		f.Command = "docker system df"
	}
	if space.Free < nearlyOut {
		f.Severity = Blocker
		f.Detail += " A database that cannot write stops, and may be damaged."
	}
	return f
}

// dockerDisk says what Docker could give back, as long as it is much.
func (x examiner) dockerDisk(ctx context.Context) ([]Finding, error) {
	usage, err := x.Docker.DiskUsage(ctx)
	if err != nil {
		return nil, err
	}
	worth := int64(lowSpace)
	if space, err := x.Free(x.dataFolder()); err == nil && space.Free < lowSpace {
		worth = worthWhenLow
	}
	return []Finding{judgeUsage(usage, worth)}, nil
}

// worthWhenLow is what is worth to be removed when there is little space.
const worthWhenLow = 100 << 20

// judgeUsage names the cheapest way to room. `docker system prune` is none: it removes the containers of stopped sites and,
// with --volumes, databases. It is worth naming from so many bytes on.
func judgeUsage(usage engine.DiskReport, worth int64) Finding {
	f := Finding{
		Title: "Docker keeps " + bytesText(usage.LayersSize+usage.BuildCacheSize+usage.VolumeSize),
		Detail: fmt.Sprintf("Images %s, volumes %s, build cache %s. At least %s of images and %s of build cache are not in use.", bytesText(usage.LayersSize),
			bytesText(usage.VolumeSize), bytesText(usage.BuildCacheSize), bytesText(usage.UnusedImages), bytesText(usage.UnusedCache)),
	}
	if usage.UnusedImages+usage.UnusedCache < worth {
		return f
	}
	f.Severity = Info
	const never = "; never use `docker system prune --volumes`, which can remove the databases of stopped sites."
	if usage.UnusedCache >= usage.UnusedImages {
		f.Fix, f.Command = "Should you need room, remove the build cache"+never, "docker builder prune"
	} else {
		f.Fix, f.Command = "Should you need room, remove images that no container uses, to be pulled again when needed"+never, "docker image prune -a"
	}
	return f
}

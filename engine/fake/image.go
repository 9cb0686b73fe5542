package fake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/distribution/reference"
	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/image"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/Locorum/locorum-tui/engine"
)

// Image is an image that a Daemon has, or that its registry serves.
type Image struct {
	// Ref is the reference with its tag.
	Ref string
	// Layers are what a pull fetches, the lowest first. None is one layer of a size made from Ref.
	Layers []Layer
	// Rate is how many bytes a pull fetches per second of the daemon's clock; 0 takes no time at all.
	Rate int64
	// PullError is what the daemon says in the middle of the pull; "" lets it succeed.
	PullError string

	// These are the image's configuration, as in a Dockerfile.
	Env         []string
	Cmd         []string
	Entrypoint  []string
	User        string
	WorkingDir  string
	Volumes     []string
	Healthcheck *engine.Healthcheck
	StopSignal  string

	// Main runs when a container starts what the image says, and whatever no program is known for. nil leaves that to
	// the built-in programs and to Daemon.Handle.
	Main Program
	// Probe decides the health checks of containers of this image; nil runs their test in the container.
	Probe Probe
}

// Layer is one layer of an image. A layer with an ID that another image on the daemon has is not fetched again.
type Layer struct {
	ID   string // 12 hex digits; "" makes one from the image's reference and the layer's place
	Size int64  // compressed bytes
}

// Probe answers a health check of a container that has run for up: an exit code (0 is healthy) and the check's output.
type Probe func(up time.Duration) (exit int, output string)

// HealthyAfter is a Probe that fails at first and succeeds once the container has run for delay.
func HealthyAfter(delay time.Duration) Probe {
	return func(up time.Duration) (int, string) {
		if up < delay {
			return 1, "not ready yet"
		}
		return 0, "ready"
	}
}

// AnyImage is a registry that has every image: three layers, fetched at 40 MB/s, running Service.
func AnyImage(ref string) (Image, bool) {
	return Image{Ref: ref, Rate: 40e6, Main: Service, Layers: []Layer{{Size: 3 << 20}, {Size: 20 << 20}, {Size: 1 << 10}}}, true
}

// storedImage is an image on the daemon.
type storedImage struct {
	Image
	id      string
	created time.Time
}

// size in bytes, uncompressed: twice the layers, as it usually is.
func (i *storedImage) size() (total int64) {
	for _, l := range i.Layers {
		total += 2 * l.Size
	}
	return total
}

// normal completes a reference: a tag, and the short form that Docker shows. It fails on what is no reference.
func normal(ref string) (string, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", failf(http.StatusBadRequest, "invalid reference format")
	}
	return reference.FamiliarString(reference.TagNameOnly(named)), nil
}

// digest returns hex digits made from text, as many as asked for, at most 64.
func digest(digits int, text ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, text...))
	return hex.EncodeToString(sum[:])[:digits]
}

// complete fills in what an image leaves to us.
func (i Image) complete(ref string) Image {
	i.Ref = ref
	if len(i.Layers) == 0 {
		i.Layers = []Layer{{Size: 3 << 20}}
	}
	if i.Main != nil && len(i.Entrypoint)+len(i.Cmd) == 0 {
		i.Cmd = []string{"main"}
	}
	i.Layers = slices.Clone(i.Layers)
	for n := range i.Layers {
		if i.Layers[n].ID == "" {
			i.Layers[n].ID = digest(12, ref, "layer", n)
		}
	}
	return i
}

// AddImage puts an image on the daemon, as if it had been pulled. It panics when the reference is none.
func (d *Daemon) AddImage(img Image) {
	ref, err := normal(img.Ref)
	if err != nil {
		panic("fake: " + img.Ref + " is no image reference")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.images[ref] = &storedImage{Image: img.complete(ref), id: "sha256:" + digest(64, ref), created: d.clock.Now()}
	d.emitLocked(events.ImageEventType, events.ActionPull, ref, map[string]string{"name": ref})
}

// imageLocked finds an image by reference or ID.
func (d *Daemon) imageLocked(ref string) (*storedImage, error) {
	for _, img := range d.images {
		if img.id == ref || len(ref) >= 12 && strings.HasPrefix(strings.TrimPrefix(img.id, "sha256:"), ref) {
			return img, nil
		}
	}
	name, err := normal(ref)
	if err != nil {
		return nil, err
	}
	if img := d.images[name]; img != nil {
		return img, nil
	}
	return nil, failf(http.StatusNotFound, "No such image: %s", name)
}

// listImages is GET /images/json.
func (d *Daemon) listImages(r *request) error {
	args, err := r.filters()
	if err != nil {
		return err
	}
	d.mu.Lock()
	list := d.imageSummariesLocked(func(img *storedImage) bool {
		if !args.Contains("reference") {
			return true
		}
		for _, pattern := range args.Get("reference") {
			named, err := reference.ParseNormalizedNamed(img.Ref)
			if err != nil {
				continue
			}
			if ok, err := reference.FamiliarMatch(pattern, named); ok && err == nil {
				return true
			}
			if full, err := normal(pattern); err == nil && full == img.Ref {
				return true
			}
		}
		return false
	})
	d.mu.Unlock()
	return r.answer(http.StatusOK, list)
}

func (d *Daemon) imageSummariesLocked(keep func(*storedImage) bool) []*image.Summary {
	list := []*image.Summary{}
	for _, img := range d.images {
		if !keep(img) {
			continue
		}
		used := int64(0)
		for _, c := range d.containers {
			used += int64(oneIf(c.image == img))
		}
		list = append(list, &image.Summary{
			ID: img.id, RepoTags: []string{img.Ref}, RepoDigests: []string{}, Created: img.created.Unix(),
			Size: img.size(), SharedSize: -1, Containers: used, Labels: map[string]string{},
		})
	}
	slices.SortFunc(list, func(a, b *image.Summary) int { return strings.Compare(a.RepoTags[0], b.RepoTags[0]) })
	return list
}

// inspectImage is GET /images/{ref}/json; a reference may contain slashes.
func (d *Daemon) inspectImage(r *request) error {
	ref, ok := strings.CutSuffix(r.PathValue("ref"), "/json")
	if !ok {
		return failf(http.StatusNotFound, "page not found")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	img, err := d.imageLocked(ref)
	if err != nil {
		return err
	}
	answer := image.InspectResponse{
		ID: img.id, RepoTags: []string{img.Ref}, RepoDigests: []string{}, Created: img.created.Format(time.RFC3339Nano),
		Os: "linux", Architecture: "amd64", Size: img.size(),
		Config: &dockerspec.DockerOCIImageConfig{},
	}
	answer.Config.Env, answer.Config.Cmd, answer.Config.Entrypoint = img.Env, img.Cmd, img.Entrypoint
	answer.Config.User, answer.Config.WorkingDir, answer.Config.StopSignal = img.User, img.WorkingDir, img.StopSignal
	answer.Config.Healthcheck = healthConfig(img.Healthcheck)
	if len(img.Volumes) > 0 {
		answer.Config.Volumes = map[string]struct{}{}
		for _, v := range img.Volumes {
			answer.Config.Volumes[v] = struct{}{}
		}
	}
	return r.answer(http.StatusOK, answer)
}

// removeImage is DELETE /images/{ref}.
func (d *Daemon) removeImage(r *request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	img, err := d.imageLocked(r.PathValue("ref"))
	if err != nil {
		return err
	}
	for _, c := range d.containers {
		if c.image == img && !r.flag("force") {
			return failf(http.StatusConflict, "conflict: unable to remove repository reference \"%s\" (must force) - container %s is using its referenced image %s",
				img.Ref, c.id[:12], strings.TrimPrefix(img.id, "sha256:")[:12])
		}
	}
	delete(d.images, img.Ref)
	d.emitLocked(events.ImageEventType, events.ActionDelete, img.id, map[string]string{"name": img.Ref})
	return r.answer(http.StatusOK, []image.DeleteResponse{{Untagged: img.Ref}, {Deleted: img.id}})
}

// healthConfig turns our health check into Docker's.
func healthConfig(h *engine.Healthcheck) *containertypes.HealthConfig {
	if h == nil {
		return nil
	}
	return &containertypes.HealthConfig{
		Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, Retries: h.Retries, StartPeriod: h.StartPeriod,
		StartInterval: h.StartInterval,
	}
}

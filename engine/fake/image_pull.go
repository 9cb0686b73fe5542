package fake

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/docker/docker/api/types/events"
)

// pullTick is how often a pull tells its progress, on the daemon's clock.
const pullTick = 100 * time.Millisecond

// pullMessage is one message of the daemon's stream.
type pullMessage struct {
	Status         string      `json:"status,omitempty"`
	ProgressDetail *pullDetail `json:"progressDetail,omitempty"`
	ID             string      `json:"id,omitempty"`
	Error          string      `json:"error,omitempty"`
	ErrorDetail    *pullFault  `json:"errorDetail,omitempty"`
}

type pullDetail struct {
	Current int64 `json:"current,omitempty"`
	Total   int64 `json:"total,omitempty"`
}

type pullFault struct {
	Message string `json:"message"`
}

// pullImage is POST /images/create.
func (d *Daemon) pullImage(r *request) error {
	ref := r.query("fromImage")
	if tag := r.query("tag"); tag != "" {
		if strings.HasPrefix(tag, "sha256:") {
			ref += "@" + tag
		} else {
			ref += ":" + tag
		}
	}
	name, err := normal(ref)
	if err != nil {
		return err
	}
	img, ok := Image{}, false
	if d.opts.Registry != nil {
		img, ok = d.opts.Registry(name)
	}
	if !ok {
		d.mu.Lock()
		_, err := d.imageLocked(name) // what the daemon has, its registry has
		d.mu.Unlock()
		if err != nil {
			repository, _, _ := strings.Cut(name, ":")
			return failf(http.StatusNotFound, "pull access denied for %s, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", repository)
		}
	}
	r.stream("application/json")
	p := &pull{d: d, r: r, out: json.NewEncoder(r), name: name, image: img.complete(name), known: !ok}
	p.run(r.Context())
	return nil
}

// pull is one pull under way.
type pull struct {
	d     *Daemon
	r     *request
	out   *json.Encoder
	name  string
	image Image
	known bool // the image is there and nothing is fetched
}

// run tells the whole pull. The layers come one after the other: who watches cannot tell it from a narrow line.
func (p *pull) run(ctx context.Context) {
	_, tag, _ := strings.Cut(p.name[strings.LastIndex(p.name, "/")+1:], ":")
	p.say(pullMessage{Status: "Pulling from " + strings.TrimSuffix(p.name, ":"+tag), ID: tag})
	if p.known {
		p.say(pullMessage{Status: "Status: Image is up to date for " + p.name})
		return
	}
	p.d.mu.Lock()
	have := map[string]bool{}
	for _, img := range p.d.images {
		for _, l := range img.Layers {
			have[l.ID] = true
		}
	}
	p.d.mu.Unlock()
	for _, l := range p.image.Layers {
		p.say(pullMessage{Status: "Pulling fs layer", ProgressDetail: &pullDetail{}, ID: l.ID})
	}
	for i, l := range p.image.Layers {
		if have[l.ID] {
			p.say(pullMessage{Status: "Already exists", ProgressDetail: &pullDetail{}, ID: l.ID})
			continue
		}
		if p.image.PullError != "" && i == len(p.image.Layers)-1 {
			p.say(pullMessage{Error: p.image.PullError, ErrorDetail: &pullFault{p.image.PullError}})
			return
		}
		if !p.layer(ctx, l) {
			return
		}
	}
	p.say(pullMessage{Status: "Digest: sha256:" + digest(64, p.name, "digest")})
	p.d.mu.Lock()
	p.d.images[p.name] = &storedImage{Image: p.image, id: "sha256:" + digest(64, p.name), created: p.d.clock.Now()}
	p.d.emitLocked(events.ImageEventType, events.ActionPull, p.name, map[string]string{"name": p.name})
	p.d.mu.Unlock()
	p.say(pullMessage{Status: "Status: Downloaded newer image for " + p.name})
}

// layer fetches and extracts one layer; it reports false when the client has gone.
func (p *pull) layer(ctx context.Context, l Layer) bool {
	step := l.Size
	if p.image.Rate > 0 {
		step = max(p.image.Rate*int64(pullTick)/int64(time.Second), 1)
	}
	for done := int64(0); done < l.Size; {
		if p.image.Rate > 0 && p.d.clock.Sleep(ctx, pullTick) != nil {
			return false
		}
		done = min(done+step, l.Size)
		p.say(pullMessage{Status: "Downloading", ProgressDetail: &pullDetail{done, l.Size}, ID: l.ID})
	}
	p.say(pullMessage{Status: "Verifying Checksum", ProgressDetail: &pullDetail{}, ID: l.ID})
	p.say(pullMessage{Status: "Download complete", ProgressDetail: &pullDetail{}, ID: l.ID})
	p.say(pullMessage{Status: "Extracting", ProgressDetail: &pullDetail{l.Size / 2, l.Size}, ID: l.ID})
	if p.image.Rate > 0 && p.d.clock.Sleep(ctx, pullTick) != nil {
		return false
	}
	p.say(pullMessage{Status: "Extracting", ProgressDetail: &pullDetail{l.Size, l.Size}, ID: l.ID})
	p.say(pullMessage{Status: "Pull complete", ProgressDetail: &pullDetail{}, ID: l.ID})
	return ctx.Err() == nil
}

func (p *pull) say(m pullMessage) {
	_ = p.out.Encode(m)
	p.r.flush()
}

package engine

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/distribution/reference"
)

// imagePull is the pull of one image of a Pull.
type imagePull struct {
	ref string

	mu      sync.Mutex // guards the fields below; held while a tick is sent, so that none overtakes the last
	layers  pullLayers
	changed bool // since the tick before
	// What there was when gained last said yes.
	hadLayers int
	hadBytes  int64
}

// try pulls the image once, unless it is there. An error that waiting cannot mend is explained.
func (img *imagePull) try(ctx context.Context, src PullSource, name reference.Named) (present bool, err error) {
	present, err = src.ImagePresent(ctx, img.ref)
	if err != nil || present {
		return present, err
	}
	img.update((*pullLayers).restart)
	body, err := src.OpenPull(ctx, img.ref)
	if err != nil {
		return false, explainPullTry(name, err)
	}
	defer func() { _ = body.Close() }()

	concluded := false
	for stream := newPullStream(body); ; {
		m, err := stream.Next()
		switch {
		case err == nil:
			concluded = concluded || strings.HasPrefix(m.Status, "Status: ")
			img.update(func(l *pullLayers) { l.apply(&m) })
		case !errors.Is(err, io.EOF):
			return false, explainPullTry(name, err)
		case concluded:
			return false, nil
		default:
			return false, img.confirm(ctx, src)
		}
	}
}

// confirm asks for the image after a stream that ended without the daemon's last words: a proxy in between can end a
// stream as if it were whole.
func (img *imagePull) confirm(ctx context.Context, src PullSource) error {
	present, err := src.ImagePresent(ctx, img.ref)
	if err == nil && !present {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// update changes the layers.
func (img *imagePull) update(change func(*pullLayers)) {
	img.mu.Lock()
	defer img.mu.Unlock()
	change(&img.layers)
	img.changed = true
}

// gained reports whether a layer or a good part of the bytes have come since it last did. A try that brings a little more
// of a layer than the one before gains nothing: the daemon begins the layer again.
func (img *imagePull) gained() bool {
	img.mu.Lock()
	defer img.mu.Unlock()
	layers, have, want := img.layers.achieved()
	if layers <= img.hadLayers && have-img.hadBytes <= want/16 {
		return false
	}
	img.hadLayers, img.hadBytes = layers, have
	return true
}

// tick sends a tick if anything has changed.
func (img *imagePull) tick(to *pullTicks) {
	img.mu.Lock()
	defer img.mu.Unlock()
	if img.changed && img.layers.outcome == "" {
		img.changed = false
		to.send(img.layers.progress(img.ref))
	}
}

// finish sends the last tick.
func (img *imagePull) finish(outcome string, to *pullTicks) {
	img.mu.Lock()
	defer img.mu.Unlock()
	img.layers.finish(outcome)
	to.send(img.layers.progress(img.ref))
}

// snapshot returns a copy of the layers.
func (img *imagePull) snapshot() []LayerProgress {
	img.mu.Lock()
	defer img.mu.Unlock()
	return img.layers.snapshot()
}

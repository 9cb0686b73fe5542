package engine

// The bounds of what we believe of a stream. An image has at most 127 layers; sizes are cut so that their sum cannot
// overflow.
const (
	maxPullLayers  = 512
	maxLayerSize   = 1 << 50 // bytes
	maxLayerIDText = 80      // bytes; a digest in full is 71
)

// The phrases of PullProgress.Status. None of the daemon's words gets there.
const (
	pullWaiting     = "Waiting"
	pullDownloading = "Downloading"
	pullRetrying    = "Retrying"
	pullExtracting  = "Extracting"
	pullComplete    = "Pull complete"
	pullPresent     = "Already present"
	pullFailed      = "Failed"
	pullCancelled   = "Cancelled"
)

// pullLayers sums up the messages of one pull, over all its tries. It does no I/O, knows no time, and is not safe for
// concurrent use.
//
// The bytes of a layer never fall: when the daemon fetches a layer again after a fault, its count stands still until the
// new download has passed the old.
type pullLayers struct {
	layers []pullLayer
	index  map[string]int // layer ID to its place in layers
	// ignored counts messages of layers that are too many or whose ID cannot be one.
	ignored int
	// outcome is the final phrase, empty while the pull goes on.
	outcome string
	shown   pullFraction
}

// apply takes in one message. What is not about a layer changes nothing.
func (p *pullLayers) apply(m *pullMessage) {
	update := layerUpdate(m.Status)
	if update == nil {
		return
	}
	if l := p.layer(m.ID); l != nil {
		update(l, m)
	}
}

// layer returns the layer of that ID, a new one if need be, or nil when it cannot be one.
func (p *pullLayers) layer(id string) *pullLayer {
	if i, ok := p.index[id]; ok {
		return &p.layers[i]
	}
	if len(p.layers) == maxPullLayers || !isLayerID(id) {
		p.ignored++
		return nil
	}
	if p.index == nil {
		p.index = make(map[string]int)
	}
	p.index[id] = len(p.layers)
	p.layers = append(p.layers, pullLayer{LayerProgress: LayerProgress{ID: id}})
	return &p.layers[len(p.layers)-1]
}

// isLayerID reports whether id may be shown and kept: a digest, short or in full, or anything else as harmless.
func isLayerID(id string) bool {
	if id == "" || len(id) > maxLayerIDText {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == ':', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// restart begins another try: what is not done waits again.
func (p *pullLayers) restart() {
	for i := range p.layers {
		if l := &p.layers[i]; l.State < LayerDone {
			l.State, l.retrying = LayerWaiting, true
		}
	}
}

// finish ends the pull with its last phrase. After a success everything is there, whether the daemon said so or not.
func (p *pullLayers) finish(outcome string) {
	p.outcome = outcome
	if outcome != pullComplete && outcome != pullPresent {
		return
	}
	for i := range p.layers {
		p.layers[i].complete(nil)
	}
}

// progress returns the tick for now; its numbers are those that follow from the ticks before it, see pullFraction.
func (p *pullLayers) progress(image string) PullProgress {
	have, want, expect := p.bytes()
	current, total := p.shown.next(have, want, expect)
	return PullProgress{Image: image, Status: p.status(), Current: current, Total: total, LayerCount: len(p.layers)}
}

// guessedLayerSize is what a layer of unknown size is expected to bring at least, in bytes. A first layer of a few hundred bytes says
// nothing of the others: without this it would be most of the image.
const guessedLayerSize = 1 << 20

// bytes returns what has come, what is to come as far as it is known (at least as much), and what is to be expected in
// all. A layer of unknown size is expected to bring as much as the others on average, or as it has brought already.
func (p *pullLayers) bytes() (have, want, expect int64) {
	var known, sizes, unknown int64
	for i := range p.layers {
		l := &p.layers[i]
		have += l.Downloaded
		want += max(l.Size, l.Downloaded)
		switch {
		case l.Size > 0:
			known++
			sizes += l.Size
		case l.State < LayerDownloaded:
			unknown++
		}
	}
	expect = want
	if unknown == 0 {
		return have, want, expect
	}
	guess := max(guessedLayerSize, sizes/max(known, 1))
	for i := range p.layers {
		if l := &p.layers[i]; l.Size == 0 && l.State < LayerDownloaded {
			expect += max(guess, l.Downloaded)
		}
	}
	return have, want, expect
}

// achieved returns the layers that will not have to come again, and the bytes that have come of bytes in all.
func (p *pullLayers) achieved() (layers int, have, want int64) {
	for i := range p.layers {
		if p.layers[i].State >= LayerDone {
			layers++
		}
	}
	have, want, _ = p.bytes()
	return layers, have, want
}

// status returns the phrase for what is going on.
func (p *pullLayers) status() string {
	if p.outcome != "" {
		return p.outcome
	}
	var in [LayerPresent + 1]int
	retrying := false
	for i := range p.layers {
		in[p.layers[i].State]++
		retrying = retrying || p.layers[i].retrying
	}
	switch {
	case in[LayerDownloading] > 0:
		return pullDownloading
	case retrying:
		return pullRetrying
	case in[LayerExtracting]+in[LayerDownloaded] > 0:
		return pullExtracting
	case in[LayerWaiting] == 0 && in[LayerDone] > 0:
		return pullExtracting // all done; the daemon still writes the image down
	}
	return pullWaiting
}

// snapshot returns a copy of the layers in the order in which they were announced.
func (p *pullLayers) snapshot() []LayerProgress {
	layers := make([]LayerProgress, 0, len(p.layers))
	for i := range p.layers {
		layers = append(layers, p.layers[i].LayerProgress)
	}
	return layers
}

package engine

import "strings"

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

// pullLayer is a layer and what of it only the aggregation needs.
type pullLayer struct {
	LayerProgress
	retrying bool // the daemon waits before it asks for the layer again
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

// layerUpdate returns what the status of a layer does to it, nil for other words. Docker's own image store, containerd's
// and Podman speak so.
func layerUpdate(status string) func(l *pullLayer, m *pullMessage) {
	switch status {
	case "Pulling fs layer", "Waiting":
		return (*pullLayer).announce
	case "Downloading":
		return (*pullLayer).download
	case "Verifying Checksum":
		return (*pullLayer).verify
	case "Download complete":
		return (*pullLayer).downloaded
	case "Extracting":
		return (*pullLayer).extract
	case "Pull complete":
		return (*pullLayer).complete
	case "Already exists", "Layer already exists":
		return (*pullLayer).exists
	}
	if strings.HasPrefix(status, "Retrying in ") {
		return (*pullLayer).retry
	}
	return nil
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

// announce: the layer is part of the image and will be fetched.
func (l *pullLayer) announce(*pullMessage) {
	l.retrying = false
	if l.State == LayerPresent {
		l.State = LayerWaiting
	}
}

func (l *pullLayer) download(m *pullMessage) {
	l.announce(m)
	l.State = max(l.State, LayerDownloading)
	current, total := min(m.Detail.Current, maxLayerSize), min(m.Detail.Total, maxLayerSize)
	switch {
	case total > 0 && current >= total:
		// The daemon says so of a download that broke off as well; "Download complete" says it for certain, at once.
		current = 0
	case total > 0 && total < l.Size:
		// The daemon goes on where it broke off and counts only the rest.
		current += l.Size - total
	}
	l.Downloaded = max(l.Downloaded, current)
	l.learnSize(total)
}

// verify: the bytes came and are compared with their digest, which fails when a resumed download went wrong.
func (l *pullLayer) verify(*pullMessage) { l.retrying = false }

func (l *pullLayer) retry(*pullMessage) {
	if l.State < LayerDownloaded {
		l.State, l.retrying = LayerWaiting, true
	}
}

func (l *pullLayer) downloaded(*pullMessage) {
	if l.State != LayerPresent {
		l.advance(LayerDownloaded)
	}
}

func (l *pullLayer) extract(m *pullMessage) {
	if l.State == LayerPresent {
		return
	}
	l.advance(LayerExtracting)
	if m.Detail.Units != "" {
		return
	}
	l.learnSize(m.Detail.Total)
	l.Extracted = max(l.Extracted, min(m.Detail.Current, l.Size))
}

func (l *pullLayer) complete(*pullMessage) {
	if l.State != LayerPresent {
		l.advance(LayerDone)
	}
}

// exists: the daemon has the layer, from before this pull or, when we saw it come, from an earlier try.
func (l *pullLayer) exists(*pullMessage) {
	if l.State == LayerWaiting && l.Size == 0 && l.Downloaded == 0 {
		l.State, l.retrying = LayerPresent, false
		return
	}
	l.complete(nil)
}

// advance brings the layer to state unless it is further already, and its bytes to what that state says.
func (l *pullLayer) advance(state LayerState) {
	l.State = max(l.State, state)
	l.settle()
}

// learnSize takes in a size that the daemon tells. Should it tell two, the larger counts.
func (l *pullLayer) learnSize(size int64) {
	l.Size = max(l.Size, min(size, maxLayerSize))
	l.settle()
}

// settle makes the bytes agree with each other and with the state. A layer whose size was never told is as large as what
// came of it.
func (l *pullLayer) settle() {
	if l.Size > 0 || l.State >= LayerDownloaded {
		l.Size = max(l.Size, l.Downloaded)
	}
	if l.State >= LayerDownloaded {
		l.retrying = false
		l.Downloaded = l.Size
	}
	if l.State == LayerDone {
		l.Extracted = l.Size
	}
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

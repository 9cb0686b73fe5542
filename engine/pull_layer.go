package engine

import "strings"

// pullLayer is a layer and what of it only the aggregation needs.
type pullLayer struct {
	LayerProgress
	retrying bool // the daemon waits before it asks for the layer again
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

package engine

import (
	"context"
	"io"
)

// PullProgress is one tick of the pull of one image, summed over its layers.
type PullProgress struct {
	// Image is the reference as it was asked for.
	Image string
	// Status is a phrase for people, always one of ours: "Waiting", "Downloading", "Retrying", "Extracting"; in the last
	// tick "Already present", "Pull complete", "Failed" or "Cancelled".
	Status string
	// Current and Total are bytes to fetch. Current and Current/Total never decrease; Total may grow while layers are
	// unknown. After a success they are equal, and both 0 when nothing had to be fetched. Layers that were already there
	// count in LayerCount only. See Pull.Progress.
	Current    int64
	Total      int64
	LayerCount int
}

// LayerState is where one layer of a pull stands.
type LayerState uint8

// The states of a layer, in the order it goes through them.
const (
	LayerWaiting LayerState = iota
	LayerDownloading
	LayerDownloaded
	LayerExtracting
	LayerDone
	// LayerPresent: it was there before the pull.
	LayerPresent
)

// LayerProgress is one layer of a pull. Bytes are compressed ones; Extracted runs up to Size a second time.
type LayerProgress struct {
	ID         string
	State      LayerState
	Size       int64 // 0 while unknown
	Downloaded int64
	Extracted  int64
}

// PullSource is what a Pull asks: a Docker daemon or the fake.
type PullSource interface {
	// ImagePresent reports whether ref needs no pull.
	ImagePresent(ctx context.Context, ref string) (bool, error)
	// OpenPull starts the pull and returns the daemon's stream of JSON messages. The body ends with an error once ctx
	// ends. The caller closes it.
	OpenPull(ctx context.Context, ref string) (io.ReadCloser, error)
}

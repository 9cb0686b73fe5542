package engine

import "sync"

// pullTicks hands ticks to a reader who may be slow or absent: at most one tick per image waits, the newest. Sending never
// blocks, so nothing piles up and no goroutine hangs on the reader.
type pullTicks struct {
	mu sync.Mutex // held while sending; only receives happen without it
	ch chan PullProgress
}

// newPullTicks makes room for one tick of each of n images.
func newPullTicks(n int) *pullTicks { return &pullTicks{ch: make(chan PullProgress, n)} }

// send puts t in the place of the tick of that image which still waits, or behind the others.
func (p *pullTicks) send(t PullProgress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	replaced := false
	// What waits goes once around the channel. The reader may take from it meanwhile; that only makes room.
	for range len(p.ch) {
		select {
		case waiting := <-p.ch:
			if waiting.Image == t.Image {
				waiting, replaced = t, true
			}
			p.ch <- waiting
		default:
		}
	}
	if !replaced {
		p.ch <- t
	}
}

// close lets the reader take what waits and then tells him that nothing follows.
func (p *pullTicks) close() { close(p.ch) }

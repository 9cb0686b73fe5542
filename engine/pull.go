package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Locorum/locorum-tui/engine/crash"
)

const (
	// pullsAtOnce is how many images of one Pull are fetched side by side. The daemon downloads three layers
	// at once for all that ask; the others unpack meanwhile, or ask the registry what they consist of.
	pullsAtOnce = 4
	// pullTickEvery is the shortest time between two ticks of an image, but for its last: 20 a second look smooth.
	pullTickEvery = 50 * time.Millisecond
)

// Pull is a pull of several images under way. It is safe for concurrent use.
//
// It ends by itself when every image is there or has failed, or when its context ends; there is nothing to close.
type Pull struct {
	src   PullSource
	clock clock
	// fail names what failed and takes secrets out.
	fail func(err error, op string) error

	images []*imagePull // one per reference
	ticks  *pullTicks

	done chan struct{} // closed when every goroutine of the pull is about to return
	err  error         // set before done is closed
}

// NewPull pulls every image of refs that is not there, at most four at once. A reference that occurs twice is pulled once;
// one that cannot be right fails alone, with ErrSpecInvalid. The failure of an image does not end the others.
//
// A fault that usually passes is tried again, in the midst of a download too; see Wait.
func NewPull(ctx context.Context, src PullSource, refs []string) *Pull {
	if d, ok := src.(*Docker); ok {
		return d.PullImages(ctx, refs)
	}
	prefix := func(err error, op string) error { return fmt.Errorf("%s: %w", op, err) }
	return startPull(ctx, src, systemClock{}, prefix, refs)
}

// PullImages is NewPull on this daemon.
func (d *Docker) PullImages(ctx context.Context, refs []string) *Pull {
	return startPull(ctx, d, d.clock, d.fail, refs)
}

func startPull(ctx context.Context, src PullSource, c clock, fail func(error, string) error, refs []string) *Pull {
	p := &Pull{src: src, clock: c, fail: fail, done: make(chan struct{})}
	seen := make(map[string]bool, len(refs))
	for _, ref := range refs {
		if !seen[ref] {
			seen[ref] = true
			p.images = append(p.images, &imagePull{ref: ref})
		}
	}
	p.ticks = newPullTicks(len(p.images))
	go func() {
		defer crash.Catch(ctx)
		p.run(ctx)
	}()
	return p
}

// Progress returns the channel of ticks. At most one tick of each image waits in it, the newest: a slow reader misses
// ticks but never reads a stale one after a newer one, and nobody waits for him. An image has its first tick
// once it is known to be absent, then at most one every 50 ms, and a last one: "Pull complete", or "Already present" as
// the only one, with Current equal to Total, else "Failed" or "Cancelled".
// The channel is closed after the last ticks, when Wait is about to return; without a reader they are dropped with it.
//
// Current, Total and their ratio never fall. Bytes of unknown layers are expected to come, so that the ratio does not
// race ahead: until every size is known, and until a layer larger than expected is made up for, Current or Total is less
// than what Layers adds up to. Whoever wants a rate takes it from Layers. Total is 0 while nothing is known, and to the
// end when nothing has to be fetched.
func (p *Pull) Progress() <-chan PullProgress { return p.ticks.ch }

// Layers returns the layers of ref as they are now, in the order in which the daemon named them; empty for a reference
// that is not pulled here or has not come so far. The slice is the caller's.
//
// Bytes never fall. State goes back to LayerWaiting when the daemon, or the pull, tries a layer again.
func (p *Pull) Layers(ref string) []LayerProgress {
	for _, img := range p.images {
		if img.ref == ref {
			return img.snapshot()
		}
	}
	return nil
}

// Wait returns when the pull has ended and its goroutines with it: nil when every image is there, else the errors of all
// that are not, joined, each naming its image. It may be called often, also without anyone reading Progress.
//
// ErrNotFound: the registry has no such image, or hides it from who is not logged in. ErrSpecInvalid: the reference cannot
// be right. ErrTransient: further tries gained nothing; the cause is in the chain. ErrDaemonUnreachable: Docker does not
// answer. The context's error, for each image that it kept from coming.
func (p *Pull) Wait() error {
	<-p.done
	return p.err
}

// run owns the goroutines of the pull: its workers and the ticker.
func (p *Pull) run(ctx context.Context) {
	defer close(p.done)
	defer p.ticks.close()

	errs := make([]error, len(p.images))
	var workers sync.WaitGroup
	var next atomic.Int64
	for range min(pullsAtOnce, len(p.images)) {
		workers.Go(func() {
			defer crash.Catch(ctx)
			for i := next.Add(1) - 1; i < int64(len(p.images)); i = next.Add(1) - 1 {
				errs[i] = p.pull(ctx, p.images[i])
			}
		})
	}
	// The ticker ends after the workers, whatever ends those: a source that is slow to cancel still shows its progress.
	tickCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var ticker sync.WaitGroup
	ticker.Go(func() {
		defer crash.Catch(ctx)
		p.tick(tickCtx)
	})
	workers.Wait()
	stop()
	ticker.Wait()
	p.err = errors.Join(errs...)
}

// tick sends what has changed, until ctx ends. It sleeps in between, rather than follow a ticker, which makes up for a late
// tick by an early one.
func (p *Pull) tick(ctx context.Context) {
	for ctx.Err() == nil {
		for _, img := range p.images {
			img.tick(p.ticks)
		}
		if p.clock.Sleep(ctx, pullTickEvery) != nil {
			return
		}
	}
}

// pull brings one image, over several tries if need be, and sends its last tick.
func (p *Pull) pull(ctx context.Context, img *imagePull) error {
	name, err := parseImageRef(img.ref)
	if err != nil {
		img.finish(pullFailed, p.ticks)
		return p.fail(err, "pull image")
	}
	present := false
	err = retry(ctx, p.clock, func(ctx context.Context) error {
		var err error
		present, err = img.try(ctx, p.src, name)
		return err
	}, img.gained)
	outcome := pullComplete
	switch {
	case err == nil && present:
		outcome = pullPresent
	case err != nil && ctx.Err() != nil && !errors.Is(err, ErrNotFound):
		// What broke when the context ended says less than that it ended.
		outcome, err = pullCancelled, Ended(ctx)
	case err != nil:
		outcome, err = pullFailed, explainPullEnd(name, err)
	}
	img.finish(outcome, p.ticks)
	if err != nil {
		return p.fail(err, "pull image "+img.ref)
	}
	return nil
}

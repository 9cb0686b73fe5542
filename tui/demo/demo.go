package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/tui/backend"
)

// Options of a Demo. The zero value is fit for use.
type Options struct {
	// Clock is the time that the demo sees; nil is the machine's.
	Clock fake.Clock
	// Seed decides all that is left to chance.
	Seed uint64
}

// Demo is the played machine. It is safe for concurrent use.
type Demo struct {
	seed   uint64
	clock  *shiftedClock
	daemon *fake.Daemon
	docker *engine.Docker

	ctx     context.Context // of the operations
	cancel  context.CancelFunc
	release func() bool // of the watch over New's context
	running sync.WaitGroup
	closing sync.Once
	closed  error

	// live is closed when the history is written: from then on containers write by themselves.
	live chan struct{}

	mu         sync.Mutex // guards what follows
	rows       []model.Site
	news       map[string]*newsroom // by container, until it is live
	activities map[string][]store.Activity
	records    []*record // the oldest first
	chance     chance    // of what the demo itself decides
	// busy is what an operation does to a site, by slug.
	busy map[string]sites.Verb
}

var _ backend.Backend = (*Demo)(nil)

// New returns a machine whose sites have run for a while. It ends with ctx, or with Close, which the caller calls in any
// case.
func New(ctx context.Context, o Options) (*Demo, error) {
	if o.Clock == nil {
		o.Clock = fake.MachineClock()
	}
	d := &Demo{
		seed: o.Seed, clock: &shiftedClock{Clock: o.Clock}, live: make(chan struct{}),
		news: map[string]*newsroom{}, activities: map[string][]store.Activity{}, busy: map[string]sites.Verb{}, chance: newChance(o.Seed, "demo"),
	}
	d.ctx, d.cancel = context.WithCancel(ctx)
	d.daemon = fake.NewDaemon(fake.Options{
		Clock: d.clock, Seed: o.Seed, ServerVersion: "28.5.1", HostName: "demo", Registry: d.registry,
	})
	d.docker = engine.NewWithOptions(engine.Options{Home: dataDir, LookupEnv: func(string) (string, bool) { return "", false }})
	d.docker.SetClient(d.daemon.Client())
	d.release = context.AfterFunc(ctx, d.end)
	if err := d.furnish(d.ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("set up the demo: %w", err), d.Close())
	}
	return d, nil
}

// Close ends the demo and waits until nothing of it is left. It may be called again.
func (d *Demo) Close() error {
	d.release()
	d.end()
	return d.closed
}

// end is Close without the watch over New's context.
func (d *Demo) end() {
	d.closing.Do(func() {
		d.mu.Lock() // Begin adds to running under it, and not once the context has ended
		d.cancel()
		d.mu.Unlock()
		d.running.Wait()
		d.closed = errors.Join(d.docker.Close(), d.daemon.Close())
	})
}

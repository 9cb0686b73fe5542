package fake

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"

	"github.com/docker/docker/client"

	"github.com/Locorum/locorum-tui/engine"
)

// Options of a Daemon. The zero value is a Docker 26 without images, on the machine's clock.
type Options struct {
	// Clock is the daemon's time; nil is the machine's.
	Clock Clock
	// Seed decides identifiers and statistics: the same calls on the same seed give the same ones.
	Seed uint64
	// APIVersion is the newest API version the daemon speaks; "" is "1.45". Below 1.44 it takes one network at create
	// and knows no StartInterval, below 1.42 no console size, as real ones.
	APIVersion string
	// ServerVersion is what it calls itself; "" is "26.1.5".
	ServerVersion string
	// HostName is the name of the daemon's host; "" is "fake".
	HostName string
	// Images are there from the beginning.
	Images []Image
	// Registry says what a reference, with its tag, pulls: the image, or false when there is none. nil has nothing.
	// It is called without locks held and may be called concurrently. AnyImage is one.
	Registry func(ref string) (Image, bool)
	// HostPath reports whether a path exists on the daemon's host, which decides whether it can be mounted; nil says
	// that all do. The files in it are the fake's own, empty at first, whatever the machine has there.
	HostPath func(path string) bool
}

// Daemon is a Docker daemon in memory. It is safe for concurrent use.
type Daemon struct {
	opts   Options
	clock  Clock
	listen *listener
	server *http.Server

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	tasks  sync.WaitGroup // every goroutine of the daemon

	mu         sync.Mutex    // guards the fields below
	changed    chan struct{} // closed and replaced at every change of them
	closed     bool
	rand       *rand.Rand
	containers map[string]*container // by ID
	networks   map[string]*network   // by ID
	volumes    map[string]*volume
	binds      map[string]*tree // by source path
	images     map[string]*storedImage
	execs      map[string]*execution
	programs   map[string]Program
	probes     map[string]Probe // by container name
	events     eventRing
	nextPID    int
	nextPort   int
	nextSubnet int
}

// NewDaemon starts a daemon. Close ends it.
func NewDaemon(opts Options) *Daemon {
	if opts.APIVersion == "" {
		opts.APIVersion = "1.45"
	}
	if opts.ServerVersion == "" {
		opts.ServerVersion = "26.1.5"
	}
	if opts.HostName == "" {
		opts.HostName = "fake"
	}
	d := &Daemon{
		opts: opts, clock: opts.Clock, listen: newListener(), changed: make(chan struct{}),
		rand:       rand.New(rand.NewPCG(opts.Seed, opts.Seed)),
		containers: map[string]*container{}, networks: map[string]*network{}, volumes: map[string]*volume{},
		binds: map[string]*tree{}, images: map[string]*storedImage{}, execs: map[string]*execution{},
		programs: map[string]Program{}, probes: map[string]Probe{},
		nextPID: 1000, nextPort: 32768, nextSubnet: 17,
	}
	if d.clock == nil {
		d.clock = machineClock{}
	}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.addDefaultNetworks()
	for _, img := range opts.Images {
		d.AddImage(img)
	}
	d.server = d.newServer()
	d.tasks.Go(func() { _ = d.server.Serve(d.listen) })
	return d
}

// Engine returns an engine on the daemon. Several engines of one daemon, with different data folders, stand for several
// people on one machine. Close the engine before the daemon.
func (d *Daemon) Engine(opts engine.Options) *Engine {
	return newEngine(d, opts)
}

// Client returns a Docker client of the daemon. The caller closes it.
func (d *Daemon) Client() *client.Client {
	requests := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true}, // no goroutine is left between two calls
		CheckRedirect: client.CheckRedirect,
	}
	cli, err := client.NewClientWithOpts(
		client.WithHTTPClient(requests),
		client.WithHost("unix://"+socketPath), // sets a dialer of its own
		client.WithDialContext(d.listen.dial),
		client.WithAPIVersionNegotiation(),
	)
	if err != nil {
		panic(err) // the options above cannot fail
	}
	requests.Transport = engine.EndedTransport{Next: requests.Transport}
	return cli
}

// Close kills every container, breaks every connection and waits until nothing of the daemon is left. It may be called
// again.
func (d *Daemon) Close() error {
	d.mu.Lock()
	d.closed = true // no container starts from here on
	d.mu.Unlock()
	d.cancel()
	err := d.server.Close()
	d.tasks.Wait()
	return err
}

// Down breaks every connection and refuses new ones, as a daemon does that is stopped with its containers left running.
func (d *Daemon) Down() { d.listen.setDown(true) }

// Up ends Down.
func (d *Daemon) Up() { d.listen.setDown(false) }

// bumpLocked wakes whoever waits for a change.
func (d *Daemon) bumpLocked() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// await calls check with the lock held, now and after every change, until it returns true or ctx ends.
func (d *Daemon) await(ctx context.Context, check func() bool) error {
	for {
		d.mu.Lock()
		done, changed := check(), d.changed
		d.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return engine.Ended(ctx)
		}
	}
}

// goLocked runs f in a goroutine of the daemon; it reports false, and does not, once the daemon is closed.
func (d *Daemon) goLocked(f func()) bool {
	if d.closed {
		return false
	}
	d.tasks.Go(f)
	return true
}

// newIDLocked returns 64 hex digits that nothing else has.
func (d *Daemon) newIDLocked() string {
	const digits = "0123456789abcdef"
	id := make([]byte, 64)
	for i := 0; i < len(id); i += 16 {
		for j, n := 0, d.rand.Uint64(); j < 16; j, n = j+1, n>>4 {
			id[i+j] = digits[n&15]
		}
	}
	return string(id)
}

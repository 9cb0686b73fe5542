package usage

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/crash"
)

// History is how many readings of a container are kept for its sparkline: two minutes at the usual period.
const History = 60

// Source is where readings come from; engine.Docker is one.
type Source interface {
	Stats(ctx context.Context, container string, every time.Duration) (<-chan engine.Stats, error)
}

// Reading is what a container uses.
type Reading struct {
	// CPU is in percent of one core; HasCPU is false before there are two readings to tell it from.
	CPU    float64
	HasCPU bool
	// Memory and MemoryLimit are bytes.
	Memory, MemoryLimit int64
	// Received and Sent are bytes a second since the reading before.
	Received, Sent float64
	// CPUs and Memories are the latest readings, the newest last, History at the most.
	CPUs, Memories []float64
}

// Meter watches containers. Its methods may be called from any goroutine; Close ends and joins what it started.
type Meter struct {
	source Source
	every  time.Duration
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	// changed holds a token while there is something that Next has not handed out.
	changed chan struct{}

	mu      sync.Mutex // guards what follows
	streams map[string]context.CancelFunc
	known   map[string]*record
}

// record is what is known of a container.
type record struct {
	reading Reading
	last    engine.Stats
}

// New returns a meter that watches nothing yet and reads every so often. It ends with ctx, or with Close.
func New(ctx context.Context, source Source, every time.Duration) *Meter {
	ctx, cancel := context.WithCancel(ctx)
	return &Meter{
		source: source, every: every, ctx: ctx, cancel: cancel, changed: make(chan struct{}, 1),
		streams: map[string]context.CancelFunc{}, known: map[string]*record{},
	}
}

// Watch makes these containers, by name, the ones that are watched: streams of others end, and what was known of them is
// forgotten. A stream that ended by itself, as a container's that stopped, begins again when its name is among them.
// It asks nothing itself and returns at once.
func (m *Meter) Watch(names []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx.Err() != nil {
		return
	}
	for name, end := range m.streams {
		if !slices.Contains(names, name) {
			end()
			delete(m.streams, name)
		}
	}
	for name := range m.known {
		if !slices.Contains(names, name) {
			delete(m.known, name)
		}
	}
	for _, name := range names {
		if m.streams[name] != nil {
			continue
		}
		ctx, cancel := context.WithCancel(m.ctx)
		m.streams[name] = cancel
		m.wg.Go(func() {
			defer crash.Catch(ctx)
			m.read(ctx, cancel, name)
		})
	}
}

// Watched returns how many streams are open.
func (m *Meter) Watched() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.streams)
}

// read takes in a container's readings until they end.
func (m *Meter) read(ctx context.Context, cancel context.CancelFunc, name string) {
	defer cancel()
	if readings, err := m.source.Stats(ctx, name, m.every); err == nil {
		for reading := range readings {
			if reading.Err == nil && ctx.Err() == nil {
				m.take(ctx, name, reading)
			}
		}
	}
	m.mu.Lock()
	if ctx.Err() == nil { // it ended by itself; else its place may be another's already
		delete(m.streams, name)
		delete(m.known, name)
	}
	m.mu.Unlock()
	m.tell()
}

// take keeps a reading.
func (m *Meter) take(ctx context.Context, name string, s engine.Stats) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return // nobody watches it any more
	}
	r := m.known[name]
	if r == nil || r.last.ID != s.ID { // another container of that name begins anew
		r = &record{}
		m.known[name] = r
	}
	r.reading.CPU, r.reading.HasCPU = s.CPUPercent, s.HasCPU
	r.reading.Memory, r.reading.MemoryLimit = s.Memory, s.MemoryLimit
	if gone := s.Time.Sub(r.last.Time).Seconds(); !r.last.Time.IsZero() && gone > 0 {
		r.reading.Received = max(float64(s.NetRx-r.last.NetRx)/gone, 0)
		r.reading.Sent = max(float64(s.NetTx-r.last.NetTx)/gone, 0)
	}
	if s.HasCPU {
		r.reading.CPUs = keep(r.reading.CPUs, s.CPUPercent)
	}
	r.reading.Memories = keep(r.reading.Memories, float64(s.Memory))
	r.last = s
	m.tell()
}

// keep appends a value and lets go of the oldest.
func keep(values []float64, value float64) []float64 {
	if len(values) == History {
		values = slices.Delete(values, 0, 1)
	}
	return append(values, value)
}

// tell says that there is something new.
func (m *Meter) tell() {
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// Next waits for something new, then for what comes with it within a period, and returns what is known by container: a
// value of the caller's own. It returns false when ctx or the meter ends. One caller at a time.
func (m *Meter) Next(ctx context.Context) (map[string]Reading, bool) {
	select {
	case <-m.changed:
	case <-ctx.Done():
		return nil, false
	case <-m.ctx.Done():
		return nil, false
	}
	gather := time.NewTimer(m.every)
	defer gather.Stop()
	select {
	case <-gather.C:
	case <-ctx.Done():
		return nil, false
	case <-m.ctx.Done():
		return nil, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.changed: // it is in what is returned now
	default:
	}
	readings := make(map[string]Reading, len(m.known))
	for name, r := range m.known {
		reading := r.reading
		reading.CPUs, reading.Memories = slices.Clone(reading.CPUs), slices.Clone(reading.Memories)
		readings[name] = reading
	}
	return readings, true
}

// Close ends every stream and waits for it.
func (m *Meter) Close() {
	m.mu.Lock() // none begins after this
	m.cancel()
	m.mu.Unlock()
	m.wg.Wait()
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/Locorum/locorum-tui/engine/crash"
)

// minStatsInterval is the shortest time between two readings. The kernel counts a container's CPU time in ticks of up
// to 10 ms: over a shorter time the share would be mostly chance.
const minStatsInterval = 250 * time.Millisecond

// statsAnswer is how long a daemon may take for one reading before the stream gives up. Its own work is a few files.
const statsAnswer = 10 * time.Second

// statsAtOnce is how many streams of one engine may be asking the daemon at the same time: all of a busy dashboard's, for
// Docker 20.10 takes a second for each answer. Over ssh a request counts for statsSSH: no more of them than the
// connections that are kept open, since each further one would be a process and a key exchange, every time.
const (
	statsAtOnce = 60
	statsSSH    = statsAtOnce / idleConns
)

// maxStatsBody bounds one answer, in bytes. One container on a hundred networks is under 32 KiB.
const maxStatsBody = 1 << 20

// Stats reads every so often what the named container uses of the machine, the first time at once. An interval below
// 250 ms is taken as 250 ms; 0 too. The readings keep the cadence: a slow answer delays its own reading only, and what
// cannot be made in time is left out.
//
// The container must run: without one of that name the error is ErrNotFound, for one that does not run ErrNotRunning.
// The stream is of that one container: another that takes its name later is not followed.
//
// The channel is made, sent to and closed by the engine. It holds one reading, the latest: a receiver that comes late
// misses the older ones, and CPUPercent is then still the share between the latest two that were made. It closes when the
// container stops or is removed, and when ctx ends; when anything else ends it, the last reading carries Err. That is a
// lost connection, at once, since the caller sees the daemon come back in Events, and two answers in a row that are of no
// use: a single one can be what a daemon says while a container goes away.
//
// A reading is one sample: the daemon is not made to wait for a second one, and the share is computed from the sample
// before. Docker 20.10 makes its samples once a second all the same, so readings come no faster from it; Docker 26 answers
// at once.
func (d *Docker) Stats(ctx context.Context, name string, every time.Duration) (<-chan Stats, error) {
	if err := validateName("container", name); err != nil {
		return nil, err
	}
	op := "read statistics of container " + name
	cli, err := d.ready(ctx)
	if err != nil {
		return nil, d.fail(err, op)
	}
	found, err := cli.ContainerInspect(ctx, name)
	if err != nil {
		return nil, d.fail(err, op)
	}
	if !isRunning(found) {
		return nil, d.fail(ErrNotRunning, op)
	}
	out := make(chan Stats, 1)
	s := &statsStream{d: d, cli: cli, op: op, id: found.ID, every: max(every, minStatsInterval), out: out}
	go func() {
		defer crash.Catch(ctx)
		s.run(ctx)
	}()
	return out, nil
}

// statsStream polls one container. It belongs to the goroutine that runs it.
type statsStream struct {
	d       *Docker
	cli     *client.Client
	op      string
	id      string
	every   time.Duration
	out     chan Stats // capacity 1; closed by run
	decoder statsDecoder
}

// run polls until the container or ctx ends.
func (s *statsStream) run(ctx context.Context) {
	defer close(s.out)
	next := s.d.clock.Now()
	odd := false // the answer before could not be used
	for {
		reading, err := s.poll(ctx)
		switch {
		case ctx.Err() != nil, errors.Is(err, errStatsOver):
			return
		case err == nil:
			odd = false
			s.send(reading)
		case odd || errors.Is(err, ErrDaemonUnreachable) || isConnectionFailure(err):
			s.send(Stats{ID: s.id, Time: s.d.clock.Now(), Err: s.d.fail(err, s.op)})
			return
		default:
			odd = true
		}

		now := s.d.clock.Now()
		for next = next.Add(s.every); !next.After(now); next = next.Add(s.every) {
		}
		if s.d.clock.Sleep(ctx, next.Sub(now)) != nil {
			return
		}
	}
}

// send replaces a reading that nobody took. Only run sends, so there is room afterwards.
func (s *statsStream) send(reading Stats) {
	select {
	case <-s.out:
	default:
	}
	s.out <- reading
}

// errStatsOver says that the container does not run any more.
var errStatsOver = errors.New("the container stopped")

// poll makes one reading, when it is its turn.
func (s *statsStream) poll(ctx context.Context) (Stats, error) {
	weight := s.d.statsWeight()
	if err := s.d.polls.Acquire(ctx, weight); err != nil {
		return Stats{}, err
	}
	defer s.d.polls.Release(weight)
	late := fmt.Errorf("no answer within %v", statsAnswer)
	ctx, cancel := context.WithTimeoutCause(ctx, statsAnswer, late)
	defer cancel()
	reading, err := s.ask(ctx)
	switch {
	case err == nil, errors.Is(err, errStatsOver):
		return reading, err
	case cerrdefs.IsNotFound(err):
		return Stats{}, errStatsOver
	case context.Cause(ctx) == late: //nolint:errorlint // the very value of this call
		return Stats{}, s.d.unreachable(late)
	case isConnectionFailure(err):
		return Stats{}, err
	}
	// The control group of a container that ends is gone before the daemon knows: the answer is empty or an error.
	found, lookErr := s.cli.ContainerInspect(ctx, s.id)
	if cerrdefs.IsNotFound(lookErr) || lookErr == nil && !isRunning(found) {
		return Stats{}, errStatsOver
	}
	return Stats{}, err
}

// statsWeight is what one request counts of statsAtOnce.
func (d *Docker) statsWeight() int64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.ssh != nil {
		return statsSSH
	}
	return 1
}

// isRunning reports whether an inspect found the container running.
func isRunning(found container.InspectResponse) bool {
	return found.ContainerJSONBase != nil && found.State != nil && found.State.Running
}

// ask sends one request and decodes its answer.
func (s *statsStream) ask(ctx context.Context) (Stats, error) {
	resp, err := s.cli.ContainerStatsOneShot(ctx, s.id)
	if err != nil {
		return Stats{}, err
	}
	defer resp.Body.Close()
	reading, err := s.decoder.decode(io.LimitReader(resp.Body, maxStatsBody))
	reading.ID = s.id
	return reading, err
}

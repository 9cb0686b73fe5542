package engine

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// queueBench is an eventQueue with both of its ends in the test's hands.
type queueBench struct {
	feed    chan eventFeed
	out     chan Event
	resyncs atomic.Int32 // how often the queue asked for a list
}

func newQueueBench() *queueBench {
	b := &queueBench{feed: make(chan eventFeed), out: make(chan Event)}
	go func() {
		defer close(b.out)
		(&eventQueue{out: b.out}).run(b.feed)
	}()
	return b
}

// tell feeds one event; id tells events apart.
func (b *queueBench) tell(kind EventKind, id string) {
	b.feed <- eventFeed{Event{Kind: kind, ID: id}, func(error) { b.resyncs.Add(1) }}
}

// read returns what waits, without blocking.
func (b *queueBench) read() (got []Event) {
	for {
		synctest.Wait()
		select {
		case e := <-b.out:
			got = append(got, e)
		default:
			return got
		}
	}
}

func TestEventQueueKeepsOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newQueueBench()
		defer close(b.feed)
		b.tell(EventListed, "list")
		for i := range eventBacklog - 1 {
			b.tell(EventContainer, fmt.Sprint(i))
		}
		got := b.read()
		if len(got) != eventBacklog || got[0].Kind != EventListed || got[eventBacklog-1].ID != fmt.Sprint(eventBacklog-2) {
			t.Errorf("%d events came, want %d in order", len(got), eventBacklog)
		}
		if got[len(got)-1].Dropped != 0 || b.resyncs.Load() != 0 {
			t.Errorf("dropped %d, listed anew %d times; want neither", got[len(got)-1].Dropped, b.resyncs.Load())
		}
	})
}

func TestEventQueueHealsASlowReceiver(t *testing.T) {
	t.Parallel()
	fill := func(b *queueBench) {
		b.tell(EventListed, "list")
		for i := range eventBacklog - 1 + 10 {
			b.tell(EventContainer, fmt.Sprint(i))
		}
	}
	t.Run("by a list of its own", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newQueueBench()
			defer close(b.feed)
			fill(b)
			synctest.Wait()
			if b.resyncs.Load() != 0 {
				t.Error("a list was made before the receiver read")
			}
			if got := b.read(); len(got) != eventBacklog || got[len(got)-1].Dropped != 10 {
				t.Errorf("%d events came, the last with Dropped %d; want %d and 10", len(got), got[len(got)-1].Dropped, eventBacklog)
			}
			if b.resyncs.Load() != 1 {
				t.Fatalf("%d lists were asked for when the backlog was read, want 1", b.resyncs.Load())
			}
			b.tell(EventContainer, "before the list")
			b.tell(EventListed, "list")
			b.tell(EventContainer, "after the list")
			got := b.read()
			if len(got) != 2 || got[0].Kind != EventListed || got[0].Dropped != 11 || got[1].ID != "after the list" {
				t.Errorf("after the heal came %+v, want the list, with 11 dropped, and what followed", got)
			}
		})
	})
	t.Run("by a loss and the list after it", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newQueueBench()
			defer close(b.feed)
			fill(b)
			b.tell(EventLost, "lost")
			got := b.read()
			if len(got) != eventBacklog+1 || got[eventBacklog].Kind != EventLost {
				t.Fatalf("%d events came, want the backlog and the loss", len(got))
			}
			b.tell(EventListed, "list")
			if got := b.read(); len(got) != 1 || got[0].Kind != EventListed || b.resyncs.Load() != 0 {
				t.Errorf("after the loss came %+v and %d wishes for a list; want the list and none", got, b.resyncs.Load())
			}
		})
	})
	t.Run("when the daemon came back unseen", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newQueueBench()
			defer close(b.feed)
			fill(b)
			b.tell(EventLost, "lost")
			b.tell(EventListed, "stale by the time it is read")
			got := b.read()
			if len(got) != eventBacklog || b.resyncs.Load() != 1 {
				t.Errorf("%d events came and %d lists were asked for; want %d and 1", len(got), b.resyncs.Load(), eventBacklog)
			}
		})
	})
	t.Run("whose backlog is full when the daemon goes", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newQueueBench()
			defer close(b.feed)
			b.tell(EventListed, "list")
			for i := range eventBacklog - 1 {
				b.tell(EventContainer, fmt.Sprint(i))
			}
			b.tell(EventLost, "lost")
			if got := b.read(); len(got) != eventBacklog+1 || got[eventBacklog].Kind != EventLost {
				t.Fatalf("%d events came, want the backlog and the loss", len(got))
			}
			b.tell(EventListed, "list")
			if got := b.read(); len(got) != 1 || got[0].Kind != EventListed || got[0].Dropped != 0 {
				t.Errorf("after the loss came %+v, want the list and nothing dropped", got)
			}
		})
	})
}

// A receiver that applies what it gets knows, once it has caught up, what a receiver of everything would know: whatever
// the source does, and however slowly it reads.
func TestEventQueueConverges(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			feed, out := make(chan eventFeed), make(chan Event)
			go (&eventQueue{out: out}).run(feed)
			defer close(feed)

			truth, known, connected := 0, -1, false
			var wanted atomic.Bool // set by the queue
			list := func() {
				connected = true
				wanted.Store(false)
				feed <- eventFeed{Event{Kind: EventListed, ExitCode: truth}, func(error) { wanted.Store(true) }}
			}
			receive := func() bool {
				synctest.Wait()
				select {
				case e := <-out:
					known = e.ExitCode
					if e.Kind == EventLost {
						known = -1
					}
					return true
				default:
					return false
				}
			}
			for range 400 {
				switch n := rnd.IntN(100); {
				case wanted.Load():
					list()
				case !connected && n < 30:
					list()
				case connected && n < 3:
					connected = false
					feed <- eventFeed{Event: Event{Kind: EventLost}}
				case n < 20:
					receive()
				default:
					truth++
					if connected {
						feed <- eventFeed{Event: Event{Kind: EventContainer, ExitCode: truth}}
					}
				}
			}
			for !connected || receive() || wanted.Load() {
				if !connected || wanted.Load() {
					list()
				}
			}
			if known != truth {
				t.Errorf("seed %d: the receiver knows %d, the truth is %d", seed, known, truth)
			}
		})
	}
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
)

// eventSetup is how long a daemon may take to open the stream and answer the list before it counts as gone. An ssh
// connection alone can take some seconds.
const eventSetup = 30 * time.Second

// eventSettled is how long a connection must have lasted, without any event, for the next pause to be the first one again.
const eventSettled = 5 * time.Second

// errEventSetup ends a connection that took longer than that.
var errEventSetup = fmt.Errorf("no answer within %v", eventSetup)

// errResync ends a connection that is fine, in order to list again.
var errResync = errors.New("the receiver fell behind")

// eventFeed is what the source hands to the queue. resync, set with an EventListed, ends the connection that it opened.
type eventFeed struct {
	Event
	resync context.CancelCauseFunc
}

// eventSource talks to the daemon: it connects, lists, reads events, and starts over. It belongs to one goroutine.
type eventSource struct {
	d      *Docker
	list   filters.Args
	stream filters.Args
	feed   chan<- eventFeed // closed by whoever runs the source
}

// run connects again and again until ctx ends.
func (s *eventSource) run(ctx context.Context) {
	wait := eventRetryFirst
	lost := false
	for {
		began := s.d.clock.Now()
		listed, heard, err := s.connection(ctx)
		if ctx.Err() != nil {
			return
		}
		if listed {
			lost = false
		}
		if errors.Is(err, errResync) {
			continue
		}
		if heard || listed && s.d.clock.Now().Sub(began) >= eventSettled {
			wait = eventRetryFirst
		}
		if !lost {
			lost = true
			s.send(ctx, eventFeed{Event: Event{Kind: EventLost, Time: s.d.clock.Now(), Err: s.lostError(err)}})
		}
		if s.d.clock.Sleep(ctx, wait) != nil {
			return
		}
		wait = min(2*wait, eventRetryLast)
	}
}

// connection is the life of one connection. It reports whether it came to the list and whether an event came after it;
// err is never nil.
func (s *eventSource) connection(ctx context.Context) (listed, heard bool, err error) {
	cli, err := s.d.ready(ctx)
	if err != nil {
		return false, false, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	setup := time.AfterFunc(eventSetup, func() { cancel(errEventSetup) })
	defer setup.Stop()

	body, err := openEvents(ctx, cli, s.stream)
	if err != nil {
		return false, false, causeOf(ctx, err)
	}
	defer body.Close()
	list, err := cli.ContainerList(ctx, container.ListOptions{All: true, Filters: s.list})
	if err != nil {
		return false, false, causeOf(ctx, err)
	}
	if !setup.Stop() {
		return false, false, errEventSetup
	}
	s.send(ctx, eventFeed{Event{Kind: EventListed, Time: s.d.clock.Now(), Containers: containerInfos(list)}, cancel})

	reader := newEventReader(body)
	for {
		event, err := reader.Next()
		if err != nil {
			return true, heard, causeOf(ctx, err)
		}
		heard = true
		s.send(ctx, eventFeed{Event: event})
	}
}

// send hands an event to the queue, which always takes it.
func (s *eventSource) send(ctx context.Context, f eventFeed) {
	select {
	case s.feed <- f:
	case <-ctx.Done():
	}
}

// lostError is what an EventLost carries.
func (s *eventSource) lostError(err error) error {
	switch {
	case errors.Is(err, ErrDaemonUnreachable):
	case isConnectionFailure(err):
		err = s.d.unreachable(err)
	default:
		err = &UnreachableError{
			Endpoint: s.d.Endpoint(), Err: err,
			Reason:   "the events of Docker at " + s.d.where() + " broke off: " + err.Error(),
			NextStep: "The connection is tried again until it is back.",
		}
	}
	return s.d.fail(err, "follow events")
}

// causeOf returns why ctx ended if it did, for then err says only that it ended; else err.
func causeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx) // ours, which is no cancellation that a caller asked for
	}
	return err
}

package engine

import (
	"context"
	"sync"
	"time"

	"github.com/docker/docker/api/types/filters"

	"github.com/Locorum/locorum-tui/engine/crash"
)

// eventActions are what we ask the daemon for. Without that filter every health check of every container would wake us
// three times, for the creation, the start and the end of its exec.
var eventActions = [...]ContainerAction{
	ActionCreate, ActionStart, ActionRestart, ActionStop, ActionKill, ActionDie, ActionOOM, ActionPause, ActionUnpause,
	ActionRename, ActionHealth, ActionDestroy,
}

// Events tells what happens to the containers that carry every label of match, an empty value matching any; an empty
// match follows all containers. It returns at once, whether or not a daemon answers.
//
// The first event is an EventListed with all containers of the match, or an EventLost that says why there is none yet.
// After an EventLost the engine connects again, by itself and for as long as ctx lasts, and the next event is an
// EventListed. Only a match that cannot be asked for (ErrSpecInvalid) ends the channel after its EventLost. The Err of an
// EventLost that a connection caused is an ErrDaemonUnreachable.
//
// Nothing falls between a list and the events after it, because the events are asked for first, from a little before
// that moment on. So an event may be older than the list before it and already contained in it: a receiver applies events
// in their order and is right after the last one. What it must not do is to count them.
//
// The channel is made, sent to and closed by the engine: it closes soon after ctx ends, and what was not received by then
// is gone. Up to 64 events wait for a slow receiver. What comes after those is dropped and counted in Event.Dropped, and
// when the receiver has read what waited it gets an EventListed made at that time.
//
// Event.Time is the daemon's clock for EventContainer, ours for the other kinds. Labels are the daemon's, not sanitised.
func (d *Docker) Events(ctx context.Context, match map[string]string) <-chan Event {
	labels, err := labelFilter(match)
	if err != nil {
		out := make(chan Event, 1)
		out <- Event{Kind: EventLost, Time: d.clock.Now(), Err: d.fail(err, "follow events")}
		close(out)
		return out
	}
	return d.events(ctx, labels, labels)
}

// containerEvents is Events for the one container with that ID.
func (d *Docker) containerEvents(ctx context.Context, id string) <-chan Event {
	return d.events(ctx, filters.NewArgs(filters.Arg("id", id)), filters.NewArgs(filters.Arg("container", id)))
}

// events starts the two goroutines of a stream: one talks to the daemon, the other holds what the receiver has not read.
func (d *Docker) events(ctx context.Context, list, stream filters.Args) <-chan Event {
	stream = stream.Clone()
	stream.Add("type", "container")
	for _, action := range eventActions {
		stream.Add("event", string(action))
	}
	out := make(chan Event)
	feed := make(chan eventFeed)
	source := &eventSource{d: d, list: list, stream: stream, feed: feed}
	go func() {
		defer crash.Catch(ctx)
		defer close(out)
		var connected sync.WaitGroup
		connected.Go(func() {
			defer crash.Catch(ctx)
			defer close(feed)
			source.run(ctx)
		})
		(&eventQueue{out: out}).run(feed)
		connected.Wait()
	}()
	return out
}

// The pauses between attempts to reach a daemon that went away: short enough that a restarted one is seen at once, and
// never so short that a stopped one costs anything.
const (
	eventRetryFirst = 200 * time.Millisecond
	eventRetryLast  = 2 * time.Second
)

package engine

import "slices"

// eventBacklog is how many events wait for a slow receiver. A site that starts makes about twenty.
const eventBacklog = 64

// eventQueue holds events until the receiver takes them, so that reading the daemon never waits for the receiver: the
// daemon drops the events of a client that does not read, and says nothing.
//
// Once the backlog is full the receiver is behind, and everything is dropped until it has read the backlog and a fresh
// list is there. It belongs to one goroutine.
type eventQueue struct {
	out     chan<- Event
	waiting []Event // at most eventBacklog
	dropped int64
	// behind is set from the first drop to the list that heals it.
	behind bool
	// lost is an EventLost that found the receiver behind, and that no list has followed.
	lost *Event
	// resync makes the source list anew; nil when there is no connection, or when it was called.
	resync func()
}

// run passes events on until feed is closed. What waits then is forgotten.
func (q *eventQueue) run(feed <-chan eventFeed) {
	for {
		var out chan<- Event // nil, which is never ready, while nothing waits
		var head Event
		if len(q.waiting) > 0 {
			out, head = q.out, q.waiting[0]
			head.Dropped = q.dropped
		}
		select {
		case f, open := <-feed:
			if !open {
				return
			}
			q.add(f)
		case out <- head:
			q.waiting = slices.Delete(q.waiting, 0, 1)
		}
		if q.behind && len(q.waiting) == 0 {
			q.heal()
		}
	}
}

// add takes one event from the source.
func (q *eventQueue) add(f eventFeed) {
	full := len(q.waiting) == eventBacklog
	switch f.Kind {
	case EventListed:
		q.lost = nil
		q.resync = func() { f.resync(errResync) }
		if len(q.waiting) == 0 {
			q.behind = false
		}
		q.behind = q.behind || full
	case EventLost:
		q.resync = nil
		if q.behind || full {
			q.behind, q.lost = true, &f.Event
			return
		}
	default:
		q.behind = q.behind || full
		if q.behind {
			q.dropped++
		}
	}
	if !q.behind {
		q.waiting = append(q.waiting, f.Event)
	}
}

// heal is called while the receiver is behind and has read everything that waited.
func (q *eventQueue) heal() {
	switch {
	case q.lost != nil:
		q.waiting = append(q.waiting, *q.lost)
		q.lost = nil
	case q.resync != nil:
		q.resync()
		q.resync = nil
	}
}

package fake

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
)

// eventsKept is how many events the daemon remembers: for since, and for readers that lag behind. Docker's number is of
// the same size.
const eventsKept = 1024

// eventRing is the daemon's memory of events. A reader's place is the number of events that came before it.
type eventRing struct {
	list []events.Message
	gone int // how many were dropped from the front
}

func (r *eventRing) end() int { return r.gone + len(r.list) }

// from returns the events since that place; a reader that lags too far misses the oldest, as with Docker.
func (r *eventRing) from(place int) []events.Message {
	return r.list[max(place-r.gone, 0):]
}

// emitLocked publishes an event.
func (d *Daemon) emitLocked(kind events.Type, action events.Action, id string, attributes map[string]string) {
	now := d.clock.Now()
	m := events.Message{
		Type: kind, Action: action, Actor: events.Actor{ID: id, Attributes: attributes}, Scope: "local",
		Time: now.Unix(), TimeNano: now.UnixNano(),
	}
	if len(d.events.list) == eventsKept {
		d.events.list = append([]events.Message(nil), d.events.list[eventsKept/4:]...)
		d.events.gone += eventsKept / 4
	}
	d.events.list = append(d.events.list, m)
	d.bumpLocked()
}

// emitContainerLocked publishes what happened to c, with its labels and pairs of further attributes.
func (d *Daemon) emitContainerLocked(c *container, action events.Action, pairs ...string) {
	attributes := maps.Clone(c.config.Labels)
	if attributes == nil {
		attributes = map[string]string{}
	}
	attributes["name"], attributes["image"] = c.name, c.config.Image
	for i := 0; i+1 < len(pairs); i += 2 {
		attributes[pairs[i]] = pairs[i+1]
	}
	d.emitLocked(events.ContainerEventType, action, c.id, attributes)
}

// streamEvents is GET /events.
func (d *Daemon) streamEvents(r *request) error {
	args, err := r.filters()
	if err != nil {
		return err
	}
	since, until := eventTime(r.query("since")), eventTime(r.query("until"))
	d.mu.Lock()
	place := d.events.end()
	if !since.IsZero() {
		place = 0
	}
	d.mu.Unlock()
	r.stream("application/json")
	out := json.NewEncoder(r)
	for {
		var batch []events.Message
		err := d.await(r.Context(), func() bool {
			batch = append(batch[:0], d.events.from(place)...)
			place = d.events.end()
			return len(batch) > 0 || !until.IsZero()
		})
		if err != nil {
			return nil
		}
		for _, m := range batch {
			if eventMatches(m, args) && !time.Unix(0, m.TimeNano).Before(since) {
				if err := out.Encode(m); err != nil {
					return nil
				}
			}
		}
		r.flush()
		if !until.IsZero() {
			return nil // only what has been is played, not waiting for a time to come
		}
	}
}

// eventTime reads seconds with an optional fraction.
func eventTime(s string) time.Time {
	seconds, fraction, _ := strings.Cut(s, ".")
	sec, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	nano, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	return time.Unix(sec, nano)
}

func eventMatches(m events.Message, args filters.Args) bool {
	word, _, _ := strings.Cut(string(m.Action), ":")
	return args.ExactMatch("type", string(m.Type)) &&
		(args.ExactMatch("event", string(m.Action)) || args.ExactMatch("event", word)) &&
		args.MatchKVList("label", m.Actor.Attributes) &&
		(!args.Contains("container") || m.Type == events.ContainerEventType &&
			(args.ExactMatch("container", m.Actor.ID) || args.ExactMatch("container", m.Actor.Attributes["name"])))
}

package enginetest

import (
	"context"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// watchMethods is the contract of what is watched: events and statistics.
func watchMethods() map[string]method {
	return map[string]method{
		"Events": eventsContract(),
		"Stats":  statsContract(),
	}
}

func eventsContract() method {
	return method{
		cases: map[Kind]rule{
			Success:  {"first all containers are listed, then what happens to them is told in its order", eventsInOrder},
			Absent:   {"when no container matches the list is empty, and one that comes is told", eventsNone},
			Repeated: {"two streams are told the same", eventsTwice},
			Cancelled: {"the end of the context closes the channel", func(c *C) {
				ctx, cancel := context.WithCancel(c.Context())
				events := c.S.Events(ctx, c.mine())
				<-events
				cancel()
				for range events {
				}
			}},
			Gone: {"without a daemon the first event is an EventLost with an ErrDaemonUnreachable", func(c *C) {
				ctx, cancel := context.WithCancel(c.Context())
				events := c.Suite.Gone(c.T).Events(ctx, c.mine())
				first := <-events
				Equal(c, "the kind", first.Kind, engine.EventLost)
				c.Is(first.Err, engine.ErrDaemonUnreachable)
				cancel()
				for range events {
				}
			}},
			"others": {"containers that do not match are not told of", eventsOfOthers},
			"health": {"a change of health is told", eventsHealth},
			"bad input": {"a key with an equals sign is an EventLost with an ErrSpecInvalid, and the end", func(c *C) {
				events := c.S.Events(c.Context(), badMatch())
				c.Is((<-events).Err, engine.ErrSpecInvalid)
				for range events {
					c.Error("the channel goes on")
				}
			}},
		},
		own: true,
	}
}

func statsContract() method {
	return method{
		cases: map[Kind]rule{
			Success: {"readings come, the second with a share of the processor; the stop closes the channel", statsReadings},
			Absent:  {"absent is an ErrNotFound", func(c *C) { _, err := c.S.Stats(c.Context(), c.Name(), time.Second); c.Is(err, engine.ErrNotFound) }},
			Repeated: {"two streams of one container both have readings", func(c *C) {
				name := c.Running()
				for range 2 {
					ctx, cancel := context.WithCancel(c.Context())
					stats, err := c.S.Stats(ctx, name, 0)
					c.OK(err)
					Equal(c, "the ID", (<-stats).ID, c.Inspect(name).ID)
					cancel()
					for range stats {
					}
				}
			}},
			"stopped": {"one that does not run is an ErrNotRunning", func(c *C) {
				_, err := c.S.Stats(c.Context(), c.Stopped(), time.Second)
				c.Is(err, engine.ErrNotRunning)
			}},
		},
		call: func(ctx context.Context, s Subject, _ *C, name string) error {
			_, err := s.Stats(ctx, name, time.Second)
			return err
		},
	}
}

// watched is an event stream that the case reads, and that is closed at its end.
func watched(c *C, match map[string]string) (engine.Event, func() engine.Event) {
	c.Helper()
	ctx, cancel := context.WithCancel(c.Context())
	events := c.S.Events(ctx, match)
	c.Cleanup(func() {
		cancel()
		for range events {
		}
	})
	next := func() engine.Event {
		c.Helper()
		select {
		case e, ok := <-events:
			if !ok || e.Kind == engine.EventLost {
				c.Fatalf("the stream ended: %+v", e)
			}
			return e
		case <-time.After(patience):
			c.Fatal("no event came")
		}
		return engine.Event{}
	}
	first := next()
	Equal(c, "the kind of the first event", first.Kind, engine.EventListed)
	return first, next
}

// until reads events until one of that action comes, and returns it.
func until(c *C, next func() engine.Event, action engine.ContainerAction) engine.Event {
	c.Helper()
	for {
		if e := next(); e.Kind == engine.EventContainer && e.Action == action {
			return e
		}
	}
}

func eventsInOrder(c *C) {
	running := c.Running()
	list, next := watched(c, c.mine())
	if len(list.Containers) != 1 || list.Containers[0].Names[0] != "/"+running {
		c.Errorf("the list is %+v", list.Containers)
	}
	spec := c.Spec("sh", "-c", "exit 7")
	id := c.Ensure(spec)
	created := next()
	for created.ID != id { // the start of the other one may be told again
		created = next()
	}
	Equal(c, "the first action", created.Action, engine.ActionCreate)
	Equal(c, "the name", created.Name, spec.Name)
	Equal(c, "the owner", created.Labels[engine.LabelHome], c.Home)
	if created.Time.IsZero() {
		c.Error("the event has no time")
	}
	c.OK(c.S.StartContainer(c.Context(), spec.Name))
	until(c, next, engine.ActionStart)
	died := until(c, next, engine.ActionDie)
	Equal(c, "the exit code", died.ExitCode, 7)
	Equal(c, "the ID", died.ID, id)
	c.OK(c.S.RemoveContainer(c.Context(), spec.Name))
	Equal(c, "the ID", until(c, next, engine.ActionDestroy).ID, id)
}

func eventsNone(c *C) {
	list, next := watched(c, c.mine())
	Equal(c, "the number of containers", len(list.Containers), 0)
	id := c.Ensure(c.Spec())
	Equal(c, "the ID", until(c, next, engine.ActionCreate).ID, id)
}

func eventsTwice(c *C) {
	_, one := watched(c, c.mine())
	_, two := watched(c, c.mine())
	id := c.Ensure(c.Spec())
	Equal(c, "the ID of the one", until(c, one, engine.ActionCreate).ID, id)
	Equal(c, "the ID of the other", until(c, two, engine.ActionCreate).ID, id)
}

func eventsOfOthers(c *C) {
	_, next := watched(c, c.mine())
	other := c.Open("/enginetest/" + newName())
	_, err := other.EnsureContainer(c.Context(), c.Spec())
	c.OK(err)
	id := c.Ensure(c.Spec())
	Equal(c, "the ID", next().ID, id)
}

func eventsHealth(c *C) {
	_, next := watched(c, c.mine())
	c.Start(checked(c, "true", 3))
	Equal(c, "the health", until(c, next, engine.ActionHealth).Health, "healthy")
}

func statsReadings(c *C) {
	name := c.Running("sh", "-c", "while :; do :; done")
	id := c.Inspect(name).ID
	stats, err := c.S.Stats(c.Context(), name, 250*time.Millisecond)
	c.OK(err)
	first := <-stats
	Equal(c, "the ID", first.ID, id)
	Equal(c, "the first has a share", first.HasCPU, false)
	second := <-stats
	Equal(c, "the second has a share", second.HasCPU, true)
	if second.CPUPercent <= 0 || second.Memory <= 0 || second.MemoryLimit < second.Memory || second.PIDs < 1 || !second.Time.After(first.Time) {
		c.Errorf("the readings are %+v and %+v", first, second)
	}
	c.OK(c.S.StopContainer(c.Context(), name, 0))
	for reading := range stats {
		c.OK(reading.Err)
	}
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	// gatherTime is how long a followed line waits for earlier ones of other containers, which may be on their way.
	gatherTime = 50 * time.Millisecond
	// gatherLines bounds how many wait: a flood is written as it comes.
	gatherLines = 4096
)

// logEntry is a line of one service, or what happened to its container.
type logEntry struct {
	engine.LogLine
	service string
	event   engine.LogEvent // LogNothing for a line
}

// logMerge reads the logs of several services as one.
type logMerge struct {
	docker   *engine.Docker
	slug     string
	services []string
	// print writes entries, and everything before them, to where they can be seen. It is called by one goroutine.
	print func([]logEntry) error
}

// run prints what there is, in the order of time, and with opts.Follow goes on until ctx ends or the last container is
// removed.
func (m *logMerge) run(ctx context.Context, opts engine.LogOptions) error {
	follow := opts.Follow
	starts := make([]engine.LogOptions, len(m.services))
	for i := range starts {
		starts[i] = opts
	}
	if !follow || opts.Tail >= 0 {
		history := opts
		history.Follow = false
		cursors, err := m.history(ctx, history)
		if err != nil || !follow {
			return err
		}
		for i, cursor := range cursors {
			starts[i].Cursor = cursor
		}
	}
	return m.follow(ctx, starts)
}

// history prints what was written until now, exactly in order, and returns where each service's log goes on.
func (m *logMerge) history(ctx context.Context, opts engine.LogOptions) ([]engine.LogCursor, error) {
	group, ctx := errgroup.WithContext(ctx)
	cursors := make([]engine.LogCursor, len(m.services))
	sources := make([]chan []logEntry, len(m.services))
	for i, service := range m.services {
		sources[i] = make(chan []logEntry, 1)
		group.Go(func() error {
			defer close(sources[i])
			cursor, err := m.read(ctx, service, opts, sources[i])
			cursors[i] = cursor
			return err
		})
	}
	group.Go(func() error { return mergeSorted(sources, m.print) })
	return cursors, group.Wait()
}

// follow prints what is written from now on. Lines that are written at the same time come in the order of their stamps.
func (m *logMerge) follow(ctx context.Context, starts []engine.LogOptions) error {
	group, ctx := errgroup.WithContext(ctx)
	entries := make(chan []logEntry, len(m.services))
	readers, readCtx := errgroup.WithContext(ctx)
	for i, service := range m.services {
		readers.Go(func() error {
			_, err := m.read(readCtx, service, starts[i], entries)
			return err
		})
	}
	group.Go(func() error {
		defer close(entries)
		return readers.Wait()
	})
	group.Go(func() error { return gather(entries, m.print) })
	return group.Wait()
}

// read sends what one service wrote to out until its log ends, and returns the place after the last line. A container
// that is removed meanwhile ends its log and nothing else.
func (m *logMerge) read(ctx context.Context, service string, opts engine.LogOptions, out chan<- []logEntry) (engine.LogCursor, error) {
	cursor := opts.Cursor
	follower, err := m.docker.FollowLogs(ctx, engine.SiteContainerName(m.slug, service), opts)
	if err != nil {
		return cursor, fmt.Errorf("the log of %s: %w", service, err)
	}
	defer func() { _ = follower.Close() }()
	last := time.Time{}
	for {
		batch, err := follower.Next()
		cursor = batch.Cursor
		entries := make([]logEntry, 0, len(batch.Lines)+1)
		for _, line := range batch.Lines {
			entries = append(entries, logEntry{LogLine: line, service: service})
			last = line.Time
		}
		if opts.Follow && (batch.Event == engine.LogExited || batch.Event == engine.LogRestarted) {
			entries = append(entries, logEntry{LogLine: engine.LogLine{Time: last}, service: service, event: batch.Event})
		}
		if len(entries) > 0 {
			select {
			case out <- entries:
			case <-ctx.Done():
				return cursor, ctx.Err()
			}
		}
		switch {
		case err == io.EOF, opts.Follow && errors.Is(err, engine.ErrNotFound):
			return cursor, nil
		case err != nil:
			return cursor, fmt.Errorf("the log of %s: %w", service, err)
		}
	}
}

// mergeSorted prints the entries of all sources, each in its own order, the earliest of their heads first, until every
// source is closed or print fails.
func mergeSorted(sources []chan []logEntry, print func([]logEntry) error) error {
	heads := make([][]logEntry, len(sources))
	var out []logEntry
	for {
		next := -1
		for i := range sources {
			for len(heads[i]) == 0 && sources[i] != nil {
				more, open := <-sources[i]
				if heads[i] = more; !open {
					sources[i] = nil
				}
			}
			if len(heads[i]) > 0 && (next < 0 || heads[i][0].Time.Before(heads[next][0].Time)) {
				next = i
			}
		}
		if next < 0 || len(out) == gatherLines {
			if err := print(out); err != nil || next < 0 {
				return err
			}
			out = out[:0]
		}
		out = append(out, heads[next][0])
		heads[next] = heads[next][1:]
	}
}

// gather prints what arrives within gatherTime of each other sorted by time, until entries is closed or print fails.
func gather(entries <-chan []logEntry, print func([]logEntry) error) error {
	for first := range entries {
		batch := slices.Clone(first)
		timer := time.NewTimer(gatherTime)
		for waiting := true; waiting && len(batch) < gatherLines; {
			select {
			case more, open := <-entries:
				batch = append(batch, more...)
				waiting = open
			case <-timer.C:
				waiting = false
			}
		}
		timer.Stop()
		slices.SortStableFunc(batch, func(a, b logEntry) int { return a.Time.Compare(b.Time) })
		if err := print(batch); err != nil {
			return err
		}
	}
	return nil
}

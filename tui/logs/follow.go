package logs

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/crash"
)

// How long a log that cannot be read is left alone, the first time and later: a container that is made anew is there
// again within a second, one that was deleted may never be.
const (
	firstRetry = time.Second
	lastRetry  = 5 * time.Second
)

// Source is where the logs of containers come from. engine.Docker is one, and so is the fake's engine.
type Source interface {
	// FollowLogs opens the log of a container; see engine.LogFollower for how it is read and how it ends.
	FollowLogs(ctx context.Context, container string, o engine.LogOptions) (*engine.LogFollower, error)
}

// Service is one source of lines. It has the name of a container or the path of a file.
type Service struct {
	Name      string
	Container string
	File      string
}

// session is one reading of a site's logs: a goroutine for each service, until close.
type session struct {
	origin
	store    *store
	services []Service
	from     Source
	now      func() time.Time
	tail     int       // lines of history of each service; 0 is all
	since    time.Time // none before; zero is unbounded

	ctx     context.Context
	cancel  context.CancelFunc
	readers *sync.WaitGroup // of the model
	retries []chan struct{} // of each service; a value makes it try again at once
}

// start starts a goroutine for each service. It waits for nothing.
func (s *session) start(ctx context.Context) {
	s.ctx, s.cancel = context.WithCancel(ctx)
	for i, service := range s.services {
		s.retries = append(s.retries, make(chan struct{}, 1))
		if service.File != "" {
			s.readers.Go(func() {
				defer crash.Catch(s.ctx)
				s.followFile(i, service.File)
			})
		} else {
			s.readers.Go(func() {
				defer crash.Catch(s.ctx)
				s.followContainer(i, service.Container)
			})
		}
	}
}

// retry makes the services that failed try again.
func (s *session) retry() {
	for _, again := range s.retries {
		select {
		case again <- struct{}{}:
		default: // it will anyway
		}
	}
}

// pause waits for d, or until the person wants it tried again. It reports false when the session ends.
func (s *session) pause(i int, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.retries[i]:
	case <-s.ctx.Done():
	}
	return s.ctx.Err() == nil
}

// followContainer reads a container's log until the session ends. The follower goes on over restarts and outages by
// itself; here a container that is removed and made anew is followed on, and what cannot be read is tried again.
//
// The last lines are read first, and what comes after them then: so it is known when they are all there, and whether the
// log has any before them.
func (s *session) followContainer(i int, container string) {
	opts := engine.LogOptions{Tail: s.tail, Since: s.since}
	gone := false // a container of that name was there before
	for wait := firstRetry; ; {
		follower, err := s.from.FollowLogs(s.ctx, container, opts)
		if err == nil {
			if gone {
				s.store.mark(i, Restarted, s.now().UnixNano(), "", stateOpen)
			} else if opts.Follow {
				s.store.set(i, stateOpen, "")
			}
			gone, wait = false, firstRetry
			opts.Cursor, err = s.drain(i, follower, opts.Cursor)
			_ = follower.Close()
		}
		switch {
		case s.ctx.Err() != nil:
			return
		case err == io.EOF && !opts.Follow:
			s.store.read(i, s.tail)
			opts.Follow, opts.Tail = true, 0
			continue
		case errors.Is(err, engine.ErrNotFound):
			gone = gone || opts.Follow
			s.store.set(i, stateAbsent, "")
		default:
			s.fail(i, err)
		}
		if !s.pause(i, wait) {
			return
		}
		wait = min(2*wait, lastRetry)
	}
}

// fail says once why a log cannot be read.
func (s *session) fail(i int, err error) {
	text := engine.SanitizeString(err.Error())
	s.store.mu.Lock()
	src := s.store.sources[i]
	known := src.state == stateFailed && src.fault == text
	s.store.mu.Unlock()
	if !known {
		s.store.mark(i, Failed, s.now().UnixNano(), text, stateFailed)
	}
}

// drain moves a follower's lines into the store until it ends, and returns the place after the last.
func (s *session) drain(i int, follower *engine.LogFollower, cursor engine.LogCursor) (engine.LogCursor, error) {
	for {
		if err := s.store.await(s.ctx); err != nil {
			return cursor, err
		}
		batch, err := follower.Next()
		s.store.add(i, batch.Lines)
		if !batch.Cursor.IsZero() {
			cursor = batch.Cursor
		}
		switch batch.Event {
		case engine.LogExited:
			s.store.mark(i, Stopped, s.now().UnixNano(), "", stateStopped)
		case engine.LogRestarted:
			s.store.mark(i, Restarted, s.now().UnixNano(), "", stateOpen)
		}
		if err != nil {
			return cursor, err
		}
	}
}

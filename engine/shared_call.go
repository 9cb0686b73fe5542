package engine

import (
	"context"
	"sync"

	"github.com/Locorum/locorum-tui/engine/crash"
)

// sharedCall lets callers that want the same thing at the same time share one call. The call has no caller's context: it
// goes on while anyone waits for it, and is cancelled when the last one has left. The zero value is ready.
//
// singleflight.Group does not do that: there the first caller's context governs the others.
type sharedCall[T any] struct {
	mu  sync.Mutex // guards the field below and waiters of what it points to
	run *sharedRun[T]
}

// sharedRun is one call under way.
type sharedRun[T any] struct {
	waiters int
	cancel  context.CancelFunc
	done    chan struct{} // closed by the call's goroutine when value and err are set
	value   T
	err     error
}

// do returns what fn returns, or ctx's cause as soon as ctx ends. fn runs in a goroutine of its own, with the values of
// the first caller's context; it must return soon after its context has ended. The last caller to leave waits for it.
func (s *sharedCall[T]) do(ctx context.Context, fn func(context.Context) (T, error)) (T, error) {
	run := s.join(ctx, fn)
	select {
	case <-run.done:
		return run.value, run.err
	case <-ctx.Done():
		s.leave(run)
		var zero T
		return zero, Ended(ctx)
	}
}

// join counts the caller in, and starts the call when none is under way.
func (s *sharedCall[T]) join(ctx context.Context, fn func(context.Context) (T, error)) *sharedRun[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run != nil {
		s.run.waiters++
		return s.run
	}
	callCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	run := &sharedRun[T]{waiters: 1, cancel: cancel, done: make(chan struct{})}
	s.run = run
	go func() {
		defer crash.Catch(ctx)
		defer close(run.done)
		defer cancel()
		run.value, run.err = fn(callCtx)
		s.forget(run)
	}()
	return run
}

// leave counts a caller out. The last one ends the call and waits for its goroutine; who comes next starts another.
func (s *sharedCall[T]) leave(run *sharedRun[T]) {
	s.mu.Lock()
	run.waiters--
	last := run.waiters == 0
	if last && s.run == run {
		s.run = nil
	}
	s.mu.Unlock()
	if last {
		run.cancel()
		<-run.done
	}
}

// reset makes the next caller start another call. Who waits for the one under way still gets its result.
func (s *sharedCall[T]) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run = nil
}

// forget makes the next caller start another call, unless that has happened.
func (s *sharedCall[T]) forget(run *sharedRun[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run == run {
		s.run = nil
	}
}

package fake

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	containertypes "github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
)

// callsKept is how many calls an Engine remembers: enough for any test, and a bound for a long demonstration.
const callsKept = 10_000

// Call is one call of a method.
type Call struct {
	Method string
	// Args are the arguments without the context, callbacks and streams.
	Args []any
}

// String returns the call as it reads in Go.
func (c Call) String() string {
	text := c.Method + "("
	for i, arg := range c.Args {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%#v", arg)
	}
	return text + ")"
}

// script is what an Engine was told to do, and what it did.
type script struct {
	clock Clock

	mu    sync.Mutex // guards the fields below
	calls []Call
	fails map[string][]failure
	waits map[string]time.Duration
}

// failure is an error for a number of calls; negative is all of them.
type failure struct {
	err  error
	left int
}

func newScript(clock Clock) *script {
	return &script{clock: clock, fails: map[string][]failure{}, waits: map[string]time.Duration{}}
}

// Calls returns the calls so far in the order in which they began; of more than 10,000 only the newest.
func (s *script) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// CallsOf returns the calls of one method.
func (s *script) CallsOf(method string) []Call {
	mustMethod(method)
	return slices.DeleteFunc(s.Calls(), func(c Call) bool { return c.Method != method })
}

// ForgetCalls empties the record.
func (s *script) ForgetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// Fail makes the next times calls of the method return err before they do anything; negative is all calls until
// StopFailing. Several scripts of one method follow each other. It panics for what is no method of Engine that can fail.
func (s *script) Fail(method string, err error, times int) {
	mustFail(method)
	s.mu.Lock()
	defer s.mu.Unlock()
	if times != 0 {
		s.fails[method] = append(s.fails[method], failure{err, times})
	}
}

// StopFailing forgets the failures of the method that are left.
func (s *script) StopFailing(method string) {
	mustFail(method)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.fails, method)
}

// Delay makes every call of the method wait before it does anything, on the daemon's clock and not beyond the call's
// context; 0 ends that. It panics like Fail.
func (s *script) Delay(method string, d time.Duration) {
	mustFail(method)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits[method] = d
}

// record notes a call.
func (s *script) record(method string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) >= callsKept {
		s.calls = append([]Call(nil), s.calls[callsKept/2:]...)
	}
	s.calls = append(s.calls, Call{method, args})
}

// enter notes a call and plays what is scripted for it.
func (s *script) enter(ctx context.Context, method string, args ...any) error {
	s.record(method, args...)
	s.mu.Lock()
	wait := s.waits[method]
	var err error
	if list := s.fails[method]; len(list) > 0 {
		err = list[0].err
		if list[0].left--; list[0].left == 0 {
			s.fails[method] = list[1:]
		}
	}
	s.mu.Unlock()
	if wait > 0 {
		if err := s.clock.Sleep(ctx, wait); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
	}
	return err
}

func mustMethod(method string) reflect.Method {
	m, ok := reflect.TypeFor[*Engine]().MethodByName(method)
	if !ok {
		panic("fake: Engine has no method " + method)
	}
	return m
}

// mustFail panics unless the method takes a context and has a way to fail.
func mustFail(method string) {
	t := mustMethod(method).Type
	if t.NumIn() < 2 || t.In(1) != reflect.TypeFor[context.Context]() || method == "Events" {
		panic("fake: " + method + " cannot fail")
	}
}

// Exit ends the main process of a running container with that code, as if it had ended by itself. Its restart policy
// applies.
func (d *Daemon) Exit(container string, code int) error { return d.end(container, code, false) }

// OOM kills the main process of a running container as the kernel does when memory runs out.
func (d *Daemon) OOM(container string) error { return d.end(container, 137, true) }

func (d *Daemon) end(name string, code int, oom bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, err := d.containerLocked(name)
	if err != nil {
		return err
	}
	if c.main == nil || c.state != containertypes.StateRunning {
		return fmt.Errorf("container %s is not running", name)
	}
	if c.oom = oom; oom {
		d.emitContainerLocked(c, events.ActionOOM)
	}
	c.main.kill(killedError{code})
	return nil
}

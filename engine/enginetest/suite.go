package enginetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
)

// Suite is the contract, and where to check it. All fields are required.
type Suite struct {
	// Open returns an engine with that data folder. All engines of a suite are on one daemon, which others may use too.
	// It is closed at the end of the test.
	Open func(t *testing.T, home string) Subject
	// Gone returns an engine whose daemon does not answer.
	Gone func(t *testing.T) Subject
	// Fresh returns a reference that can be pulled, of an image of at least two layers that is not on the daemon. The
	// image is removed at the end of the test.
	Fresh func(t *testing.T) string
	// Image is on the daemon and has BusyBox in it.
	Image string
	// MissingImage is a reference that no registry has.
	MissingImage string
	// HostDir returns a folder that exists on the daemon's host.
	HostDir func(t *testing.T) string
}

// Kind says what a case is about.
type Kind string

// The kinds that every method has a case of, or a reason why not.
const (
	Success   Kind = "success"   // it does what it is for
	Absent    Kind = "absent"    // what it is about does not exist
	Repeated  Kind = "repeated"  // it is called again with the same arguments
	Cancelled Kind = "cancelled" // its context has ended
	Gone      Kind = "gone"      // no daemon answers
)

func kinds() []Kind { return []Kind{Success, Absent, Repeated, Cancelled, Gone} }

// rule is a case: what must hold, in one sentence, and how it is checked.
type rule struct {
	text  string
	check func(c *C)
}

// method is what the contract says of one method.
type method struct {
	// cases by kind; further ones have names of their own.
	cases map[Kind]rule
	// without says why a kind does not apply.
	without map[Kind]string
	// call calls the method for the cases Cancelled and Gone, which are the same for all: name is a running container's,
	// or with a daemon that is gone nothing's.
	call func(ctx context.Context, s Subject, c *C, name string) error
	// own: a case Cancelled or Gone of its own is among cases, since the method has no error to return.
	own bool
}

// methods is the contract by the name of the method.
func methods() map[string]method {
	all := map[string]method{}
	for _, group := range []map[string]method{
		containerMethods(), containerSetMethods(), lifeMethods(), logMethods(), execMethods(), execCaptureMethods(), networkMethods(),
		volumeMethods(), imageMethods(), watchMethods(), systemMethods(), helperMethods(),
	} {
		for name, m := range group {
			if _, twice := all[name]; twice {
				panic("enginetest: " + name + " is in two groups")
			}
			all[name] = m.complete(name)
		}
	}
	return all
}

// complete adds the cases that are the same for all methods.
func (m method) complete(name string) method {
	if m.call == nil {
		return m
	}
	m.cases[Cancelled] = rule{
		"with a context that has ended, " + name + " returns its error, and with it why, and does nothing",
		func(c *C) {
			running := c.Running()
			ctx, cancel := context.WithCancelCause(c.Context())
			cancel(errWhy)
			err := m.call(ctx, c.S, c, running)
			c.Is(err, context.Canceled)
			c.Is(err, errWhy, errWhy.Error())
			c.Untouched(running)
		},
	}
	m.cases[Gone] = rule{
		"without a daemon, " + name + " returns an ErrDaemonUnreachable that says where it looked and what to do",
		func(c *C) {
			err := m.call(c.Context(), c.Suite.Gone(c.T), c, c.Name())
			c.Is(err, engine.ErrDaemonUnreachable)
			var why *engine.UnreachableError
			if !errors.As(err, &why) || why.Reason == "" || why.NextStep == "" {
				c.Errorf("%v holds no *UnreachableError with a reason and a next step", err)
			}
		},
	}
	return m
}

// Run checks the whole contract. The cases run side by side.
func (s Suite) Run(t *testing.T) {
	for name, m := range methods() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for kind, r := range m.cases {
				t.Run(string(kind), func(t *testing.T) {
					t.Parallel()
					s.run(t, r)
				})
			}
		})
	}
}

// run checks one rule in a data folder of its own.
func (s Suite) run(t *testing.T, r rule) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the rule: %s", r.text)
		}
	})
	home := "/enginetest/" + newName()
	c := &C{T: t, Suite: s, Home: home}
	c.S = c.Open(home)
	r.check(c)
}

// errWhy is the cause that contexts of the cases Cancelled end with.
var errWhy = errors.New("the test has heard enough")

// newName returns a name that nothing else has.
func newName() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return "ltt-" + hex.EncodeToString(b[:])
}

// clean removes what a case has made. The end of the test has ended its context.
func clean(t *testing.T, s Subject, home string) {
	ctx := context.WithoutCancel(t.Context())
	mine := map[string]string{engine.LabelHome: home}
	err := errors.Join(s.RemoveContainersByLabel(ctx, mine), s.RemoveNetworksByLabel(ctx, mine), s.RemoveVolumesByLabel(ctx, mine))
	if err != nil {
		t.Error(fmt.Errorf("clean up: %w", err))
	}
}

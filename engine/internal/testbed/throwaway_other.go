//go:build !unix

package testbed

import "testing"

// Throwaway is a daemon of one test's own; here there is none.
type Throwaway struct{ Daemon }

// NewThrowaway skips the test: the daemon and what starts it need a Unix machine.
func NewThrowaway(tb testing.TB, _ bool, _ ...string) *Throwaway {
	tb.Helper()
	tb.Skip("needs a Unix machine")
	return nil
}

// Start, Kill and Stop are those of a daemon that there is.
func (t *Throwaway) Start(testing.TB) {}

// Kill does nothing.
func (t *Throwaway) Kill(testing.TB) {}

// Stop does nothing.
func (t *Throwaway) Stop(testing.TB) {}

package testbed

import (
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// Alpine is the smallest image of the test bed: BusyBox with all its applets.
const Alpine = testbed.Alpine

// Daemon is one Docker daemon that a test may use.
type Daemon = testbed.Daemon

// Throwaway is a daemon of one test's own.
type Throwaway = testbed.Throwaway

// Each runs fn as a subtest on every daemon there is. Without any it skips or fails t.
func Each(t *testing.T, fn func(t *testing.T, d Daemon)) {
	t.Helper()
	testbed.Each(t, fn)
}

// One returns the first daemon. Without any it skips or fails tb.
func One(tb testing.TB) Daemon {
	tb.Helper()
	return testbed.One(tb)
}

// NewName returns a name that nothing else has.
func NewName() string { return testbed.NewName() }

// NewThrowaway starts a daemon, the newer one with modern, that is removed with all its state at the end of the test.
func NewThrowaway(tb testing.TB, modern bool, options ...string) *Throwaway {
	tb.Helper()
	return testbed.NewThrowaway(tb, modern, options...)
}

// Browse asks for a page, whoever signed its certificate and whatever machine its name means, and returns its status, its
// body and where it redirects to.
func Browse(tb testing.TB, url string) (status int, body, location string) {
	tb.Helper()
	return testbed.Browse(tb, url)
}

// SSHServer is an sshd of one test's own, on loopback.
type SSHServer = testbed.SSHServer

// SSH starts an sshd that ends with the test. env has KEY=VALUE entries for the logins. Without sshd it skips or fails tb.
func SSH(tb testing.TB, env ...string) *SSHServer {
	tb.Helper()
	return testbed.SSH(tb, env...)
}

// Registry returns the address of the test bed's registry, host and port. Without it tb is skipped or failed.
func Registry(tb testing.TB) string {
	tb.Helper()
	return testbed.Registry(tb)
}

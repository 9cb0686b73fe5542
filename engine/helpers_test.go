package engine

import (
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// connect returns an engine on d; its connections are closed at the end of the test.
func connect(tb testing.TB, d testbed.Daemon) *Docker {
	tb.Helper()
	e := New()
	e.SetClient(d.Client(tb))
	return e
}

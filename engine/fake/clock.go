package fake

import (
	"context"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// Clock is the time that a Daemon sees. It must be safe for concurrent use.
type Clock interface {
	Now() time.Time
	// Sleep returns nil after d, or ctx's error as soon as ctx ends.
	Sleep(ctx context.Context, d time.Duration) error
}

// machineClock is the machine's.
type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) Sleep(ctx context.Context, d time.Duration) error { return engine.Sleep(ctx, d) }

// MachineClock returns the clock of this machine.
func MachineClock() Clock { return machineClock{} }

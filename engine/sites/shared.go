package sites

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/Locorum/locorum-tui/engine/router"
)

// sharedWait bounds how long an operation waits for another one to be done with what sites share. A router that has to be
// pulled first is pulled without the lock.
const sharedWait = 2 * time.Minute

// unlocker gives something back.
type unlocker interface{ Unlock() error }

// closing joins the error of giving u back to err.
func closing(err error, u unlocker) error { return errors.Join(err, u.Unlock()) }

func processID() int { return os.Getpid() }

// lockShared takes the lock on what sites share.
func (m *Manager) lockShared(ctx context.Context, operation string) (*Lock, error) {
	ctx, cancel := context.WithTimeout(ctx, sharedWait)
	defer cancel()
	return Acquire(ctx, GlobalLockPath(m.data()), "what sites share", Holder{PID: processID(), Operation: operation, Since: m.o.Now()})
}

// own keeps the desktop app out while we change something.
func (m *Manager) own(force bool, notice func(string)) (unlocker, error) {
	lock, err := AcquireOwner(m.o.HomeDir, m.o.Version, m.o.Now)
	if err == nil {
		return lock, nil
	}
	if force && errors.Is(err, ErrOwned) {
		notice(err.Error() + "; going on all the same")
		return nothing{}, nil
	}
	return nil, err
}

// nothing has nothing to give back.
type nothing struct{}

func (nothing) Unlock() error { return nil }

// routerAddress is where this machine reaches the router.
func (m *Manager) routerAddress() string {
	if bind := m.o.Config.Router.Bind; bind != "" && bind != "0.0.0.0" && bind != "::" {
		return bind
	}
	return "127.0.0.1"
}

const routerImage = router.Image

package sites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/Locorum/locorum-tui/engine"
)

// lockPoll is how often a waiting Acquire tries again: a person does not notice, and an idle wait costs nothing.
const lockPoll = 100 * time.Millisecond

// lookTime is how long a lock may seem to be held while somebody only looks whether it is.
const lookTime = 50 * time.Millisecond

// ErrLocked says that another process is changing the site. Errors of this kind are *LockedError.
var ErrLocked = errors.New("locked by another process")

// Holder is who holds a lock, as it wrote of itself.
type Holder struct {
	PID       int       `json:"pid"`
	Operation string    `json:"operation"` // "start", for people
	Since     time.Time `json:"since"`
}

// LockedError names the holder of a lock. It is an ErrLocked.
type LockedError struct {
	// What is locked: "site acme".
	What   string
	Holder Holder // zero when the holder had not yet written of itself
}

// Error says who holds the lock and what to do.
func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return e.What + " is being changed by another process; try again when it is done"
	}
	return fmt.Sprintf("%s is being changed by process %d (%s, since %s); try again when it is done",
		e.What, e.Holder.PID, e.Holder.Operation, e.Holder.Since.Local().Format(time.TimeOnly))
}

// Is reports that every LockedError is an ErrLocked.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// Lock is a lock that this process holds.
type Lock struct {
	file *flock.Flock
}

// SiteLockPath returns the file of a site's lock under the data folder's home.
func SiteLockPath(home, slug string) string {
	return filepath.Join(home, "state", "site-"+slug+".lock")
}

// GlobalLockPath returns the file of the lock on what sites share: the authority, the router, ports, slugs.
func GlobalLockPath(home string) string { return filepath.Join(home, "state", "global.lock") }

// TryLock takes the lock in the file at path, or fails at once with a *LockedError. what names it for people. The file
// and its folder are made when absent, and never removed: two processes could hold locks on two files of one name.
func TryLock(path, what string, holder Holder) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lock %s: %w", what, err)
	}
	file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	taken, err := file.TryLock()
	for deadline := time.Now().Add(lookTime); err == nil && !taken && time.Now().Before(deadline); { // who only looks is gone soon
		time.Sleep(lookTime / 10)
		taken, err = file.TryLock()
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", what, err)
	}
	if !taken {
		return nil, &LockedError{What: what, Holder: ReadHolder(path)}
	}
	text, err := json.Marshal(holder)
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", what, err), file.Unlock())
	}
	return &Lock{file: file}, nil
}

// Acquire is TryLock that waits for the holder until ctx ends; it then returns the *LockedError joined with ctx's error.
func Acquire(ctx context.Context, path, what string, holder Holder) (*Lock, error) {
	ticker := time.NewTicker(lockPoll)
	defer ticker.Stop()
	for {
		lock, err := TryLock(path, what, holder)
		if err == nil || !errors.Is(err, ErrLocked) {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(err, engine.Ended(ctx))
		case <-ticker.C:
		}
	}
}

// ReadHolder returns what the last holder of the lock wrote of itself, whether it still holds it or not; zero when there
// is nothing to read.
func ReadHolder(path string) Holder {
	var holder Holder
	if text, err := os.ReadFile(path); err == nil {
		_ = json.Unmarshal(text, &holder) // half a text is as good as none
	}
	return holder
}

// Unlock gives the lock back. It may be called twice.
func (l *Lock) Unlock() error { return l.file.Unlock() }

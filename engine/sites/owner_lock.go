package sites

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/moby/sys/atomicwriter"
)

// ErrOwned says that the desktop app is at work in the data folder. Errors of this kind are *OwnedError.
var ErrOwned = errors.New("the desktop app is at work in this data folder")

// OwnedError names the process that is at work.
type OwnedError struct{ PID int }

// Error says who it is.
func (e *OwnedError) Error() string {
	if e.PID == 0 {
		return "the Locorum desktop app is running and would undo changes"
	}
	return fmt.Sprintf("the Locorum desktop app is running (process %d) and would undo changes", e.PID)
}

// Is reports that every OwnedError is an ErrOwned.
func (e *OwnedError) Is(target error) bool { return target == ErrOwned }

// ownerInfo is what the desktop app writes of a holder, and reads: a holder that is not alive it pushes aside.
type ownerInfo struct {
	PID       int    `json:"pid"`
	StartedAt string `json:"startedAt"`
	Version   string `json:"version"`
}

// ownerRefresh is how often a holder looks whether the file still names one that lives.
const ownerRefresh = 2 * time.Second

// OwnerLock keeps the desktop app from starting up in the data folder, which it would begin by removing every container.
// Any number of our processes hold it at once: they share the lock that the desktop app wants alone.
type OwnerLock struct {
	file *flock.Flock
	info string
	self ownerInfo

	stop chan struct{} // closed by Unlock
	done sync.WaitGroup
	once sync.Once
}

// AcquireOwner takes the lock, or fails with an *OwnedError while the desktop app has it. Until Unlock a goroutine of the
// lock sees to it that the file beside it names a process of ours that lives.
func AcquireOwner(homeDir, version string, now func() time.Time) (*OwnerLock, error) {
	path := filepath.Join(DataDir(homeDir), "state", "owner.lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	l := &OwnerLock{
		info: path + ".info", stop: make(chan struct{}),
		self: ownerInfo{PID: os.Getpid(), StartedAt: now().UTC().Format(time.RFC3339), Version: version},
	}
	for range 3 { // the desktop app removes the file of a holder that died
		l.file = flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
		taken, err := l.file.TryRLock()
		if err != nil {
			return nil, fmt.Errorf("lock the data folder: %w", err)
		}
		if !taken {
			return nil, &OwnedError{PID: readOwner(l.info).PID}
		}
		if sameFile(l.file, path) {
			l.refresh()
			l.done.Go(l.keep)
			return l, nil
		}
		if err := l.file.Unlock(); err != nil {
			return nil, fmt.Errorf("lock the data folder: %w", err)
		}
	}
	return nil, &OwnedError{}
}

// sameFile reports whether the lock is on the file that is at path now.
func sameFile(f *flock.Flock, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

func readOwner(path string) ownerInfo {
	var info ownerInfo
	if text, err := os.ReadFile(path); err == nil {
		_ = json.Unmarshal(text, &info) // half a text is as good as none
	}
	return info
}

// keep refreshes the file until Unlock.
func (l *OwnerLock) keep() {
	tick := time.NewTicker(ownerRefresh)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-tick.C:
			l.refresh()
		}
	}
}

// refresh names this process as the holder when the one that is named does not live.
func (l *OwnerLock) refresh() {
	if pid := readOwner(l.info).PID; pid != 0 && processAlive(pid) {
		return
	}
	if text, err := json.Marshal(l.self); err == nil {
		_ = atomicwriter.WriteFile(l.info, text, 0o600) // without it the desktop app only says less
	}
}

// Unlock gives the lock back, and removes what names us when nobody else of us holds it. It may be called twice.
func (l *OwnerLock) Unlock() (err error) {
	l.once.Do(func() {
		close(l.stop)
		l.done.Wait()
		err = l.file.Unlock()
		alone := flock.New(l.file.Path(), flock.SetFlag(os.O_RDWR))
		if taken, lockErr := alone.TryLock(); lockErr == nil && taken {
			err = errors.Join(err, removeFile(l.info), alone.Unlock())
		}
	})
	return err
}

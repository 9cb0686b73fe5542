package sites

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// lockHolderEnv makes the test binary hold the lock of that path and wait for the end of its standard input.
const lockHolderEnv = "LOCORUM_TEST_HOLD_LOCK"

// TestHoldLock is the child process of the tests below.
func TestHoldLock(t *testing.T) {
	path := os.Getenv(lockHolderEnv)
	if path == "" {
		return // run by itself it has nothing to hold
	}
	if _, err := TryLock(path, "site acme", Holder{PID: os.Getpid(), Operation: "start"}); err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("held\n")
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
}

// hold starts another process that holds the lock, and returns it.
func hold(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHoldLock$")
	cmd.Env = append(os.Environ(), lockHolderEnv+"="+path)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	return cmd
}

func TestLockNamesItsHolder(t *testing.T) {
	t.Parallel()
	path := SiteLockPath(t.TempDir(), "acme")
	other := hold(t, path)
	_, err := TryLock(path, "site acme", Holder{PID: os.Getpid()})
	var locked *LockedError
	if !errors.As(err, &locked) || !errors.Is(err, ErrLocked) || locked.Holder.PID != other.Process.Pid {
		t.Fatalf("got %v, want a LockedError of process %d", err, other.Process.Pid)
	}
	if !strings.Contains(err.Error(), "start") || !strings.Contains(err.Error(), "site acme") {
		t.Errorf("%q names neither the site nor the operation", err)
	}
}

func TestLockFallsWithItsHolder(t *testing.T) {
	t.Parallel()
	path := SiteLockPath(t.TempDir(), "acme")
	other := hold(t, path)
	got := make(chan error, 1)
	go func() {
		lock, err := Acquire(t.Context(), path, "site acme", Holder{PID: os.Getpid(), Operation: "stop"})
		if err == nil {
			err = lock.Unlock()
		}
		got <- err
	}()
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Errorf("after the holder was killed: %v", err)
	}
	if holder := ReadHolder(path); holder.PID != os.Getpid() || holder.Operation != "stop" {
		t.Errorf("the file names %+v, want us", holder)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want the file to stay, with mode 0600", info, err)
	}
}

func TestAcquireGivesUp(t *testing.T) {
	t.Parallel()
	path := GlobalLockPath(t.TempDir())
	lock, err := TryLock(path, "what sites share", Holder{PID: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*lockPoll)
	defer cancel()
	_, err = Acquire(ctx, path, "what sites share", Holder{})
	if !errors.Is(err, ErrLocked) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want ErrLocked and the context's error", err)
	}
	for range 2 {
		if err := lock.Unlock(); err != nil {
			t.Error(err)
		}
	}
	again, err := TryLock(path, "what sites share", Holder{PID: 2, Since: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Unlock(); err != nil {
		t.Error(err)
	}
}

package engine

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// startSleeper starts a container whose first process sleeps and reaps nothing, which is what makes zombies of orphans.
func startSleeper(tb testing.TB, d testbed.Daemon, options ...string) string {
	tb.Helper()
	return startSleeperOf(tb, d, testbed.Alpine, options...)
}

func startSleeperOf(tb testing.TB, d testbed.Daemon, image string, options ...string) string {
	tb.Helper()
	d.Pull(tb, image)
	name := d.Container(tb, testbed.NewName())
	args := append([]string{"run", "-d", "--name", name, "--network", "none"}, options...)
	d.Docker(tb, append(args, image, "sleep", "3600")...)
	return name
}

// eventually waits until ok holds.
func eventually(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("this never happened: %s", what)
		}
	}
}

// processes returns the command lines of what lives in the container, without its first process and without zombies.
func processes(tb testing.TB, d testbed.Daemon, name string) []string {
	tb.Helper()
	var lines []string
	for _, line := range strings.Split(d.Docker(tb, "top", name, "-eo", "pid,stat,args"), "\n")[1:] {
		fields := strings.Fields(line)
		if args := strings.Join(fields[2:], " "); fields[1][0] != 'Z' && args != "sleep 3600" {
			lines = append(lines, args)
		}
	}
	return lines
}

// anyContains reports whether one of lines contains part.
func anyContains(lines []string, part string) bool {
	for _, line := range lines {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}

// execOutcome is what an exec returned.
type execOutcome struct {
	code int
	err  error
}

// execAsync runs an exec on a goroutine of its own; what it returned comes from the channel.
func execAsync(run func() (int, error)) <-chan execOutcome {
	done := make(chan execOutcome, 1)
	go func() {
		code, err := run()
		done <- execOutcome{code, err}
	}()
	return done
}

// wantCode fails tb unless an exec ended well with code.
func wantCode(tb testing.TB, code int, err error, want int) {
	tb.Helper()
	if err != nil || code != want {
		tb.Fatalf("returned (%d, %v), want (%d, nil)", code, err, want)
	}
}

// wantError fails tb unless err is of the kind want and mentions every part.
func wantError(tb testing.TB, err, want error, parts ...string) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Fatalf("the error is %v, want %v", err, want)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			tb.Errorf("the error is %q, want it to mention %q", err, part)
		}
	}
}

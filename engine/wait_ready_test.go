package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWaitVerdicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		found any
		want  string // the error up to the log; empty for none
	}{
		{"healthy", inspected(`"Status":"running","Running":true,"Health":{"Status":"healthy"}`, checked), ""},
		{"unhealthy", inspected(`"Status":"running","Running":true,"Health":{"Status":"unhealthy","FailingStreak":3,"Log":[null,{"ExitCode":1,"Output":"old"},{"ExitCode":7,"Output":"no\u001b[2J\n answer\r\n"}]}`, checked),
			"container web is unhealthy; the latest probe exited with code 7 and said: no answer"},
		{"unhealthy without a probe", inspected(`"Status":"running","Running":true,"Health":{"Status":"unhealthy","FailingStreak":3,"Log":[null]}`, checked), "container web is unhealthy"},
		{"exited", inspected(`"Status":"exited","ExitCode":3`, checked), "container web exited with code 3"},
		{"exited with nothing wrong", inspected(`"Status":"exited"`, ""), "container web exited with code 0"},
		{"out of memory", inspected(`"Status":"exited","ExitCode":137,"OOMKilled":true`, ""),
			"container web exited with code 137: out of memory (its limit is 32 MiB)"},
		{"dead", inspected(`"Status":"dead","Dead":true,"ExitCode":1,"Error":"cannot\n unmount"`, ""), "container web exited with code 1: cannot unmount"},
		{"did not start", inspected(`"Status":"created","ExitCode":127,"Error":"exec: \"nope\": not found"`, ""),
			`container web could not be started: exec: "nope": not found`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newWaitBench(t, c.found)
			err := b.wait(t.Context())
			if c.want == "" {
				if err != nil {
					t.Errorf("wait: %v, want nil", err)
				}
				return
			}
			var why *NotReadyError
			if !errors.Is(err, ErrContainerNotReady) || !errors.As(err, &why) || why.Logs != "its last words" {
				t.Fatalf("wait: %v, want a NotReadyError with the log", err)
			}
			if want := c.want + "\n--- last 50 lines of its log ---\nits last words"; err.Error() != want {
				t.Errorf("wait: %q, want %q", err, want)
			}
		})
	}
}

func TestWaitTimesOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		found any
		want  string
	}{
		{"created", inspected(`"Status":"created"`, ""), "it is created"},
		{"paused, though healthy", inspected(`"Status":"paused","Running":true,"Paused":true,"Health":{"Status":"healthy"}`, checked), "it is paused"},
		{"restarting", inspected(`"Status":"restarting","Running":true,"Restarting":true,"ExitCode":2,"OOMKilled":true`, ""),
			"it was restarted 3 times and last exited with code 2: out of memory (its limit is 32 MiB)"},
		{"called unhealthy after a pause", inspected(`"Status":"running","Running":true,"Health":{"Status":"unhealthy","FailingStreak":2}`, checked), "its health check has not passed"},
		{"removing", inspected(`"Status":"removing"`, ""), "it is removing"},
		{"starting", inspected(`"Status":"running","Running":true,"Health":{"Status":"starting","Log":[{"ExitCode":1,"Output":"not yet"}]}`, checked),
			"its health check has not passed; the latest probe exited with code 1 and said: not yet"},
		{"no health shown", inspected(`"Status":"running","Running":true`, checked), "its health check has not passed"},
		{"no health check", inspected(`"Status":"running","Running":true`, ""), "it has only just started"},
		{"health check NONE", inspected(`"Status":"running","Running":true`, `"Healthcheck":{"Test":["NONE"]}`), "it has only just started"},
		{"a state that we do not know", inspected(`"Status":"dreaming\u001b[2J"`, ""), "it is dreaming"},
		{"the daemon refuses", http.StatusInternalServerError, "no luck"},
		{"the daemon's answer is empty", `{}`, "no state"},
		{"the daemon's answer is null", `null`, "no state"},
		{"the daemon's answer is garbage", `<html>`, "invalid character"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newWaitBench(t, c.found)
			b.timeout = 50 * time.Millisecond
			err := b.wait(t.Context())
			if !errors.Is(err, ErrContainerNotReady) || !strings.HasPrefix(err.Error(), "container web is not ready after 50ms: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("wait: %v, want ErrContainerNotReady because %q", err, c.want)
			}
			if strings.Contains(err.Error(), "\x1b") {
				t.Errorf("an escape sequence got through: %q", err)
			}
			if known := strings.Contains(fmt.Sprint(c.found), "c0ffee"); strings.HasSuffix(err.Error(), "its last words") != known {
				t.Errorf("wait: %v; the log is wanted: %v", err, known)
			}
		})
	}
}

func TestWaitLooksOnceWithoutATimeout(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{0, -time.Second} {
		b := newWaitBench(t, inspected(`"Status":"running","Running":true,"Health":{"Status":"healthy"}`, checked))
		b.timeout = timeout
		if err := b.wait(t.Context()); err != nil {
			t.Errorf("a healthy container with timeout %v: %v, want nil", timeout, err)
		}
		b = newWaitBench(t, inspected(`"Status":"created"`, checked))
		b.timeout = timeout
		if err := b.wait(t.Context()); !errors.Is(err, ErrContainerNotReady) || b.looks.Load() != 1 {
			t.Errorf("a created one with timeout %v: %v after %d looks, want ErrContainerNotReady after one", timeout, err, b.looks.Load())
		}
	}
}

func TestWaitFollowsChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		found []any // in turn
		want  error
	}{
		{"started late", []any{inspected(stateCreated, checked), inspected(stateStarting, checked), inspected(stateHealthy, checked)}, nil},
		{"restarted", []any{inspected(`"Status":"restarting"`, checked), inspected(stateHealthy, checked)}, nil},
		{"unpaused", []any{inspected(`"Status":"paused"`, checked), inspected(stateHealthy, checked)}, nil},
		{"a blip", []any{inspected(stateStarting, checked), http.StatusInternalServerError, inspected(stateHealthy, checked)}, nil},
		{"a blip at once", []any{http.StatusBadGateway, inspected(stateHealthy, checked)}, nil},
		{"removed", []any{inspected(stateStarting, checked), inspected(`"Status":"removing"`, checked), http.StatusNotFound}, ErrNotFound},
		{"absent", []any{http.StatusNotFound}, ErrNotFound},
		{"dies", []any{inspected(stateStarting, checked), inspected(`"Status":"exited"`, checked)}, ErrContainerNotReady},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newWaitBench(t, c.found[0])
			done := b.start(t.Context())
			for _, next := range c.found[1:] {
				b.awaitLooks(2)
				b.set(next)
			}
			if err := <-done; !errors.Is(err, c.want) || err != nil && c.want == nil {
				t.Errorf("wait: %v, want %v", err, c.want)
			}
		})
	}
}

// A daemon that removes a container shows it dead, with the exit code of the kill, just before it forgets it.
func TestWaitTellsARemovalFromADeath(t *testing.T) {
	t.Parallel()
	const killed = `"Status":"dead","Dead":true,"ExitCode":137`
	for _, c := range []struct {
		name string
		then []any // what is found after the container was seen to start
		want error
	}{
		{"dead, then gone", []any{inspected(killed, checked), http.StatusNotFound}, ErrNotFound},
		{"exited, then gone", []any{inspected(`"Status":"exited","ExitCode":137`, checked), http.StatusNotFound}, ErrNotFound},
		{"exited, then being removed", []any{inspected(`"Status":"exited","ExitCode":137`, checked), inspected(`"Status":"removing"`, checked), http.StatusNotFound}, ErrNotFound},
		{"dead for good", []any{inspected(killed, checked)}, ErrContainerNotReady},
		{"exited, then the daemon fails", []any{inspected(`"Status":"exited","ExitCode":137`, checked), http.StatusInternalServerError}, ErrContainerNotReady},
		{"exited, then started by somebody", []any{inspected(`"Status":"exited","ExitCode":137`, checked), inspected(stateHealthy, checked)}, ErrContainerNotReady},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newWaitBench(t, append([]any{inspected(stateStarting, checked)}, c.then...))
			err := b.wait(t.Context())
			if !errors.Is(err, c.want) {
				t.Errorf("wait: %v, want %v", err, c.want)
			}
			if c.want == ErrContainerNotReady && !strings.Contains(err.Error(), "exited with code 137") {
				t.Errorf("wait: %v; want it to say how the container ended", err)
			}
		})
	}
}

// An event makes the wait look: with an hour between the looks, nothing else can have.
func TestWaitLooksWhenAnEventComes(t *testing.T) {
	t.Parallel()
	b := newWaitBench(t, inspected(stateCreated, checked))
	b.pace.look = time.Hour
	done := b.start(t.Context())
	b.awaitAllLooks(2) // the first and that after the list
	b.set(inspected(stateHealthy, checked))
	b.events <- startEvent("c0ffee")
	if err := <-done; err != nil {
		t.Errorf("wait: %v, want nil", err)
	}
}

func TestWaitOverADaemonThatIsAway(t *testing.T) {
	t.Parallel()
	t.Run("comes back", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, checked))
		done := b.start(t.Context())
		b.awaitLooks(1)
		b.stop()
		b.set(inspected(stateHealthy, checked))
		b.scriptedDaemon.start(t)
		if err := <-done; err != nil {
			t.Errorf("wait: %v, want nil", err)
		}
	})
	t.Run("stays away", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, checked))
		b.pace.blip = 20 * time.Millisecond
		done := b.start(t.Context())
		b.awaitLooks(1)
		b.stop()
		if err := <-done; !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("wait: %v, want ErrDaemonUnreachable", err)
		}
	})
	t.Run("stays away until the timeout", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, checked))
		b.timeout = 500 * time.Millisecond
		done := b.start(t.Context())
		b.awaitLooks(1)
		b.stop()
		if err := <-done; !errors.Is(err, ErrContainerNotReady) || !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("wait: %v, want ErrContainerNotReady and ErrDaemonUnreachable", err)
		}
	})
	t.Run("was never there", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, checked))
		b.pace.firstBlip = 20 * time.Millisecond
		b.stop()
		if err := b.wait(t.Context()); !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("wait: %v, want ErrDaemonUnreachable", err)
		}
	})
	t.Run("no client", func(t *testing.T) {
		t.Parallel()
		if err := New().WaitReady(t.Context(), "web", time.Hour); !errors.Is(err, ErrDaemonUnreachable) {
			t.Errorf("WaitReady: %v, want ErrDaemonUnreachable", err)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	why := errors.New("the person went away")
	t.Run("during", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, checked))
		ctx, cancel := context.WithCancelCause(t.Context())
		done := b.start(ctx)
		b.awaitLooks(2)
		cancel(why)
		if err := <-done; !errors.Is(err, why) || errors.Is(err, ErrContainerNotReady) {
			t.Errorf("wait: %v, want %v", err, why)
		}
	})
	t.Run("before", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, checked))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := b.d.WaitReady(ctx, "web", time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("WaitReady: %v, want context.Canceled", err)
		}
	})
	t.Run("by its deadline", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, checked))
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		if err := b.wait(ctx); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrContainerNotReady) {
			t.Errorf("wait: %v, want context.DeadlineExceeded", err)
		}
	})
}

func TestWaitKeepsSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-and-then-some"
	b := newWaitBench(t, inspected(`"Status":"running","Running":true,"Health":{"Status":"unhealthy","FailingStreak":3,"Log":[{"ExitCode":1,"Output":"password `+secret+` refused"}]}`, checked))
	b.d.secrets.learn([]EnvSecret{{Key: "PASSWORD", Value: secret}})
	b.logs = func(context.Context, string, int) (string, error) { return "connecting with " + secret, nil }
	err := b.wait(t.Context())
	var why *NotReadyError
	if !errors.As(err, &why) || strings.Contains(fmt.Sprintf("%v %+v", err, *why), secret) || strings.Count(err.Error(), redactedMark) != 2 {
		t.Errorf("wait: %v, want a NotReadyError without the secret", err)
	}
}

func TestScaleTimeout(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 10 * time.Second, "1": 10 * time.Second, "2.5": 25 * time.Second, "0.1": time.Second, "1e300": 1<<63 - 1,
		"0": 10 * time.Second, "-3": 10 * time.Second, "NaN": 10 * time.Second, "Inf": 10 * time.Second, "1e999": 10 * time.Second, "fast": 10 * time.Second,
	} {
		d := NewWithOptions(Options{LookupEnv: func(key string) (string, bool) { return text, key == waitEnv }})
		if got := d.scaleTimeout(10 * time.Second); got != want {
			t.Errorf("%s=%q makes 10 s %v, want %v", waitEnv, text, got, want)
		}
	}
	if err := New().WaitReady(t.Context(), "no name", time.Second); !errors.Is(err, ErrSpecInvalid) {
		t.Errorf("WaitReady of a malformed name: %v, want ErrSpecInvalid", err)
	}
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
)

func TestProbeCommand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		test  []string
		shell []string
		start time.Duration // StartInterval
		want  []string      // nil: not run by us
	}{
		{"words", []string{"CMD", "curl", "-f", "localhost"}, nil, 0, []string{"curl", "-f", "localhost"}},
		{"a line", []string{"CMD-SHELL", "a && b"}, nil, 0, []string{"/bin/sh", "-c", "a && b"}},
		{"a line for another shell", []string{"CMD-SHELL", "a && b"}, []string{"/bin/bash", "-lc"}, 0, []string{"/bin/bash", "-lc", "a && b"}},
		{"a long StartInterval", []string{"CMD", "true"}, nil, 5 * time.Second, []string{"true"}},
		{"a short StartInterval", []string{"CMD", "true"}, nil, 150 * time.Millisecond, nil},
		{"none", []string{"NONE"}, nil, 0, nil},
		{"inherited", []string{}, nil, 0, nil},
		{"no words", []string{"CMD"}, nil, 0, nil},
		{"a kind that we do not know", []string{"HTTP", "localhost"}, nil, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config := &container.Config{Shell: c.shell, Healthcheck: &container.HealthConfig{Test: c.test, StartInterval: c.start}}
			var got []string
			if wantsProbe(config) {
				got = probeCommand(config)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("runs %q, want %q", got, c.want)
			}
		})
	}
	if wantsProbe(&container.Config{}) {
		t.Error("a container without a health check is probed")
	}
}

func TestWaitRunsTheCheckItself(t *testing.T) {
	t.Parallel()
	const slow = `"Healthcheck":{"Test":["CMD-SHELL","ask"],"Interval":3600000000000,"Timeout":7000000000}`
	t.Run("until it passes once", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, slow))
		b.exec = func(ctx context.Context, name string, opts ExecOptions, stdout, stderr io.Writer) (int, error) {
			until, limited := ctx.Deadline()
			if name != "c0ffee" || !reflect.DeepEqual(opts, ExecOptions{Cmd: []string{"/bin/sh", "-c", "ask"}}) || !limited || time.Until(until) > 7*time.Second {
				t.Errorf("exec of %+v in %s until %v", opts, name, until)
			}
			switch n := b.execs.Add(1); n {
			case 1:
				return 0, errors.New("the exec could not be made")
			case 2, 3:
				return int(n), nil
			}
			return 0, nil
		}
		if err := b.wait(t.Context()); err != nil || b.execs.Load() != 4 {
			t.Errorf("wait: %v after %d runs of the check, want nil after 4", err, b.execs.Load())
		}
	})
	t.Run("without deciding that it is unhealthy", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, slow))
		b.timeout = 100 * time.Millisecond
		if err := b.wait(t.Context()); !errors.Is(err, ErrContainerNotReady) || b.execs.Load() < 2 {
			t.Errorf("wait: %v after %d runs of the check, want ErrContainerNotReady at the timeout", err, b.execs.Load())
		}
	})
	t.Run("not when the daemon's own are quick", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, `"Healthcheck":{"Test":["CMD","true"],"StartInterval":150000000}`))
		done := b.start(t.Context())
		b.awaitLooks(3)
		b.set(inspected(stateHealthy, slow))
		if err := <-done; err != nil || b.execs.Load() != 0 {
			t.Errorf("wait: %v after %d runs of the check, want nil and none", err, b.execs.Load())
		}
	})
	t.Run("of this run, not of the one before", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, slow))
		probing := make(chan struct{})
		b.exec = func(ctx context.Context, _ string, _ ExecOptions, _, _ io.Writer) (int, error) {
			if b.execs.Add(1) == 1 {
				close(probing)
				<-ctx.Done() // the container was restarted under the check, which had as good as passed
				return 0, nil
			}
			return 1, nil
		}
		done := b.start(t.Context())
		<-probing
		b.set(inspected(`"Status":"restarting"`, slow))
		b.awaitLooks(3)
		b.set(fmt.Sprintf(`{"Id":"c0ffee","State":{"StartedAt":"2026-02-02T00:00:00Z",%s},"Config":{%s}}`, stateStarting, slow))
		for b.execs.Load() < 3 {
			time.Sleep(time.Millisecond)
		}
		select {
		case err := <-done:
			t.Fatalf("wait: %v, want it to go on", err)
		default:
		}
		b.set(inspected(stateHealthy, slow))
		if err := <-done; err != nil {
			t.Errorf("wait: %v, want nil", err)
		}
	})
	t.Run("and ends it with the wait", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(stateStarting, slow))
		var ended atomic.Bool
		probing := make(chan struct{})
		b.exec = func(ctx context.Context, _ string, _ ExecOptions, _, _ io.Writer) (int, error) {
			close(probing)
			<-ctx.Done()
			ended.Store(true)
			return -1, ctx.Err()
		}
		done := b.start(t.Context())
		<-probing
		b.set(inspected(stateHealthy, slow))
		if err := <-done; err != nil || !ended.Load() {
			t.Errorf("wait: %v, and the check has ended: %v; want nil and true", err, ended.Load())
		}
	})
}

// The daemon's clock is a year behind ours here: how long the container has run must be asked of the daemon.
func TestWaitSettles(t *testing.T) {
	t.Parallel()
	const running = `"Status":"running","Running":true`
	for _, c := range []struct {
		name string
		info any // the daemon's SystemTime, or a status
		wait time.Duration
	}{
		{"long since", "2026-01-01T02:00:00Z", 0},
		{"just now", "2026-01-01T00:00:00.5Z", time.Hour - time.Second/2},
		{"half of it", "2026-01-01T00:30:00Z", time.Hour / 2},
		{"in the future", "2025-12-31T23:00:00Z", time.Hour},
		{"at a time that cannot be read", "yesterday", time.Hour},
		{"by a daemon that does not say", http.StatusInternalServerError, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newWaitBench(t, inspected(running, `"Healthcheck":{"Test":["NONE"]}`))
			clock := newStepClock()
			b.d.clock = clock
			b.HandleFunc("/info", func(w http.ResponseWriter, _ *http.Request) {
				if status, bad := c.info.(int); bad {
					http.Error(w, "no", status)
					return
				}
				_, _ = fmt.Fprintf(w, `{"SystemTime":%q}`, c.info)
			})
			done := b.start(t.Context())
			if c.wait > 0 {
				b.awaitAllLooks(2)
				clock.pass(c.wait - 1)
				b.awaitLooks(3)
				select {
				case err := <-done:
					t.Fatalf("wait: %v, want it to go on", err)
				default:
				}
				clock.pass(1)
			}
			if err := <-done; err != nil {
				t.Errorf("wait: %v, want nil", err)
			}
		})
	}
	t.Run("anew after a restart", func(t *testing.T) {
		t.Parallel()
		b := newWaitBench(t, inspected(running, ""))
		clock := newStepClock()
		b.d.clock = clock
		done := b.start(t.Context())
		b.awaitAllLooks(2)
		clock.pass(time.Hour - 1)
		b.set(fmt.Sprintf(`{"Id":"c0ffee","State":{"StartedAt":"2026-02-02T00:00:00Z",%s},"Config":{}}`, running))
		b.awaitLooks(2)
		clock.pass(time.Hour - 1)
		b.awaitLooks(2)
		select {
		case err := <-done:
			t.Fatalf("wait: %v, want it to go on", err)
		default:
		}
		clock.pass(1)
		if err := <-done; err != nil {
			t.Errorf("wait: %v, want nil", err)
		}
	})
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// probed are the arguments that give a container a health check which the daemon runs for the first time after the
// interval.
func probed(interval, command string) []string {
	return []string{"--health-interval", interval, "--health-retries", "1", "--health-cmd", command}
}

// runs is a shell that ends at once when it is told to, after it has done something.
func runs(script string) []string {
	return []string{testbed.Alpine, "sh", "-c", "trap 'exit 0' TERM; " + script + "; while :; do sleep 0.1; done"}
}

func TestWaitReadyOfRealContainers(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connect(t, d)
		for _, c := range []struct {
			name  string
			args  []string
			image []string
			want  error
			texts []string
			says  func(*NotReadyError) bool
		}{
			{name: "healthy", args: probed("300ms", "true"), image: runs("true")},
			{name: "healthy long before the daemon's first probe", args: probed("1h", "test -e /ready"), image: runs("sleep 1; touch /ready")},
			{name: "healthy as the container's user", args: append(probed("1h", "test $(id -u) = 1234"), "--user", "1234"), image: runs("true")},
			{name: "no health check", image: runs("true")},
			{name: "health check NONE", args: []string{"--no-healthcheck"}, image: runs("true")},
			{
				name: "unhealthy", args: probed("300ms", "echo no answer; exit 1"), image: runs("echo started"), want: ErrContainerNotReady,
				texts: []string{"is unhealthy", "no answer", "started"},
			},
			{
				name: "exited", image: []string{testbed.Alpine, "sh", "-c", "echo cannot read the settings >&2; exit 3"}, want: ErrContainerNotReady,
				texts: []string{"exited with code 3", "cannot read the settings"},
				says:  func(e *NotReadyError) bool { return e.ExitCode == 3 && e.State == "exited" && !e.OOMKilled },
			},
			{
				name: "dies later", args: probed("1h", "false"), image: []string{testbed.Alpine, "sh", "-c", "sleep 1; echo farewell; exit 4"}, want: ErrContainerNotReady,
				texts: []string{"exited with code 4", "farewell"},
			},
			{
				name: "dies before a second has passed", image: []string{testbed.Alpine, "sh", "-c", "sleep 0.3; exit 5"}, want: ErrContainerNotReady,
				texts: []string{"exited with code 5"},
			},
			{
				name: "out of memory", args: append(probed("1h", "false"), "--memory", "24m", "--memory-swap", "24m"),
				image: []string{testbed.Alpine, "sh", "-c", "echo filling; exec tail -f /dev/zero"}, want: ErrContainerNotReady,
				texts: []string{"exited with code 137", "out of memory (its limit is 24 MiB)", "filling"},
				says:  func(e *NotReadyError) bool { return e.OOMKilled && e.ExitCode == 137 },
			},
			{name: "restarted until it stays", args: append(probed("1h", "test -e /up"), "--restart", "always"), image: runs("test -e /again || { touch /again; exit 1; }; touch /up")},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				name := d.Container(t, testbed.NewName())
				d.Docker(t, slices.Concat([]string{"run", "-d", "--name", name}, c.args, c.image)...)
				err := e.WaitReady(t.Context(), name, patience)
				if !errors.Is(err, c.want) || err != nil && c.want == nil {
					t.Fatalf("WaitReady: %v, want %v", err, c.want)
				}
				for _, text := range c.texts {
					if !strings.Contains(err.Error(), text) {
						t.Errorf("WaitReady: %v; want it to say %q", err, text)
					}
				}
				var why *NotReadyError
				if c.says != nil && (!errors.As(err, &why) || !c.says(why)) {
					t.Errorf("WaitReady: %#v", why)
				}
			})
		}
	})
}

// awaitAsked waits until a wait has run the container's health check, which leaves /asked behind.
func awaitAsked(tb testing.TB, d testbed.Daemon, name string, done <-chan error) {
	tb.Helper()
	d.Docker(tb, "exec", name, "sh", "-c", "until [ -e /asked ]; do sleep 0.05; done")
	select {
	case err := <-done:
		tb.Fatalf("WaitReady: %v, want it to go on", err)
	default:
	}
}

func TestWaitReadyOfContainersThatChange(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connect(t, d)
		run := func(t *testing.T, verb ...string) (name string, done <-chan error, cancel context.CancelFunc) {
			t.Helper()
			name = d.Container(t, testbed.NewName())
			d.Docker(t, slices.Concat(verb, []string{"--name", name}, probed("1h", "touch /asked; test -e /ready"), runs("true"))...)
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(cancel)
			result := make(chan error, 1)
			go func() { result <- e.WaitReady(ctx, name, patience) }()
			return name, result, cancel
		}
		t.Run("removed", func(t *testing.T) {
			t.Parallel()
			name, done, _ := run(t, "run", "-d")
			awaitAsked(t, d, name, done)
			d.Docker(t, "rm", "-f", name)
			if err := <-done; !errors.Is(err, ErrNotFound) {
				t.Errorf("WaitReady: %v, want ErrNotFound", err)
			}
		})
		t.Run("cancelled", func(t *testing.T) {
			t.Parallel()
			name, done, cancel := run(t, "run", "-d")
			awaitAsked(t, d, name, done)
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("WaitReady: %v, want context.Canceled", err)
			}
		})
		t.Run("started later", func(t *testing.T) {
			t.Parallel()
			name, done, _ := run(t, "create")
			d.Docker(t, "start", name)
			d.Docker(t, "exec", name, "touch", "/ready")
			if err := <-done; err != nil {
				t.Errorf("WaitReady: %v, want nil", err)
			}
		})
		t.Run("paused", func(t *testing.T) {
			t.Parallel()
			name, done, _ := run(t, "run", "-d")
			awaitAsked(t, d, name, done)
			d.Docker(t, "pause", name)
			d.Docker(t, "unpause", name)
			d.Docker(t, "exec", name, "touch", "/ready")
			if err := <-done; err != nil {
				t.Errorf("WaitReady: %v, want nil", err)
			}
		})
		t.Run("killed", func(t *testing.T) {
			t.Parallel()
			name, done, _ := run(t, "run", "-d")
			awaitAsked(t, d, name, done)
			d.Docker(t, "kill", name)
			if err := <-done; !errors.Is(err, ErrContainerNotReady) || !strings.Contains(err.Error(), "exited with code 137") {
				t.Errorf("WaitReady: %v, want ErrContainerNotReady with code 137", err)
			}
		})
		t.Run("absent", func(t *testing.T) {
			t.Parallel()
			if err := e.WaitReady(t.Context(), testbed.NewName(), patience); !errors.Is(err, ErrNotFound) {
				t.Errorf("WaitReady: %v, want ErrNotFound", err)
			}
		})
		t.Run("late", func(t *testing.T) {
			t.Parallel()
			name := d.Container(t, testbed.NewName())
			d.Docker(t, slices.Concat([]string{"run", "-d", "--name", name}, probed("1h", "false"), runs("echo still busy"))...)
			err := e.WaitReady(t.Context(), name, time.Second)
			if !errors.Is(err, ErrContainerNotReady) || !strings.Contains(err.Error(), "not ready after 1s") || !strings.Contains(err.Error(), "still busy") {
				t.Errorf("WaitReady: %v, want ErrContainerNotReady with the log", err)
			}
		})
	})
}

func TestWaitReadyOverADaemonThatIsKilled(t *testing.T) {
	t.Parallel()
	for _, modern := range []bool{false, true} {
		t.Run(fmt.Sprintf("modern=%v", modern), func(t *testing.T) {
			t.Parallel()
			d := testbed.NewThrowaway(t, modern, "--live-restore")
			e := connect(t, d.Daemon)
			d.Docker(t, slices.Concat([]string{"run", "-d", "--name", "web"}, probed("1h", "touch /asked; test -e /ready"), runs("true"))...)
			done := make(chan error, 1)
			go func() { done <- e.WaitReady(t.Context(), "web", 2*patience) }()
			awaitAsked(t, d.Daemon, "web", done)
			d.Kill(t)
			d.Start(t)
			d.Docker(t, "exec", "web", "touch", "/ready")
			if err := <-done; err != nil {
				t.Errorf("WaitReady: %v, want nil", err)
			}

			// The same once more, and now the container is gone when the daemon is back.
			d.Docker(t, "exec", "web", "rm", "/ready", "/asked")
			d.Docker(t, "restart", "-t", "0", "web")
			go func() { done <- e.WaitReady(t.Context(), "web", 2*patience) }()
			awaitAsked(t, d.Daemon, "web", done)
			d.Kill(t)
			d.Start(t)
			d.Docker(t, "kill", "web")
			if err := <-done; !errors.Is(err, ErrContainerNotReady) || !strings.Contains(err.Error(), "exited with code 137") {
				t.Errorf("WaitReady: %v, want ErrContainerNotReady with code 137", err)
			}
		})
	}
}

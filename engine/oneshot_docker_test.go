package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// containerExists reports whether there is a container of exactly that name.
func containerExists(t *testing.T, d testbed.Daemon, name string) bool {
	t.Helper()
	return d.Docker(t, "ps", "-aq", "-f", "name=^/?"+name+"$") != ""
}

func TestRunOneShotCapture(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connectAs(t, d, newHome())
		run := func(t *testing.T, script string, mounts ...OneShotMount) (OneShotResult, error) {
			t.Helper()
			name := d.Container(t, testbed.NewName())
			result, err := e.RunOneShotCapture(t.Context(), name, testbed.Alpine, []string{"sh", "-c", script}, mounts)
			if containerExists(t, d, name) {
				t.Errorf("container %s is left", name)
			}
			return result, err
		}
		t.Run("streams and exit code", func(t *testing.T) {
			t.Parallel()
			r, err := run(t, "printf out; printf err >&2; exit 3")
			if err != nil || string(r.Stdout) != "out" || string(r.Stderr) != "err" || r.ExitCode != 3 {
				t.Errorf("got %q, %q, %d, %v", r.Stdout, r.Stderr, r.ExitCode, err)
			}
		})
		t.Run("every byte of much output", func(t *testing.T) {
			t.Parallel()
			r, err := run(t, "dd if=/dev/zero bs=64k count=64 2>/dev/null; dd if=/dev/zero bs=1k count=1 >&2 2>/dev/null")
			if err != nil || len(r.Stdout) != 4<<20 || len(r.Stderr) != 1<<10 {
				t.Errorf("got %d and %d bytes, %v", len(r.Stdout), len(r.Stderr), err)
			}
		})
		t.Run("hardened", func(t *testing.T) {
			t.Parallel()
			r, err := run(t, "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; ls /sys/class/net")
			if err != nil {
				t.Fatal(err)
			}
			// Bit 1 is DAC_OVERRIDE.
			want := "CapEff:\t0000000000000002\nCapBnd:\t0000000000000002\nNoNewPrivs:\t1\nlo\n"
			if string(r.Stdout) != want {
				t.Errorf("got %q, want %q", r.Stdout, want)
			}
		})
		t.Run("mounts", func(t *testing.T) {
			t.Parallel()
			vol := makeVolume(t, d, testbed.NewName())
			dir := filepath.Join(t.TempDir(), "with:colon")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "f"), []byte("there"), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := run(t, "cat /b/f; echo kept > /v/f; echo x > /b/g || echo refused",
				OneShotMount{Volume: vol, Target: "/v"}, OneShotMount{Bind: dir, Target: "/b", ReadOnly: true})
			if err != nil || string(r.Stdout) != "thererefused\n" {
				t.Errorf("got %q, %q, %v", r.Stdout, r.Stderr, err)
			}
			if r, err = run(t, "cat /v/f", OneShotMount{Volume: vol, Target: "/v", ReadOnly: true}); string(r.Stdout) != "kept\n" {
				t.Errorf("got %q, %v", r.Stdout, err)
			}
		})
		t.Run("a missing volume is not made", func(t *testing.T) {
			t.Parallel()
			vol := d.Volume(t, testbed.NewName())
			if _, err := run(t, "true", OneShotMount{Volume: vol, Target: "/v"}); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), vol) {
				t.Errorf("got %v, want ErrNotFound naming it", err)
			}
			if volumeExists(t, d, vol) {
				t.Error("the volume was made")
			}
		})
		t.Run("a missing bind source is not made", func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "missing")
			if _, err := run(t, "true", OneShotMount{Bind: dir, Target: "/b"}); !errors.Is(err, ErrSpecInvalid) || !strings.Contains(err.Error(), dir) {
				t.Errorf("got %v, want ErrSpecInvalid naming it", err)
			}
			if _, err := os.Stat(dir); !os.IsNotExist(err) {
				t.Errorf("the directory was made: %v", err)
			}
		})
		t.Run("a program that does not exist", func(t *testing.T) {
			t.Parallel()
			name := d.Container(t, testbed.NewName())
			_, err := e.RunOneShotCapture(t.Context(), name, testbed.Alpine, []string{"/no/such/program"}, nil)
			if err == nil || containerExists(t, d, name) {
				t.Errorf("got %v; left is %v", err, containerExists(t, d, name))
			}
		})
		t.Run("too much output", func(t *testing.T) {
			t.Parallel()
			shot := oneShot{name: d.Container(t, testbed.NewName()), image: testbed.Alpine, role: roleOneShot, cmd: []string{"yes"}, maxOutput: 1 << 20}
			_, err := e.runOneShot(t.Context(), shot)
			if !errors.Is(err, errOutputTooLong) || containerExists(t, d, shot.name) {
				t.Errorf("got %v; left is %v", err, containerExists(t, d, shot.name))
			}
		})
	})
}

func TestRunOneShotCaptureCancelled(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connect(t, d)
		name := d.Container(t, testbed.NewName())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := e.RunOneShotCapture(ctx, name, testbed.Alpine, []string{"sleep", "100000"}, nil)
			done <- err
		}()
		awaitState(t, d, name, "running")
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
		if containerExists(t, d, name) {
			t.Error("the container is left")
		}
	})
}

// awaitState returns once the container is in that state.
func awaitState(t *testing.T, d testbed.Daemon, name, state string) {
	t.Helper()
	for d.Docker(t, "ps", "-aq", "-f", "name=^/?"+name+"$", "-f", "status="+state) == "" {
		if err := (systemClock{}).Sleep(t.Context(), nameWaitFirst); err != nil {
			t.Fatal(err)
		}
	}
}

// Callers of one name take turns, and each gets all of its own output.
func TestRunOneShotCaptureSameName(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		name := d.Container(t, testbed.NewName())
		zeros := string(make([]byte, 512<<10))
		_, errs := race(t, d, newHome(), func(e *Docker) (struct{}, error) {
			own := testbed.NewName()
			script := "dd if=/dev/zero bs=64k count=8 2>/dev/null; echo $0"
			r, err := e.RunOneShotCapture(t.Context(), name, testbed.Alpine, []string{"sh", "-c", script, own}, nil)
			if err == nil && string(r.Stdout) != zeros+own+"\n" {
				err = fmt.Errorf("got %d bytes that end in %q, want %d and %q", len(r.Stdout), r.Stdout[max(0, len(r.Stdout)-20):], len(zeros), own)
			}
			return struct{}{}, err
		})
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		if containerExists(t, d, name) {
			t.Error("the container is left")
		}
	})
}

func TestRunOneShotCaptureNameTaken(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connectAs(t, d, newHome())
		label := func(labels ...string) []string {
			var args []string
			for _, l := range labels {
				args = append(args, "--label", l)
			}
			return args
		}
		helper := LabelRole + "=" + roleOneShot
		tests := []struct {
			name   string
			labels []string
			taken  bool
		}{
			{"a foreign container", nil, true},
			{"a site's container", label(platformLabel, LabelRole+"="+RoleDatabase), true},
			{"another owner's helper", label(platformLabel, helper, LabelHome+"=/somebody/else"), true},
			{"a helper left over", label(platformLabel, helper), false},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				name := d.Container(t, testbed.NewName())
				id := d.Docker(t, append(append([]string{"run", "-d", "--name", name}, tt.labels...), testbed.Alpine, "true")...)
				d.Docker(t, "wait", name)
				r, err := e.RunOneShotCapture(t.Context(), name, testbed.Alpine, []string{"echo", "ran"}, nil)
				if !tt.taken {
					if err != nil || string(r.Stdout) != "ran\n" {
						t.Errorf("got %q, %v", r.Stdout, err)
					}
					return
				}
				var owner *OwnerError
				if !errors.As(err, &owner) || owner.Kind != "container" || owner.Name != name {
					t.Errorf("got %v, want an OwnerError", err)
				}
				if got := d.Docker(t, "inspect", "-f", "{{.Id}}", name); got != id {
					t.Errorf("the container was replaced")
				}
			})
		}
	})
}

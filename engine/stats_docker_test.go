package engine

import (
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// awaitStats returns the first reading that fits.
func awaitStats(tb testing.TB, readings <-chan Stats, what string, fits func(Stats) bool) Stats {
	tb.Helper()
	deadline := time.After(patience)
	var last Stats
	for {
		select {
		case s, open := <-readings:
			if !open || s.Err != nil {
				tb.Fatalf("the stream ended (%v) before %s; the last reading was %+v", s.Err, what, last)
			}
			if last = s; fits(s) {
				return s
			}
		case <-deadline:
			tb.Fatalf("no reading showed %s; the last was %+v", what, last)
		}
	}
}

func TestStatsOfRealContainers(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		d.Pull(t, testbed.Alpine)
		e := connect(t, d)
		run := func(t *testing.T, args ...string) (name, id string, readings <-chan Stats) {
			t.Helper()
			name = d.Container(t, testbed.NewName())
			id = d.Docker(t, append([]string{"run", "-d", "--name", name, "--memory", "128m"}, args...)...)
			readings, err := e.Stats(t.Context(), name, minStatsInterval)
			if err != nil {
				t.Fatal(err)
			}
			first := awaitStats(t, readings, "anything", func(Stats) bool { return true })
			if first.HasCPU || first.ID != id || first.MemoryLimit != 128<<20 || first.PIDs < 1 || first.Time.IsZero() {
				t.Errorf("the first reading is %+v", first)
			}
			return name, id, readings
		}

		t.Run("busy", func(t *testing.T) {
			t.Parallel()
			_, _, readings := run(t, testbed.Alpine, "sh", "-c", "while :; do :; done")
			s := awaitStats(t, readings, "a busy core", func(s Stats) bool { return s.HasCPU && s.CPUPercent > 20 })
			if s.CPUPercent > 150 {
				t.Errorf("%.1f %% of a core by one process, want at most 100 and a little", s.CPUPercent)
			}
		})
		t.Run("idle", func(t *testing.T) {
			t.Parallel()
			_, _, readings := run(t, testbed.Alpine, "sleep", "1000")
			awaitStats(t, readings, "an idle container", func(s Stats) bool { return s.HasCPU && s.CPUPercent < 1 })
		})
		t.Run("memory grows", func(t *testing.T) {
			t.Parallel()
			name, _, readings := run(t, testbed.Alpine, "sh", "-c", `until [ -e /go ]; do sleep 0.1; done; x=$(head -c 20000000 /dev/zero | tr '\0' x); sleep 1000; true`)
			before := awaitStats(t, readings, "the beginning", func(Stats) bool { return true })
			d.Docker(t, "exec", name, "touch", "/go")
			awaitStats(t, readings, "what was allocated", func(s Stats) bool { return s.Memory > before.Memory+15_000_000 })
		})
		t.Run("network", func(t *testing.T) {
			t.Parallel()
			name, _, readings := run(t, testbed.Alpine, "sleep", "1000")
			d.Docker(t, "exec", name, "sh", "-c", "ping -c 1 -W 1 $(ip route | awk '/default/ {print $3}') || true")
			awaitStats(t, readings, "packets sent", func(s Stats) bool { return s.NetTx > 0 && s.NetRx > 0 })
		})
		t.Run("stop", func(t *testing.T) {
			t.Parallel()
			name, _, readings := run(t, testbed.Alpine, "sleep", "1000")
			d.Docker(t, "kill", name)
			endsQuietly(t, readings)
		})
		t.Run("removal", func(t *testing.T) {
			t.Parallel()
			name, _, readings := run(t, testbed.Alpine, "sleep", "1000")
			d.Docker(t, "rm", "-f", name)
			endsQuietly(t, readings)
		})
	})
}

// endsQuietly fails tb when the stream does not end, or ends with an error.
func endsQuietly(tb testing.TB, readings <-chan Stats) {
	tb.Helper()
	deadline := time.After(patience)
	for {
		select {
		case s, open := <-readings:
			if s.Err != nil {
				tb.Errorf("the last reading carries %v, want none", s.Err)
			}
			if !open {
				return
			}
		case <-deadline:
			tb.Fatal("the stream did not end")
		}
	}
}

//go:build unix

package logs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/testbed"
)

// millionLines prints 1,000,000 lines of 53 bytes: with its time stamp, each is 84 bytes of `docker logs -t`.
const millionLines = `awk 'BEGIN { for (i = 1; i <= 1000000; i++) printf "%07d the quick brown fox jumps over the lazy dogs\n", i }'`

// BenchmarkFlood reads a million lines of a real container into the rings, with the pane drawn as it would be and a key
// pressed with every drawing, and in turn runs `docker logs -t` to nowhere. It reports the ratio of the median times, how
// long a key takes until the picture is there, and what this process was resident at most.
func BenchmarkFlood(b *testing.B) {
	d := testbed.One(b)
	d.Pull(b, testbed.Alpine)
	name := d.Container(b, testbed.NewName())
	d.Docker(b, "run", "-d", "--name", name, "--log-opt", "max-size=1g", testbed.Alpine, "sh", "-c", millionLines)
	d.Docker(b, "wait", name)
	e, err := engine.Connect(engine.ConnectOptions{
		Options: engine.Options{Home: b.TempDir()}, ConfigDir: b.TempDir(),
		LookupEnv: func(name string) (string, bool) { return d.Host, name == "DOCKER_HOST" },
	})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	var ours, theirs, keys []time.Duration
	for b.Loop() {
		began := time.Now()
		keys = append(keys, flood(b, e, name)...)
		ours = append(ours, time.Since(began))
		began = time.Now()
		cmd := exec.Command("docker", "-H", d.Host, "logs", "-t", name)
		null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		if err != nil {
			b.Fatal(err)
		}
		cmd.Stdout = null
		if err := errors.Join(cmd.Run(), null.Close()); err != nil {
			b.Fatal(err)
		}
		theirs = append(theirs, time.Since(began))
	}
	at := func(times []time.Duration, share float64) float64 {
		slices.Sort(times)
		return times[int(share*float64(len(times)-1))].Seconds()
	}
	b.ReportMetric(at(ours, 0.5), "ours-s")
	b.ReportMetric(at(theirs, 0.5), "docker-s")
	b.ReportMetric(at(ours, 0.5)/at(theirs, 0.5), "ratio")
	b.ReportMetric(at(keys, 0.99)*1e3, "key-p99-ms")
	b.ReportMetric(peakMemory(b), "peak-MB")
}

// flood reads the whole log, and returns how long the keys took that were pressed meanwhile.
func flood(b *testing.B, e Source, name string) (keys []time.Duration) {
	b.Helper()
	m := shelf(b, sixteen(), 0, "web")
	m.opts.Source = e
	m.services = []Service{{Name: "web", Container: name}}
	m.SetSize(120, 40)
	news := m.begin(0, time.Time{})
	defer m.Close()
	for {
		m.Update(news())
		_ = m.View()
		news = m.session.news(drawPause)
		began := time.Now()
		m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("G")})
		_ = m.View()
		keys = append(keys, time.Since(began))
		s := m.session.store
		s.mu.Lock()
		ring, done := s.sources[0].ring, s.sources[0].state != stateLoading
		s.mu.Unlock()
		if done {
			if ring.Next() != 1_000_000 || ring.Dropped() != 900_000 {
				b.Fatalf("%d lines, %d dropped", ring.Next(), ring.Dropped())
			}
			return keys
		}
	}
}

// peakMemory returns the most that this process was resident, in MB.
func peakMemory(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

package engine

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// millionLines prints 1,000,000 lines of 53 bytes: with its time stamp, each is 84 bytes of `docker logs -t`.
const millionLines = `awk 'BEGIN { for (i = 1; i <= 1000000; i++) printf "%07d the quick brown fox jumps over the lazy dogs\n", i }'`

// BenchmarkFollowAgainstDockerLogs reads the log of one container of a million lines with FollowLogs and with `docker logs
// -t` to nowhere, in turn, and reports the ratio of the median times. Peak memory is that of this process.
func BenchmarkFollowAgainstDockerLogs(b *testing.B) {
	d := testbed.One(b)
	d.Pull(b, testbed.Alpine)
	name := d.Container(b, testbed.NewName())
	d.Docker(b, "run", "-d", "--name", name, "--log-opt", "max-size=1g", testbed.Alpine, "sh", "-c", millionLines)
	d.Docker(b, "wait", name)
	e := connect(b, d)
	var ours, theirs []time.Duration
	for b.Loop() {
		began := time.Now()
		readMillion(b, e, name)
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
	b.ReportMetric(median(ours).Seconds(), "ours-s")
	b.ReportMetric(median(theirs).Seconds(), "docker-s")
	b.ReportMetric(median(ours).Seconds()/median(theirs).Seconds(), "ratio")
	b.ReportMetric(peakMemory(b), "peak-MB")
}

// readMillion reads the whole log and checks that nothing is lost.
func readMillion(b *testing.B, e *Docker, name string) {
	follower, err := e.FollowLogs(b.Context(), name, LogOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer follower.Close()
	lines := 0
	for {
		batch, err := follower.Next()
		lines += len(batch.Lines)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if lines != 1_000_000 {
		b.Fatalf("%d lines, want a million", lines)
	}
}

func median(times []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(times))[len(times)/2]
}

// peakMemory returns the most that this process was resident, in MB, where the system tells.
func peakMemory(b *testing.B) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	return 0
}

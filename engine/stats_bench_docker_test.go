//go:build unix

package engine

import (
	"syscall"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// BenchmarkStatsReading is one reading of a real container, with the request: divide by two for what a dashboard that
// reads every two seconds spends per container and second.
func BenchmarkStatsReading(b *testing.B) {
	d := testbed.One(b)
	d.Pull(b, testbed.Alpine)
	e := connect(b, d)
	name := d.Container(b, testbed.NewName())
	id := d.Docker(b, "run", "-d", "--name", name, testbed.Alpine, "sleep", "1000")
	cli, err := e.ready(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	s := &statsStream{d: e, cli: cli, id: id}
	before := cpuTime(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.poll(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
}

// cpuTime is what this process has used of the CPU.
func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

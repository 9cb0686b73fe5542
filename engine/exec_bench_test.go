package engine

import (
	"io"
	"math/rand/v2"
	"os/exec"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// BenchmarkExecTrue is the round trip of a program that does nothing; x-docker is its time as a multiple of what
// `docker exec` takes.
func BenchmarkExecTrue(b *testing.B) {
	for _, d := range testbed.All(b) {
		b.Run(d.Name, func(b *testing.B) {
			e, name := connect(b, d), startSleeper(b, d)
			var ours, theirs time.Duration
			for b.Loop() {
				begin := time.Now()
				if code, err := e.ExecInContainerWriter(b.Context(), name, ExecOptions{Cmd: []string{"true"}}, nil, nil); code != 0 || err != nil {
					b.Fatal(code, err)
				}
				ours += time.Since(begin)
				b.StopTimer()
				begin = time.Now()
				d.Docker(b, "exec", name, "true")
				theirs += time.Since(begin)
				b.StartTimer()
			}
			b.ReportMetric(ours.Seconds()/theirs.Seconds(), "x-docker")
		})
	}
}

// BenchmarkExecCat sends 50 MB through `cat` and back; x-docker is its time as a multiple of what `docker exec -i` takes.
func BenchmarkExecCat(b *testing.B) {
	const size = 50 << 20
	source := func() io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{}), size) }
	for _, d := range testbed.All(b) {
		b.Run(d.Name, func(b *testing.B) {
			e, name := connect(b, d), startSleeper(b, d)
			b.SetBytes(size)
			var ours, theirs time.Duration
			for b.Loop() {
				begin := time.Now()
				var n byteCount
				code, err := e.ExecInContainerWriterStdin(b.Context(), name, ExecOptions{Cmd: []string{"cat"}}, source(), &n, nil)
				if code != 0 || err != nil || n != size {
					b.Fatal(code, err, n)
				}
				ours += time.Since(begin)
				b.StopTimer()
				begin = time.Now()
				var m byteCount
				cmd := exec.Command("docker", "-H", d.Host, "exec", "-i", name, "cat")
				cmd.Stdin, cmd.Stdout = source(), &m
				if err := cmd.Run(); err != nil || m != size {
					b.Fatal(err, m)
				}
				theirs += time.Since(begin)
				b.StartTimer()
			}
			b.ReportMetric(ours.Seconds()/theirs.Seconds(), "x-docker")
		})
	}
}

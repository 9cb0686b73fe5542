package engine

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

// TestFollowLogsCutConnections reads 100,000 numbered lines of two streams over a proxy that cuts every connection at
// some point: each line comes once, in the order of its stream.
func TestFollowLogsCutConnections(t *testing.T) {
	t.Parallel()
	const lines = 50_000
	script := fmt.Sprintf(`i=0; while [ $i -lt %d ]; do
		echo out $i; echo err $i >&2; i=$((i+1)); [ $((i %% 1000)) -gt 0 ] || sleep 0.2
	done`, lines)
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		proxy := newCuttingProxy(t, strings.TrimPrefix(d.Host, "unix://"), 2_000_000)
		e := connect(t, testbed.Daemon{Host: "unix://" + proxy.path})
		f := followContainer(t, e, runLogging(t, d, script), LogOptions{Follow: true})
		var next [2]int
		reconnected := 0
		for ended := false; !ended; {
			batch, err := f.Next()
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range batch.Lines {
				if want := fmt.Sprintf("%s %d", [...]string{"out", "err"}[l.Stream], next[l.Stream]); l.Text != want {
					t.Fatalf("after %d reconnects: got %q, want %q", reconnected, l.Text, want)
				}
				next[l.Stream]++
			}
			if batch.Event == LogReconnected {
				reconnected++
			}
			ended = batch.Event == LogExited
		}
		if next != [2]int{lines, lines} {
			t.Errorf("got %d lines of %d", next, lines)
		}
		if cut := proxy.cut.Load(); cut < 3 {
			t.Errorf("only %d connections were cut", cut)
		}
		t.Logf("%d connections cut, %d times reconnected while the container ran", proxy.cut.Load(), reconnected)
	})
}

// cuttingProxy stands before a daemon and cuts connections.
type cuttingProxy struct {
	path string
	cut  atomic.Int64
}

// newCuttingProxy listens until the end of the test. A connection is cut once a random number of bytes, up to most, has
// come from the daemon.
func newCuttingProxy(tb testing.TB, daemon string, most int) *cuttingProxy {
	p := &cuttingProxy{path: filepath.Join(tb.TempDir(), "s")}
	listener, err := net.Listen("unix", p.path)
	if err != nil {
		tb.Fatal(err)
	}
	var wg sync.WaitGroup
	tb.Cleanup(func() {
		_ = listener.Close()
		wg.Wait()
	})
	random := rand.New(rand.NewPCG(1, 2))
	wg.Go(func() {
		for {
			down, err := listener.Accept()
			if err != nil {
				return
			}
			up, err := net.Dial("unix", daemon)
			if err != nil {
				_ = down.Close()
				continue
			}
			limit := int64(random.IntN(most))
			hangUp := func() { _, _ = up.Close(), down.Close() }
			wg.Go(func() {
				defer hangUp()
				if n, _ := io.CopyN(down, up, limit); n == limit {
					p.cut.Add(1)
				}
			})
			wg.Go(func() {
				defer hangUp()
				_, _ = io.Copy(up, down)
			})
		}
	})
	return p
}

// TestFollowLogsDaemonKilled kills a daemon under a stream and starts it again while the container lives on, and once more
// while the follower waits for the container to be started.
func TestFollowLogsDaemonKilled(t *testing.T) {
	t.Parallel()
	for _, modern := range []bool{false, true} {
		t.Run(fmt.Sprintf("modern=%v", modern), func(t *testing.T) {
			t.Parallel()
			d := testbed.NewThrowaway(t, modern, "--live-restore")
			e := connect(t, d.Daemon)
			name := runLogging(t, d.Daemon, `i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i; sleep 0.02; done`)
			f := followContainer(t, e, name, LogOptions{Follow: true})
			got := readUntil(t, f, func(line string) bool { return line == "50" })
			d.Kill(t)
			d.Start(t)
			got = append(got, readUntil(t, f, exited)...)
			var want []string
			for i := range 300 {
				want = append(want, fmt.Sprint(i+1))
			}
			texts := streamTexts(got, 0)
			if i := slices.Index(texts, "RECONNECTED"); i < 0 {
				t.Error("the follower did not say that it reconnected")
			} else {
				texts = slices.Delete(texts, i, i+1)
			}
			if !slices.Equal(texts, append(want, "EXITED")) {
				t.Errorf("got %d lines: %q", len(texts), texts)
			}

			next := make(chan []LogLine)
			go func() {
				batch, err := f.Next()
				if batch.Event != LogRestarted || err != nil {
					t.Errorf("after the exit: %v, %v", batch.Event, err)
				}
				batch, err = f.Next()
				if err != nil {
					t.Error(err)
				}
				next <- slices.Clone(batch.Lines)
			}()
			d.Kill(t)
			d.Start(t)
			d.Docker(t, "start", name)
			if lines := <-next; len(lines) == 0 || lines[0].Text != "1" {
				t.Errorf("the next run begins with %v", lines)
			}
		})
	}
}

// TestFollowLogsDaemonKilledWithContainers kills a daemon that ends its containers when it is back, and starts them again.
func TestFollowLogsDaemonKilledWithContainers(t *testing.T) {
	t.Parallel()
	d := testbed.NewThrowaway(t, true)
	name := runLogging(t, d.Daemon, `n=$(cat n || echo 1); echo $((n+1)) >n; echo run $n; sleep 1000`, "--restart", "always")
	f := followContainer(t, connect(t, d.Daemon), name, LogOptions{Follow: true})
	got := readUntil(t, f, func(line string) bool { return line == "run 1" })
	d.Kill(t)
	d.Start(t)
	got = append(got, readUntil(t, f, func(line string) bool { return line == "run 2" })...)
	texts := slices.DeleteFunc(streamTexts(got, 0), func(text string) bool { return text == "RECONNECTED" })
	if want := []string{"run 1", "EXITED", "RESTARTED", "run 2"}; !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
}

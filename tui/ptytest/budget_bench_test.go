//go:build linux

package ptytest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/testbed"
	"github.com/Locorum/locorum-tui/model"
)

// addSites puts n sites into the database of a home folder and returns their slugs.
func addSites(tb testing.TB, home, prefix string, n int) []string {
	tb.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(sites.DataDir(home), "storage.db"), time.Now)
	if err != nil {
		tb.Fatal(err)
	}
	slugs := make([]string, n)
	for i := range slugs {
		slugs[i] = fmt.Sprintf("%s-%02d", prefix, i)
		if _, err := db.AddSite(ctx, model.Site{
			ID: "id-" + slugs[i], Name: slugs[i], Slug: slugs[i], Domain: slugs[i] + ".localhost", FilesDir: filepath.Join(home, slugs[i]),
			PHPVersion: "8.3", DBEngine: "mariadb", DBVersion: "11.4", RedisVersion: "7.4", WebServer: "nginx", DBPassword: "x",
		}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	return slugs
}

// runContainer starts a container with the name and labels of a site's.
func runContainer(tb testing.TB, d testbed.Daemon, home, slug, role, script string) string {
	tb.Helper()
	name := d.Container(tb, engine.SiteContainerName(slug, role))
	d.Docker(tb, "run", "-d", "--name", name, "--network", "none", "--log-opt", "max-size=1g", "--label", engine.LabelPlatform+"="+engine.PlatformValue,
		"--label", engine.LabelSite+"="+slug, "--label", engine.LabelRole+"="+role, "--label", engine.LabelHome+"="+sites.DataDir(home),
		testbed.Alpine, "sh", "-c", script)
	return name
}

// spent is what the program has cost so far.
type spent struct {
	at    time.Time
	cpu   time.Duration
	bytes int64
}

// spent reads what the program has cost, its processor time to the nanosecond.
func (t *Terminal) spent(tb testing.TB) spent {
	tb.Helper()
	s := spent{at: time.Now(), bytes: t.BytesWritten()}
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", t.Pid()))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no threads of the program: %v", err)
	}
	for _, file := range files {
		var ns int64
		text, err := os.ReadFile(file)
		if err != nil {
			continue // that thread has ended
		}
		if _, err := fmt.Sscan(string(text), &ns); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		s.cpu += time.Duration(ns)
	}
	return s
}

// report reports what a second cost between before and now, and how much is resident.
func (t *Terminal) report(b *testing.B, before spent) {
	b.Helper()
	now := t.spent(b)
	seconds := now.at.Sub(before.at).Seconds()
	b.ReportMetric(float64(now.bytes-before.bytes)/seconds, "B/s")
	b.ReportMetric((now.cpu-before.cpu).Seconds()*1e3/seconds, "cpu-ms/s")
	b.ReportMetric(t.memory(b, "VmRSS"), "resident-MB")
	b.ReportMetric(t.memory(b, "VmHWM"), "peak-MB")
	b.ReportMetric(0, "ns/op")
}

// memory returns a line of the program's memory, in MB.
func (t *Terminal) memory(tb testing.TB, name string) float64 {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.Pid()))
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, name+": %f", &kb); n == 1 {
			return kb / 1024
		}
	}
	tb.Fatalf("the system does not say %s", name)
	return 0
}

// percentile returns the value below which a share of the values lies, in milliseconds.
func percentile(values []time.Duration, share float64) float64 {
	slices.Sort(values)
	return values[int(share*float64(len(values)-1))].Seconds() * 1e3
}

// BenchmarkFirstFrame is the time from the start of the process to twenty sites of the database on the screen of a terminal
// that answers no query. It may take 35 ms.
func BenchmarkFirstFrame(b *testing.B) {
	home := b.TempDir()
	addSites(b, home, "first", 20)
	var times []time.Duration
	for b.Loop() {
		began := time.Now()
		t := Start(b, Options{Home: home, Mute: true, Cols: 120, Rows: 40})
		t.WaitText(b, "first-19")
		times = append(times, time.Since(began))
		t.Type(b, "q")
		t.Wait(b)
	}
	b.ReportMetric(percentile(times, 0.5), "median-ms")
	b.ReportMetric(percentile(times, 0.9), "p90-ms")
}

// tenRunning starts the forty containers of ten sites, and the dashboard on them.
func tenRunning(b *testing.B, script string) *Terminal {
	b.Helper()
	d := testbed.One(b)
	d.Pull(b, testbed.Alpine)
	home := b.TempDir()
	for _, slug := range addSites(b, home, testbed.NewName(), 10) {
		for _, role := range model.SiteRoles() {
			runContainer(b, d, home, slug, role, script)
		}
	}
	t := Start(b, Options{Home: home, Cols: 120, Rows: 40, Env: []string{"DOCKER_HOST=" + d.Host}})
	t.WaitFor(b, "ten running sites", func(s Screen) bool { return strings.Count(s.Text(), "● ") >= 10 })
	return t
}

// BenchmarkIdle is what ten running sites cost while nothing changes and no figures are on the screen. Nothing may be
// written, 2 ms of processor a second and 30 MB are allowed.
func BenchmarkIdle(b *testing.B) {
	t := tenRunning(b, "sleep 1000000")
	t.Type(b, "O") // the operations: there are no figures there
	t.WaitText(b, "Operations")
	time.Sleep(5 * time.Second) // until what the start set off has come to rest
	before := t.spent(b)
	for b.Loop() {
		time.Sleep(10 * time.Second)
	}
	t.report(b, before)
}

// BenchmarkLiveStats is what ten running sites cost with the figures of forty containers on the screen, which change. 400
// bytes and 15 ms of processor a second are allowed.
func BenchmarkLiveStats(b *testing.B) {
	t := tenRunning(b, "while :; do sleep 0.3; done")
	time.Sleep(10 * time.Second)
	before := t.spent(b)
	for b.Loop() {
		time.Sleep(20 * time.Second)
	}
	t.report(b, before)
}

// millionLines prints 1,000,000 lines of 53 bytes: with its time stamp, each is 84 bytes of `docker logs -t`.
const millionLines = `awk 'BEGIN { for (i = 1; i <= 1000000; i++) printf "%07d the quick brown fox jumps over the lazy dogs\n", i }'`

// BenchmarkFloodOnScreen follows a container that writes a million lines as fast as it can: once looking on, where 60 KB a
// second may be written and 40 MB resident, and once opening and closing the help all the while, whose picture may take
// 50 ms.
func BenchmarkFloodOnScreen(b *testing.B) {
	for _, c := range []struct {
		name string
		keys bool
	}{{"looking on", false}, {"keys", true}} {
		b.Run(c.name, func(b *testing.B) {
			t, flood := loggedSite(b)
			var times []time.Duration
			before := t.spent(b)
			for b.Loop() {
				flood()
				for !t.Screen().Contains(" the flood is over") {
					if !c.keys {
						time.Sleep(20 * time.Millisecond)
						continue
					}
					began := time.Now()
					t.Type(b, "?")
					t.WaitText(b, "follow its logs")
					times = append(times, time.Since(began))
					t.Type(b, KeyEsc)
					t.WaitGone(b, "follow its logs")
				}
			}
			t.report(b, before)
			if c.keys {
				b.ReportMetric(percentile(times, 0.99), "key-p99-ms")
			}
		})
	}
}

// loggedSite opens the logs of a running site. flood has its PHP container write a million lines.
func loggedSite(b *testing.B) (t *Terminal, flood func()) {
	b.Helper()
	d := testbed.One(b)
	d.Pull(b, testbed.Alpine)
	home := b.TempDir()
	slug := addSites(b, home, testbed.NewName(), 1)[0]
	var php string
	for _, role := range model.SiteRoles() {
		script := "sleep 1000000"
		if role == engine.RolePHP {
			script = "echo ready; while [ ! -e /go ]; do sleep 0.1; done; " + millionLines + "; echo the flood is over; sleep 1000000"
		}
		if name := runContainer(b, d, home, slug, role, script); role == engine.RolePHP {
			php = name
		}
	}
	t = Start(b, Options{Home: home, Cols: 120, Rows: 40, Env: []string{"DOCKER_HOST=" + d.Host}})
	t.WaitText(b, "● running")
	t.Type(b, "l")
	t.WaitText(b, " ready")
	return t, func() { d.Docker(b, "exec", php, "touch", "/go") }
}

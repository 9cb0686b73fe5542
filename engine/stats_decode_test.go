package engine

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/docker/docker/api/types/container"
)

// statsRead is the time of the readings that are written out below.
var statsRead = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// The files of the two daemons are their answers about a container that had written and read 20 MiB, on a machine with
// cgroup v1. What a machine with cgroup v2 answers is written by hand after the API's reference.
func TestDecodeStats(t *testing.T) {
	t.Parallel()
	const v2 = `{"read":"2026-11-23T12:00:00Z","pids_stats":{"current":9,"limit":1024},
		"blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"read","value":4096},{"major":8,"minor":0,"op":"write","value":8192},{"major":8,"minor":16,"op":"read","value":1},{"major":8,"minor":0,"op":"total","value":12289}]},
		"cpu_stats":{"cpu_usage":{"total_usage":1000}},
		"memory_stats":{"usage":100000,"limit":200000,"stats":{"file":50000,"inactive_file":30000,"active_file":20000}},
		"networks":{"eth0":{"rx_bytes":10,"tx_bytes":20},"eth1":{"rx_bytes":1,"tx_bytes":2}}}`
	for _, c := range []struct {
		name string
		text string // or a file
		want Stats
	}{
		{"Docker 20.10", "testdata/stats/20.10-cgroup1.json", Stats{
			Time: time.Date(2026, 11, 23, 22, 34, 9, 0, time.UTC), Memory: 22323200, MemoryLimit: 25276514304, NetRx: 736, PIDs: 1,
		}},
		{"Docker 26.1", "testdata/stats/26.1-cgroup1.json", Stats{
			Time: time.Date(2026, 11, 23, 22, 34, 11, 0, time.UTC), Memory: 22282240, MemoryLimit: 25276514304, NetRx: 646, PIDs: 1,
		}},
		{"cgroup v2", v2, Stats{
			Time: statsRead, Memory: 70000, MemoryLimit: 200000, NetRx: 11, NetTx: 22, BlockRead: 4097, BlockWrite: 8192, PIDs: 9,
		}},
		{"cgroup v1 with groups below", `{"read":"2026-11-23T12:00:00Z","memory_stats":{"usage":1000,"stats":{"inactive_file":7,"total_inactive_file":400}},
			"blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":1},{"op":"Write","value":2},{"op":"Sync","value":4},{"op":"Total","value":8}]}}`,
			Stats{Time: statsRead, Memory: 600, BlockRead: 1, BlockWrite: 2}},
		{"cgroup v1 without cache", `{"read":"2026-11-23T12:00:00Z","memory_stats":{"usage":1000,"stats":{"inactive_file":7,"total_inactive_file":0}}}`,
			Stats{Time: statsRead, Memory: 1000}},
		{"more cache than memory", `{"read":"2026-11-23T12:00:00Z","memory_stats":{"usage":1000,"stats":{"inactive_file":1001}}}`,
			Stats{Time: statsRead}},
		{"host network, no memory counters", `{"read":"2026-11-23T12:00:00Z","memory_stats":{},"networks":null}`, Stats{Time: statsRead}},
		{"counters beyond int64", `{"read":"2026-11-23T12:00:00Z","memory_stats":{"usage":18446744073709551615,"limit":18446744073709551615},
			"pids_stats":{"current":18446744073709551615},"networks":{"a":{"rx_bytes":18446744073709551615},"b":{"rx_bytes":18446744073709551615}}}`,
			Stats{Time: statsRead, Memory: math.MaxInt64, MemoryLimit: math.MaxInt64, NetRx: math.MaxInt64, PIDs: math.MaxInt64}},
		{"odd fields beside good ones", `{"read":"2026-11-23T12:00:00Z","memory_stats":{"usage":-5,"limit":1e400,"stats":[]},"pids_stats":"many","networks":{"eth0":{"rx_bytes":"1","tx_bytes":2}}}`,
			Stats{Time: statsRead, NetTx: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := c.text
			if strings.HasPrefix(text, "testdata") {
				text = readFile(t, text)
			}
			got, err := new(statsDecoder).decode(strings.NewReader(text))
			got.Time = got.Time.Truncate(time.Second)
			if err != nil || got != c.want {
				t.Errorf("decode:\n%+v, %v; want\n%+v, nil", got, err, c.want)
			}
		})
	}
}

func TestDecodeStatsThatAreNone(t *testing.T) {
	t.Parallel()
	if _, err := new(statsDecoder).decode(strings.NewReader(readFile(t, "testdata/stats/stopped.json"))); !errors.Is(err, errStatsOver) {
		t.Errorf("of a stopped container: %v, want errStatsOver", err)
	}
	if _, err := new(statsDecoder).decode(strings.NewReader("{}")); !errors.Is(err, errStatsOver) {
		t.Errorf("of nothing: %v, want errStatsOver", err)
	}
	for _, text := range []string{"", "{", "null}", "garbage", `{"read":1}`, `{"read":"yesterday"}`, "\x00", strings.Repeat("[", 1<<20)} {
		if got, err := new(statsDecoder).decode(strings.NewReader(text)); err == nil || errors.Is(err, errStatsOver) {
			t.Errorf("decode(%.20q) = %+v, %v; want an error", text, got, err)
		}
	}
	broken := errors.New("broken")
	if _, err := new(statsDecoder).decode(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("of a broken body: %v, want its error", err)
	}
}

func TestStatsShare(t *testing.T) {
	t.Parallel()
	type sample struct {
		after   time.Duration // since the first
		cpu     uint64        // nanoseconds
		percent float64
		ok      bool
	}
	const ms = uint64(time.Millisecond)
	for _, c := range []struct {
		name    string
		samples []sample
	}{
		{"one core", []sample{{0, 1 * ms, 0, false}, {time.Second, 1001 * ms, 100, true}}},
		{"two cores, uneven times", []sample{{0, 1 * ms, 0, false}, {2 * time.Second, 4001 * ms, 200, true}, {2500 * time.Millisecond, 4501 * ms, 100, true}}},
		{"idle", []sample{{0, 5 * ms, 0, false}, {time.Second, 5 * ms, 0, true}}},
		{"restarted", []sample{{0, 900 * ms, 0, false}, {time.Second, 3 * ms, 0, false}, {2 * time.Second, 503 * ms, 50, true}}},
		{"the clock went back", []sample{{0, 1 * ms, 0, false}, {-time.Hour, 2 * ms, 0, false}, {time.Second - time.Hour, 502 * ms, 50, true}}},
		{"the same sample again", []sample{{0, 1 * ms, 0, false}, {0, 1 * ms, 0, false}}},
		{"a counter that cannot be read", []sample{{0, 900000 * ms, 0, false}, {1 * time.Second, 0, 0, false}, {2 * time.Second, 900000 * ms, 0, false}, {3 * time.Second, 900100 * ms, 10, true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var d statsDecoder
			for i, s := range c.samples {
				percent, ok := d.share(statsRead.Add(s.after), s.cpu)
				if math.Abs(percent-s.percent) > 1e-9 || ok != s.ok {
					t.Errorf("sample %d: %v, %v; want %v, %v", i, percent, ok, s.percent, s.ok)
				}
			}
		})
	}
}

func readFile(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func BenchmarkDecodeStats(b *testing.B) {
	text := readFile(b, "testdata/stats/26.1-cgroup1.json")
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		var d statsDecoder
		for b.Loop() {
			if _, err := d.decode(strings.NewReader(text)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("type=sdk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var all container.StatsResponse
			if err := json.NewDecoder(strings.NewReader(text)).Decode(&all); err != nil {
				b.Fatal(err)
			}
		}
	})
}

package sites_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// askFPM asks FPM for its status over FastCGI and prints how many connections it has accepted, this one included.
const askFPM = `
$pair = fn($k, $v) => chr(strlen($k)) . chr(strlen($v)) . $k . $v;
$record = fn($type, $content) => pack('CCnnCC', 1, $type, 1, strlen($content), 0, 0) . $content;
$path = '/.locorum/fpm-status';
$params = $pair('SCRIPT_NAME', $path) . $pair('SCRIPT_FILENAME', $path) . $pair('REQUEST_METHOD', 'GET') . $pair('QUERY_STRING', 'json');
$fpm = stream_socket_client('tcp://php:9000', $code, $why, 10) ?: exit("$why\n");
fwrite($fpm, $record(1, pack('nCx5', 1, 0)) . $record(4, $params) . $record(4, '') . $record(5, ''));
preg_match('/"accepted conn":(\d+)/', stream_get_contents($fpm), $found) || exit("no status\n");
echo $found[1];`

// accepted returns how many connections the site's FPM has accepted.
func (w *world) accepted(t testing.TB, slug string) int {
	t.Helper()
	text := w.php(t, slug, "php", "-r", askFPM)
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("FPM of %s says %q", slug, text)
	}
	return n
}

// checksSince returns how many health checks of the container have begun since then. Docker remembers five.
func (w *world) checksSince(t testing.TB, name string, since time.Time) int {
	t.Helper()
	count := 0
	for text := range strings.FieldsSeq(w.daemon.Docker(t, "inspect", "-f", "{{range .State.Health.Log}}{{.Start.UnixNano}} {{end}}", name)) {
		if nano, err := strconv.ParseInt(text, 10, 64); err == nil && time.Unix(0, nano).After(since) {
			count++
		}
	}
	return count
}

// fiveSites returns a world with that many running sites, which is what design and README speak of.
func fiveSites(t testing.TB) (w *world, slugs []string) {
	t.Helper()
	w = newWorld(t, true)
	for i := range 5 {
		slugs = append(slugs, fmt.Sprintf("idle-%d", i))
	}
	w.create(t, sites.CreateOptions{Name: slugs[0]}) // it fetches what the others find there
	var running sync.WaitGroup
	for _, slug := range slugs[1:] {
		o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: slug})
		if err != nil {
			t.Fatal(err)
		}
		running.Go(func() {
			result, err := w.m.Operate(t.Context(), sites.Operation{ID: slug, Request: sites.Request{Verb: sites.VerbCreate, Slug: slug, Create: &o}}, w)
			if err != nil || result.Outcome != sites.Succeeded {
				t.Errorf("create %s: %+v, %v", slug, result, err)
			}
		})
	}
	running.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return w, slugs
}

// TestIdle leaves five sites alone for as long as their health checks take to come round twice, and nobody asks PHP for
// anything meanwhile. The wait cannot be shorter: what is looked for happens, if it does, at the pace of the checks.
func TestIdle(t *testing.T) {
	t.Parallel()
	w, slugs := fiveSites(t)
	before := map[string]int{}
	for _, slug := range slugs {
		before[slug] = w.accepted(t, slug)
	}
	began := time.Now()
	for _, slug := range slugs {
		for _, role := range []string{engine.RoleWeb, engine.RolePHP} {
			for w.checksSince(t, engine.SiteContainerName(slug, role), began) < 2 {
				time.Sleep(time.Second)
			}
		}
	}
	for _, slug := range slugs {
		if rise := w.accepted(t, slug) - before[slug] - 1; rise != 0 { // the question itself is one
			t.Errorf("%s: FPM accepted %d connections while nobody asked for anything", slug, rise)
		}
	}
}

// BenchmarkIdle is the same over a whole minute, of which the README tells.
func BenchmarkIdle(b *testing.B) {
	w, slugs := fiveSites(b)
	rise := 0
	for b.Loop() {
		for _, slug := range slugs {
			rise -= w.accepted(b, slug) + 1
		}
		time.Sleep(time.Minute)
		for _, slug := range slugs {
			rise += w.accepted(b, slug)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(rise)/float64(b.N), "connections/min")
}

package sites_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// TestLoopback has WordPress ask itself, as cron does, on the router's own port and on one that only a tunnel has; its mail
// is caught, and its objects are in Redis.
func TestLoopback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	created := w.create(t, sites.CreateOptions{Name: "inner"})
	t.Run("cron", func(t *testing.T) { w.checkCron(t, created.URL) })
	for _, port := range []string{"", ":8443"} {
		got := w.php(t, "inner", "wp", "eval", `$r = wp_remote_get("https://inner.localhost`+port+`/wp-cron.php"); echo is_wp_error($r) ? $r->get_error_message() : wp_remote_retrieve_response_code($r);`)
		if got != "200" {
			t.Errorf("asking itself on port %q gives %q", port, got)
		}
	}
	if got := w.php(t, "inner", "wp", "eval", `echo wp_mail("a@example.test", "from-inner", "text") ? "sent" : "not sent";`); got != "sent" {
		t.Errorf("the mail is %q", got)
	}
	if got := w.php(t, "inner", "curl", "-s", "http://mail:8025/api/v1/messages"); !strings.Contains(got, "from-inner") {
		t.Errorf("the catcher has %.300s", got)
	}
	w.php(t, "inner", "wp", "eval", `wp_cache_set("k-of-inner", "v");`)
	if got := w.php(t, "inner", "wp", "eval", `echo wp_cache_get("k-of-inner");`); got != "v" {
		t.Errorf("another request finds %q", got)
	}
	if got := w.in(t, "inner", engine.RoleRedis, "redis-cli", "--scan", "--pattern", "inner:*k-of-inner"); got == "" {
		t.Error("Redis has no such key")
	}
	logs, err := w.docker.ContainerLogs(t.Context(), engine.SiteContainerName("inner", engine.RolePHP), 5)
	if err != nil || logs == "" {
		t.Errorf("PHP's log: %q, %v", logs, err)
	}
}

// duePlugin does something when it is due, if WordPress asked itself for it on port 8443; else it is due once more. A
// command line asks for nothing: what it would ask on is no port of a page.
const duePlugin = `<?php add_action( 'ltt_due', function () {
	if ( 'inner.localhost:8443' === $_SERVER['HTTP_HOST'] ) {
		update_option( 'ltt_done', 'yes' );
	} else {
		wp_schedule_single_event( time(), 'ltt_due' );
	}
} );
'cli' === PHP_SAPI && remove_action( 'init', 'wp_cron' );`

// checkCron loads pages as a browser does that comes through an SSH tunnel on port 8443: the request names that port, on
// which nothing of this machine listens. WordPress then asks itself, on that port, to do what is due, and that is done.
func (w *world) checkCron(t *testing.T, url string) {
	plugins := filepath.Join(w.home, "locorum", "sites", "inner", "wp-content", "mu-plugins")
	if err := os.WriteFile(filepath.Join(plugins, "due.php"), []byte(duePlugin), 0o644); err != nil {
		t.Fatal(err)
	}
	w.php(t, "inner", "wp", "eval", `delete_transient('doing_cron'); wp_schedule_single_event(time(), 'ltt_due');`)
	for w.sql(t, "inner", "SELECT COUNT(*) FROM wp_options WHERE option_name = 'ltt_done'") != "1" {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "inner.localhost:8443"
		response, err := client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Fatalf("the page on port 8443 answers %d, to %q", response.StatusCode, response.Header.Get("Location"))
		}
		time.Sleep(500 * time.Millisecond) // WordPress asks once a minute at most: this is how often we look
	}
}

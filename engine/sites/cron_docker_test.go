package sites_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// duePlugin does something when it is due, if WordPress asked itself for it on port 8443; else it is due once more.
const duePlugin = `<?php add_action( 'ltt_due', function () {
	if ( 'punctual.localhost:8443' === $_SERVER['HTTP_HOST'] ) {
		update_option( 'ltt_done', 'yes' );
	} else {
		wp_schedule_single_event( time(), 'ltt_due' );
	}
} );`

// TestCron loads pages as a browser does that comes through an SSH tunnel on port 8443: the request names that port, on
// which nothing of this machine listens. WordPress then asks itself, on that port, to do what is due, and that is done.
func TestCron(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	created := w.create(t, sites.CreateOptions{Name: "punctual"})
	content := filepath.Join(w.home, "locorum", "sites", "punctual", "wp-content")
	if err := os.WriteFile(filepath.Join(content, "mu-plugins", "due.php"), []byte(duePlugin), 0o644); err != nil {
		t.Fatal(err)
	}
	w.php(t, "punctual", "wp", "eval", `delete_transient('doing_cron'); wp_schedule_single_event(time(), 'ltt_due');`)
	for w.sql(t, "punctual", "SELECT COUNT(*) FROM wp_options WHERE option_name = 'ltt_done'") != "1" {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, created.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "punctual.localhost:8443"
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

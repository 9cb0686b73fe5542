package sites_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// portless matches the address, without a port, of something that a page needs.
var portless = regexp.MustCompile(`//(?:shop\.)?many\.localhost/(?:shop/)?(?:wp-|feed/)[^'" ]*`)

// TestMultisite makes a network of sites in both ways. A second site, made as a network's administrator would, answers
// through the router under its own address, its readable addresses and its administration too.
func TestMultisite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		mode   model.Multisite
		server model.WebServer
		// second is what leads to the second site, with the network's address in it.
		domain, path, second string
	}{
		{model.MultisiteSubdirectory, model.WebServerNginx, "many.localhost", "/shop/", "https://many.localhost%s/shop"},
		{model.MultisiteSubdomain, model.WebServerApache, "shop.many.localhost", "/", "https://shop.many.localhost%s"},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.mode == model.MultisiteSubdomain)
			created := w.create(t, sites.CreateOptions{Name: "many", Multisite: tt.mode, WebServer: tt.server})
			_, port, _ := strings.Cut(strings.TrimPrefix(created.URL, "https://"), ":")
			if port != "" {
				port = ":" + strings.TrimSuffix(port, "/")
			}
			got := w.php(t, "many", "wp", "eval", fmt.Sprintf(
				`echo is_multisite() ? "network " : "single "; echo is_subdomain_install() ? "subdomain " : "subdirectory ";
				echo is_int(wpmu_create_blog(%q, %q, "Second Shop", 1)) ? "made" : "not made";`, tt.domain, tt.path))
			if want := "network " + string(tt.mode) + " made"; got != want {
				t.Fatalf("WordPress says %q, want %q", got, want)
			}
			second := fmt.Sprintf(tt.second, port)
			base := strings.TrimSuffix(created.URL, "/")
			for _, page := range []struct {
				url  string
				want string
			}{
				{base + "/", "many"},
				{second + "/", "Second Shop"},
				{second + "/wp-login.php", "Second Shop"},
				{second + "/wp-includes/css/dashicons.css", "dashicons"},
			} {
				status, body, location := get(t, page.url)
				if status != http.StatusOK || !strings.Contains(body, page.want) {
					t.Errorf("%s: got %d, to %q:\n%.300s", page.url, status, location, body)
				}
				if at := portless.FindString(body); at != "" { // no browser would find what is there
					t.Errorf("%s: an address lacks the router's port: %s", page.url, at)
				}
			}
			w.must(t, sites.Request{Verb: sites.VerbRestart, Slug: "many"})
			if status, body, _ := get(t, second+"/"); status != http.StatusOK || !strings.Contains(body, "Second Shop") {
				t.Errorf("after a restart the second site answers %d", status)
			}
		})
	}
}

package sites_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// portless matches the address, without a port, of something that a page needs.
var portless = regexp.MustCompile(`//(?:shop\.)?many-[a-z]+\.localhost/(?:shop/)?(?:wp-|feed/)[^'" ]*`)

// TestMultisite makes a network of sites in both ways. A second site, made as a network's administrator would, answers
// through the router under its own address, its administration and its files too, and every address has the router's port.
func TestMultisite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	for _, tt := range []struct {
		mode   model.Multisite
		server model.WebServer
		// host and path are the second site's.
		host, path string
	}{
		{model.MultisiteSubdirectory, model.WebServerNginx, "many-subdirectory.localhost", "/shop/"},
		{model.MultisiteSubdomain, model.WebServerApache, "shop.many-subdomain.localhost", "/"},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			slug := "many-" + tt.mode
			created := w.create(t, sites.CreateOptions{Name: slug, Multisite: tt.mode, WebServer: tt.server})
			base, err := url.Parse(created.URL)
			if err != nil {
				t.Fatal(err)
			}
			got := w.php(t, slug, "wp", "eval", fmt.Sprintf(
				`echo is_multisite() ? "network " : "single "; echo is_subdomain_install() ? "subdomain " : "subdirectory ";
				echo is_int(wpmu_create_blog(%q, %q, "Second Shop", 1)) ? "made" : "not made";`, tt.host, tt.path))
			if want := "network " + tt.mode + " made"; got != want {
				t.Fatalf("WordPress says %q, want %q", got, want)
			}
			first, second := "https://"+base.Host+"/", "https://"+tt.host+":"+base.Port()+tt.path
			for _, page := range []struct{ url, want string }{
				{first, slug}, {second, "Second Shop"}, {second + "wp-login.php", "Second Shop"}, {second + "wp-includes/css/dashicons.css", "dashicons"},
			} {
				status, body, location := get(t, page.url)
				if status != http.StatusOK || !strings.Contains(body, page.want) {
					t.Errorf("%s: got %d, to %q:\n%.300s", page.url, status, location, body)
				}
				if at := portless.FindString(body); at != "" { // no browser would find what is there
					t.Errorf("%s: an address lacks the router's port: %s", page.url, at)
				}
			}
			w.must(t, sites.Request{Verb: sites.VerbRestart, Slug: slug})
			if status, body, _ := get(t, second); status != http.StatusOK || !strings.Contains(body, "Second Shop") {
				t.Errorf("after a restart the second site answers %d", status)
			}
		})
	}
}

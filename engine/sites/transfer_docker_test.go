package sites_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// checkPrefix imports the dump of a site whose tables begin with another prefix and which had another address: its page
// comes, its texts lead here, and so it stays after a restart. The site's own dump brings it back.
func (w *world) checkPrefix(t *testing.T, slug, base string) {
	dir := t.TempDir()
	own, foreign := filepath.Join(dir, "own.sql"), filepath.Join(dir, "foreign.sql")
	w.must(t, sites.Request{Verb: sites.VerbExport, Slug: slug, Export: &sites.ExportOptions{File: own}})
	w.sql(t, slug, "UPDATE wp_options SET option_value = 'http://old.example.com' WHERE option_name IN ('home', 'siteurl')")
	w.post(t, slug, "moved")
	w.sql(t, slug, "UPDATE wp_posts SET post_content = 'see http://old.example.com/about' WHERE post_title = 'moved'")
	w.must(t, sites.Request{Verb: sites.VerbExport, Slug: slug, Export: &sites.ExportOptions{File: foreign}})
	text, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for _, was := range []string{"`wp_", "'wp_user_roles'", "'wp_capabilities'", "'wp_user_level'"} {
		text = bytes.ReplaceAll(text, []byte(was), []byte(strings.Replace(was, "wp_", "shop7_", 1)))
	}
	if err := os.WriteFile(foreign, text, 0o600); err != nil {
		t.Fatal(err)
	}
	w.must(t, sites.Request{Verb: sites.VerbImport, Slug: slug, Import: &sites.ImportOptions{File: foreign}})
	if got := w.sql(t, slug, "SELECT post_content FROM shop7_posts WHERE post_title = 'moved'"); got != "see https://acme-shop.localhost/about" {
		t.Errorf("a text of the imported site is %q", got)
	}
	if got := w.sql(t, slug, "SHOW TABLES LIKE 'wp\\_%'"); got != "" {
		t.Errorf("tables that the dump does not have: %s", got)
	}
	w.checkPage(t, base)
	w.must(t, sites.Request{Verb: sites.VerbRestart, Slug: slug})
	w.checkPage(t, base)
	w.must(t, sites.Request{Verb: sites.VerbImport, Slug: slug, Import: &sites.ImportOptions{File: own}})
	w.checkPage(t, base)
	if got := w.posts(t, slug, "moved"); got != "0" {
		t.Errorf("%s posts of the other site are left", got)
	}
}

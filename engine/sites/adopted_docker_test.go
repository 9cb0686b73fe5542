package sites_test

import (
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// TestAdopted has containers of a site that the database does not know, or no longer: they are shown, stopped and started,
// and nothing else is done to them.
func TestAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	created := w.create(t, sites.CreateOptions{Name: "found"})
	w.post(t, "found", "kept")
	row, err := w.store.Site(t.Context(), "found")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.DeleteSite(t.Context(), row.ID); err != nil {
		t.Fatal(err)
	}
	view, err := w.m.View(t.Context(), "found")
	if err != nil || view.Status.State != model.StateAdopted || !view.Status.Running || len(view.Containers) != 4 {
		t.Errorf("it is shown as %+v with %d containers, %v", view.Status, len(view.Containers), err)
	}
	w.must(t, sites.Request{Verb: sites.VerbStop, Slug: "found"})
	for _, role := range model.SiteRoles() {
		if state := w.state(t, "found", role); state != "exited" {
			t.Errorf("after stop %s is %s", role, state)
		}
	}
	for _, verb := range []sites.Verb{sites.VerbStart, sites.VerbRestart} {
		w.must(t, sites.Request{Verb: verb, Slug: "found"})
		if status, body, _ := get(t, created.URL); status != 200 || !strings.Contains(body, "found") {
			t.Errorf("after %s the page answers %d", verb, status)
		}
	}
	for _, verb := range []sites.Verb{sites.VerbDelete, sites.VerbVersions, sites.VerbImport, sites.VerbExport} {
		if result := w.operate(t.Context(), t, sites.Request{Verb: verb, Slug: "found"}); result.Code != sites.CodeInvalid || result.Error == "" {
			t.Errorf("%s: %+v", verb, result)
		}
	}
	if got := w.posts(t, "found", "kept"); got != "1" {
		t.Errorf("%s posts are left", got)
	}
}

// TestUnknown names the site that was probably meant.
func TestUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.create(t, sites.CreateOptions{Name: "acme-shop", NoStart: true})
	for _, verb := range []sites.Verb{sites.VerbStart, sites.VerbStop, sites.VerbDelete, sites.VerbVersions} {
		result := w.operate(t.Context(), t, sites.Request{Verb: verb, Slug: "acme-shpo"})
		if result.Code != sites.CodeNotFound || !strings.Contains(result.Error, "acme-shop?") {
			t.Errorf("%s: %+v", verb, result)
		}
	}
}

package demo

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// TestLife makes a site, restarts it, changes its versions and deletes it, but for its data.
func TestLife(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		ctx := t.Context()
		o, err := d.CheckCreate(ctx, sites.CreateOptions{Name: "New Café"})
		if err != nil || o.Slug != "new-cafe" || o.Domain != "new-cafe.localhost" || o.PHP != model.DefaultPHPVersion {
			t.Fatalf("checked: %+v, %v", o, err)
		}
		must := func(r sites.Request) {
			t.Helper()
			r.Slug = o.Slug
			if _, result := done(t, d, r); result.Outcome != sites.Succeeded {
				t.Fatalf("%s: %+v", r.Verb, result)
			}
		}
		must(sites.Request{Verb: sites.VerbCreate, Create: &o})
		if got := status(t, d, o.Slug); got.State != model.StateRunning {
			t.Errorf("made, it is %v", got)
		}
		must(sites.Request{Verb: sites.VerbRestart})
		must(sites.Request{Verb: sites.VerbVersions, Versions: &sites.VersionOptions{PHP: "8.4"}})
		v, err := d.view(ctx, o.Slug)
		if err != nil || v.Site.PHPVersion != "8.4" || v.Status.State != model.StateRunning || v.Containers[1].Image != "wodby/php:8.4" {
			t.Errorf("with another PHP: %+v, %v", v, err)
		}
		preview, err := d.PreviewDelete(ctx, o.Slug, sites.DeleteOptions{})
		if err != nil || preview.Volume != engine.SiteVolumeName(o.Slug) || preview.VolumeGoes || len(preview.Containers) != 4 {
			t.Errorf("preview: %+v, %v", preview, err)
		}
		must(sites.Request{Verb: sites.VerbDelete})
		if _, err := d.view(ctx, o.Slug); !errors.Is(err, sites.ErrNoSite) {
			t.Errorf("deleted: %v", err)
		}
		if _, err := d.CheckCreate(ctx, sites.CreateOptions{Name: "New Café"}); !errors.Is(err, sites.ErrVolumeLeft) {
			t.Errorf("its data has stayed: %v", err)
		}
		o.Volume = sites.VolumeReuse
		must(sites.Request{Verb: sites.VerbCreate, Create: &o})
		must(sites.Request{Verb: sites.VerbDelete, Delete: &sites.DeleteOptions{Volume: true, Files: true}})
		if _, err := d.CheckCreate(ctx, sites.CreateOptions{Name: "New Café"}); err != nil {
			t.Errorf("nothing has stayed: %v", err)
		}
	})
}

// TestRefusals holds that what cannot be is refused, as on a real machine. A bubble has no subtests.
func TestRefusals(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		for name, c := range map[string]struct {
			options sites.CreateOptions
			want    error
		}{
			"no name":          {sites.CreateOptions{}, sites.ErrInvalid},
			"name of nothing":  {sites.CreateOptions{Name: "!!!"}, sites.ErrInvalid},
			"slug taken":       {sites.CreateOptions{Name: "x", Slug: "acme-shop"}, store.ErrTaken},
			"domain taken":     {sites.CreateOptions{Name: "x", Domain: "acme-shop.localhost"}, store.ErrTaken},
			"folder taken":     {sites.CreateOptions{Name: "x", Folder: sitesFolder + "/acme-shop"}, store.ErrTaken},
			"PHP of no time":   {sites.CreateOptions{Name: "x", PHP: "5.2"}, sites.ErrInvalid},
			"relative folder":  {sites.CreateOptions{Name: "x", Folder: "here"}, sites.ErrInvalid},
			"unknown database": {sites.CreateOptions{Name: "x", DBEngine: "sqlite"}, sites.ErrInvalid},
		} {
			if _, err := d.CheckCreate(t.Context(), c.options); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, c := range map[string]struct {
			request sites.Request
			code    string
		}{
			"nobody's site":     {sites.Request{Verb: sites.VerbStart, Slug: "nobody"}, sites.CodeNotFound},
			"adopted":           {sites.Request{Verb: sites.VerbDelete, Slug: "old-agency"}, sites.CodeInvalid},
			"import":            {sites.Request{Verb: sites.VerbImport, Slug: "acme-shop"}, sites.CodeInvalid},
			"no verb":           {sites.Request{Verb: "dance", Slug: "acme-shop"}, sites.CodeInvalid},
			"created twice":     {sites.Request{Verb: sites.VerbCreate, Slug: "acme-shop", Create: &sites.CreateOptions{Name: "Acme Shop", Slug: "acme-shop"}}, sites.CodeConflict},
			"unknown version":   {sites.Request{Verb: sites.VerbVersions, Slug: "acme-shop", Versions: &sites.VersionOptions{PHP: "5.2"}}, sites.CodeInvalid},
			"database downward": {sites.Request{Verb: sites.VerbVersions, Slug: "acme-shop", Versions: &sites.VersionOptions{DBVersion: "10.11"}}, sites.CodeInvalid},
		} {
			if _, result := done(t, d, c.request); result.Outcome != sites.Failed || result.Code != c.code || result.Error == "" {
				t.Errorf("%s: %+v", name, result)
			}
		}
		if got := status(t, d, "acme-shop"); got.State != model.StateRunning {
			t.Errorf("after all the refusals it is %v", got)
		}
	})
}

// TestBusy holds that a site has one operation at a time, other sites have theirs meanwhile, and all are listed.
func TestBusy(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		first := begun(t, d, sites.Request{Verb: sites.VerbStop, Slug: "acme-shop"})
		other := begun(t, d, sites.Request{Verb: sites.VerbStart, Slug: "docs-portal"})
		_, result := done(t, d, sites.Request{Verb: sites.VerbStart, Slug: "acme-shop"})
		if result.Code != sites.CodeConflict || !strings.Contains(result.Error, "stop") {
			t.Errorf("the second operation: %+v", result)
		}
		if got := status(t, d, "acme-shop"); got.State != model.StateStopping {
			t.Errorf("meanwhile it is %v", got)
		}
		for _, id := range []string{first.ID, other.ID} {
			lines := read(t, d, id, nil)
			if result := lines[len(lines)-1].Result; result.Outcome != sites.Succeeded {
				t.Errorf("%s: %+v", id, result)
			}
		}
		list, err := d.List()
		if err != nil || len(list) != 3 || list[2].ID != first.ID || list[2].Result == nil {
			t.Errorf("listed: %+v, %v", list, err)
		}
	})
}

// TestRecordsBounded holds that old records go and that one under way stays.
func TestRecordsBounded(t *testing.T) {
	t.Parallel()
	d := &Demo{}
	for i := range 3 * keepRecords {
		r := newRecord(sites.Operation{ID: time.Duration(i).String()}, func() {})
		d.keepLocked(r)
		if i > 0 {
			r.finish(sites.Result{})
		}
	}
	if len(d.records) > keepRecords {
		t.Errorf("%d records are kept", len(d.records))
	}
	if _, err := d.find("0s"); err != nil {
		t.Errorf("the one under way: %v", err)
	}
}

package doctor

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	examine(t, []condition{
		{"in order", "config", nil, []string{"ok config: config.toml is in order"}},
		{"not", "config", func(b *box) { b.ConfigError = fmt.Errorf("%w: router.bnd is no setting", settings.ErrInvalid) }, []string{"warn config: config.toml cannot be used"}},
	})
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	two := []model.Site{{ID: "1", Slug: "a", Domain: "a.localhost", FilesDir: "/a"}, {ID: "2", Slug: "a", Domain: "b.localhost", FilesDir: "/b"}}
	readOnly := "warn database-readonly: the site database is read only"
	shared := "warn database-duplicates: 1 thing that two sites share"
	examine(t, []condition{
		{"in order", "database", func(b *box) { b.rows.sites = two[:1] }, []string{"ok database: the site database is in order, with 1 site"}},
		{"does not open", "database", func(b *box) { b.Store, b.StoreError = nil, errors.New("file is not a database") }, []string{"blocker database: the site database does not open"}},
		{"not asked for", "database", func(b *box) { b.Store = nil }, nil},
		{"read only", "database", func(b *box) {
			b.rows.readOnly = &store.ReadOnlyError{Reason: "older", NextStep: "open the desktop app"}
		}, []string{readOnly}},
		{"duplicates", "database", func(b *box) { b.rows.sites = two }, []string{shared}},
		{"both", "database", func(b *box) {
			b.rows.sites, b.rows.readOnly = two, &store.ReadOnlyError{Reason: "older", NextStep: "open the desktop app"}
		}, []string{shared, readOnly}},
		{"cannot be read", "database", func(b *box) { b.rows.err = errors.New("odd") }, []string{"warn check-database: could not check database"}},
	})
}

func TestOperations(t *testing.T) {
	t.Parallel()
	broken := func(ops ...Operation) func(b *box) {
		return func(b *box) { b.Operations = func(context.Context) ([]Operation, error) { return ops, nil } }
	}
	many := make([]Operation, maxNamed+2)
	for i := range many {
		many[i] = Operation{Slug: "acme", Kind: "start", Since: noon.Add(time.Duration(i) * time.Hour)}
	}
	var wantMany []string
	for range maxNamed {
		wantMany = append(wantMany, "warn operation-interrupted: an operation broke off: start acme $ locorum-tui start acme")
	}
	examine(t, []condition{
		{"none", "operations", nil, []string{"ok operations: no operation broke off"}},
		{"a start", "operations", broken(Operation{Slug: "acme", Kind: "start", Since: noon}),
			[]string{"warn operation-interrupted: an operation broke off: start acme $ locorum-tui start acme"}},
		{"a delete", "operations", broken(Operation{Slug: "acme", Kind: "delete"}),
			[]string{"warn operation-interrupted: an operation broke off: delete acme $ locorum-tui delete acme"}},
		{"a hostile name", "operations", broken(Operation{Slug: "x; reboot", Kind: "start\x1b[2J"}),
			[]string{"warn operation-interrupted: an operation broke off: start x; reboot"}},
		{"many", "operations", broken(many...), append(wantMany, "warn operation-interrupted: and 2 more operations broke off")},
		{"not asked for", "operations", func(b *box) { b.Operations = nil }, nil},
		{"cannot be listed", "operations", func(b *box) {
			b.Operations = func(context.Context) ([]Operation, error) { return nil, errors.New("odd") }
		}, []string{"warn check-operations: could not check operations"}},
	})
}

func TestLeftovers(t *testing.T) {
	t.Parallel()
	volume := func(b *box, slug, home string, size int64) {
		labels := engine.PlatformLabels(engine.RoleDatabaseData, slug, "1")
		labels[engine.LabelHome] = home
		b.docker.volumes = append(b.docker.volumes, engine.VolumeInfo{Name: engine.SiteVolumeName(slug), Labels: labels, Size: size})
	}
	nothing := []string{"ok leftovers: Docker has nothing of sites that are gone"}
	unknown := func(slug string) string {
		return "info leftovers: the database does not know the site " + slug + " $ locorum-tui show " + slug
	}
	examine(t, []condition{
		{"nothing", "leftovers", func(b *box) { b.site("", ourFolder, "running", engine.RoleRouter) }, nothing},
		{"of a site that is known", "leftovers", func(b *box) {
			b.rows.sites = []model.Site{{Slug: "acme"}}
			b.site("acme", ourFolder, "exited", engine.RoleWeb, engine.RolePHP)
		}, nothing},
		{"containers", "leftovers", func(b *box) { b.site("acme", ourFolder, "exited", engine.RoleWeb, engine.RolePHP) }, []string{unknown("acme")}},
		{"of the desktop app", "leftovers", func(b *box) { b.site("acme", "", "exited", engine.RoleWeb) }, []string{unknown("acme")}},
		{"of another folder", "leftovers", func(b *box) {
			b.site("acme", "/home/bob/.locorum", "exited", engine.RoleWeb)
			volume(b, "acme", "/home/bob/.locorum", 5)
		}, nothing},
		{"a volume", "leftovers", func(b *box) { volume(b, "blog", ourFolder, 200<<20); volume(b, "acme", ourFolder, -1) }, []string{unknown("acme"), unknown("blog")}},
		{"a hostile slug", "leftovers", func(b *box) { b.site("$(reboot)\x1b[2J", ourFolder, "exited", engine.RoleWeb) },
			[]string{"info leftovers: the database does not know the site $(reboot)"}},
		{"without a database nobody knows", "leftovers", func(b *box) { b.Store = nil; b.site("acme", ourFolder, "exited", engine.RoleWeb) }, nil},
	})
}

func TestLeftoversSayHowMuch(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		r    remains
		want string
	}{
		{remains{containers: 4, networks: 1, volumes: 1, size: 200 << 20}, "Docker has 4 containers, 1 network and 1 volume of it; its database takes 200MiB."},
		{remains{networks: 2}, "Docker has 2 networks of it."},
	} {
		if got := tc.r.finding("acme").Detail; got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

package sites

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

func TestComplete(t *testing.T) {
	t.Parallel()
	rows := []model.Site{{Slug: "acme", Domain: "acme.localhost"}}
	o, err := complete(CreateOptions{Name: "Blue Shop"}, rows, "/sites")
	if err != nil {
		t.Fatal(err)
	}
	want := CreateOptions{
		Name: "Blue Shop", Slug: "blue-shop", Domain: "blue-shop.localhost", Folder: "/sites/blue-shop", PHP: model.DefaultPHPVersion,
		Redis: model.DefaultRedisVersion, WebServer: model.WebServerNginx, DBEngine: model.DBEngineMariaDB,
		DBVersion: model.DefaultDBVersion(model.DBEngineMariaDB), AdminUser: "admin", AdminEmail: "admin@example.test",
	}
	if o != want {
		t.Errorf("got %+v, want %+v", o, want)
	}
	if o, err = complete(CreateOptions{Name: "Acme"}, rows, "/sites"); err != nil || o.Slug != "acme-2" {
		t.Errorf("a second Acme gets %q, %v", o.Slug, err)
	}
	for name, bad := range map[string]CreateOptions{
		"symbols":       {Name: "!!! ???"},
		"long":          {Name: strings.Repeat("x", 300)},
		"newline":       {Name: "a\nb"},
		"empty":         {},
		"reserved slug": {Name: "x", Slug: "mail"},
		"slug with /":   {Name: "x", Slug: "../x"},
		"long slug":     {Name: "x", Slug: strings.Repeat("x", model.MaxSlug+1)},
	} {
		if _, err := complete(bad, rows, "/sites"); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	var taken *store.TakenError
	if _, err := complete(CreateOptions{Name: "x", Slug: "acme"}, rows, "/sites"); !errors.As(err, &taken) || taken.Slug != "acme" {
		t.Errorf("a slug that is taken: %v", err)
	}
}

// Names that mean something to a shell, to YAML, to nginx or to SQL become slugs that mean nothing.
func TestCompleteHostileNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a; rm -rf /", "$(id) x", "x: {y: 1}", "x'; DROP TABLE sites;--", "x } server {", "`x` Host(`y`)", "😀 shop", "ünïcode"} {
		o, err := complete(CreateOptions{Name: name}, nil, "/sites")
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if !model.ValidSlug(o.Slug) || o.Domain != o.Slug+".localhost" {
			t.Errorf("%q became slug %q, domain %q", name, o.Slug, o.Domain)
		}
	}
}

func TestCheckChoices(t *testing.T) {
	t.Parallel()
	good, err := complete(CreateOptions{Name: "x"}, nil, "/sites")
	if err != nil {
		t.Fatal(err)
	}
	if err := checkChoices(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*CreateOptions){
		"PHP":           func(o *CreateOptions) { o.PHP = "5.6" },
		"Redis":         func(o *CreateOptions) { o.Redis = "latest" },
		"web server":    func(o *CreateOptions) { o.WebServer = "iis" },
		"engine":        func(o *CreateOptions) { o.DBEngine = "oracle" },
		"db version":    func(o *CreateOptions) { o.DBVersion = "11.4; true" },
		"multisite":     func(o *CreateOptions) { o.Multisite = "yes" },
		"volume":        func(o *CreateOptions) { o.Volume = "maybe" },
		"domain":        func(o *CreateOptions) { o.Domain = "no dots or spaces" },
		"domain yaml":   func(o *CreateOptions) { o.Domain = "a`) || Host(`b.localhost" },
		"user":          func(o *CreateOptions) { o.AdminUser = "a'b" },
		"user newline":  func(o *CreateOptions) { o.AdminUser = "a\nb" },
		"mail":          func(o *CreateOptions) { o.AdminEmail = "nobody" },
		"document root": func(o *CreateOptions) { o.PublicDir = "../../etc" },
		"nginx in root": func(o *CreateOptions) { o.PublicDir = "web; }" },
	} {
		bad := good
		spoil(&bad)
		if err := checkChoices(bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
}

func TestCheckFolder(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	file := filepath.Join(home, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	folder, link := filepath.Join(home, "folder"), filepath.Join(home, "link")
	if err := errors.Join(os.Mkdir(folder, 0o755), os.Symlink(folder, link)); err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string]string{"exists": folder, "to be made": filepath.Join(home, "a", "b", "c")} {
		if err := checkFolder(good, home); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, bad := range map[string]string{
		"relative":    "sites/x",
		"empty":       "",
		"file":        file,
		"below file":  filepath.Join(file, "x"),
		"link":        link,
		"root":        "/",
		"home":        home,
		"above home":  filepath.Dir(home),
		"data folder": filepath.Join(home, ".locorum", "x"),
		"newline":     home + "/a\nb",
	} {
		if err := checkFolder(bad, home); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
		t.Errorf("checking left %v, %v", entries, err)
	}
}

func TestCheckVersions(t *testing.T) {
	t.Parallel()
	site := model.Site{Slug: "x", DBEngine: model.DBEngineMariaDB, DBVersion: "10.11"}
	for name, tt := range map[string]struct {
		o    VersionOptions
		want error
	}{
		"nothing":     {VersionOptions{}, nil},
		"PHP":         {VersionOptions{PHP: "8.4"}, nil},
		"upgrade":     {VersionOptions{DBVersion: "11.4"}, nil},
		"same":        {VersionOptions{DBVersion: "10.11"}, nil},
		"unknown PHP": {VersionOptions{PHP: "9.9"}, ErrInvalid},
		"unknown DB":  {VersionOptions{DBVersion: "5.5"}, ErrInvalid},
	} {
		if err := CheckVersions(site, tt.o); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
	site.DBVersion = "11.4"
	if err := CheckVersions(site, VersionOptions{DBVersion: "10.11"}); !errors.Is(err, ErrVersion) {
		t.Errorf("a downgrade: got %v, want ErrVersion", err)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	var views []View
	for _, slug := range []string{"acme-shop", "blog", "client-x"} {
		views = append(views, View{Site: model.Site{Slug: slug}})
	}
	for asked, want := range map[string]string{"acme-shpo": "acme-shop", "blgo": "blog", "client-y": "client-x", "zzzzzz": "", "": ""} {
		if got := nearest(asked, views); got != want {
			t.Errorf("%q: got %q, want %q", asked, got, want)
		}
	}
}

func TestPasswordStatements(t *testing.T) {
	t.Parallel()
	text := string(passwordStatements(`it's \ a pass`))
	for line := range strings.Lines(text) {
		if !strings.HasSuffix(line, ";\n") {
			t.Errorf("%q is no whole statement: the server reads one on each line", line)
		}
	}
	if want := `ALTER USER 'wordpress'@'%' IDENTIFIED BY 'it''s \\ a pass';`; !strings.Contains(text, want) {
		t.Errorf("%q has no %q", text, want)
	}
}

func TestAccountFor(t *testing.T) {
	t.Parallel()
	none := func(string) (string, bool) { return "", false }
	sudo := func(name string) (string, bool) {
		value, ok := map[string]string{"SUDO_UID": "1234", "SUDO_GID": "1235"}[name]
		return value, ok
	}
	absent := filepath.Join(t.TempDir(), "absent")
	for name, tt := range map[string]struct {
		lookup func(string) (string, bool)
		want   account
	}{"root": {none, account{1000, 1000}}, "sudo": {sudo, account{1234, 1235}}} {
		if got := accountFor(absent, account{0, 0}, tt.lookup); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

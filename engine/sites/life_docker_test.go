package sites_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// TestLife leads one site with each web server, each on one of the two daemons, through its whole life.
func TestLife(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		modern bool
		server model.WebServer
	}{
		"nginx on an old daemon":    {false, model.WebServerNginx},
		"Apache on a recent daemon": {true, model.WebServerApache},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.modern)
			created := w.create(t, sites.CreateOptions{Name: "Acme Shop", WebServer: tt.server, PHP: "8.2", DBVersion: "10.11"})
			const slug = "acme-shop"
			base := strings.TrimSuffix(created.URL, "/")
			t.Run("answers", func(t *testing.T) { w.checkPage(t, base) })
			t.Run("installed", func(t *testing.T) { w.checkInstalled(t, slug) })
			t.Run("login", func(t *testing.T) { w.checkLogin(t, slug) })
			t.Run("permalinks", func(t *testing.T) { w.checkPermalink(t, slug, base) })
			t.Run("upload", func(t *testing.T) { w.checkUpload(t, slug, base) })
			t.Run("start again changes nothing", func(t *testing.T) { w.checkStartTwice(t, slug) })
			t.Run("stop", func(t *testing.T) { w.checkStop(t, slug) })
			t.Run("start", func(t *testing.T) {
				w.must(t, sites.Request{Verb: sites.VerbStart, Slug: slug})
				w.checkPage(t, base)
			})
			t.Run("restart", func(t *testing.T) {
				w.must(t, sites.Request{Verb: sites.VerbRestart, Slug: slug})
				w.checkPage(t, base)
			})
			w.post(t, slug, "before the change")
			t.Run("versions", func(t *testing.T) { w.checkVersions(t, slug, base) })
			t.Run("export and import", func(t *testing.T) { w.checkTransfer(t, slug) })
			t.Run("import of another prefix", func(t *testing.T) { w.checkPrefix(t, slug, base) })
			t.Run("delete", func(t *testing.T) { w.checkDelete(t, slug) })
		})
	}
}

// checkPage asks for the home page through the router.
func (w *world) checkPage(t *testing.T, base string) {
	t.Helper()
	status, body, location := get(t, base+"/")
	if status != http.StatusOK || !strings.Contains(body, "Acme Shop") {
		t.Errorf("got %d, to %q, without the site's name:\n%.400s", status, location, body)
	}
}

func (w *world) checkInstalled(t *testing.T, slug string) {
	if got := w.php(t, slug, "wp", "option", "get", "siteurl"); !strings.HasPrefix(got, "https://acme-shop.localhost") {
		t.Errorf("siteurl is %q", got)
	}
	credentials, err := w.m.Credentials(slug)
	if err != nil || credentials.User != "admin" || len(credentials.Password) < 16 {
		t.Errorf("the credentials are %q with %d characters of password, %v", credentials.User, len(credentials.Password), err)
	}
	if view, err := w.m.View(t.Context(), slug); err != nil || view.Status.State != model.StateRunning {
		t.Errorf("the site is %s (%s %s), %v", view.Status.State, view.Status.Service, view.Status.Reason, err)
	}
}

// checkLogin uses a link once, and tries to use it twice.
func (w *world) checkLogin(t *testing.T, slug string) {
	link, err := w.m.Login(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	loggedIn := func() bool {
		response, err := client().Get(link)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		for _, cookie := range response.Cookies() {
			if strings.HasPrefix(cookie.Name, "wordpress_logged_in_") {
				return true
			}
		}
		return false
	}
	if !loggedIn() {
		t.Error("the link logs nobody in")
	}
	if loggedIn() {
		t.Error("the link works twice")
	}
}

func (w *world) checkPermalink(t *testing.T, slug, base string) {
	if status, body, location := get(t, base+"/hello-world/"); status != http.StatusOK {
		t.Errorf("got %d, to %q:\n%.300s", status, location, body)
	}
}

// checkUpload sends 20 MB through the router and the web server to PHP.
func (w *world) checkUpload(t *testing.T, slug, base string) {
	script := filepath.Join(w.home, "locorum", "sites", slug, "upload-test.php")
	if err := os.WriteFile(script, []byte(`<?php echo $_FILES['f']['error'], ' ', $_FILES['f']['size'];`), 0o644); err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("f", "f.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(make([]byte, 20<<20)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	response, err := client().Post(base+"/upload-test.php", form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var said bytes.Buffer
	if _, err := said.ReadFrom(response.Body); err != nil || said.String() != "0 20971520" {
		t.Errorf("PHP got %q, %v", said.String(), err)
	}
}

// ids are the IDs of the site's containers.
func (w *world) ids(t *testing.T, slug string) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, role := range model.SiteRoles() {
		d, err := w.docker.Inspect(t.Context(), engine.SiteContainerName(slug, role))
		if err != nil {
			t.Fatal(err)
		}
		ids[role] = d.ID + " " + d.StartedAt.String()
	}
	return ids
}

func (w *world) checkStartTwice(t *testing.T, slug string) {
	before := w.ids(t, slug)
	w.must(t, sites.Request{Verb: sites.VerbStart, Slug: slug})
	for role, id := range w.ids(t, slug) {
		if before[role] != id {
			t.Errorf("%s was %s and is %s", role, before[role], id)
		}
	}
}

func (w *world) checkStop(t *testing.T, slug string) {
	w.must(t, sites.Request{Verb: sites.VerbStop, Slug: slug})
	for _, role := range model.SiteRoles() {
		if state := w.state(t, slug, role); state != "exited" {
			t.Errorf("%s is %s", role, state)
		}
	}
	view, err := w.m.View(t.Context(), slug)
	if err != nil || view.Status.State != model.StateStopped || view.Site.Started {
		t.Errorf("the site is %s, started %v, %v", view.Status.State, view.Site.Started, err)
	}
}

func (w *world) checkVersions(t *testing.T, slug, base string) {
	w.must(t, sites.Request{Verb: sites.VerbVersions, Slug: slug, Versions: &sites.VersionOptions{PHP: "8.4", DBVersion: "11.4"}})
	if got := w.php(t, slug, "php", "-r", "echo PHP_VERSION;"); !strings.HasPrefix(got, "8.4") {
		t.Errorf("PHP is %s", got)
	}
	if got := w.posts(t, slug, "before the change"); got != "1" {
		t.Errorf("%s posts are left", got)
	}
	w.checkPage(t, base)
	snapshots, err := filepath.Glob(filepath.Join(sites.DataDir(w.home), "snapshots", slug+"--pre_versions--*-10.11.sql.zst"))
	if err != nil || len(snapshots) != 1 {
		t.Errorf("snapshots: %v, %v", snapshots, err)
	}
	down := w.operate(t.Context(), t, sites.Request{Verb: sites.VerbVersions, Slug: slug, Versions: &sites.VersionOptions{DBVersion: "10.11"}})
	if down.Outcome != sites.Failed || down.Code != sites.CodeInvalid {
		t.Errorf("a downgrade: %+v", down)
	}
	w.checkPage(t, base)
}

// checkTransfer exports, changes something, imports, and the change is gone; also for a database that is not running.
func (w *world) checkTransfer(t *testing.T, slug string) {
	file := filepath.Join(t.TempDir(), "dump.sql")
	w.must(t, sites.Request{Verb: sites.VerbExport, Slug: slug, Export: &sites.ExportOptions{File: file}})
	w.post(t, slug, "after the export")
	w.sql(t, slug, "CREATE TABLE later (id INT)")
	w.must(t, sites.Request{Verb: sites.VerbImport, Slug: slug, Import: &sites.ImportOptions{File: file}})
	if got := w.posts(t, slug, "after the export"); got != "0" {
		t.Errorf("%s posts of after the export are left", got)
	}
	if got := w.sql(t, slug, "SHOW TABLES LIKE 'later'"); got != "" {
		t.Error("a table that is newer than the dump is still there")
	}
	if got := w.posts(t, slug, "before the change"); got != "1" {
		t.Errorf("%s posts of before are there", got)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoiled := range map[string][]byte{"cut": text[:len(text)/2], "no SQL": []byte("<html>not found</html>")} {
		bad := filepath.Join(t.TempDir(), url.PathEscape(name)+".sql")
		if err := os.WriteFile(bad, spoiled, 0o600); err != nil {
			t.Fatal(err)
		}
		result := w.operate(t.Context(), t, sites.Request{Verb: sites.VerbImport, Slug: slug, Import: &sites.ImportOptions{File: bad}})
		if result.Outcome != sites.Failed || result.Code != sites.CodeInvalid {
			t.Errorf("%s: %+v", name, result)
		}
	}
	if got := w.posts(t, slug, "before the change"); got != "1" {
		t.Errorf("after refused imports %s posts are there", got)
	}
}

// checkDelete deletes the site and keeps its data, makes it anew from the volume, and then deletes all of it.
func (w *world) checkDelete(t *testing.T, slug string) {
	folder := filepath.Join(w.home, "locorum", "sites", slug)
	w.must(t, sites.Request{Verb: sites.VerbDelete, Slug: slug, Delete: &sites.DeleteOptions{}})
	for _, role := range model.SiteRoles() {
		if state := w.state(t, slug, role); state != "absent" {
			t.Errorf("%s is %s", role, state)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "wp-config.php")); err != nil {
		t.Errorf("the files: %v", err)
	}
	if _, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "Acme Shop", DBVersion: "11.4"}); err == nil {
		t.Fatal("nobody was asked about the old volume")
	}
	w.create(t, sites.CreateOptions{Name: "Acme Shop", DBVersion: "11.4", Volume: sites.VolumeReuse})
	if got := w.posts(t, slug, "before the change"); got != "1" {
		t.Errorf("%s posts are there after the volume was reused", got)
	}
	w.must(t, sites.Request{Verb: sites.VerbDelete, Slug: slug, Delete: &sites.DeleteOptions{Volume: true, Files: true}})
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder: %v", err)
	}
	volumes, err := w.docker.VolumesByLabel(t.Context(), map[string]string{engine.LabelSite: slug})
	if err != nil || len(volumes) != 0 {
		t.Errorf("volumes %v, %v", volumes, err)
	}
	snapshots, err := filepath.Glob(filepath.Join(sites.DataDir(w.home), "snapshots", slug+"--pre_delete--*.sql.zst"))
	if err != nil || len(snapshots) != 1 {
		t.Errorf("snapshots: %v, %v", snapshots, err)
	}
}

//go:build unix

package command

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/testbed"
)

// person runs the program as a person does, in a home folder and on a daemon of their own.
type person struct {
	t    *testing.T
	home string
	host string
}

func newPerson(t *testing.T) *person {
	t.Helper()
	p := &person{t: t, home: t.TempDir(), host: testbed.NewThrowaway(t, true).Host}
	db, err := store.Open(t.Context(), filepath.Join(sites.DataDir(p.home), "storage.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{settings.KeyHTTPPort, settings.KeyHTTPSPort} {
		l, err := net.Listen("tcp", "127.0.0.1:0") // other tests have routers on this machine too
		if err != nil {
			t.Fatal(err)
		}
		if err := db.SetSetting(t.Context(), key, strconv.Itoa(l.Addr().(*net.TCPAddr).Port)); err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

// types runs a command line and returns what came of it.
func (p *person) types(args ...string) result {
	p.t.Helper()
	cmd := process(p.t, p.home, args...)
	cmd.Env = append(cmd.Env, "DOCKER_HOST="+p.host, "LOCORUM_HEALTH_TIMEOUT_MULT=4")
	return runs(p.t, cmd)
}

// must is types that has to end well, and returns standard output without its last line end.
func (p *person) must(args ...string) string {
	p.t.Helper()
	r := p.types(args...)
	if r.code != exitDone {
		p.t.Fatalf("%v ended with %d\n%s%s", args, r.code, r.stdout, r.stderr)
	}
	return strings.TrimSuffix(r.stdout, "\n")
}

// page asks for a page as a browser on this machine does, and follows no redirect.
func page(t *testing.T, url string) (status int, body string) {
	t.Helper()
	status, body, _ = testbed.Browse(t, url)
	return status, body
}

// TestLife is a site's life at the prompt.
func TestLife(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	created := p.types("create", "Acme Shop")
	url := strings.TrimSuffix(created.stdout, "\n")
	if created.code != exitDone {
		t.Fatalf("create ended with %d\n%s", created.code, created.stderr)
	}
	if status, body := page(t, url); status != http.StatusOK || !strings.Contains(body, "Acme Shop") {
		t.Errorf("%s answers %d\n%s", url, status, body)
	}
	if got := p.must("url", "acme-shop"); got != url {
		t.Errorf("url prints %q, create printed %q", got, url)
	}
	if list := p.must("ls"); !strings.Contains(list, "● running") {
		t.Errorf("ls prints\n%s", list)
	}
	if got := p.must("wp", "acme-shop", "--", "option", "get", "siteurl"); !strings.HasPrefix(url, got) || got == "" {
		t.Errorf("WordPress is at %q, want %q", got, url)
	}
	if status, _ := page(t, p.must("login", "acme-shop")); status != http.StatusFound {
		t.Errorf("the link answers %d", status)
	}
	if logs := p.must("logs", "acme-shop", "--service", "web", "--tail", "all"); !strings.Contains(logs, "web      | ") {
		t.Errorf("logs prints\n%s", logs)
	}
	again := p.types("create", "Acme Shop", "--domain", "acme-shop.localhost")
	again.want(t, exitConflict, "", "acme-shop")

	dump := filepath.Join(p.home, "acme.sql")
	if got := p.must("db", "export", "acme-shop", "-o", dump); got != dump {
		t.Errorf("export prints %q", got)
	}
	p.must("wp", "acme-shop", "--", "option", "update", "blogname", "Changed")
	p.must("db", "import", "acme-shop", dump)
	if got := p.must("wp", "acme-shop", "--", "option", "get", "blogname"); got != "Acme Shop" {
		t.Errorf("after the import the site is called %q", got)
	}
	p.must("stop", "--all")
	p.types("exec", "acme-shop", "--", "true").want(t, exitInside, "", "does not run")
	p.types("delete", "acme-shop").want(t, exitUsage, "", "stays  database volume")
	p.must("delete", "acme-shop", "--purge", "--files", "--yes")
	p.types("url", "acme-shop").want(t, exitNoSite, "", "no site")
	if _, err := os.Stat(filepath.Join(p.home, "locorum", "sites", "acme-shop")); err == nil {
		t.Error("the files are still there")
	}
}

// TestBadNames makes sites of names that cannot be: nothing is left of them.
func TestBadNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"empty", []string{""}, exitUsage},
		{"symbols only", []string{"!!! ???"}, exitUsage},
		{"300 characters", []string{strings.Repeat("x", 300)}, exitUsage},
		{"newline", []string{"a\nb"}, exitUsage},
		{"PHP of nobody", []string{"ok", "--php", "5.2"}, exitUsage},
		{"database of nobody", []string{"ok", "--db", "oracle"}, exitUsage},
		{"MariaDB's version for MySQL", []string{"ok", "--db", "mysql", "--db-version", "11.4"}, exitUsage},
		{"a web server of nobody", []string{"ok", "--web-server", "iis"}, exitUsage},
		{"relative folder", []string{"ok", "--folder", "sites/x"}, exitUsage},
		{"a file as folder", []string{"ok", "--folder", "/etc/passwd"}, exitUsage},
		{"a domain that is none", []string{"ok", "--domain", "a b"}, exitUsage},
		{"a taken domain", []string{"ok", "--domain", "acme.localhost"}, exitConflict},
		{"another's folder", []string{"ok", "--folder", "HOME/sites/acme"}, exitConflict},
		{"an old volume, unasked", []string{"ok", "--volume", "clean"}, exitUsage},
		{"a volume's fate of nobody", []string{"ok", "--volume", "perhaps"}, exitUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, s := scripted(t, "acme")
			args := append([]string{"create"}, c.args...)
			for i, arg := range args {
				args[i] = strings.ReplaceAll(arg, "HOME", h.home)
			}
			r := h.run(args...)
			if r.code != c.code || r.stdout != "" || r.stderr == "" || len(s.requests()) > 0 {
				t.Errorf("%+v, began %+v, want code %d", r, s.requests(), c.code)
			}
			if list := h.run("ls"); strings.Count(list.stdout, "\n") != 2 {
				t.Errorf("there are more sites than before:\n%s", list.stdout)
			}
		})
	}
}

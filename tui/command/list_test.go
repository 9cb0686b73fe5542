package command

import (
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

func TestList(t *testing.T) {
	t.Parallel()
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		h := newHarness(t)
		h.run("ls").want(t, exitDone, "", "There are no sites yet.")
		h.run("ls", "--json").want(t, exitDone, "[]\n", "")
	})
	t.Run("every kind", func(t *testing.T) {
		t.Parallel()
		h := everyKind(t)
		h.run("ls").want(t, exitDone, `NAME       STATUS                                URL                          PHP  DATABASE
acme-shop  ● running                             https://acme-shop.localhost  8.3  mariadb 11.4
broken     ◍ degraded: redis exited with 3       https://broken.localhost     8.3  mariadb 11.4
resting    ○ stopped                             https://shop.example.test    8.2  mysql 8.4
found      ◇ adopted: running                    https://found.localhost      -    -
theirs     ◇ elsewhere: belongs to /home/bob/.l  https://theirs.localhost     -    -
`, "")
	})
	t.Run("ASCII", func(t *testing.T) {
		t.Parallel()
		h := newHarness(t)
		h.env["LANG"] = "C"
		h.runningSite("acme-shop")
		h.run("ls").want(t, exitDone, `NAME       STATUS     URL                          PHP  DATABASE
acme-shop  * running  https://acme-shop.localhost  8.3  mariadb 11.4
`, "")
	})
	t.Run("colour on a terminal", func(t *testing.T) {
		t.Parallel()
		h := newHarness(t)
		h.runningSite("acme")
		h.terminals["output"] = true
		const row = "acme  \x1b[32m● running\x1b[0m  https://acme.localhost  8.3  mariadb 11.4\n"
		const head = "\x1b[2mNAME\x1b[0m  \x1b[2mSTATUS\x1b[0m     \x1b[2mURL\x1b[0m                     \x1b[2mPHP\x1b[0m  \x1b[2mDATABASE\x1b[0m\n"
		h.run("ls").want(t, exitDone, head+row, "")
		h.env["NO_COLOR"] = "1"
		h.run("ls").want(t, exitDone, "NAME  STATUS     URL                     PHP  DATABASE\nacme  ● running  https://acme.localhost  8.3  mariadb 11.4\n", "")
	})
}

// everyKind is a machine with a site in each kind of state that containers can tell.
func everyKind(t *testing.T) *harness {
	t.Helper()
	h := newHarness(t)
	h.runningSite("acme-shop")
	h.runningSite("broken")
	if err := h.daemon.Exit(engine.SiteContainerName("broken", engine.RoleRedis), 3); err != nil {
		t.Fatal(err)
	}
	h.site("resting", func(s *model.Site) {
		s.Domain, s.PHPVersion, s.DBEngine, s.DBVersion = "shop.example.test", "8.2", "mysql", "8.4"
	})
	for _, role := range model.SiteRoles() {
		h.container(h.engine, "found", role, true)
	}
	bob := h.daemon.Engine(engine.Options{Home: "/home/bob/.l"})
	t.Cleanup(func() { _ = bob.Close() })
	h.container(bob, "theirs", engine.RoleWeb, false)
	return h
}

func TestListWithoutDocker(t *testing.T) {
	t.Parallel()
	const rows = "NAME  STATUS     URL                     PHP  DATABASE\nacme  - unknown  https://acme.localhost  8.3  mariadb 11.4\n"
	t.Run("address unknown", func(t *testing.T) {
		t.Parallel()
		h := newHarness(t)
		h.site("acme", nil)
		h.connectErr = errUnreachable
		h.run("ls").want(t, exitUnreachable, rows, "Docker is not reachable: nobody is at home.\nRing again.\n")
		h.run("ls", "--json").want(t, exitUnreachable, `[
  {
    "slug": "acme",
    "name": "acme",
    "status": "unknown",
    "url": "https://acme.localhost",
    "php": "8.3",
    "database": {
      "engine": "mariadb",
      "version": "11.4"
    }
  }
]
`, "Docker is not reachable")
		h.run("show", "acme").want(t, exitUnreachable, showUnknown, "Docker is not reachable")
		h.run("show", "acmee").want(t, exitNoSite, "", `there is no site "acmee"; did you mean acme?`)
	})
	t.Run("daemon down", func(t *testing.T) {
		t.Parallel()
		h := newHarness(t)
		h.site("acme", nil)
		h.daemon.Down()
		h.run("ls").want(t, exitUnreachable, rows, "Docker is not reachable: ")
	})
}

const showUnknown = `site        acme
status      - unknown
name        acme
url         https://acme.localhost
folder      HOME/sites/acme
docroot     HOME/sites/acme
php         8.3
web server  nginx
database    mariadb 11.4
redis       7.4
network     single site
created     2026-11-24T09:30:00Z
`

func TestHostileNames(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.site("acme", func(s *model.Site) {
		s.Name, s.Domain = "\x1b]0;owned\x07\x1b[31mAcme\n", "acme.\x1b[2J\x1b[7mlocalhost"
	})
	for _, command := range [][]string{{"ls"}, {"show", "acme"}} {
		r := h.run(command...)
		for _, c := range r.stdout {
			if c < ' ' && c != '\n' {
				t.Errorf("%v printed %q", command, r.stdout)
				break
			}
		}
	}
}

package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

func TestCompletion(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.connectErr = errUnreachable // the shell waits: no daemon is asked
	for _, c := range [][]string{{"show", ""}, {"exec", ""}} {
		if got := h.run(append([]string{"__complete"}, c...)...); got.stdout != ":4\n" {
			t.Errorf("%v without a database offers %q", c, got.stdout)
		}
	}
	if _, err := os.Stat(sites.DataDir(h.home)); err == nil {
		t.Error("completion made a data folder")
	}
	h.site("acme", func(s *model.Site) { s.Name = "Acme Inc." })
	h.site("blog", nil)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"a site", []string{"show", ""}, "acme\tAcme Inc.\nblog\tblog\n:4\n"},
		{"one only", []string{"url", "acme", ""}, ":4\n"},
		{"a service", []string{"logs", "acme", "--service", ""}, "web\nphp\ndatabase\nredis\n:4\n"},
		{"a command", []string{"versio"}, "version\tprint the version\nversions\tchange a site's versions; without flags, print what there is to choose\n:4\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := h.run(append([]string{"__complete"}, c.args...)...); got.stdout != c.want || got.code != exitDone {
				t.Errorf("offers %q with code %d, want %q", got.stdout, got.code, c.want)
			}
		})
	}
	t.Run("shells", func(t *testing.T) {
		for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
			if r := h.run("completion", shell); r.code != exitDone || !strings.Contains(r.stdout, "locorum-tui") {
				t.Errorf("%s: %+v", shell, r)
			}
		}
	})
}

func TestURLWithoutDocker(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.site("acme", nil)
	h.run("url", "acme").want(t, exitDone, "https://acme.localhost\n", "")
	h.container(h.engine, "found", "web", true)
	h.run("url", "found").want(t, exitDone, "https://found.localhost\n", "")
	h.connectErr = errUnreachable
	h.run("url", "acme").want(t, exitDone, "https://acme.localhost\n", "")
	h.run("url", "acmd").want(t, exitNoSite, "", `there is no site "acmd"; did you mean acme?`)
}

func TestShow(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.runningSite("acme")
	r := h.run("show", "acme")
	for _, want := range []string{"status      ● running\n", "docroot     HOME/sites/acme\n", "●  web       site:1  Up"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("%q is missing in\n%s", want, r.stdout)
		}
	}
	for _, args := range [][]string{{"show", "acme"}, {"show", "acme", "--json"}, {"ls", "--json"}} {
		if r := h.run(args...); r.code != exitDone || strings.Contains(r.stdout, "hunter2") {
			t.Errorf("%v: code %d, or the password in\n%s", args, r.code, r.stdout)
		}
		if args[0] == "show" {
			if r := h.run(append(args, "--secrets")...); !strings.Contains(r.stdout, "hunter2") {
				t.Errorf("%v --secrets lacks the password:\n%s", args, r.stdout)
			}
		}
	}
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.site("acme", nil)
	path := filepath.Join(h.home, ".config", "locorum-tui", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("nonsense = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.run("url", "acme").want(t, exitDone, "https://acme.localhost\n", "nonsense")
}

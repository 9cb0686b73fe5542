package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/model"
)

func TestExec(t *testing.T) {
	t.Parallel()
	machine := func(t *testing.T) *harness {
		h := newHarness(t)
		h.runningSite("acme")
		h.daemon.Handle("who", func(_ context.Context, p *fake.Process) int {
			fmt.Fprintf(p.Stdout, "%s in %s as %q: %v\n", p.Container(), p.Dir, p.User, p.Args[1:])
			return 0
		})
		h.daemon.Handle("broken", func(_ context.Context, p *fake.Process) int {
			fmt.Fprintln(p.Stdout, "half")
			fmt.Fprintln(p.Stderr, "no more")
			return 42
		})
		h.daemon.Handle("count", func(_ context.Context, p *fake.Process) int {
			text, err := io.ReadAll(p.Stdin)
			fmt.Fprintln(p.Stdout, len(text), err)
			return 0
		})
		return h
	}
	for _, c := range []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"php by itself", []string{"acme", "--", "who", "-a", "b c"}, exitDone, "locorum-acme-php in / as \"\": [-a b c]\n", ""},
		{"another service", []string{"acme", "--service", "redis", "--", "who"}, exitDone, "locorum-acme-redis in / as \"\": []\n", ""},
		{"user and folder", []string{"--user", "7:8", "--workdir", "/tmp", "acme", "--", "who"}, exitDone, "locorum-acme-php in /tmp as \"7:8\": []\n", ""},
		{"its exit code", []string{"acme", "--", "broken"}, 42, "half\n", "no more\n"},
		{"its input", []string{"acme", "--", "count"}, exitDone, "5 <nil>\n", ""},
		{"not there", []string{"acme", "--", "no-such-program"}, exitNotFound, "", "no-such-program"},
		{"no command, no terminal", []string{"acme"}, exitInside, "", "this is no terminal; say which command to run"},
		{"nearly the site", []string{"acm", "--", "who"}, exitInside, "", "did you mean acme?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := machine(t)
			h.stdin = strings.NewReader("12345")
			h.run(append([]string{"exec"}, c.args...)...).want(t, c.code, c.stdout, c.stderr)
		})
	}
	t.Run("a terminal's keys are not input", func(t *testing.T) {
		t.Parallel()
		h := machine(t)
		h.stdin = strings.NewReader("12345")
		h.terminals[h.stdin] = true
		h.run("exec", "acme", "--", "count").want(t, exitDone, "0 <nil>\n", "")
	})
	t.Run("stopped", func(t *testing.T) {
		t.Parallel()
		h := machine(t)
		if err := h.daemon.Exit("locorum-acme-php", 0); err != nil {
			t.Fatal(err)
		}
		h.run("exec", "acme", "--", "who").want(t, exitInside, "", "php of acme does not run; `locorum-tui start acme` starts it")
	})
	t.Run("somebody else's", func(t *testing.T) {
		t.Parallel()
		h := machine(t)
		bob := h.daemon.Engine(engine.Options{Home: "/home/bob/.locorum"})
		t.Cleanup(func() { _ = bob.Close() })
		h.container(bob, "theirs", engine.RolePHP, true)
		h.run("exec", "theirs", "--", "who").want(t, exitInside, "", "/home/bob/.locorum")
	})
}

func TestExecIsInterrupted(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.runningSite("acme")
	h.interrupts = make(chan os.Signal, 1)
	h.daemon.Handle("wait", func(ctx context.Context, p *fake.Process) int {
		h.interrupts <- os.Interrupt
		<-ctx.Done()
		return 0
	})
	h.run("exec", "acme", "--", "wait").want(t, exitInside, "", "")
}

func TestWP(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.runningSite("acme")
	h.site("inner", func(s *model.Site) { s.PublicDir = "web" })
	h.container(h.engine, "inner", engine.RolePHP, true)
	core := filepath.Join(h.home, "sites", "inner", "web", "wp")
	if err := os.MkdirAll(core, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(core, "wp-settings.php"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h.daemon.Handle("wp", func(_ context.Context, p *fake.Process) int {
		fmt.Fprintln(p.Stdout, strings.Join(p.Args, " "))
		if slices.Contains(p.Args, "fail") {
			return 3
		}
		return 0
	})
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"after dashes", []string{"acme", "--", "plugin", "list", "--status=active"}, 0, "wp --path=/var/www/html plugin list --status=active\n"},
		{"without dashes", []string{"acme", "option", "get", "siteurl", "--json"}, 0, "wp --path=/var/www/html option get siteurl --json\n"},
		{"its own dashes", []string{"acme", "--", "eval", "--", "x"}, 0, "wp --path=/var/www/html eval -- x\n"},
		{"exit code", []string{"acme", "fail"}, 3, "wp --path=/var/www/html fail\n"},
		{"a folder of its own", []string{"inner", "--", "cli"}, 0, "wp --path=/var/www/html/web/wp cli\n"},
		{"another path", []string{"acme", "--", "--path=/x", "cli"}, 0, "wp --path=/x cli\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.run(append([]string{"wp"}, c.args...)...).want(t, c.code, c.want, "")
		})
	}
}

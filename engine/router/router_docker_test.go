package router

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestServesOverTLS(t *testing.T) {
	t.Parallel()
	daemons(t, func(t *testing.T, d *testbed.Throwaway) {
		r := newRig(t, d.Daemon)
		ports := r.ensure()
		if ports != r.opts.Ports {
			t.Errorf("runs on %+v, want the wished %+v", ports, r.opts.Ports)
		}
		r.backend("acme", "hello from acme")
		r.upsert(SiteRoute("acme", []string{"acme.localhost", "*.acme.localhost"}, false))
		r.wantPage("acme.localhost", ports.HTTPS, "hello from acme")
		r.wantPage("shop.acme.localhost", ports.HTTPS, "hello from acme")

		status, target, err := get(t.Context(), "http://acme.localhost:"+strconv.Itoa(ports.HTTP)+"/x?y=z", nil)
		if want := URL("acme.localhost", ports.HTTPS) + "/x?y=z"; err != nil || status != http.StatusFound || target != want {
			t.Errorf("plain HTTP answers %d %q, %v; want %d %q", status, target, err, http.StatusFound, want)
		}

		if err := r.Remove(t.Context(), "site-acme"); err != nil {
			t.Fatal(err)
		}
		if routes := r.routes(); strings.Contains(routes, "locorum-acme") {
			t.Errorf("the router still knows %s", routes)
		}
	})
}

// routes returns the names of the routes that the router knows.
func (r *rig) routes() string {
	r.t.Helper()
	s, err := r.Status(r.t.Context())
	if err != nil || s.API != APIAnswers {
		r.t.Fatalf("status %+v, %v", s, err)
	}
	var names []string
	for _, route := range s.Routes {
		names = append(names, route.Name)
	}
	return strings.Join(names, " ")
}

func TestSecondProcessLeavesItAlone(t *testing.T) {
	t.Parallel()
	daemons(t, func(t *testing.T, d *testbed.Throwaway) {
		first := newRig(t, d.Daemon)
		ports := first.ensure()
		first.upsert(SiteRoute("one", []string{"one.localhost"}, false))
		before := first.container()

		second := joinRig(t, d.Daemon, first.home, Options{Ports: first.opts.Ports, Fallback: first.opts.Fallback})
		if got := second.ensure(); got != ports || second.container() != before {
			t.Errorf("the second has %+v in %s, want %+v in %s", got, second.container(), ports, before)
		}
		second.upsert(SiteRoute("two", []string{"two.localhost"}, false))
		for _, name := range []string{"locorum-one@file", "locorum-two@file"} {
			if routes := first.routes(); !strings.Contains(routes, name) {
				t.Errorf("%s is not among %s", name, routes)
			}
		}
	})
}

func TestPasswordOfAnotherProgram(t *testing.T) {
	t.Parallel()
	d := testbed.NewThrowaway(t, false)
	d.Pull(t, Image)
	r := newRig(t, d.Daemon)
	r.ensure()
	r.upsert(SiteRoute("one", []string{"one.localhost"}, false))
	before := r.container()

	t.Run("set at run time", func(t *testing.T) {
		if err := r.writeAPI("the desktop app's"); err != nil {
			t.Fatal(err)
		}
		s, err := r.Status(t.Context())
		for err == nil && s.API != APIRefuses {
			s, err = r.Status(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.ensure(); r.container() != before || !strings.Contains(r.routes(), "locorum-one@file") {
			t.Errorf("container %s with routes %s, want %s and the site's route", r.container(), r.routes(), before)
		}
	})
	t.Run("files removed under it", func(t *testing.T) {
		if err := os.RemoveAll(filepath.Dir(r.dynamicDir())); err != nil {
			t.Fatal(err)
		}
		r.pace.answer = r.pace.answer / 5 // this one never answers: it does not see the new folder
		r.ensure()
		r.upsert(SiteRoute("two", []string{"two.localhost"}, false))
		if r.container() == before {
			t.Error("the container that watches a removed folder was kept")
		}
	})
}

func TestPortsTaken(t *testing.T) {
	t.Parallel()
	daemons(t, func(t *testing.T, d *testbed.Throwaway) {
		r := newRig(t, d.Daemon)
		taken := hold(t, r.opts.Ports.HTTPS)
		want := Ports{HTTP: r.opts.Ports.HTTP, HTTPS: r.opts.Fallback.HTTPS}
		if got := r.ensure(); got != want {
			t.Errorf("runs on %+v, want %+v", got, want)
		}
		before := r.container()
		if err := taken.Close(); err != nil {
			t.Fatal(err)
		}
		again := joinRig(t, d.Daemon, r.home, Options{Ports: r.opts.Ports, Fallback: r.opts.Fallback})
		if kept, ok := again.Router.Ports(); !ok || kept != want {
			t.Errorf("kept %+v", kept)
		}
		if got := again.ensure(); got != want || again.container() != before {
			t.Errorf("runs on %+v after the port was free again, want the choice kept", got)
		}
	})
}

func TestEveryPortTaken(t *testing.T) {
	t.Parallel()
	d := testbed.NewThrowaway(t, true)
	d.Pull(t, Image)
	r := newRig(t, d.Daemon)
	hold(t, r.opts.Ports.HTTPS)
	r.opts.Fallback.HTTPS = maxPort // the only one to fall back to
	hold(t, maxPort)
	_, err := r.Ensure(t.Context())
	wantTaken(t, err, r.opts.Ports.HTTPS, "process "+strconv.Itoa(os.Getpid()))
	if id := r.container(); id != "" {
		t.Errorf("a container is left: %s", id)
	}
}

func TestForeignContainer(t *testing.T) {
	t.Parallel()
	d := testbed.NewThrowaway(t, false)
	d.Pull(t, Image)
	d.Pull(t, testbed.Alpine)
	for _, c := range []struct {
		name   string
		labels []string
		want   string
	}{
		{"nobody's", nil, "not made by Locorum"},
		{"of another home", []string{"--label", engine.LabelPlatform + "=" + engine.PlatformValue, "--label", engine.LabelHome + "=/home/bob/.locorum"}, "/home/bob/.locorum"},
		{"of another desktop app", []string{"--label", engine.LabelPlatform + "=" + engine.PlatformValue, "-v", "/root:/etc/traefik"}, "/root, which is not ours"},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := d.Docker(t, append(append([]string{"run", "-d", "--init", "--network", "none", "--name", Container}, c.labels...), testbed.Alpine, "sleep", "1000000")...)
			r := newRig(t, d.Daemon)
			defer exec.Command("docker", "-H", d.Host, "network", "rm", engine.GlobalNetwork).Run()
			defer d.Docker(t, "rm", "-f", Container)
			_, err := r.Ensure(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want words of %q", err, c.want)
			}
			if r.container() != id {
				t.Error("it was touched")
			}
		})
	}
}

func TestDaemonRestarted(t *testing.T) {
	t.Parallel()
	d := testbed.NewThrowaway(t, true)
	d.Pull(t, Image)
	r := newRig(t, d.Daemon)
	ports := r.ensure()
	r.backend("acme", "hello from acme")
	r.upsert(SiteRoute("acme", []string{"acme.localhost"}, false))
	before := r.container()
	d.Stop(t)
	d.Start(t)
	if got := r.ensure(); got != ports || r.container() != before {
		t.Errorf("runs on %+v in %s, want %+v in %s", got, r.container(), ports, before)
	}
	r.restartBackend("acme")
	r.wantPage("acme.localhost", ports.HTTPS, "hello from acme")
}

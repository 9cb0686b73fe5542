package detail

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/usage"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.Local) }

func shop() sites.View {
	service := func(role, image, state string, code int) sites.Service {
		return sites.Service{Container: model.Container{Role: role, State: state, ExitCode: code}, Name: "locorum-shop-" + role, Image: image, Text: "Up 2 hours"}
	}
	return sites.View{
		Site: model.Site{
			ID: "1", Name: "Shop", Slug: "shop", Domain: "shop.localhost", FilesDir: "/home/ann/locorum/sites/shop", PHPVersion: "8.3",
			WebServer: "nginx", DBEngine: "mariadb", DBVersion: "11.4", RedisVersion: "7.4", DBPassword: "db-secret",
		},
		Status: model.Status{State: model.StateDegraded, Service: "redis", Reason: "exited with 1", Running: true},
		URL:    "https://shop.localhost",
		Containers: []sites.Service{
			service("web", "nginx:1.28", "running", 0), service("php", "wodby/php:8.3", "running", 0),
			service("database", "mariadb:11.4", "running", 0), service("redis", "redis:7.4-alpine", "exited", 1),
		},
	}
}

func pane(styles *theme.Styles, width, height int) *Model {
	m := New(styles, keymap.Default(), noon, "dev-box")
	m.SetSize(width, height)
	m.SetView(shop(), true)
	m.SetFolderSize(63 << 20)
	m.SetFacts(Facts{
		DatabaseAddress: "127.0.0.1:33061", Admin: wordpress.Credentials{User: "admin", Password: "admin-secret"},
		Details: map[string]engine.ContainerDetail{"locorum-shop-web": {
			Name: "locorum-shop-web", Image: "nginx:1.28", State: "running", Running: true, StartedAt: noon().Add(-2 * time.Hour),
			Health:   &engine.HealthDetail{Status: "healthy", LastOutput: "ok\x1b]52;c;AAAA\a"},
			Ports:    []engine.PublishedPort{{ContainerPort: 80, Proto: "tcp"}, {HostIP: "127.0.0.1", HostPort: 8080, ContainerPort: 81, Proto: "tcp"}},
			Networks: []engine.NetworkDetail{{Name: "locorum-shop", IP: "172.20.0.3"}},
			Mounts:   []engine.MountDetail{{Kind: "bind", Source: "/home/ann/locorum/sites/shop", Target: "/var/www/html", ReadOnly: true}},
			Env:      []string{"PATH=/usr/bin", "MYSQL_PASSWORD=••••"},
		}},
		Activities: []store.Activity{
			{Time: noon().Add(-time.Hour), Status: "succeeded", Message: "started", Duration: 1300 * time.Millisecond},
			{Time: noon().Add(-72 * time.Hour), Status: "failed", Message: "start: the database died", Duration: 4 * time.Second},
		},
	})
	m.SetUsage(map[string]usage.Reading{
		"locorum-shop-web": {CPU: 0.1, HasCPU: true, Memory: 11 << 20, MemoryLimit: 1 << 30, CPUs: []float64{0, 0.1, 0.4, 0.1}, Received: 2048},
		"locorum-shop-php": {CPU: 41, HasCPU: true, Memory: 180 << 20, CPUs: []float64{2, 80, 41}},
	})
	return m
}

func TestGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string { return pane(styles, width, height).View(true) })
}

func TestContainersGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		m := pane(styles, width, height)
		m.Show(Containers)
		m.facts.Details["locorum-shop-web"].Env[1] = "MYSQL_PASSWORD=masked"
		return m.View(false)
	})
}

func TestActivityGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		m := pane(styles, width, height)
		m.Show(Activity)
		return m.View(true)
	})
}

func TestAnywhere(t *testing.T) {
	t.Parallel()
	for tab := range tabs {
		t.Run(tab.String(), func(t *testing.T) {
			t.Parallel()
			viewtest.Anywhere(t, func(styles *theme.Styles, width, height int) []string {
				m := pane(styles, width, height)
				m.Show(tab)
				m.Do(keymap.Bottom)
				return m.View(true)
			})
		})
	}
}

func text(m *Model) string { return ansi.Strip(strings.Join(m.View(true), "\n")) }

func TestPasswordsAreMaskedUntilAsked(t *testing.T) {
	t.Parallel()
	m := pane(viewtest.Styles(), 100, 40)
	if s := text(m); strings.Contains(s, "secret") {
		t.Fatalf("a password is shown:\n%s", s)
	}
	m.Reveal()
	if s := text(m); !strings.Contains(s, "db-secret") || !strings.Contains(s, "admin-secret") {
		t.Fatalf("the passwords are not shown:\n%s", s)
	}
	other := shop()
	other.Site.Slug = "blog"
	m.SetView(other, true)
	if s := text(m); strings.Contains(s, "secret") {
		t.Fatalf("another site's password is shown unasked:\n%s", s)
	}
}

func TestWhatIsKnownOfAnotherSiteIsForgotten(t *testing.T) {
	t.Parallel()
	m := pane(viewtest.Styles(), 100, 40)
	if m.SetView(shop(), true) {
		t.Error("the same site is called another")
	}
	other := shop()
	other.Site.Slug = "blog"
	if !m.SetView(other, true) {
		t.Error("another site is called the same")
	}
	if s := text(m); strings.Contains(s, "33061") || strings.Contains(s, "63 M") || strings.Contains(s, "died") {
		t.Errorf("it shows what is the shop's:\n%s", s)
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, host, want string }{
		{"https://shop.localhost", "dev-box", "ssh -L 8443:127.0.0.1:443 dev-box"},
		{"http://shop.localhost", "dev-box", "ssh -L 8080:127.0.0.1:80 dev-box"},
		{"https://shop.localhost:9443", "dev-box", "ssh -L 9443:127.0.0.1:9443 dev-box"},
		{"https://shop.localhost", "", ""},
		{"", "dev-box", ""},
		{"ftp://shop", "dev-box", ""},
	} {
		if got := Reach(sites.View{URL: c.url}, c.host); got != c.want {
			t.Errorf("%s at %s: %q, want %q", c.url, c.host, got, c.want)
		}
	}
}

func TestTheCursorChoosesAContainer(t *testing.T) {
	t.Parallel()
	m := pane(viewtest.Styles(), 100, 40)
	m.Do(keymap.TabContainers)
	for _, want := range []string{"php", "database", "redis", "redis"} {
		m.Do(keymap.Down)
		if c, ok := m.Container(); !ok || c.Role != want {
			t.Errorf("the cursor is on %q, want %q", c.Role, want)
		}
	}
	few := shop()
	few.Containers = few.Containers[:1]
	m.SetView(few, true)
	if c, ok := m.Container(); !ok || c.Role != "web" {
		t.Errorf("the cursor is on %q after the others went", c.Role)
	}
}

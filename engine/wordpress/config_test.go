package wordpress

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/model"
)

func newConfig(t *testing.T) Config {
	t.Helper()
	salts, err := NewSalts(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Site: model.Site{Slug: "acme", Domain: "acme.localhost", FilesDir: t.TempDir(), PublicDir: "/", Salts: salts},
		Core: ".", HTTPSPort: 443,
	}
}

func TestSalts(t *testing.T) {
	t.Parallel()
	a, err := NewSalts(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	salts, err := parseSalts(a)
	if err != nil || len(salts) != 8 {
		t.Fatalf("%d salts, %v, want 8", len(salts), err)
	}
	seen := map[string]bool{}
	for name, value := range salts {
		if len(value) != saltLength || strings.Trim(value, saltAlphabet) != "" || seen[value] {
			t.Errorf("%s is %q, want 64 characters of its own", name, value)
		}
		seen[value] = true
	}
	delete(salts, "NONCE_KEY")
	missing, err := json.Marshal(salts)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "[]", string(missing), `{"AUTH_KEY":"hunter2`} {
		if _, err := parseSalts(bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("parseSalts(%q) = %v, want an error that does not quote it", bad, err)
		}
	}
}

func TestWriteKeepsWhatThePersonOwns(t *testing.T) {
	t.Parallel()
	c := newConfig(t)
	for i, want := range []Written{{Settings: true, Config: true}, {}} {
		if got, err := c.Write(); err != nil || got != want {
			t.Fatalf("write %d: %+v, %v, want %+v", i, got, err, want)
		}
	}
	path := filepath.Join(c.Site.FilesDir, "wp-config.php")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want mode 0600", info, err)
	}
	if err := os.WriteFile(path, []byte("<?php // mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	c.HTTPSPort = 8443
	if got, err := c.Write(); err != nil || got != (Written{Settings: true, UserOwned: true}) {
		t.Errorf("with a wp-config.php of the person's: %+v, %v", got, err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "<?php // mine" {
		t.Errorf("it now holds %q, %v", text, err)
	}
	settings := filepath.Join(c.Site.FilesDir, "wp-config-locorum.php")
	if err := os.WriteFile(settings, []byte("<?php"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(); !errors.Is(err, ErrUserOwned) {
		t.Errorf("with settings of the person's: %v, want ErrUserOwned", err)
	}
	if err := RemoveManaged(settings); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(settings); err != nil {
		t.Errorf("a file of the person's was removed: %v", err)
	}
}

func TestWriteFollowsNoLink(t *testing.T) {
	t.Parallel()
	c := newConfig(t)
	target := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(target, []byte(Marker), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(c.Site.FilesDir, "wp-config-locorum.php")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(); !errors.Is(err, ErrUserOwned) {
		t.Errorf("got %v, want ErrUserOwned", err)
	}
	if text, err := os.ReadFile(target); err != nil || string(text) != Marker {
		t.Errorf("the link's target holds %q, %v", text, err)
	}
}

func TestDocroot(t *testing.T) {
	t.Parallel()
	for dir, want := range map[string]string{"": "/var/www/html", "/": "/var/www/html", ".": "/var/www/html", "web": "/var/www/html/web", "/web/": "/var/www/html/web", "../../etc": "/var/www/html/etc", ".hidden": "/var/www/html/.hidden"} {
		if got := DocrootInside(model.Site{PublicDir: dir}); got != want {
			t.Errorf("DocrootInside(%q) = %q, want %q", dir, got, want)
		}
		if got, want := Docroot(model.Site{FilesDir: "/srv/a", PublicDir: dir}), strings.Replace(want, "/var/www/html", "/srv/a", 1); got != want {
			t.Errorf("Docroot(%q) = %q, want %q", dir, got, want)
		}
	}
}

// phpProbe runs the settings as a request would find them and prints what came out.
const phpProbe = `
foreach (json_decode($argv[1], true) as $k => $v) { $_SERVER[$k] = $v; }
require '/c/wp-config-locorum.php';
foreach (['WP_HOME', 'WP_SITEURL', 'DOMAIN_CURRENT_SITE', 'SUBDOMAIN_INSTALL', 'DB_PASSWORD', 'WP_REDIS_PREFIX'] as $c) {
  $out[$c] = defined($c) ? constant($c) : null;
}
$out['https'] = $_SERVER['HTTPS'] ?? null;
$out['left'] = array_values(array_filter(array_keys(get_defined_vars()), fn($n) => str_starts_with($n, 'locorum_')));
echo json_encode($out);`

// TestSettingsInPHP runs the file in a real PHP: what an address becomes is decided there.
func TestSettingsInPHP(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	const image = "wodby/php:8.2"
	d.Pull(t, image)
	for _, c := range []struct {
		name   string
		edit   func(c *Config)
		server map[string]string
		want   map[string]any
	}{
		{"plain", nil, map[string]string{"HTTP_HOST": "acme.localhost", "HTTP_X_FORWARDED_PROTO": "https"},
			map[string]any{"WP_HOME": "https://acme.localhost", "WP_SITEURL": "https://acme.localhost", "https": "on", "DB_PASSWORD": "pw'\\", "WP_REDIS_PREFIX": "acme:"}},
		{"through a tunnel", nil, map[string]string{"HTTP_HOST": "ACME.localhost:9443"}, map[string]any{"WP_HOME": "https://acme.localhost:9443", "https": nil}},
		{"forged host", nil, map[string]string{"HTTP_HOST": "evil.example:666"}, map[string]any{"WP_HOME": "https://acme.localhost"}},
		{"command line", func(c *Config) { c.HTTPSPort = 8443 }, nil, map[string]any{"WP_HOME": "https://acme.localhost:8443"}},
		{"core in a folder", func(c *Config) { c.Core = "wp" }, map[string]string{"HTTP_HOST": "acme.localhost"}, map[string]any{"WP_SITEURL": "https://acme.localhost/wp"}},
		{"network of subdomains", func(c *Config) { c.Network, c.Site.Multisite = true, model.MultisiteSubdomain },
			map[string]string{"HTTP_HOST": "fr.acme.localhost"}, map[string]any{"DOMAIN_CURRENT_SITE": "acme.localhost", "SUBDOMAIN_INSTALL": true, "WP_HOME": nil}},
		{"network through a tunnel", func(c *Config) { c.Network, c.Site.Multisite = true, model.MultisiteSubdomain },
			map[string]string{"HTTP_HOST": "fr.acme.localhost:8443"}, map[string]any{"DOMAIN_CURRENT_SITE": "acme.localhost", "WP_HOME": nil}},
		{"network to be", func(c *Config) { c.Site.Multisite = model.MultisiteSubdirectory },
			map[string]string{"HTTP_HOST": "acme.localhost"}, map[string]any{"DOMAIN_CURRENT_SITE": nil, "WP_HOME": "https://acme.localhost"}},
		{"hostile slug", func(c *Config) { c.Site.Slug = `a'.system('id').'\` }, nil, map[string]any{"WP_REDIS_PREFIX": `a'.system('id').'\:`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config := newConfig(t)
			if c.edit != nil {
				c.edit(&config)
			}
			if _, err := config.Write(); err != nil {
				t.Fatal(err)
			}
			server, err := json.Marshal(c.server)
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("docker", "-H", d.Host, "run", "--rm", "--network", "none", "--user", "0", "-e", "MYSQL_PASSWORD=pw'\\",
				"-v", config.Site.FilesDir+":/c:ro", "--entrypoint", "php", image, "-r", phpProbe, "--", strings.Replace(string(server), "null", "{}", 1)).Output()
			var got map[string]any
			if jsonErr := json.Unmarshal(out, &got); err != nil || jsonErr != nil {
				t.Fatalf("PHP said %q: %v, %v", out, err, jsonErr)
			}
			for name, want := range c.want {
				if got[name] != want {
					t.Errorf("%s is %v, want %v", name, got[name], want)
				}
			}
			if left, ok := got["left"].([]any); !ok || len(left) > 0 {
				t.Errorf("variables left behind: %v", got["left"])
			}
			for _, name := range []string{"wp-config.php", "wp-config-locorum.php"} {
				if out, err := exec.Command("docker", "-H", d.Host, "run", "--rm", "--network", "none", "--user", "0", "-v", config.Site.FilesDir+":/c:ro",
					"--entrypoint", "php", image, "-l", "/c/"+name).CombinedOutput(); err != nil {
					t.Errorf("%s: %s", name, out)
				}
			}
		})
	}
}

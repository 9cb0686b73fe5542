package wordpress

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/model"
)

const healthPath = "/.locorum/health"

func TestRenderRefuses(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"a b", `a";`, "a;b", "a\nb", "a$b", "a{b"} {
		for _, server := range []string{model.WebServerNginx, model.WebServerApache} {
			w := WebServer{Site: model.Site{Slug: "x", PublicDir: dir, WebServer: server}, Core: ".", HealthPath: healthPath}
			if text, err := w.Render(); err == nil {
				t.Errorf("%s with %q:\n%s", server, dir, text)
			}
		}
	}
}

// frontController is a site's index.php that says how it was called.
const frontController = `<?php echo 'front ', $_SERVER['REQUEST_URI'], ' ', $_SERVER['HTTPS'] ?? 'off', ' ', $_SERVER['QUERY_STRING'];`

// TestWebServersServe runs both web servers with a real FPM behind them.
func TestWebServersServe(t *testing.T) {
	t.Parallel()
	d := testbed.One(t)
	for _, c := range []struct{ server, image, config string }{
		{model.WebServerNginx, "nginx:1.28-alpine", "/etc/nginx/nginx.conf"},
		{model.WebServerApache, "httpd:2.4-alpine", "/usr/local/apache2/conf/httpd.conf"},
	} {
		for _, multisite := range []model.Multisite{model.MultisiteOff, model.MultisiteSubdirectory} {
			t.Run(c.server+multisite, func(t *testing.T) {
				t.Parallel()
				base := startSite(t, d, c.server, c.image, c.config, multisite)
				for _, r := range requests(multisite) {
					t.Run(r.name, func(t *testing.T) { r.check(t, base) })
				}
			})
		}
	}
}

// startSite runs a web server and FPM on a folder with some files and returns the address of the web server.
func startSite(t *testing.T, d testbed.Daemon, server, image, configPath string, multisite model.Multisite) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"web/index.php":                    frontController,
		"web/direct.php":                   `<?php echo 'direct ', $_SERVER['PATH_INFO'] ?? '';`,
		"web/size.php":                     `<?php echo strlen(file_get_contents('php://input'));`,
		"web/style.css":                    "body{}",
		"web/.htpasswd":                    "secret",
		"web/.git/config":                  "secret",
		"web/.well-known/security.txt":     "contact",
		"web/wp-content/uploads/evil.php":  `<?php echo 'ran';`,
		"web/wp-content/uploads/image.txt": "image",
		"web/wp-admin/index.php":           `<?php echo 'admin';`,
		"web/wp-includes/core.css":         "core",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	slug := testbed.NewName()
	text, err := WebServer{
		Site: model.Site{Slug: slug, PublicDir: "web", WebServer: server, Multisite: multisite}, Core: ".", HealthPath: healthPath,
	}.Render()
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, text, 0o644); err != nil {
		t.Fatal(err)
	}
	network := d.Network(t, slug)
	php, web := d.Container(t, "locorum-"+slug+"-php"), d.Container(t, slug+"-web")
	d.Pull(t, "wodby/php:8.2")
	d.Pull(t, image)
	d.Docker(t, "network", "create", network)
	d.Docker(t, "run", "-d", "--network", network, "--network-alias", "php", "--name", php, "-v", dir+":/var/www/html", "wodby/php:8.2")
	d.Docker(t, "run", "-d", "--network", network, "--name", web, "-v", dir+":/var/www/html", "-v", config+":"+configPath+":ro", "-p", "127.0.0.1:0:80", image)
	base := "http://" + d.Docker(t, "port", web, "80")
	// Both answer when PHP does; until then the connection fails or the web server says so.
	for deadline := time.Now().Add(time.Minute); ; {
		response, err := http.Get(base + "/direct.php")
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return base
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not serve: %v\n%s", server, err, d.Docker(t, "logs", web))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

type webRequest struct {
	name, path string
	header     string
	body       []byte
	status     int
	says       string
}

func requests(multisite model.Multisite) []webRequest {
	list := []webRequest{
		{name: "health", path: healthPath, status: 200},
		{name: "front page", path: "/", status: 200, says: "front / off"},
		{name: "pretty permalink", path: "/2026/05/hello/?a=1&b=2", status: 200, says: "front /2026/05/hello/?a=1&b=2 off a=1&b=2"},
		{name: "behind TLS", path: "/x", header: "https", status: 200, says: "front /x on"},
		{name: "file", path: "/style.css", status: 200, says: "body{}"},
		{name: "missing file", path: "/robots.txt", status: 200, says: "front /robots.txt"},
		{name: "script", path: "/direct.php", status: 200, says: "direct"},
		{name: "missing script", path: "/absent.php", status: 200, says: "front /absent.php"},
		{name: "folder with an index", path: "/wp-admin/", status: 200, says: "admin"},
		{name: "dot file", path: "/.htpasswd", status: 403},
		{name: "dot folder", path: "/.git/config", status: 403},
		{name: "well-known", path: "/.well-known/security.txt", status: 200, says: "contact"},
		{name: "script among uploads", path: "/wp-content/uploads/evil.php", status: 403},
		{name: "upload", path: "/wp-content/uploads/image.txt", status: 200, says: "image"},
		{name: "20 MB body", path: "/size.php", body: bytes.Repeat([]byte("x"), 20<<20), status: 200, says: fmt.Sprint(20 << 20)},
	}
	if multisite == model.MultisiteSubdirectory {
		list = append(list,
			webRequest{name: "admin of a site", path: "/shop/wp-admin/", status: 200, says: "admin"},
			webRequest{name: "core file of a site", path: "/shop/wp-includes/core.css", status: 200, says: "core"},
			webRequest{name: "script of a site", path: "/shop/direct.php", status: 200, says: "direct"},
			webRequest{name: "page of a site", path: "/shop/hello/", status: 200, says: "front /shop/hello/"},
		)
	}
	return list
}

func (r webRequest) check(t *testing.T, base string) {
	method := http.MethodGet
	if r.body != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(t.Context(), method, base+r.path, bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if r.header != "" {
		request.Header.Set("X-Forwarded-Proto", r.header)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != r.status || !strings.Contains(string(text), r.says) {
		t.Errorf("%s %s: %s, %q, want %d and %q", method, r.path, response.Status, text, r.status, r.says)
	}
	if strings.Contains(string(text), "secret") {
		t.Errorf("%s shows %q", r.path, text)
	}
}

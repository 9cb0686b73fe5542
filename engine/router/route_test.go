package router

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestRouteFile(t *testing.T) {
	t.Parallel()
	got, err := SiteRoute("acme", []string{"acme.localhost", "*.acme.localhost"}, true).render()
	if err != nil {
		t.Fatal(err)
	}
	want := generated + "" +
		"http:\n" +
		"  routers:\n" +
		"    locorum-acme:\n" +
		"      rule: Host(`acme.localhost`) || HostRegexp(`^[^.]+\\.acme\\.localhost$`)\n" +
		"      entryPoints:\n" +
		"        - websecure\n" +
		"      service: locorum-acme\n" +
		"      tls: {}\n" +
		"  services:\n" +
		"    locorum-acme:\n" +
		"      loadBalancer:\n" +
		"        passHostHeader: true\n" +
		"        servers:\n" +
		"          - url: http://locorum-acme-web:80\n" +
		"tls:\n" +
		"  certificates:\n" +
		"    - certFile: /etc/traefik/tui-certs/site-acme/cert.pem\n" +
		"      keyFile: /etc/traefik/tui-certs/site-acme/key.pem\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	service, err := Route{Name: "svc-mail", Hosts: []string{"mail.localhost"}, Backend: "http://locorum-global-mail:8025"}.render()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"locorum-svc-mail:", "Host(`mail.localhost`)", "http://locorum-global-mail:8025"} {
		if !strings.Contains(string(service), part) {
			t.Errorf("%q is not in\n%s", part, service)
		}
	}
	if strings.Contains(string(service), "certFile") {
		t.Errorf("a route without a certificate names one:\n%s", service)
	}
}

func TestRouteRefuses(t *testing.T) {
	t.Parallel()
	good := SiteRoute("acme", []string{"acme.localhost"}, false)
	for _, c := range []struct {
		name string
		edit func(r *Route)
	}{
		{"path in its name", func(r *Route) { r.Name = "site-../../x" }},
		{"no kind", func(r *Route) { r.Name = "acme" }},
		{"no host", func(r *Route) { r.Hosts = nil }},
		{"wildcard first", func(r *Route) { r.Hosts = []string{"*.localhost"} }},
		{"backtick", func(r *Route) { r.Hosts = append(r.Hosts, "a`) || PathPrefix(`/") }},
		{"newline", func(r *Route) { r.Hosts = []string{"a.localhost\nevil: true"} }},
		{"capital", func(r *Route) { r.Hosts = []string{"A.localhost"} }},
		{"backend", func(r *Route) { r.Backend = "file:///etc/passwd" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := good
			c.edit(&r)
			dir := t.TempDir()
			if changed, err := writeRoute(dir, r); err == nil || changed {
				t.Errorf("wrote %+v", r)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
				t.Errorf("%d files left, %v", len(entries), err)
			}
		})
	}
}

func TestWriteRouteOnlyWhenChanged(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dynamic")
	r := SiteRoute("acme", []string{"acme.localhost"}, true)
	for i, want := range []bool{true, false} {
		if changed, err := writeRoute(dir, r); err != nil || changed != want {
			t.Errorf("write %d: changed %v, %v, want %v", i, changed, err, want)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "site-acme.yaml"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want a file of mode 0600", info, err)
	}
	for range 2 {
		if err := removeRoute(dir, r.Name); err != nil {
			t.Errorf("removing it: %v", err)
		}
	}
	if err := removeRoute(dir, "../site-x"); err == nil {
		t.Error("removed a file of another folder")
	}
}

func TestStaticFile(t *testing.T) {
	t.Parallel()
	text, err := renderStatic(8443)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		EntryPoints map[string]struct {
			Address string
			HTTP    struct {
				Redirections struct {
					EntryPoint struct {
						To, Scheme string
						Permanent  bool
					} `yaml:"entryPoint"`
				}
			}
		} `yaml:"entryPoints"`
		Providers struct{ File struct{ Directory string } }
	}
	if err := yaml.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	redirection := got.EntryPoints["web"].HTTP.Redirections.EntryPoint
	if redirection.To != ":8443" || redirection.Scheme != "https" || redirection.Permanent {
		t.Errorf("HTTP is redirected to %+v, want the host's port and not for ever", redirection)
	}
	if got.EntryPoints["websecure"].Address != ":443" || got.Providers.File.Directory != inDynamic {
		t.Errorf("got %+v", got)
	}
}

func TestAPIFileHoldsNoPassword(t *testing.T) {
	t.Parallel()
	text, err := renderAPI("$2a$04$hash")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "locorum:$2a$04$hash") || !strings.Contains(string(text), "api@internal") {
		t.Errorf("got\n%s", text)
	}
}

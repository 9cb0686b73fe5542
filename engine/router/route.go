package router

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The folders inside Traefik's container.
const (
	inDynamic = "/etc/traefik/dynamic"
	// inCerts has our certificates, inAppCerts the desktop app's, which its route files name.
	inCerts    = "/etc/traefik/tui-certs"
	inAppCerts = "/etc/traefik/certs"
)

// Route leads host names to one backend.
type Route struct {
	// Name is the route's name, "site-acme" or "svc-mail": that of its file and of its certificate's folder. Traefik
	// knows it as RouterName.
	Name string
	// Hosts are exact names and wildcards of one label ("*.acme.localhost"). The first is the primary one, and exact.
	Hosts []string
	// Backend is the URL of the container's port.
	Backend string
	// TLS says that the folder of that name under the certificates holds a certificate; without one Traefik serves its
	// own, which no browser trusts.
	TLS bool
}

// SiteRoute returns the route of a site's web container.
func SiteRoute(slug string, hosts []string, tls bool) Route {
	return Route{Name: "site-" + slug, Hosts: hosts, Backend: "http://locorum-" + slug + "-web:80", TLS: tls}
}

// RouterName returns the name by which Traefik's API knows the route: the desktop app's.
func (r Route) RouterName() string {
	if slug, ok := strings.CutPrefix(r.Name, "site-"); ok {
		return "locorum-" + slug
	}
	return "locorum-" + r.Name
}

// routeName is what may become a file's name.
var routeName = regexp.MustCompile(`^(site|svc)-[a-z0-9][a-z0-9_-]*$`)

// hostName is a host that may stand in a rule: nothing in it can end the quotes there.
var hostName = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*$`)

// validate reports what would make a file that Traefik refuses, or reads in another sense.
func (r Route) validate() error {
	switch {
	case !routeName.MatchString(r.Name):
		return fmt.Errorf("route %q: its name is not one of a route", r.Name)
	case len(r.Hosts) == 0:
		return fmt.Errorf("route %s: no host is named", r.Name)
	case strings.HasPrefix(r.Hosts[0], "*"):
		return fmt.Errorf("route %s: its first host is a wildcard", r.Name)
	}
	for _, host := range r.Hosts {
		if !hostName.MatchString(host) {
			return fmt.Errorf("route %s: %q is not a host name", r.Name, host)
		}
	}
	if u, err := url.Parse(r.Backend); err != nil || u.Scheme != "http" || u.Host == "" {
		return fmt.Errorf("route %s: %q is not a backend", r.Name, r.Backend)
	}
	return nil
}

// rule returns Traefik's rule for the hosts.
func (r Route) rule() string {
	terms := make([]string, len(r.Hosts))
	for i, host := range r.Hosts {
		terms[i] = "Host(`" + host + "`)"
		if suffix, wild := strings.CutPrefix(host, "*."); wild {
			terms[i] = "HostRegexp(`^[^.]+\\." + regexp.QuoteMeta(suffix) + "$`)"
		}
	}
	return strings.Join(terms, " || ")
}

// The part of Traefik's dynamic configuration that we write.
type (
	dynamicFile struct {
		HTTP httpPart `yaml:"http"`
		TLS  *tlsPart `yaml:"tls,omitempty"`
	}
	httpPart struct {
		Routers     map[string]routerPart     `yaml:"routers"`
		Services    map[string]servicePart    `yaml:"services,omitempty"`
		Middlewares map[string]middlewarePart `yaml:"middlewares,omitempty"`
	}
	routerPart struct {
		Rule        string    `yaml:"rule"`
		EntryPoints []string  `yaml:"entryPoints"`
		Service     string    `yaml:"service"`
		Middlewares []string  `yaml:"middlewares,omitempty"`
		TLS         *struct{} `yaml:"tls,omitempty"`
	}
	servicePart struct {
		LoadBalancer balancerPart `yaml:"loadBalancer"`
	}
	balancerPart struct {
		PassHostHeader bool         `yaml:"passHostHeader"`
		Servers        []serverPart `yaml:"servers"`
	}
	serverPart struct {
		URL string `yaml:"url"`
	}
	middlewarePart struct {
		BasicAuth basicAuthPart `yaml:"basicAuth"`
	}
	basicAuthPart struct {
		Users []string `yaml:"users"`
	}
	tlsPart struct {
		Certificates []certificatePart `yaml:"certificates"`
	}
	certificatePart struct {
		CertFile string `yaml:"certFile"`
		KeyFile  string `yaml:"keyFile"`
	}
)

// render returns the route's file.
func (r Route) render() ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	name := r.RouterName()
	file := dynamicFile{HTTP: httpPart{
		Routers: map[string]routerPart{
			name: {Rule: r.rule(), EntryPoints: []string{"websecure"}, Service: name, TLS: &struct{}{}},
		},
		Services: map[string]servicePart{
			name: {LoadBalancer: balancerPart{PassHostHeader: true, Servers: []serverPart{{URL: r.Backend}}}},
		},
	}}
	if r.TLS {
		dir := path.Join(inCerts, r.Name)
		file.TLS = &tlsPart{Certificates: []certificatePart{{CertFile: path.Join(dir, certFile), KeyFile: path.Join(dir, keyFile)}}}
	}
	return marshal(file)
}

// generated heads every file we write; the desktop app looks for the first word.
const generated = "# locorum-generated: written by locorum-tui, and written again whenever the site changes.\n"

func marshal(v any) ([]byte, error) {
	text := bytes.NewBufferString(generated)
	encoder := yaml.NewEncoder(text)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(v), encoder.Close()); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// writeRoute writes the route's file into dir, unless it has these bytes already, and reports whether it did. Traefik
// watches the folder.
func writeRoute(dir string, r Route) (changed bool, err error) {
	text, err := r.render()
	if err != nil {
		return false, err
	}
	return writeChanged(filepath.Join(dir, r.Name+".yaml"), text)
}

// writeChanged writes a file of mode 0600 when its bytes differ, in a folder that it makes if it must.
func writeChanged(name string, text []byte) (changed bool, err error) {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, text) {
		return false, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return false, err
	}
	return true, writeAtomic(name, text, 0o600)
}

// removeRoute removes the route's file from dir; an absent one is no error. The certificate stays for the next start.
func removeRoute(dir, name string) error {
	if !routeName.MatchString(name) {
		return fmt.Errorf("route %q: its name is not one of a route", name)
	}
	if err := os.Remove(filepath.Join(dir, name+".yaml")); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

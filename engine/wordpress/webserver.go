package wordpress

import (
	_ "embed" // the templates
	"fmt"
	"regexp"
	"strings"

	"github.com/Locorum/locorum-tui/model"
)

//go:embed nginx.conf.tmpl
var nginxTemplate string

//go:embed httpd.conf.tmpl
var apacheTemplate string

// MaxUpload is the largest request body that PHP takes, in bytes: upload_max_filesize and post_max_size of the rendered
// php.ini. The web servers let somewhat more through, so that it is WordPress that refuses, with a sentence.
const MaxUpload int64 = 1 << 30

// requestTime is how long one request to PHP may take, in seconds: imports take minutes, and a debugger halts for longer.
const requestTime = 600

// WebServer is what a site's web server is configured with.
type WebServer struct {
	Site model.Site
	// Core is where WordPress lies under the document root: "." or one folder.
	Core string
	// HealthPath is answered with 200 by the web server itself.
	HealthPath string
}

// plainPath is a path that means nothing but itself in nginx's and Apache's files.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9._/@+-]*$`)

// Render returns the whole configuration file of the site's web server: nginx.conf or httpd.conf.
//
// Real files are served, everything else is index.php's: pretty permalinks, and also a missing robots.txt or image that a
// plugin makes when it is asked for. Names that begin with a dot are forbidden but for .well-known, and so is PHP in the
// folders that uploads go to. Multisite in folders maps each site's core addresses to the one core.
func (w WebServer) Render() ([]byte, error) {
	docroot := DocrootInside(w.Site)
	core := strings.Trim(w.Core, "/.")
	for what, path := range map[string]string{"document root": docroot, "core folder": core, "health path": w.HealthPath} {
		if !plainPath.MatchString(path) || strings.Contains(path, "..") {
			return nil, fmt.Errorf("configure the web server: the %s %q has a character that its configuration cannot hold", what, path)
		}
	}
	name, text := "nginx.conf", nginxTemplate
	if w.Site.WebServer == model.WebServerApache {
		name, text = "httpd.conf", apacheTemplate
	}
	if core != "" {
		core = "/" + core
	}
	return render(name, text, struct {
		Docroot, Core, Health, PHP string
		Subdirectories             bool
		MaxBody                    int64
		Timeout                    int
	}{
		Docroot: docroot, Core: core, Health: w.HealthPath, PHP: "php", // the name on the site's own network, where alone FPM listens

		Subdirectories: w.Site.Multisite == model.MultisiteSubdirectory,
		MaxBody:        MaxUpload + 1<<20, Timeout: requestTime,
	})
}

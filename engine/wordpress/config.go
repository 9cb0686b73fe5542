package wordpress

import (
	"bytes"
	_ "embed" // the templates
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/Locorum/locorum-tui/model"
)

//go:embed wp-config.php.tmpl
var configTemplate string

//go:embed wp-config-locorum.php.tmpl
var settingsTemplate string

// Config is what a site's WordPress is told.
type Config struct {
	Site model.Site
	// Core is where WordPress itself lies under the document root: "." or one folder.
	Core string
	// HTTPSPort is the router's port on the host; 443 is left out of addresses.
	HTTPSPort int
	// TablePrefix is that of the database's tables; empty is the one that wp-config.php has, or else "wp_".
	TablePrefix string
	// Network says that the multisite tables are there: WordPress must not be told of a network before.
	Network bool
}

// Docroot returns the folder on the host that the web server serves.
func Docroot(site model.Site) string {
	return filepath.Join(site.FilesDir, filepath.FromSlash(publicDir(site)))
}

// DocrootInside returns the same folder within the site's containers.
func DocrootInside(site model.Site) string {
	return path.Join("/var/www/html", publicDir(site))
}

// publicDir returns the site's document root relative to its folder, which it never leaves.
func publicDir(site model.Site) string { return path.Clean("/" + site.PublicDir)[1:] }

// Written says what of the two files was written.
type Written struct {
	// Settings and Config report whether wp-config-locorum.php and wp-config.php changed.
	Settings, Config bool
	// UserOwned reports that wp-config.php is the person's. It then has to require wp-config-locorum.php itself.
	UserOwned bool
}

// Write writes wp-config.php and wp-config-locorum.php into the document root. The first is the person's as soon as the
// marker is deleted; the second changes with the site and is always ours, so one without marker is ErrUserOwned.
func (c Config) Write() (Written, error) {
	var written Written
	settings, err := c.renderSettings()
	if err != nil {
		return written, fmt.Errorf("write the WordPress configuration: %w", err)
	}
	config, err := c.renderConfig()
	if err != nil {
		return written, fmt.Errorf("write the WordPress configuration: %w", err)
	}
	dir := Docroot(c.Site)
	if written.Settings, err = WriteManaged(filepath.Join(dir, "wp-config-locorum.php"), settings); err != nil {
		return written, fmt.Errorf("write the WordPress configuration: %w", err)
	}
	name := filepath.Join(dir, "wp-config.php")
	owned, err := isManaged(name)
	if err == nil && !owned {
		written.UserOwned = true
		return written, nil
	}
	if written.Config, err = WriteManaged(name, config); err != nil {
		return written, fmt.Errorf("write the WordPress configuration: %w", err)
	}
	return written, nil
}

func (c Config) renderConfig() ([]byte, error) {
	salts, err := parseSalts(c.Site.Salts)
	if err != nil {
		return nil, err
	}
	type salt struct{ Name, Value string }
	data := struct {
		Salts  []salt
		Prefix string
		Core   string
	}{Prefix: c.TablePrefix, Core: strings.Trim(c.Core, "/.")}
	if data.Prefix == "" {
		data.Prefix = TablePrefix(c.Site)
	}
	if data.Prefix == "" {
		data.Prefix = defaultPrefix
	}
	for _, name := range saltNames() {
		data.Salts = append(data.Salts, salt{name, salts[name]})
	}
	return render("wp-config.php", configTemplate, data)
}

func (c Config) renderSettings() ([]byte, error) {
	port := ""
	if c.HTTPSPort != 0 && c.HTTPSPort != 443 {
		port = fmt.Sprintf(":%d", c.HTTPSPort)
	}
	core := strings.Trim(c.Core, "/.")
	if core != "" {
		core = "/" + core
	}
	return render("wp-config-locorum.php", settingsTemplate, struct {
		Domain, Slug, Port, Core, DebugLog string
		Network, Subdomains                bool
	}{
		Domain: c.Site.Domain, Slug: c.Site.Slug, Port: port, Core: core,
		DebugLog:   DocrootInside(c.Site) + "/wp-content/debug.log",
		Network:    c.Network && c.Site.Multisite != model.MultisiteOff,
		Subdomains: c.Site.Multisite == model.MultisiteSubdomain,
	})
}

// defaultPrefix is WordPress's own.
const defaultPrefix = "wp_"

// tablePrefix matches the line of wp-config.php that sets the prefix to what can be one.
var tablePrefix = regexp.MustCompile(`(?m)^[ \t]*\$table_prefix[ \t]*=[ \t]*['"]([A-Za-z0-9_]+)['"][ \t]*;`)

// TablePrefix returns the prefix of the database's tables that the site's wp-config.php names; empty when there is no such
// file, or when it works the prefix out.
func TablePrefix(site model.Site) string {
	text, err := os.ReadFile(filepath.Join(Docroot(site), "wp-config.php"))
	if err != nil {
		return ""
	}
	if found := tablePrefix.FindAllSubmatch(text, -1); found != nil {
		return string(found[len(found)-1][1])
	}
	return ""
}

// render fills a template whose values stand as {{php .X}}.
func render(name, text string, data any) ([]byte, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"php": quotePHP}).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// quotePHP returns s as a PHP string in single quotes, in which nothing but the quote and the backslash means anything.
func quotePHP(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

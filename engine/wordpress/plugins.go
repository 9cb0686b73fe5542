package wordpress

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/moby/sys/atomicwriter"

	"github.com/Locorum/locorum-tui/model"
)

//go:embed plugins/*.tmpl
var pluginTemplates embed.FS

// LoginTime is how long a one-time link works.
const LoginTime = 5 * time.Minute

// ContentDir returns the folder on the host that holds the site's plugins and uploads: wp-content, or Bedrock's app.
func ContentDir(site model.Site, core string) string {
	docroot := Docroot(site)
	for _, name := range []string{"wp-content", "app", filepath.Join(core, "wp-content")} {
		dir := filepath.Join(docroot, name)
		if info, err := os.Lstat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	return filepath.Join(docroot, "wp-content")
}

// WritePlugins writes our small plugins, which WordPress always loads, and returns their paths. One that the person has
// made his own (without our marker) stays, and its error is an ErrUserOwned; the others are written all the same.
func WritePlugins(site model.Site, core string) (paths []string, err error) {
	content := ContentDir(site, core)
	data := struct {
		Domain     string
		Slug       string
		Subdomains bool
		LoginFile  string
	}{site.Domain, site.Slug, site.Multisite == model.MultisiteSubdomain, "/.locorum/login.json"}
	var owned []error
	for _, p := range []struct{ template, path string }{
		{"locorum-login.php.tmpl", "mu-plugins/locorum-login.php"},
		{"locorum-loopback.php.tmpl", "mu-plugins/locorum-loopback.php"},
		{"locorum-mail.php.tmpl", "mu-plugins/locorum-mail.php"},
		{"object-cache.php.tmpl", "object-cache.php"},
	} {
		text, err := pluginTemplates.ReadFile("plugins/" + p.template)
		if err != nil {
			return paths, err
		}
		rendered, err := render(p.template, string(text), data)
		if err != nil {
			return paths, fmt.Errorf("write %s: %w", p.path, err)
		}
		path := filepath.Join(content, filepath.FromSlash(p.path))
		_, err = WriteManaged(path, rendered)
		switch {
		case errors.Is(err, ErrUserOwned):
			owned = append(owned, err)
			continue
		case err != nil:
			return paths, err
		}
		paths = append(paths, path)
	}
	return append(paths, filepath.Join(content, "mu-plugins")), errors.Join(owned...)
}

// NewLogin makes the address under base that logs the site's administrator in, once and within LoginTime. What lies on the
// disk for it is a digest: whoever reads that cannot log in. It returns the file that was written too.
func NewLogin(site model.Site, core, base, user string, now time.Time, random io.Reader) (url, path string, err error) {
	secret := make([]byte, 32)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", "", fmt.Errorf("make a login link: %w", err)
	}
	token := hex.EncodeToString(secret)
	sum := sha256.Sum256([]byte(token))
	text, err := json.Marshal(map[string]any{"hash": hex.EncodeToString(sum[:]), "expires": now.Add(LoginTime).Unix(), "user": user})
	if err != nil {
		return "", "", err
	}
	path = filepath.Join(ContentDir(site, core), ".locorum", "login.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", "", fmt.Errorf("make a login link: %w", err)
	}
	if err := atomicwriter.WriteFile(path, text, 0o600); err != nil {
		return "", "", fmt.Errorf("make a login link: %w", err)
	}
	if core = strings.Trim(core, "/."); core != "" {
		base += "/" + core
	}
	return base + "/wp-login.php?locorum_login=" + token, path, nil
}

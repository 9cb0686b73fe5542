package sites

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// Options are what a Manager works with. All of it is the caller's, who closes what has to be closed after the Manager.
type Options struct {
	// HomeDir is the person's home directory; the data folder is .locorum in it.
	HomeDir string
	// Version is the program's version, which goes into what we make.
	Version string
	Docker  *engine.Docker
	Store   *store.Store
	Config  settings.Config
	// LookupEnv reads the environment: where to download from, who called sudo.
	LookupEnv func(string) (string, bool)
	Now       func() time.Time
	// Random is a source of secrets.
	Random io.Reader
}

// Manager knows every site, and how each is created, started, stopped, changed and deleted. It is safe for concurrent use.
type Manager struct {
	o Options
	// seen says that the daemon was found to see our folders.
	seen atomic.Bool
}

// New returns a Manager. It does nothing yet: Docker need not answer.
func New(o Options) *Manager { return &Manager{o: o} }

// DataDir returns the data folder of the home directory homeDir: Locorum's, and in its tui folder our own.
func DataDir(homeDir string) string { return filepath.Join(homeDir, ".locorum") }

func (m *Manager) data(names ...string) string {
	return filepath.Join(append([]string{DataDir(m.o.HomeDir)}, names...)...)
}

// ErrNoSite says that no site has the name that was asked for. Errors of this kind are *NoSiteError.
var ErrNoSite = errors.New("no such site")

// NoSiteError names the site that is not there, and the one that may have been meant.
type NoSiteError struct {
	Name    string
	Nearest string // a slug; empty when none is near
}

// Error says what is missing and what may have been meant.
func (e *NoSiteError) Error() string {
	text := fmt.Sprintf("there is no site %q", engine.SanitizeString(e.Name))
	if e.Nearest != "" {
		text += "; did you mean " + e.Nearest + "?"
	}
	return text
}

// Is reports that every NoSiteError is an ErrNoSite.
func (e *NoSiteError) Is(target error) bool { return target == ErrNoSite }

// URL returns the address of the site's page, with the port of the router where it is not 443.
func (m *Manager) URL(site model.Site) string {
	return router.URL(site.Domain, m.httpsPort())
}

// httpsPort is the router's, as it was last started; the standard one before.
func (m *Manager) httpsPort() int {
	ports, known := router.New(router.Options{HomeDir: m.o.HomeDir}).Ports()
	if !known {
		return 443
	}
	return ports.HTTPS
}

func (m *Manager) cliPath() string { return engine.WPCLIPath(m.o.HomeDir) }

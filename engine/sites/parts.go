package sites

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/wordpress"
)

// newRouter returns the router with the ports that the desktop app's settings ask for.
func (m *Manager) newRouter(ctx context.Context) (*router.Router, error) {
	rows, err := m.o.Store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	wish, err := settings.PortsFrom(rows)
	if err != nil {
		return nil, err
	}
	user, _ := m.o.LookupEnv("USER")
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return router.New(router.Options{
		HomeDir: m.o.HomeDir, Docker: m.o.Docker, Bind: m.o.Config.Router.Bind, Ports: router.Ports{HTTP: wish.HTTP, HTTPS: wish.HTTPS},
		Now: m.o.Now, Random: m.o.Random, Owner: user + "@" + host,
	}), nil
}

// CA returns the certificate authority that signs the sites' certificates, and makes it when there is none.
func (m *Manager) CA(ctx context.Context) (*router.CA, error) {
	r, err := m.newRouter(ctx)
	if err != nil {
		return nil, err
	}
	lock, err := m.lockShared(ctx, "make the certificate authority")
	if err != nil {
		return nil, err
	}
	ca, err := r.CA()
	return ca, closing(err, lock)
}

// cli fetches wp-cli.
func (j *job) cli(ctx context.Context, report func(Progress)) error {
	url := j.env("LOCORUM_WPCLI_URL", wordpress.CLIURL)
	digest := j.env("LOCORUM_WPCLI_SHA512", wordpress.CLISHA512)
	return wordpress.EnsureCLI(ctx, j.http, j.m.cliPath(), url, digest, func(current, total int64) {
		report(Progress{Label: "wp-cli", Status: "Downloading", Current: current, Total: total})
	})
}

func (j *job) wpCLI() wordpress.CLI {
	return wordpress.CLI{Exec: j.m.o.Docker, Site: j.site, Core: j.core}
}

// writePlugins writes our small plugins. One that the person has taken over stays his.
func (j *job) writePlugins() error {
	paths, err := wordpress.WritePlugins(j.site, j.core)
	if errors.Is(err, wordpress.ErrUserOwned) {
		j.notice(strings.ReplaceAll(err.Error(), "\n", "; ") + ": it stays as it is")
		err = nil
	}
	return errors.Join(err, j.account.own(j.me, paths...))
}

// login makes the one-time link.
func (j *job) login() (string, error) {
	url, path, err := wordpress.NewLogin(j.site, j.core, j.m.URL(j.site), j.remembered().AdminUser, j.m.o.Now(), j.m.o.Random)
	if err != nil {
		return "", err
	}
	dir := wordpress.ContentDir(j.site, j.core)
	return url, j.account.own(j.me, dir+"/.locorum", path)
}

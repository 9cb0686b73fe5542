package sites

import (
	"context"
	"fmt"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/wordpress"
)

// Login makes the address that logs the site's administrator in, once and for a few minutes. The site must run.
func (m *Manager) Login(ctx context.Context, slug string) (string, error) {
	view, err := m.View(ctx, slug)
	if err != nil {
		return "", err
	}
	if view.Site.ID == "" {
		return "", fmt.Errorf("%w: Locorum's database does not know %s, so there is no link into it", ErrInvalid, slug)
	}
	if !view.Status.Running {
		return "", fmt.Errorf("log in to %s: %w; start it first", slug, engine.ErrNotRunning)
	}
	j, err := m.newJob(ctx, view.Site, func(string) {})
	if err != nil {
		return "", err
	}
	found, err := wordpress.Find(wordpress.Docroot(view.Site))
	if err != nil {
		return "", err
	}
	j.core = found.Core
	return j.login()
}

// Credentials returns the administrator's name and password as WordPress was installed with them. The person may have
// changed the password since.
func (m *Manager) Credentials(slug string) (wordpress.Credentials, error) {
	return wordpress.ReadCredentials(m.o.HomeDir, slug)
}

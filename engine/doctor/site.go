package doctor

import (
	"context"
	"fmt"
	"regexp"

	"github.com/Locorum/locorum-tui/model"
)

// commandSlug is what slugs look like that may be put into a command. Labels of containers are anybody's text.
var commandSlug = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,99}$`)

// siteCommand returns our command for a site; empty when its slug is none.
func siteCommand(verb, slug string) string {
	if !commandSlug.MatchString(slug) {
		return ""
	}
	return "locorum-tui " + verb + " " + slug
}

// sites returns the rows of the database; none without one.
func (x examiner) sites(ctx context.Context) ([]model.Site, error) {
	if x.Store == nil {
		return nil, nil
	}
	sites, err := x.Store.Sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the sites: %w", err)
	}
	return sites, nil
}

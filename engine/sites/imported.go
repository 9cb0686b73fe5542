package sites

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/engine/wordpress"
)

var (
	// plainURL is an address that may stand in a command.
	plainURL = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$`)
	// plainPrefix is what WordPress takes for a prefix of tables.
	plainPrefix = regexp.MustCompile(`^[A-Za-z0-9_]*$`)
)

// importedPrefix returns the prefix of WordPress's tables in the imported database, and has wp-config.php name it when the
// dump comes from a site with another one.
func (j *job) importedPrefix(ctx context.Context) (string, error) {
	tables, err := database.Query(ctx, j.m.o.Docker, &j.site, "SHOW TABLES")
	if err != nil {
		return "", fmt.Errorf("ask the imported database for its tables: %w", err)
	}
	named := wordpress.TablePrefix(j.site)
	prefix, err := choosePrefix(tables, named)
	if err != nil || prefix == named {
		return prefix, err
	}
	config := j.wordpressConfig()
	config.TablePrefix = prefix
	written, err := j.writeConfig(config)
	if err != nil {
		return "", err
	}
	if written.UserOwned {
		return "", fmt.Errorf("%w: the tables of the dump begin with %q; set $table_prefix in wp-config.php, which is yours, to that", ErrInvalid, prefix)
	}
	j.notice(fmt.Sprintf("the tables of the dump begin with %q: wp-config.php says so now", prefix))
	return prefix, nil
}

// choosePrefix returns the prefix that a WordPress has its tables under: the one that wp-config.php names where it is
// among them, else the only one. The sites of a network have options of their own, but no users.
func choosePrefix(tables []string, named string) (string, error) {
	var prefixes []string
	for _, table := range tables {
		prefix, options := strings.CutSuffix(table, "options")
		if options && plainPrefix.MatchString(prefix) && slices.Contains(tables, prefix+"users") && slices.Contains(tables, prefix+"posts") {
			prefixes = append(prefixes, prefix)
		}
	}
	switch {
	case slices.Contains(prefixes, named):
		return named, nil
	case len(prefixes) == 1:
		return prefixes[0], nil
	case len(prefixes) == 0:
		return "", fmt.Errorf("%w: the dump holds no tables of WordPress; what was there before is in the snapshot named above", ErrInvalid)
	}
	return "", fmt.Errorf("%w: the dump holds the tables of several WordPresses (%s); set $table_prefix in wp-config.php to one of them and import it again",
		ErrInvalid, engine.SanitizeString(strings.Join(prefixes, ", ")))
}

// importedURL asks the database itself: wp-config overrides what WordPress would say.
func (j *job) importedURL(ctx context.Context, prefix string) (string, error) {
	rows, err := database.Query(ctx, j.m.o.Docker, &j.site, "SELECT option_value FROM `"+prefix+"options` WHERE option_name='home'")
	if err != nil {
		return "", fmt.Errorf("ask the imported database for its address: %w", err)
	}
	if len(rows) == 0 {
		return "", nil
	}
	url := strings.TrimRight(strings.TrimSpace(rows[0]), "/")
	if !plainURL.MatchString(url) {
		return "", nil
	}
	return url, nil
}

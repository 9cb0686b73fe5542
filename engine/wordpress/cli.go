package wordpress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// ErrCLI says that wp-cli failed; the text has what it said.
var ErrCLI = errors.New("wp-cli failed")

// Execer runs a program in a container; *engine.Docker is one.
type Execer interface {
	ExecInContainerWriterStdin(ctx context.Context, containerName string, opts engine.ExecOptions, stdin io.Reader, stdoutW, stderrW io.Writer) (int, error)
}

// CLI is wp-cli in a site's PHP container, which must run.
type CLI struct {
	Exec Execer
	Site model.Site
	// Core is where WordPress lies under the document root: "." or one folder.
	Core string
}

// Path returns the folder of WordPress within the container: wp-cli's --path.
func (c CLI) Path() string { return path.Join(DocrootInside(c.Site), c.Core) }

// run runs wp with the arguments, which other users of the machine can see, and what it reads, which they cannot.
func (c CLI) run(ctx context.Context, stdin string, args ...string) (code int, said string, err error) {
	var out, errOut bytes.Buffer
	cmd := append([]string{"wp", "--path=" + c.Path()}, args...)
	code, err = c.Exec.ExecInContainerWriterStdin(ctx, engine.SiteContainerName(c.Site.Slug, engine.RolePHP),
		engine.ExecOptions{Cmd: cmd, WorkingDir: "/var/www/html"}, strings.NewReader(stdin), &out, &errOut)
	return code, strings.TrimSpace(errOut.String()), err
}

// must is run that has to end well.
func (c CLI) must(ctx context.Context, stdin string, args ...string) error {
	code, said, err := c.run(ctx, stdin, args...)
	if err != nil {
		return fmt.Errorf("wp %s: %w", args[0], err)
	}
	if code != 0 {
		return fmt.Errorf("%w: wp %s: exit code %d: %s", ErrCLI, strings.Join(args[:min(2, len(args))], " "), code, lastLine(said))
	}
	return nil
}

func lastLine(text string) string {
	return engine.SanitizeString(text[strings.LastIndexByte(text, '\n')+1:])
}

// Installed reports whether WordPress has its tables.
func (c CLI) Installed(ctx context.Context) (bool, error) {
	code, said, err := c.run(ctx, "", "core", "is-installed")
	switch {
	case err != nil:
		return false, fmt.Errorf("ask whether WordPress is installed: %w", err)
	case code == 0:
		return true, nil
	case code == 1 && !strings.Contains(said, "Error"):
		return false, nil
	}
	return false, fmt.Errorf("%w: wp core is-installed: exit code %d: %s", ErrCLI, code, lastLine(said))
}

// InstallOptions are what a new WordPress is told.
type InstallOptions struct {
	URL, Title, User, Email string
	// Password is a secret: it is read from standard input, since arguments can be seen.
	Password string
}

// Install makes WordPress's tables and its administrator, without a mail to anybody, with readable addresses, and hidden
// from search engines.
func (c CLI) Install(ctx context.Context, o InstallOptions) error {
	err := c.must(ctx, o.Password+"\n", "core", "install", "--url="+o.URL, "--title="+o.Title, "--admin_user="+o.User,
		"--admin_email="+o.Email, "--skip-email", "--prompt=admin_password")
	if err != nil {
		return err
	}
	if err := c.must(ctx, "", "rewrite", "structure", "/%postname%/", "--hard"); err != nil {
		return err
	}
	return c.must(ctx, "", "option", "update", "blog_public", "0")
}

// Convert makes a network of the site: of folders, or of subdomains.
func (c CLI) Convert(ctx context.Context, title string) error {
	args := []string{"core", "multisite-convert", "--title=" + title}
	if c.Site.Multisite == model.MultisiteSubdomain {
		args = append(args, "--subdomains")
	}
	return c.must(ctx, "", args...)
}

// SearchReplace turns the address was into want everywhere in the database: with both schemes, also as JSON writes them.
// Post GUIDs stay. Plugins and themes are not loaded, so that a broken one does not stop it.
func (c CLI) SearchReplace(ctx context.Context, was, want string) error {
	_, host, found := strings.Cut(was, "://")
	if !found {
		return fmt.Errorf("replace the address %q: it has no scheme", was)
	}
	inJSON := func(url string) string { return strings.ReplaceAll(url, "/", `\/`) }
	for _, scheme := range []string{"https://", "http://"} {
		if scheme+host == want {
			continue
		}
		for _, pair := range [][2]string{{scheme + host, want}, {inJSON(scheme + host), inJSON(want)}} {
			err := c.must(ctx, "", "search-replace", pair[0], pair[1], "--all-tables-with-prefix", "--skip-columns=guid", "--precise",
				"--report-changed-only", "--skip-plugins", "--skip-themes")
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Flush forgets what is cached of the database.
func (c CLI) Flush(ctx context.Context) error { return c.must(ctx, "", "cache", "flush") }

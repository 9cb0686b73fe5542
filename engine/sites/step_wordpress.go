package sites

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

const (
	// wordpressURL is the current release; beside it lies its SHA-1.
	wordpressURL = "https://wordpress.org/latest.tar.gz"
	// wordpressMax bounds the archive, in bytes; 6.9 has 28 MB.
	wordpressMax = 200 << 20
)

// env returns a variable of the environment, or what it is without one.
func (j *job) env(name, without string) string {
	if value, ok := j.m.o.LookupEnv(name); ok && value != "" {
		return value
	}
	return without
}

func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return fmt.Errorf("make the folder %s: %w", path, err)
	}
	return nil
}

// unpacking marks a folder that WordPress is being unpacked into: without it a folder that is only half full would be
// taken for the person's own.
const unpacking = ".locorum/unpacking"

// wordpress has a WordPress in the site's folder: the one that is there, or else the newest release.
func (j *job) wordpress(ctx context.Context, report func(Progress)) error {
	docroot := wordpress.Docroot(j.site)
	found, err := wordpress.Find(docroot)
	if err != nil {
		return err
	}
	mark := filepath.Join(docroot, filepath.FromSlash(unpacking))
	_, statErr := os.Stat(mark)
	half := statErr == nil
	if !found.Empty && !half {
		if j.core = found.Core; j.core == "" {
			j.notice("the folder has files and no WordPress in it: it is served as it is")
			j.core = "."
		}
		return nil
	}
	archive, err := j.download(ctx, report)
	if err != nil {
		return err
	}
	if err := makeFolder(filepath.Dir(mark)); err != nil {
		return err
	}
	if err := os.WriteFile(mark, nil, 0o644); err != nil {
		return fmt.Errorf("unpack WordPress: %w", err)
	}
	if err := unpack(ctx, archive, docroot, report); err != nil {
		return err
	}
	if err := j.account.own(j.me, j.site.FilesDir); err != nil {
		return err
	}
	j.core = "."
	return os.Remove(mark)
}

// download fetches WordPress into the data folder, where it serves the next site too.
func (j *job) download(ctx context.Context, report func(Progress)) (path string, err error) {
	url := j.env("LOCORUM_WORDPRESS_URL", wordpressURL)
	d := wordpress.Download{URL: url, DigestURL: url + ".sha1", MaxBytes: wordpressMax, Path: j.m.data("tui", "downloads", "wordpress.tar.gz")}
	err = d.Fetch(ctx, j.http, func(current, total int64) {
		report(Progress{Label: "WordPress", Status: "Downloading", Current: current, Total: total})
	})
	return d.Path, err
}

func unpack(ctx context.Context, archive, docroot string, report func(Progress)) error {
	f, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("unpack WordPress: %w", err)
	}
	defer f.Close()
	return wordpress.Unpack(ctx, f, docroot, true, func(files int) {
		report(Progress{Label: "files", Status: "Unpacking", Current: int64(files)})
	})
}

// configure writes wp-config and the small plugins, with the router's port in them.
func (j *job) configure(ctx context.Context) error {
	written, err := j.writeConfig(j.wordpressConfig())
	if err != nil {
		return err
	}
	if written.UserOwned {
		j.notice("wp-config.php is yours and stays as it is; it has to require wp-config-locorum.php")
	}
	return j.writePlugins()
}

// writeConfig writes WordPress's configuration, readable by the site's account.
func (j *job) writeConfig(config wordpress.Config) (wordpress.Written, error) {
	written, err := config.Write()
	if err != nil {
		return written, err
	}
	docroot := wordpress.Docroot(j.site)
	return written, j.account.own(j.me, filepath.Join(docroot, "wp-config.php"), filepath.Join(docroot, "wp-config-locorum.php"))
}

// install sets WordPress up: its tables, the administrator with a password that nobody knows beforehand, permalinks, and
// the network where there is one. What was done before is found done.
func (j *job) install(ctx context.Context, report func(Progress)) error {
	cli := j.wpCLI()
	installed, err := cli.Installed(ctx)
	if err != nil {
		return err
	}
	if !installed {
		if err := j.installFresh(ctx, cli, report); err != nil {
			return err
		}
	}
	if j.site.Multisite != model.MultisiteOff && !j.remembered().Network {
		report(Progress{Status: "Making a network"})
		if err := cli.Convert(ctx, j.site.Name); err != nil {
			return err
		}
		if err := j.remember(func(s *siteState) { s.Network = true }); err != nil {
			return err
		}
		if err := j.configure(ctx); err != nil {
			return err
		}
	}
	return j.remember(func(s *siteState) { s.Installed = true })
}

func (j *job) installFresh(ctx context.Context, cli wordpress.CLI, report func(Progress)) error {
	report(Progress{Status: "Installing WordPress"})
	state := j.remembered()
	user := state.AdminUser
	if user == "" {
		user = "admin"
	}
	email := state.AdminEmail
	if email == "" {
		email = user + "@example.test"
	}
	credentials, err := wordpress.ReadCredentials(j.m.o.HomeDir, j.site.Slug)
	if err != nil || credentials.User != user {
		password, err := wordpress.NewPassword(j.m.o.Random)
		if err != nil {
			return err
		}
		credentials = wordpress.Credentials{User: user, Password: password}
		if err := wordpress.WriteCredentials(j.m.o.HomeDir, j.site.Slug, credentials); err != nil { // before it is anybody's password
			return err
		}
	}
	err = cli.Install(ctx, wordpress.InstallOptions{
		URL: "https://" + j.site.Domain, Title: j.site.Name, User: user, Email: email, Password: credentials.Password,
	})
	if err != nil {
		return err
	}
	return j.remember(func(s *siteState) { s.AdminUser = user })
}

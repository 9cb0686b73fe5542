package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/Locorum/locorum-tui/model"
)

// Memory of the PHP container in bytes.
const (
	// PHPMemoryLimit is what one request may use: memory_limit of the rendered php.ini. Three requests at the limit and
	// the opcode cache (128 MiB) fit into the container together. FPM has more workers than that, since requests need a
	// tenth of it as a rule; should four reach the limit at once, the kernel ends one of them, and FPM replaces it.
	PHPMemoryLimit int64 = 256 * mib

	phpContainerMemory = 1024 * mib
)

// phpDefaultUser is the user and the group of the image's own user, wodby.
const phpDefaultUser = 1000

// PHPUserGroup returns the user and group that PHP runs as: the person's, so that files which WordPress writes are theirs.
// It never returns user 0: for root, and where there are no such numbers (Windows), it returns 1000 and 1000.
func PHPUserGroup() (uid, gid int) { return phpUserGroup(os.Getuid(), os.Getgid()) }

func phpUserGroup(uid, gid int) (int, int) {
	if uid <= 0 || gid < 0 {
		return phpDefaultUser, phpDefaultUser
	}
	return uid, gid
}

// PHPIniPath returns where php.ini is rendered to, for all sites, in the data folder of the home directory homeDir.
func PHPIniPath(homeDir string) string { return ownPath(homeDir, "php", "php.ini") }

// FPMPoolPath returns where the part of FPM's pool is rendered to that every site has in common. It has to make FPM listen
// on the site's own network only (host name "php"): on the global one, every other site's PHP could have it run any script.
func FPMPoolPath(homeDir string) string { return ownPath(homeDir, "php", "fpm.conf") }

// SPXIniPath returns where the profiler's ini file is rendered to, for all sites. PHP reads it always; it has no effect
// until the extension is loaded.
func SPXIniPath(homeDir string) string { return ownPath(homeDir, "php", "spx.ini") }

// SPXKeyINIPath returns where the ini file with the site's secret key for the profiler is, which must exist while the
// profiler is on. The desktop app writes the same file.
func SPXKeyINIPath(homeDir, slug string) string {
	return dataPath(homeDir, "config", "php", "spx-keys", slug+".ini")
}

// WPCLIPath returns where the wp-cli archive is that every PHP container has as /usr/local/bin/wp.
func WPCLIPath(homeDir string) string { return dataPath(homeDir, "bin", "wp") }

// PHPSpec describes the site's PHP FPM, on port 9000, and where wp-cli runs. homeDir is the home directory that holds the
// data folder. The database password is an EnvSecret. Domain, document root and network mode are in the environment, from
// where wp-config reads them, so a change of one needs a new container, as does switching the profiler.
func PHPSpec(site *model.Site, homeDir string) ContainerSpec {
	uid, gid := PHPUserGroup()
	spec := ContainerSpec{
		Name:       SiteContainerName(site.Slug, RolePHP),
		Image:      "wodby/php:" + site.PHPVersion,
		Env:        phpEnv(site),
		EnvSecrets: []EnvSecret{{Key: "MYSQL_PASSWORD", Value: site.DBPassword}},
		User:       fmt.Sprintf("%d:%d", uid, gid),
		WorkingDir: siteRoot,
		Labels:     roleLabels(RolePHP, site.Slug),
		Mounts: []Mount{
			bind(PHPIniPath(homeDir), "/usr/local/etc/php/conf.d/zzz-php.ini", true),
			bind(SPXIniPath(homeDir), "/usr/local/etc/php/conf.d/zzz-spx.ini", true),
			// After the image's own pool (zz-www.conf), whose settings it changes.
			bind(FPMPoolPath(homeDir), "/usr/local/etc/php-fpm.d/zzz-locorum.conf", true),
			bind(site.FilesDir, siteRoot, false),
			bind(WPCLIPath(homeDir), "/usr/local/bin/wp", true),
		},
		Networks: []NetworkAttachment{
			{Network: SiteNetworkName(site.Slug), Aliases: []string{"php"}},
			{Network: GlobalNetwork}, // the way out, and to the mail catcher
		},
		ExtraHosts: []string{"host.docker.internal:host-gateway"},
		// 2328 is 9000 in hexadecimal and 0A the state of a socket that listens. The image has no client for FPM.
		Healthcheck: readiness("CMD-SHELL", `cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -qE ':2328 0+:0000 0A '`),
		Resources:   Resources{MemoryLimit: phpContainerMemory},
		Security:    phpSecurity(),
		Init:        true,
		Restart:     RestartNo,
	}
	if site.Domain != "" {
		spec.ExtraHosts = append(spec.ExtraHosts, site.Domain+":host-gateway") // for what calls the site from inside
	}
	if site.SPXEnabled {
		spec.Env = append(spec.Env, "PHP_EXTENSIONS_ENABLE=spx", "PHP_EXTENSIONS_DISABLE=xdebug,xhprof")
		spec.Mounts = append(spec.Mounts,
			bind(SPXKeyINIPath(homeDir, site.Slug), "/usr/local/etc/php/conf.d/zzzz-spx-key.ini", true),
			bind(filepath.Join(site.FilesDir, dataFolder, "spx"), "/var/spx/data", false))
	}
	return spec
}

func phpEnv(site *model.Site) []string {
	return []string{
		"MYSQL_HOST=database",
		"MYSQL_DATABASE=wordpress",
		"MYSQL_USER=wordpress",
		"WP_CLI_ALLOW_ROOT=true",
		"LOCORUM_PRIMARY_URL=https://" + site.Domain,
		"LOCORUM_DOCROOT=" + docroot(site.PublicDir),
		"LOCORUM_APPROOT=" + siteRoot,
		"LOCORUM_SITE_SLUG=" + site.Slug,
		"LOCORUM_MULTISITE=" + site.Multisite,
		"PHP_FPM_USER=wodby",
		"PHP_FPM_GROUP=wodby",
	}
}

// docroot returns the document root below the site's folder without slashes before it; empty is the folder itself.
func docroot(publicDir string) string {
	dir := strings.TrimLeft(publicDir, "/")
	if dir == "." {
		return ""
	}
	return dir
}

// phpSecurity leaves the image what its start-up does as an ordinary user through sudo: that needs new privileges, and
// the capabilities to become root, to write its log entry and to give files to the image's user. The processes that serve
// requests have none of them.
func phpSecurity() SecurityOptions {
	s := hardened("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID")
	s.NoNewPrivileges = false
	return s
}

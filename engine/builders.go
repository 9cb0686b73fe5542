package engine

// The builders say what each container, network and volume of Locorum looks like. They are pure: the same site gives the
// same spec, so that ConfigHash tells whether a container still fits. Names, labels, aliases, ports and targets of mounts
// are the desktop app's; what follows differs from it on purpose.
//
//   - No TTY: with one, stderr cannot be told from stdout.
//   - Health checks ask what the container itself does, and never WordPress: the desktop app's load a page of it every
//     second, for as long as the site runs. They come every 150 ms until the container is ready and every 15 s from then
//     on. The web servers' ask WebHealthPath, which the rendered configuration answers without PHP; FPM's looks for the
//     listening socket, which also takes no worker.
//   - Memory: PHP may use 256 MiB for a request (PHPMemoryLimit) of the container's 1 GiB, so that a greedy script ends
//     with PHP's own message; the desktop app allows a request 1 GiB of 512 MiB, which ends with a kill. Redis evicts at
//     half of its container's memory instead of dying.
//   - Redis keeps nothing on disk: it is a cache, and the desktop app's append-only file lies in an anonymous volume that
//     every recreation leaves behind. A tmpfs on /data leaves no such volume at all.
//   - PHP's container drops the capabilities that nothing in it uses. Redis and the mail catcher run as ordinary users on
//     a root file system that they cannot write. Nothing but PHP can gain privileges.
//   - Configuration is mounted read-only, and comes from .locorum/tui/config where it differs from what the desktop app
//     renders, which would else overwrite it.
//   - PHP also knows host.docker.internal, where Xdebug calls back; on Linux nothing else makes that name.
//   - FPM listens on the site's own network only, and the web server finds it there as "php": on the global network, which
//     PHP needs for its way out, it would serve every other site too.
//   - The mail catcher is Mailpit. MailHog is no longer maintained; Mailpit has its ports, and keeps the container's name.
//   - PHP never runs as root (see PHPUserGroup).
//   - Databases are not on the global network; their specs are made elsewhere, with the reason.

import (
	"path/filepath"
	"time"
)

const mib = 1 << 20

// dataFolder is the name of Locorum's folder in a person's home directory.
const dataFolder = ".locorum"

// How a site's files are seen inside its containers. Web server and PHP must see the same paths.
const siteRoot = "/var/www/html"

// readiness is a probe that comes quickly while the container starts and rarely afterwards. What fails within the first
// minute counts for nothing; later three failures in a row do.
func readiness(test ...string) *Healthcheck {
	return &Healthcheck{
		Test:          test,
		Interval:      15 * time.Second,
		Timeout:       5 * time.Second,
		Retries:       3,
		StartPeriod:   time.Minute,
		StartInterval: 150 * time.Millisecond,
	}
}

// hardened drops every capability but those given, and forbids to gain any.
func hardened(caps ...string) SecurityOptions {
	return SecurityOptions{CapDrop: []string{"ALL"}, CapAdd: caps, NoNewPrivileges: true}
}

// sealed is hardened without any capability, on a root file system that cannot be written.
func sealed() SecurityOptions {
	s := hardened()
	s.ReadOnlyRootFS = true
	return s
}

// roleLabels returns the labels of a role; the version is the engine's to add.
func roleLabels(role Role, site string) map[string]string {
	labels := PlatformLabels(role, site, "")
	delete(labels, LabelVersion)
	return labels
}

// bind mounts a path of the host.
func bind(source, target string, readOnly bool) Mount {
	return Mount{Bind: &BindMount{Source: source, Target: target, ReadOnly: readOnly}}
}

// dataPath returns a path in the data folder that both programs use alike.
func dataPath(homeDir string, elem ...string) string {
	return filepath.Join(append([]string{homeDir, dataFolder}, elem...)...)
}

// ownPath returns the path of a rendered file that the desktop app would write differently.
func ownPath(homeDir string, elem ...string) string {
	return dataPath(homeDir, append([]string{"tui", "config"}, elem...)...)
}

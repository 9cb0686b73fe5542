package engine

import "github.com/Locorum/locorum-tui/model"

// Images of the web servers.
const (
	nginxImage  = "nginx:1.28-alpine"
	apacheImage = "httpd:2.4-alpine"
)

// WebHealthPath is the path that a web server's configuration must answer with 200 by itself, on port 80 of its loopback
// address and for any host name. The health checks of both web servers ask for it.
const WebHealthPath = "/.locorum/health"

// NginxConfigPath returns where the site's nginx.conf is rendered to, in the data folder of the home directory homeDir.
// The container of NginxWebSpec mounts it whole; a new file takes effect when the container restarts.
func NginxConfigPath(homeDir, slug string) string {
	return ownPath(homeDir, "nginx", "sites", slug+".conf")
}

// ApacheConfigPath returns where the site's httpd.conf is rendered to, as NginxConfigPath does.
func ApacheConfigPath(homeDir, slug string) string {
	return ownPath(homeDir, "apache", "sites", slug+".conf")
}

// WebSpec describes the container of the site's web server: Apache where the site says so, else nginx.
func WebSpec(site *model.Site, homeDir string) ContainerSpec {
	if site.WebServer == model.WebServerApache {
		return ApacheWebSpec(site, homeDir)
	}
	return NginxWebSpec(site, homeDir)
}

// NginxWebSpec describes the site's nginx. homeDir is the home directory that holds the data folder.
func NginxWebSpec(site *model.Site, homeDir string) ContainerSpec {
	return webSpec(site, nginxImage, NginxConfigPath(homeDir, site.Slug), "/etc/nginx/nginx.conf")
}

// ApacheWebSpec describes the site's Apache. homeDir is the home directory that holds the data folder.
func ApacheWebSpec(site *model.Site, homeDir string) ContainerSpec {
	return webSpec(site, apacheImage, ApacheConfigPath(homeDir, site.Slug), "/usr/local/apache2/conf/httpd.conf")
}

func webSpec(site *model.Site, image, config, configTarget string) ContainerSpec {
	name := SiteContainerName(site.Slug, RoleWeb)
	return ContainerSpec{
		Name:   name,
		Image:  image,
		Labels: roleLabels(RoleWeb, site.Slug),
		Ports:  []PortMap{{ContainerPort: "80", Proto: "tcp"}},
		Mounts: []Mount{
			bind(config, configTarget, true),
			bind(site.FilesDir, siteRoot, false),
		},
		Networks: []NetworkAttachment{
			{Network: SiteNetworkName(site.Slug), Aliases: []string{"web"}},
			{Network: GlobalNetwork, Aliases: []string{name}}, // what the router sends requests to
		},
		Healthcheck: readiness("CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1"+WebHealthPath),
		Resources:   Resources{MemoryLimit: 128 * mib},
		// The master starts as root: it binds port 80, gives its directories to the workers' user and turns into that
		// user. DAC_OVERRIDE lets it read a configuration that only its owner may read.
		Security: hardened("CHOWN", "SETGID", "SETUID", "NET_BIND_SERVICE", "DAC_OVERRIDE"),
		Init:     true,
		Restart:  RestartNo,
	}
}

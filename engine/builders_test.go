package engine

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/model"
)

func demoSite() *model.Site {
	return &model.Site{
		Slug: "demo", Domain: "demo.localhost", FilesDir: "/home/u/sites/demo", PublicDir: "/", PHPVersion: "8.3", RedisVersion: "7.4",
		DBPassword: "hunter2hunter2", WebServer: model.WebServerNginx, DBEngine: model.DBEngineMariaDB, DBVersion: "11.4",
	}
}

// builtSpecs returns every container spec for site, by a name for the test. PHP's user is the machine's, so it is fixed.
func builtSpecs(site *model.Site) map[string]ContainerSpec {
	php := PHPSpec(site, "/home/u")
	php.User = "1000:1000"
	return map[string]ContainerSpec{
		"nginx": NginxWebSpec(site, "/home/u"), "apache": ApacheWebSpec(site, "/home/u"), "php": php,
		"redis": RedisSpec(site), "mail": MailSpec(), "adminer": AdminerSpec(),
	}
}

// What the desktop app looks for, and what decides how a container behaves.
func TestBuilders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		key      string
		name     string
		image    string
		role     Role
		site     string
		networks string // "network[aliases]…"
		ports    string
		mounts   string // "source:target:mode"
		caps     string
		memory   int64 // MiB
		user     string
	}{
		{
			key: "nginx", name: "locorum-demo-web", image: "nginx:1.28-alpine", role: RoleWeb, site: "demo",
			networks: "locorum-demo[web] locorum-global[locorum-demo-web]", ports: "80/tcp",
			mounts: "/home/u/.locorum/tui/config/nginx/sites/demo.conf:/etc/nginx/nginx.conf:ro /home/u/sites/demo:/var/www/html:rw",
			caps:   "CHOWN SETGID SETUID NET_BIND_SERVICE DAC_OVERRIDE", memory: 128,
		},
		{
			key: "apache", name: "locorum-demo-web", image: "httpd:2.4-alpine", role: RoleWeb, site: "demo",
			networks: "locorum-demo[web] locorum-global[locorum-demo-web]", ports: "80/tcp",
			mounts: "/home/u/.locorum/tui/config/apache/sites/demo.conf:/usr/local/apache2/conf/httpd.conf:ro /home/u/sites/demo:/var/www/html:rw",
			caps:   "CHOWN SETGID SETUID NET_BIND_SERVICE DAC_OVERRIDE", memory: 128,
		},
		{
			key: "php", name: "locorum-demo-php", image: "wodby/php:8.3", role: RolePHP, site: "demo",
			networks: "locorum-demo[php] locorum-global[]",
			mounts: "/home/u/.locorum/tui/config/php/php.ini:/usr/local/etc/php/conf.d/zzz-php.ini:ro " +
				"/home/u/.locorum/tui/config/php/spx.ini:/usr/local/etc/php/conf.d/zzz-spx.ini:ro " +
				"/home/u/.locorum/tui/config/php/fpm.conf:/usr/local/etc/php-fpm.d/zzz-locorum.conf:ro " +
				"/home/u/sites/demo:/var/www/html:rw /home/u/.locorum/bin/wp:/usr/local/bin/wp:ro",
			caps: "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID", memory: 1024, user: "1000:1000",
		},
		{
			key: "redis", name: "locorum-demo-redis", image: "redis:7.4-alpine", role: RoleRedis, site: "demo",
			networks: "locorum-demo[redis]", mounts: "tmpfs:/data:rw", memory: 256, user: "redis",
		},
		{
			key: "mail", name: "locorum-global-mail", image: "axllent/mailpit:v1.27", role: RoleMail,
			networks: "locorum-global[mail]", ports: "1025/tcp 8025/tcp", memory: 256, user: "65534:65534",
		},
		{
			key: "adminer", name: "locorum-global-adminer", image: "adminer:5.4.2-standalone", role: RoleAdminer,
			networks: "locorum-global[adminer]", ports: "8080/tcp", memory: 128,
		},
	}
	for _, tt := range tests {
		t.Run(tt.key, func(t *testing.T) {
			t.Parallel()
			s := builtSpecs(demoSite())[tt.key]
			labels := map[string]string{LabelPlatform: PlatformValue, LabelRole: tt.role}
			if tt.site != "" {
				labels[LabelSite] = tt.site
			}
			if !maps.Equal(s.Labels, labels) {
				t.Errorf("labels are %v, want %v", s.Labels, labels)
			}
			for _, c := range []struct{ what, got, want string }{
				{"name", s.Name, tt.name},
				{"image", s.Image, tt.image},
				{"networks", networkText(s), tt.networks},
				{"ports", portText(s), tt.ports},
				{"mounts", mountText(s), tt.mounts},
				{"capabilities", strings.Join(s.Security.CapAdd, " "), tt.caps},
				{"memory", fmt.Sprint(s.Resources.MemoryLimit), fmt.Sprint(tt.memory << 20)},
				{"user", s.User, tt.user},
			} {
				if c.got != c.want {
					t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
				}
			}
			checkCommon(t, s)
		})
	}
}

// checkCommon checks what holds for every container.
func checkCommon(t *testing.T, s ContainerSpec) {
	t.Helper()
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
	if s.Tty || !s.Init || s.Restart != RestartNo {
		t.Errorf("tty %v, init %v, restart %q; want false, true, no", s.Tty, s.Init, s.Restart)
	}
	if !slices.Equal(s.Security.CapDrop, []string{"ALL"}) {
		t.Errorf("capabilities dropped are %q", s.Security.CapDrop)
	}
	if php := s.Labels[LabelRole] == RolePHP; s.Security.NoNewPrivileges == php {
		t.Errorf("no new privileges is %v", s.Security.NoNewPrivileges)
	}
	h := s.Healthcheck
	if h == nil || h.StartInterval != 150*time.Millisecond || h.Interval < 10*time.Second || h.StartPeriod < h.Interval {
		t.Fatalf("the health check is %+v", h)
	}
	// WordPress answers every path but those that the web server answers by itself.
	for _, word := range h.Test {
		_, url, isWeb := strings.Cut(word, "http://127.0.0.1/")
		if isWeb && "/"+url != WebHealthPath {
			t.Errorf("the health check may load WordPress: %q", h.Test)
		}
	}
}

func networkText(s ContainerSpec) string {
	var all []string
	for _, n := range s.Networks {
		all = append(all, fmt.Sprintf("%s%v", n.Network, n.Aliases))
	}
	return strings.Join(all, " ")
}

func portText(s ContainerSpec) string {
	var all []string
	for _, p := range s.Ports {
		all = append(all, p.HostPort+p.ContainerPort+"/"+p.Proto)
	}
	return strings.Join(all, " ")
}

func mountText(s ContainerSpec) string {
	var all []string
	for _, m := range s.Mounts {
		mode := map[bool]string{true: "ro", false: "rw"}
		switch {
		case m.Bind != nil:
			all = append(all, m.Bind.Source+":"+m.Bind.Target+":"+mode[m.Bind.ReadOnly])
		case m.Volume != nil:
			all = append(all, m.Volume.Name+":"+m.Volume.Target+":"+mode[m.Volume.ReadOnly])
		case m.Tmpfs != nil:
			all = append(all, "tmpfs:"+m.Tmpfs.Target+":rw")
		}
	}
	return strings.Join(all, " ")
}

// A hash that changes makes everybody's containers anew at their next start: change these on purpose only.
func TestBuilderHashes(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"nginx":   "16c10c85dc954a33bdc3f2e986de96ee87ac81dcfbe2c4df19f695adaf20619c",
		"apache":  "de903c4ef4a76a482b6edaea88a308a80c437e7b1234d5c91a6ac44d5411d4cc",
		"php":     "1d2e3656bbd8b565c75ea17cea3f5df4b508c14209dfccbb5877980887b848bb",
		"redis":   "727131725a1420bb8a1012240f002e1aa85bd9e2bef2205ac8b56a65b53f608f",
		"mail":    "9d16464dd01cac28f6d7c9c8bf16ebd6cf0e9c2e50f3c91bb0677b0316da5bc6",
		"adminer": "349d37aceee15d7c564bd7fcda0f523ee22a6f054521e6bc31c9e0ef1281190b",
	}
	got := map[string]string{}
	for key, spec := range builtSpecs(demoSite()) {
		got[key] = spec.ConfigHash()
		if again := builtSpecs(demoSite())[key].ConfigHash(); again != got[key] {
			t.Errorf("%s: %s, then %s", key, got[key], again)
		}
	}
	for key, hash := range got {
		if hash != want[key] {
			t.Errorf("%q: %q,", key, hash)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d specs, %d hashes", len(got), len(want))
	}
}

func TestWebSpec(t *testing.T) {
	t.Parallel()
	for server, image := range map[model.WebServer]string{model.WebServerApache: apacheImage, model.WebServerNginx: nginxImage, "": nginxImage, "x": nginxImage} {
		site := demoSite()
		site.WebServer = server
		if got := WebSpec(site, "/h").Image; got != image {
			t.Errorf("%q: got %s, want %s", server, got, image)
		}
	}
}

func TestPHPSpec(t *testing.T) {
	t.Parallel()
	site := demoSite()
	site.Multisite = model.MultisiteSubdirectory
	base := PHPSpec(site, "/home/u")
	wantEnv := []string{
		"MYSQL_HOST=database", "MYSQL_DATABASE=wordpress", "MYSQL_USER=wordpress", "WP_CLI_ALLOW_ROOT=true",
		"LOCORUM_PRIMARY_URL=https://demo.localhost", "LOCORUM_DOCROOT=", "LOCORUM_APPROOT=/var/www/html", "LOCORUM_SITE_SLUG=demo",
		"LOCORUM_MULTISITE=subdirectory", "PHP_FPM_USER=wodby", "PHP_FPM_GROUP=wodby",
	}
	if !slices.Equal(base.Env, wantEnv) {
		t.Errorf("env is %q, want %q", base.Env, wantEnv)
	}
	if want := []EnvSecret{{"MYSQL_PASSWORD", site.DBPassword}}; !slices.Equal(base.EnvSecrets, want) || strings.Contains(strings.Join(base.Env, " "), site.DBPassword) {
		t.Error("the password is not a secret")
	}
	if want := []string{"host.docker.internal:host-gateway", "demo.localhost:host-gateway"}; !slices.Equal(base.ExtraHosts, want) {
		t.Errorf("hosts are %q, want %q", base.ExtraHosts, want)
	}
	if base.WorkingDir != "/var/www/html" {
		t.Errorf("the working directory is %s", base.WorkingDir)
	}
	if fits := base.Resources.MemoryLimit / PHPMemoryLimit; fits < 3 {
		t.Errorf("%d requests at the limit fit into the container", fits)
	}

	site.SPXEnabled = true
	spx := PHPSpec(site, "/home/u")
	if got := spx.Env[len(wantEnv):]; !slices.Equal(got, []string{"PHP_EXTENSIONS_ENABLE=spx", "PHP_EXTENSIONS_DISABLE=xdebug,xhprof"}) {
		t.Errorf("with the profiler: env ends with %q", got)
	}
	added := mountText(ContainerSpec{Mounts: spx.Mounts[len(base.Mounts):]})
	if want := SPXKeyINIPath("/home/u", "demo") + ":/usr/local/etc/php/conf.d/zzzz-spx-key.ini:ro /home/u/sites/demo/.locorum/spx:/var/spx/data:rw"; added != want {
		t.Errorf("with the profiler: mounts end with %q, want %q", added, want)
	}
	if spx.ConfigHash() == base.ConfigHash() {
		t.Error("switching the profiler does not change the hash")
	}
	site.Domain = ""
	if err := PHPSpec(site, "/home/u").Validate(); err != nil {
		t.Errorf("without a domain: %v", err)
	}
}

func TestDocroot(t *testing.T) {
	t.Parallel()
	for dir, want := range map[string]string{"": "", "/": "", ".": "", "web": "web", "/web": "web", "//web/app": "web/app"} {
		if got := docroot(dir); got != want {
			t.Errorf("%q: got %q, want %q", dir, got, want)
		}
	}
}

func TestPHPUserGroup(t *testing.T) {
	t.Parallel()
	for in, want := range map[[2]int][2]int{
		{0, 0}: {1000, 1000}, {0, 7}: {1000, 1000}, {-1, -1}: {1000, 1000}, {501, -1}: {1000, 1000}, {501, 20}: {501, 20}, {7, 0}: {7, 0},
	} {
		if uid, gid := phpUserGroup(in[0], in[1]); [2]int{uid, gid} != want {
			t.Errorf("%v: got %d:%d, want %v", in, uid, gid, want)
		}
	}
	if uid, gid := PHPUserGroup(); uid <= 0 || gid < 0 {
		t.Errorf("here: %d:%d", uid, gid)
	}
}

func TestNetworkAndVolumeSpecs(t *testing.T) {
	t.Parallel()
	global, site, vol := GlobalNetworkSpec(), SiteNetworkSpec(demoSite()), SiteVolumeSpec(demoSite())
	if global.Name != "locorum-global" || global.Internal || global.Driver != "bridge" || global.validate() != nil {
		t.Errorf("the global network is %+v", global)
	}
	if site.Name != "locorum-demo" || !site.Internal || site.Driver != "bridge" || site.validate() != nil {
		t.Errorf("the site's network is %+v", site)
	}
	if vol.Name != "locorum-demo-dbdata" || vol.validate() != nil {
		t.Errorf("the site's volume is %+v", vol)
	}
	for _, tt := range []struct {
		got  map[string]string
		role Role
		site string
	}{{global.Labels, RoleGlobalNetwork, ""}, {site.Labels, RoleSiteNetwork, "demo"}, {vol.Labels, RoleDatabaseData, "demo"}} {
		if tt.got[LabelPlatform] != PlatformValue || tt.got[LabelRole] != tt.role || tt.got[LabelSite] != tt.site {
			t.Errorf("labels are %v, want role %s and site %q", tt.got, tt.role, tt.site)
		}
	}
}

func TestSPXKeyINIPath(t *testing.T) {
	t.Parallel()
	if got, want := SPXKeyINIPath("/home/u", "demo"), path.Join("/home/u", ".locorum/config/php/spx-keys/demo.ini"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

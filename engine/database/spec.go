package database

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

const (
	mib = 1 << 20
	// containerMemory is what a database may use, in bytes. Its buffer pool is a quarter of it (see serverConfig): the
	// rest is for connections, sorting and the page cache. The desktop app gives the pool all of it, and the kernel then
	// ends the server as soon as the pool is full.
	containerMemory = 1024 * mib
	bufferPool      = containerMemory / 4
)

// The name of the schema, and of WordPress's own account, in every site's database.
const (
	Schema = "wordpress"
	User   = "wordpress"
)

// flavour is how one engine's image and programs are called.
type flavour struct {
	image string
	// env is the prefix of the image's variables.
	env string
	// server, client, dump and admin are programs in the container.
	server, client, dump, admin string
	// dumpFlags are those that the other engine's dump program does not know.
	dumpFlags []string
	// configTarget is where the server looks for more configuration.
	configTarget string
}

// flavourOf returns the engine's flavour. An engine that the desktop app's rows may hold and nobody knows is MySQL there,
// so it is here.
func flavourOf(name model.DBEngine) flavour {
	if name == model.DBEngineMariaDB {
		return flavour{
			image: "mariadb", env: "MARIADB", server: "mariadbd", client: "mariadb", dump: "mariadb-dump", admin: "mariadb-admin",
			configTarget: "/etc/mysql/mariadb.conf.d/locorum.cnf",
		}
	}
	return flavour{
		image: "mysql", env: "MYSQL", server: "mysqld", client: "mysql", dump: "mysqldump", admin: "mysqladmin",
		dumpFlags:    []string{"--set-gtid-purged=OFF", "--column-statistics=0"},
		configTarget: "/etc/mysql/conf.d/locorum.cnf",
	}
}

// Version returns the version of the site's database, also of a row that an old desktop app wrote.
func Version(site *model.Site) string {
	if site.DBVersion != "" {
		return site.DBVersion
	}
	return site.MySQLVersion
}

// ConfigPath returns where the server's configuration is rendered to, for all sites with that engine, in the data folder
// of the home directory homeDir.
func ConfigPath(homeDir string, name model.DBEngine) string {
	return filepath.Join(homeDir, ".locorum", "tui", "config", flavourOf(name).image, "locorum.cnf")
}

// Spec describes the container of the site's database. It is on the site's own network only; with PublishDBPort also on
// the global one, since a network without a way out cannot publish a port, and on a port of 127.0.0.1 that the daemon
// chooses.
func Spec(site *model.Site, homeDir string) engine.ContainerSpec {
	f := flavourOf(site.DBEngine)
	spec := engine.ContainerSpec{
		Name:  engine.SiteContainerName(site.Slug, engine.RoleDatabase),
		Image: f.image + ":" + Version(site),
		Cmd:   []string{f.server, "--innodb-flush-method=fsync"},
		Env:   []string{"MYSQL_DATABASE=" + Schema, "MYSQL_USER=" + User},
		EnvSecrets: []engine.EnvSecret{
			{Key: "MYSQL_ROOT_PASSWORD", Value: site.DBPassword},
			{Key: "MYSQL_PASSWORD", Value: site.DBPassword},
		},
		Labels: map[string]string{
			engine.LabelPlatform: engine.PlatformValue, engine.LabelSite: site.Slug, engine.LabelRole: engine.RoleDatabase,
		},
		Mounts: []engine.Mount{
			{Volume: &engine.VolumeMount{Name: engine.SiteVolumeName(site.Slug), Target: "/var/lib/mysql"}},
			{Bind: &engine.BindMount{Source: ConfigPath(homeDir, site.DBEngine), Target: f.configTarget, ReadOnly: true}},
		},
		Networks: []engine.NetworkAttachment{{Network: engine.SiteNetworkName(site.Slug), Aliases: []string{"database"}}},
		Healthcheck: &engine.Healthcheck{
			// By TCP: the server that the image runs to set itself up listens on its socket only.
			Test:     []string{"CMD-SHELL", fmt.Sprintf(`MYSQL_PWD="$MYSQL_ROOT_PASSWORD" %s ping -h 127.0.0.1 -uroot --silent`, f.admin)},
			Interval: 15 * time.Second, Timeout: 5 * time.Second, Retries: 3,
			StartPeriod: 2 * time.Minute, StartInterval: 200 * time.Millisecond,
		},
		Resources: engine.Resources{MemoryLimit: containerMemory},
		// The entry point gives the data folder to the server's user and becomes it.
		Security: engine.SecurityOptions{
			CapDrop: []string{"ALL"}, CapAdd: []string{"CHOWN", "SETGID", "SETUID", "DAC_OVERRIDE", "FOWNER", "FSETID"}, NoNewPrivileges: true,
		},
		Init:    true,
		Restart: engine.RestartNo,
	}
	if f.env != "MYSQL" {
		spec.Env = append(spec.Env, f.env+"_DATABASE="+Schema, f.env+"_USER="+User)
		spec.EnvSecrets = append(spec.EnvSecrets,
			engine.EnvSecret{Key: f.env + "_ROOT_PASSWORD", Value: site.DBPassword}, engine.EnvSecret{Key: f.env + "_PASSWORD", Value: site.DBPassword})
	}
	if site.PublishDBPort {
		spec.Ports = []engine.PortMap{{HostIP: "127.0.0.1", HostPort: "0", ContainerPort: "3306", Proto: "tcp"}}
		spec.Networks = append(spec.Networks, engine.NetworkAttachment{Network: engine.GlobalNetwork})
	}
	return spec
}

// serverConfig is the configuration of both engines' servers. Commits are not flushed one by one, which loses at most the
// last second when the machine loses its power; pages are still written twice, so that the tables survive it.
func serverConfig() []byte {
	return fmt.Appendf(nil, `# locorum-generated: written by locorum-tui.
[mysqld]
character-set-server = utf8mb4
collation-server = utf8mb4_unicode_ci
innodb_buffer_pool_size = %dM
innodb_flush_log_at_trx_commit = 2
skip-log-bin
skip-name-resolve
max_allowed_packet = 256M
`, bufferPool/mib)
}

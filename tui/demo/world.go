package demo

import (
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// Where the demo's files would be. Nothing is there: a folder of the root's that no system has.
const (
	homeDir     = "/demo"
	dataDir     = homeDir + "/.locorum"
	sitesFolder = homeDir + "/sites"
)

// How a site of the demo is when it begins.
type condition uint8

const (
	atRest    condition = iota // all of its containers have stopped
	running                    // it serves
	noRedis                    // it serves, and its Redis was killed
	untouched                  // it has never been started: there are no containers
)

// plot is what is known of a site of the demo.
type plot struct {
	site  model.Site
	state condition
	// unlisted sites have containers and no row.
	unlisted bool
}

// cursed is the site whose database never comes up.
const cursed = "legacy-intranet"

// plots returns the sites of the demo, in the order in which they came to be.
func plots() []plot {
	site := func(name, slug, php, db, version string) model.Site {
		return model.Site{
			Name: name, Slug: slug, Domain: model.DefaultDomain(slug), FilesDir: sitesFolder + "/" + slug,
			PHPVersion: php, RedisVersion: model.DefaultRedisVersion, WebServer: model.WebServerNginx,
			DBEngine: db, DBVersion: version, MySQLVersion: version,
		}
	}
	shop := site("Acme Shop", "acme-shop", "8.3", model.DBEngineMariaDB, "11.4")
	shop.PublishDBPort = true
	intranet := site("Legacy Intranet", cursed, "7.4", model.DBEngineMariaDB, "10.11")
	intranet.WebServer = model.WebServerApache
	network := site("University Network", "university-network", "8.4", model.DBEngineMySQL, "8.4")
	network.Multisite, network.RedisVersion = model.MultisiteSubdomain, "8.0"
	docs := site("Docs Portal", "docs-portal", "8.2", model.DBEngineMariaDB, "11.4")
	docs.PublicDir = "public"
	return []plot{
		{site: shop, state: running},
		{site: site("Bakery Blog", "bakery-blog", "8.3", model.DBEngineMariaDB, "11.4"), state: running},
		{site: docs, state: atRest},
		{site: site("Magazine", "magazine", "8.3", model.DBEngineMySQL, "8.0"), state: noRedis},
		{site: intranet, state: atRest},
		{site: network, state: untouched},
		{site: site("The Society for the Preservation of Extraordinarily Long Names", "the-society-for-the-preservation-of-extr", "8.2", model.DBEngineMariaDB, "11.4"), state: running},
		{site: site("東京ラーメン 🍜 麺屋", "tokyo-ramen", "8.3", model.DBEngineMariaDB, "11.4"), state: running},
		{site: site("old-agency", "old-agency", "8.3", model.DBEngineMariaDB, "11.4"), state: running, unlisted: true},
	}
}

// pace is how far apart the lines of a site's web server are, on average; the other services follow from it.
func pace(slug string) time.Duration {
	switch slug {
	case "acme-shop":
		return 180 * time.Millisecond
	case "magazine":
		return 2 * time.Second
	case "tokyo-ramen":
		return 4 * time.Second
	}
	return 9 * time.Second
}

// rest is how much less one service has to say than the web server; 0 is nothing at all.
func rest(role string) time.Duration {
	switch role {
	case engine.RoleWeb:
		return 1
	case engine.RolePHP:
		return 5
	case engine.RoleDatabase:
		return 30
	}
	return 60
}

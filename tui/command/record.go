package command

import (
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/wordpress"
)

// siteRecord is a site as --json shows it. The names are an interface: they may grow in number and do not change.
type siteRecord struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	// Status is the word of model.State, or "unknown" when no daemon answers.
	Status   string          `json:"status"`
	Service  string          `json:"service,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	Owner    string          `json:"owner,omitempty"`
	URL      string          `json:"url"`
	PHP      string          `json:"php,omitempty"`
	Database *databaseRecord `json:"database,omitempty"`

	*detailRecord
}

// databaseRecord is the database program of a site.
type databaseRecord struct {
	Engine   string `json:"engine"`
	Version  string `json:"version"`
	Address  string `json:"address,omitempty"`
	Password string `json:"password,omitempty"` // only when it was asked for
}

// detailRecord is what show knows beside it.
type detailRecord struct {
	Domain     string            `json:"domain"`
	Folder     string            `json:"folder,omitempty"`
	Docroot    string            `json:"docroot,omitempty"`
	WebServer  string            `json:"webServer,omitempty"`
	Redis      string            `json:"redis,omitempty"`
	Multisite  string            `json:"multisite,omitempty"`
	CreatedAt  string            `json:"createdAt,omitempty"`
	Hooks      int               `json:"hooks,omitempty"`
	Admin      *adminRecord      `json:"admin,omitempty"` // only when it was asked for
	Containers []containerRecord `json:"containers"`
}

// adminRecord is the administrator as WordPress was installed with it.
type adminRecord struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// containerRecord is one container of a site.
type containerRecord struct {
	Service string `json:"service"`
	Name    string `json:"name"`
	Image   string `json:"image"`
	State   string `json:"state"`
	Health  string `json:"health,omitempty"`
	Text    string `json:"text"`
}

// newRecord returns what ls shows of a site. known says whether the daemon told how it is.
func newRecord(v sites.View, known bool) siteRecord {
	r := siteRecord{Slug: v.Site.Slug, Name: v.Site.Name, Status: "unknown", Owner: v.Owner, URL: v.URL, PHP: v.Site.PHPVersion}
	if known {
		r.Status, r.Service, r.Reason = v.Status.State.String(), v.Status.Service, v.Status.Reason
	}
	if v.Site.DBEngine != "" {
		r.Database = &databaseRecord{Engine: v.Site.DBEngine, Version: v.Site.DBVersion}
	}
	return r
}

// withDetail adds what show shows.
func (r siteRecord) withDetail(v sites.View) siteRecord {
	d := &detailRecord{
		Domain: v.Site.Domain, Folder: v.Site.FilesDir, WebServer: v.Site.WebServer, Redis: v.Site.RedisVersion,
		Multisite: v.Site.Multisite, CreatedAt: v.Site.CreatedAt, Hooks: v.Hooks, Containers: []containerRecord{},
	}
	if v.Site.FilesDir != "" {
		d.Docroot = wordpress.Docroot(v.Site)
	}
	for _, c := range v.Containers {
		d.Containers = append(d.Containers, containerRecord{c.Role, c.Name, c.Image, c.State, c.Health, c.Text})
	}
	r.detailRecord = d
	return r
}

package store

import (
	"github.com/Locorum/locorum-tui/model"
)

// siteColumn ties a column of sites to a field of model.Site.
type siteColumn struct {
	name string
	// fallback is what a site has whose file lacks the column, or whose row has NULL: the column's own default.
	fallback any
	// get returns the field's value as the column stores it, set the pointer that a row is scanned into.
	get func(s *model.Site) any
	set func(s *model.Site) any
}

// siteColumns returns the columns in the order in which they are read and written. The first is the key.
func siteColumns() []siteColumn {
	text := func(name, fallback string, field func(s *model.Site) *string) siteColumn {
		return siteColumn{name, fallback, func(s *model.Site) any { return *field(s) }, func(s *model.Site) any { return field(s) }}
	}
	flag := func(name string, field func(s *model.Site) *bool) siteColumn {
		return siteColumn{name, 0, func(s *model.Site) any { return *field(s) }, func(s *model.Site) any { return field(s) }}
	}
	return []siteColumn{
		text("id", "", func(s *model.Site) *string { return &s.ID }),
		text("name", "", func(s *model.Site) *string { return &s.Name }),
		text("slug", "", func(s *model.Site) *string { return &s.Slug }),
		text("domain", "", func(s *model.Site) *string { return &s.Domain }),
		text("filesDir", "", func(s *model.Site) *string { return &s.FilesDir }),
		text("publicDir", "", func(s *model.Site) *string { return &s.PublicDir }),
		flag("started", func(s *model.Site) *bool { return &s.Started }),
		text("phpVersion", "", func(s *model.Site) *string { return &s.PHPVersion }),
		text("mysqlVersion", "", func(s *model.Site) *string { return &s.MySQLVersion }),
		text("redisVersion", "", func(s *model.Site) *string { return &s.RedisVersion }),
		text("createdAt", "", func(s *model.Site) *string { return &s.CreatedAt }),
		text("updatedAt", "", func(s *model.Site) *string { return &s.UpdatedAt }),
		text("dbPassword", "password", func(s *model.Site) *string { return &s.DBPassword }),
		text("webServer", model.WebServerNginx, func(s *model.Site) *string { return &s.WebServer }),
		text("multisite", "", func(s *model.Site) *string { return &s.Multisite }),
		text("salts", "", func(s *model.Site) *string { return &s.Salts }),
		text("dbEngine", model.DBEngineMySQL, func(s *model.Site) *string { return &s.DBEngine }),
		text("dbVersion", "", func(s *model.Site) *string { return &s.DBVersion }),
		flag("publishDBPort", func(s *model.Site) *bool { return &s.PublishDBPort }),
		flag("spxEnabled", func(s *model.Site) *bool { return &s.SPXEnabled }),
		text("spxKey", "", func(s *model.Site) *string { return &s.SPXKey }),
		text("gitRemote", "", func(s *model.Site) *string { return &s.GitRemote }),
		text("gitBranch", "", func(s *model.Site) *string { return &s.GitBranch }),
		text("worktreePath", "", func(s *model.Site) *string { return &s.WorktreePath }),
		text("parentSiteID", "", func(s *model.Site) *string { return &s.ParentSiteID }),
		flag("lanEnabled", func(s *model.Site) *bool { return &s.LanEnabled }),
	}
}

// siteColumnNames returns the names of siteColumns.
func siteColumnNames() []string {
	columns := siteColumns()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

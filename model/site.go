package model

// WebServer is the program that serves a site.
type WebServer = string

// The web servers a site can have.
const (
	WebServerNginx  WebServer = "nginx"
	WebServerApache WebServer = "apache"
)

// Multisite is WordPress's network mode of a site.
type Multisite = string

// The network modes; the empty one is a single site.
const (
	MultisiteOff          Multisite = ""
	MultisiteSubdirectory Multisite = "subdirectory"
	MultisiteSubdomain    Multisite = "subdomain"
)

// DBEngine is the database program of a site.
type DBEngine = string

// The database engines a site can have.
const (
	DBEngineMySQL   DBEngine = "mysql"
	DBEngineMariaDB DBEngine = "mariadb"
)

// Site is one WordPress site, as the database of the desktop app has it. The JSON names are the desktop app's.
type Site struct {
	ID   string `json:"id"` // a UUID
	Name string `json:"name"`
	// Slug names containers, volume and network; [a-z0-9-_], at most 40 bytes when we made it.
	Slug string `json:"slug"`
	// Domain is the primary host name, "<slug>.localhost" unless chosen otherwise.
	Domain string `json:"domain"`
	// FilesDir is the absolute path of the site's folder on the daemon's host.
	FilesDir string `json:"filesDir"`
	// PublicDir is the document root under FilesDir; "", "/" and "." are FilesDir itself.
	PublicDir string `json:"publicDir"`
	// Started is what the last writer believed. Containers are the truth.
	Started      bool   `json:"started"`
	PHPVersion   string `json:"phpVersion"`
	RedisVersion string `json:"redisVersion"`
	// DBPassword is the password of WordPress's and root's database users. It is a secret.
	DBPassword string    `json:"dbPassword"`
	WebServer  WebServer `json:"webServer"`
	Multisite  Multisite `json:"multisite"`
	DBEngine   DBEngine  `json:"dbEngine"`
	DBVersion  string    `json:"dbVersion"`
	// MySQLVersion mirrors DBVersion for releases of the desktop app that know no other engine.
	MySQLVersion string `json:"mysqlVersion"`
	// PublishDBPort puts the database on a port of 127.0.0.1 that the daemon chooses.
	PublishDBPort bool `json:"publishDBPort"`
	SPXEnabled    bool `json:"spxEnabled"`
	LanEnabled    bool `json:"lanEnabled"`
	// SPXKey and Salts are secrets and never leave as JSON. Salts is a JSON object in text.
	SPXKey       string `json:"-"`
	Salts        string `json:"-"`
	GitRemote    string `json:"gitRemote"`
	GitBranch    string `json:"gitBranch"`
	WorktreePath string `json:"worktreePath"`
	ParentSiteID string `json:"parentSiteID"`
	// CreatedAt and UpdatedAt are RFC 3339 in UTC.
	CreatedAt string `json:"createdAt"`
	UpdatedAt string `json:"updatedAt"`
}

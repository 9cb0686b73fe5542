package sites

// Verb is what an operation does.
type Verb string

// The verbs.
const (
	VerbCreate   Verb = "create"
	VerbStart    Verb = "start"
	VerbStop     Verb = "stop"
	VerbRestart  Verb = "restart"
	VerbDelete   Verb = "delete"
	VerbVersions Verb = "versions"
	VerbExport   Verb = "export"
	VerbImport   Verb = "import"
)

// Request is what an operation is asked to do. It is stored in the operation's record, so it holds no secret.
type Request struct {
	Verb Verb   `json:"verb"`
	Slug string `json:"slug"`
	// The options of the verb; nil is all of their zero values. Create needs them.
	Create   *CreateOptions  `json:"create,omitempty"`
	Delete   *DeleteOptions  `json:"delete,omitempty"`
	Versions *VersionOptions `json:"versions,omitempty"`
	Import   *ImportOptions  `json:"import,omitempty"`
	Export   *ExportOptions  `json:"export,omitempty"`
	// Force goes on although the desktop app is at work.
	Force bool `json:"force,omitempty"`
}

// CreateOptions describe a new site. Empty ones but Name have defaults: see Manager.CheckCreate.
type CreateOptions struct {
	Name       string `json:"name"`
	Slug       string `json:"slug,omitempty"`
	Domain     string `json:"domain,omitempty"`
	Folder     string `json:"folder,omitempty"` // absolute
	PublicDir  string `json:"publicDir,omitempty"`
	PHP        string `json:"php,omitempty"`
	Redis      string `json:"redis,omitempty"`
	WebServer  string `json:"webServer,omitempty"`
	DBEngine   string `json:"dbEngine,omitempty"`
	DBVersion  string `json:"dbVersion,omitempty"`
	Multisite  string `json:"multisite,omitempty"`
	AdminUser  string `json:"adminUser,omitempty"`
	AdminEmail string `json:"adminEmail,omitempty"`
	// NoStart makes the site and does not start it.
	NoStart bool `json:"noStart,omitempty"`
	// Volume is VolumeReuse or VolumeClean when an earlier site of the slug has left its database; empty refuses then.
	Volume string `json:"volume,omitempty"`
}

// DeleteOptions say what goes with a site; its containers, network, route and certificate always do.
type DeleteOptions struct {
	// Volume removes the database's volume, after a dump unless NoDump.
	Volume bool `json:"volume,omitempty"`
	// Files removes the site's folder.
	Files  bool `json:"files,omitempty"`
	NoDump bool `json:"noDump,omitempty"`
}

// VersionOptions are the versions that a site changes to; an empty one stays.
type VersionOptions struct {
	PHP       string `json:"php,omitempty"`
	Redis     string `json:"redis,omitempty"`
	DBVersion string `json:"dbVersion,omitempty"`
	NoDump    bool   `json:"noDump,omitempty"`
}

// ImportOptions name the dump that replaces a site's database.
type ImportOptions struct {
	File      string `json:"file"` // absolute
	NoDump    bool   `json:"noDump,omitempty"`
	NoRewrite bool   `json:"noRewrite,omitempty"` // leaves the addresses in it as they are
}

// ExportOptions name the file that a site's database is written to. It must not exist.
type ExportOptions struct {
	File string `json:"file"` // absolute
}

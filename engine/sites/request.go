package sites

import (
	"time"
)

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
	Verb     Verb            `json:"verb"`
	Slug     string          `json:"slug"`
	Create   *CreateOptions  `json:"create,omitempty"`
	Delete   *DeleteOptions  `json:"delete,omitempty"`
	Versions *VersionOptions `json:"versions,omitempty"`
	Import   *ImportOptions  `json:"import,omitempty"`
	Export   *ExportOptions  `json:"export,omitempty"`
	Force    bool            `json:"force,omitempty"`
}

type CreateOptions struct {
	Name, Slug, Domain, Folder, PublicDir, PHP, Redis, WebServer, DBEngine, DBVersion, Multisite, AdminUser, AdminEmail string
	NoStart                                                                                                             bool
	Volume                                                                                                              string
}
type DeleteOptions struct{ Volume, Files, NoDump bool }
type VersionOptions struct {
	PHP, Redis, DBVersion string
	NoDump                bool
}
type ImportOptions struct {
	File              string
	NoDump, NoRewrite bool
}
type ExportOptions struct{ File string }
type Outcome string

const (
	Succeeded   Outcome = "succeeded"
	Failed      Outcome = "failed"
	Cancelled   Outcome = "cancelled"
	Interrupted Outcome = "interrupted"
)

type Operation struct {
	ID      string
	Request Request
	PID     int
	Begun   time.Time
	Outcome Outcome
	Result  *Result
}
type Result struct {
	Outcome               Outcome
	Error, NextStep, Code string
	Took                  time.Duration
	URL, Service          string
	Logs                  []string
}
type Teller interface {
	Event(Event)
	Notice(string)
}

package backend

import (
	"context"
	"os/exec"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// Backend is everything that the dashboard asks of the machine. Errors are those of the packages that the types come from.
type Backend interface {
	Sites
	Containers
	Operations

	// Doctor looks at the machine and changes nothing. It may take seconds.
	Doctor(ctx context.Context) doctor.Report
}

// Sites are the sites and what is known of each.
type Sites interface {
	// Rows returns the sites as the database alone knows them, without a status: it asks no daemon.
	Rows(ctx context.Context) ([]sites.View, error)
	// Views returns the sites with their containers. When the daemon cannot be asked, the rows come with its error.
	Views(ctx context.Context) ([]sites.View, error)
	// Activities returns the newest outcomes of a site, the newest first.
	Activities(ctx context.Context, siteID string, limit int) ([]store.Activity, error)
	// FolderSize returns the size of a site's folder in bytes; it walks it.
	FolderSize(ctx context.Context, folder string) (int64, error)
	// DebugLog returns where WordPress writes what goes wrong in a site, the file need not be there. It looks at the disk.
	DebugLog(site model.Site) string
	// DatabaseAddress returns where on the daemon's machine the site's database listens, "127.0.0.1:33061"; empty when it
	// listens inside of its network only.
	DatabaseAddress(ctx context.Context, v sites.View) string
	// Credentials returns the administrator's account as WordPress was installed with it.
	Credentials(slug string) (wordpress.Credentials, error)
	// Login makes a link that logs the administrator in, once and for a few minutes.
	Login(ctx context.Context, slug string) (string, error)
	// ImageNeeds returns the images of a site with these versions, and which are there already.
	ImageNeeds(ctx context.Context, site model.Site) ([]sites.ImageNeed, error)
	// Shell returns the program that gives the terminal to a command in a container, a shell without one. The caller runs
	// it with the terminal's own files.
	Shell(s Shell) (*exec.Cmd, error)
	// WP runs wp-cli on a site and hands over each line as it comes, from one goroutine. The code is wp-cli's own. When ctx
	// ends so does the process inside of the container.
	WP(ctx context.Context, v sites.View, c WPCommand, onLine func(line string, stderr bool)) (code int, err error)
}

// WPCommand is what wp-cli is told.
type WPCommand struct {
	Words []string
	// Columns is how wide tables may be, in cells; 0 leaves it to wp-cli.
	Columns int
}

// Shell says where a shell is opened.
type Shell struct {
	Slug    string
	Service string
	// User is the container's own when empty, Command a shell.
	User    string
	Command []string
}

// Containers are the daemon and what runs on it.
type Containers interface {
	// Daemon says which Docker this is. It asks, if it was not reachable before.
	Daemon(ctx context.Context) (engine.ProviderInfo, error)
	// Events are those of the containers that are Locorum's: see engine.Docker.Events for who closes the channel.
	Events(ctx context.Context) <-chan engine.Event
	// Stats reads what a container uses: see engine.Docker.Stats.
	Stats(ctx context.Context, container string, every time.Duration) (<-chan engine.Stats, error)
	Inspect(ctx context.Context, container string) (engine.ContainerDetail, error)
	FollowLogs(ctx context.Context, container string, o engine.LogOptions) (*engine.LogFollower, error)
	StartContainer(ctx context.Context, container string) error
	// StopContainer lets the container end by itself first, a database for up to a minute.
	StopContainer(ctx context.Context, container string) error
	RestartContainer(ctx context.Context, container string) error
}

// Operations are what is done to sites, in processes of their own.
type Operations interface {
	Begin(ctx context.Context, r sites.Request) (sites.Operation, error)
	Cancel(id string) error
	// List returns every operation that has a record, the newest first.
	List() ([]sites.Operation, error)
	Follow(id string) (Follower, error)
	// CheckExport and CheckImport say which file a person means, and what keeps a database from being written to it or read
	// from it: it is there (os.ErrExist), it or its folder is not (os.ErrNotExist), it is no file (os.ErrInvalid).
	CheckExport(ctx context.Context, file string) (Dump, error)
	CheckImport(ctx context.Context, file string) (Dump, error)
	// CheckCreate and PreviewDelete say what a request would do, and what keeps it from being done; they change nothing.
	CheckCreate(ctx context.Context, o sites.CreateOptions) (sites.CreateOptions, error)
	PreviewDelete(ctx context.Context, slug string, o sites.DeleteOptions) (sites.DeletePreview, error)
}

// Follower reads the record of an operation; *sites.Follower is one.
type Follower interface {
	// Next returns the next line, waiting for it until ctx ends; io.EOF after the result.
	Next(ctx context.Context) (sites.Line, error)
	Close() error
}

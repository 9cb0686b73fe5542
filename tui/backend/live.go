package backend

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// Live is the machine itself.
type Live struct{ o LiveOptions }

var _ Backend = (*Live)(nil)

// LiveOptions are what Live works with. All of it is the caller's.
type LiveOptions struct {
	// Offline knows the database and no daemon, Manager both.
	Offline, Manager *sites.Manager
	Docker           *engine.Docker
	Store            *store.Store
	Records          *sites.Operations
	// ConnectErr is why Docker has no client; nil when it has.
	ConnectErr error
	// Examine is what Doctor does.
	Examine func(ctx context.Context) doctor.Report
	// WPWords returns wp-cli's command line for a site.
	WPWords func(site model.Site, words []string) []string
	// HomeDir is the person's home directory, which ~ stands for.
	HomeDir string
	// Program is this program's executable, which Shell runs; Env is its environment.
	Program string
	Env     []string
}

// NewLive returns the machine.
func NewLive(o LiveOptions) *Live { return &Live{o} }

// Rows is Backend's.
func (l *Live) Rows(ctx context.Context) ([]sites.View, error) {
	views, err := l.o.Offline.Views(ctx)
	if len(views) > 0 || err == nil {
		return views, nil // the error is that there is no daemon, which was not to be asked
	}
	if _, storeErr := l.o.Store.Sites(ctx); storeErr != nil {
		return nil, storeErr
	}
	return nil, nil
}

// Views is Backend's.
func (l *Live) Views(ctx context.Context) ([]sites.View, error) {
	views, err := l.o.Manager.Views(ctx)
	return views, l.reason(err)
}

// reason puts why there is no client in the place of the error that there is none.
func (l *Live) reason(err error) error {
	if err != nil && l.o.ConnectErr != nil {
		return l.o.ConnectErr
	}
	return err
}

// Activities is Backend's.
func (l *Live) Activities(ctx context.Context, siteID string, limit int) ([]store.Activity, error) {
	return l.o.Store.Activities(ctx, siteID, limit)
}

// FolderSize is Backend's.
func (l *Live) FolderSize(ctx context.Context, folder string) (int64, error) {
	return sites.FolderSize(ctx, folder)
}

// DebugLog is Backend's.
func (l *Live) DebugLog(site model.Site) string {
	core := ""
	if found, err := wordpress.Find(wordpress.Docroot(site)); err == nil {
		core = found.Core
	}
	return filepath.Join(wordpress.ContentDir(site, core), "debug.log")
}

// databasePort is what both database programs listen on inside of their container.
const databasePort = 3306

// DatabaseAddress is Backend's.
func (l *Live) DatabaseAddress(ctx context.Context, v sites.View) string {
	if !v.Site.PublishDBPort || !v.Status.Running {
		return ""
	}
	port, err := l.o.Docker.PublishedHostPort(ctx, engine.SiteContainerName(v.Site.Slug, engine.RoleDatabase), databasePort)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// Credentials is Backend's.
func (l *Live) Credentials(slug string) (wordpress.Credentials, error) {
	return l.o.Manager.Credentials(slug)
}

// Login is Backend's.
func (l *Live) Login(ctx context.Context, slug string) (string, error) {
	return l.o.Manager.Login(ctx, slug)
}

// ImageNeeds is Backend's.
func (l *Live) ImageNeeds(ctx context.Context, site model.Site) ([]sites.ImageNeed, error) {
	return l.o.Manager.ImageNeeds(ctx, site)
}

// Shell is Backend's: this program again, as `exec`. A process of its own has the terminal to itself, so no key is lost to
// a read of ours that is still under way.
func (l *Live) Shell(s Shell) (*exec.Cmd, error) {
	args := []string{"exec", s.Slug, "--service", s.Service}
	if s.User != "" {
		args = append(args, "--user", s.User)
	}
	if len(s.Command) > 0 {
		args = append(append(args, "--tty", "--"), s.Command...)
	}
	cmd := exec.Command(l.o.Program, args...)
	cmd.Env = l.o.Env
	return cmd, nil
}

// WP is Backend's. wp-cli is told that nobody parses its output, so that tables have borders and success is green, and not
// to open a pager, which would wait for a key.
func (l *Live) WP(ctx context.Context, v sites.View, c WPCommand, onLine func(string, bool)) (int, error) {
	name := engine.SiteContainerName(v.Site.Slug, engine.RolePHP)
	if v.Owner != "" {
		return -1, &engine.OwnerError{Kind: "container", Name: name, Owner: v.Owner}
	}
	env := []string{"SHELL_PIPE=0", "PAGER=cat"}
	if c.Columns > 0 {
		env = append(env, fmt.Sprintf("COLUMNS=%d", c.Columns))
	}
	return l.o.Docker.ExecInContainerStream(ctx, name, engine.ExecOptions{Cmd: l.o.WPWords(v.Site, c.Words), Env: env}, onLine)
}

// Daemon is Backend's.
func (l *Live) Daemon(ctx context.Context) (engine.ProviderInfo, error) {
	info, err := l.o.Docker.ProviderInfo(ctx)
	return info, l.reason(err)
}

// Events is Backend's.
func (l *Live) Events(ctx context.Context) <-chan engine.Event {
	return l.o.Docker.Events(ctx, map[string]string{engine.LabelPlatform: engine.PlatformValue})
}

// Stats is Backend's.
func (l *Live) Stats(ctx context.Context, container string, every time.Duration) (<-chan engine.Stats, error) {
	return l.o.Docker.Stats(ctx, container, every)
}

// Inspect is Backend's.
func (l *Live) Inspect(ctx context.Context, container string) (engine.ContainerDetail, error) {
	return l.o.Docker.Inspect(ctx, container)
}

// FollowLogs is Backend's.
func (l *Live) FollowLogs(ctx context.Context, container string, o engine.LogOptions) (*engine.LogFollower, error) {
	return l.o.Docker.FollowLogs(ctx, container, o)
}

// stopGrace is how long a container may take to end: a database writes its caches first.
const stopGrace = time.Minute

// StartContainer is Backend's.
func (l *Live) StartContainer(ctx context.Context, container string) error {
	return l.o.Docker.StartContainer(ctx, container)
}

// StopContainer is Backend's.
func (l *Live) StopContainer(ctx context.Context, container string) error {
	return l.o.Docker.StopContainer(ctx, container, stopGrace)
}

// RestartContainer is Backend's.
func (l *Live) RestartContainer(ctx context.Context, container string) error {
	return l.o.Docker.RestartContainer(ctx, container, stopGrace)
}

// Begin is Backend's.
func (l *Live) Begin(ctx context.Context, r sites.Request) (sites.Operation, error) {
	return l.o.Records.Begin(ctx, r)
}

// Cancel is Backend's.
func (l *Live) Cancel(id string) error { return l.o.Records.Cancel(id) }

// List is Backend's.
func (l *Live) List() ([]sites.Operation, error) { return l.o.Records.List() }

// Follow is Backend's.
func (l *Live) Follow(id string) (Follower, error) {
	record, err := l.o.Records.Follow(id)
	if err != nil {
		return nil, err
	}
	return record, nil
}

// CheckCreate is Backend's.
func (l *Live) CheckCreate(ctx context.Context, o sites.CreateOptions) (sites.CreateOptions, error) {
	return l.o.Manager.CheckCreate(ctx, o)
}

// PreviewDelete is Backend's.
func (l *Live) PreviewDelete(ctx context.Context, slug string, o sites.DeleteOptions) (sites.DeletePreview, error) {
	return l.o.Manager.PreviewDelete(ctx, slug, o)
}

// Doctor is Backend's.
func (l *Live) Doctor(ctx context.Context) doctor.Report { return l.o.Examine(ctx) }

// Self returns this program's executable.
func Self() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program's own file: %w", err)
	}
	return path, nil
}

package fake

import (
	"context"
	"io"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// Engine is an engine on a Daemon. Every call is recorded, delayed and made to fail as scripted, and otherwise is the
// one of *engine.Docker. It is safe for concurrent use.
type Engine struct {
	*script
	daemon *Daemon
	docker *engine.Docker
	owns   bool // the daemon is closed with the engine
}

// New returns an engine with a daemon of its own. Close ends both.
func New(opts Options) *Engine {
	e := newEngine(NewDaemon(opts), engine.Options{})
	e.owns = true
	return e
}

func newEngine(d *Daemon, opts engine.Options) *Engine {
	e := &Engine{script: newScript(d.clock), daemon: d, docker: engine.NewWithOptions(opts)}
	e.docker.SetClient(d.Client())
	return e
}

// Daemon returns the daemon that the engine is on.
func (e *Engine) Daemon() *Daemon { return e.daemon }

// Close ends the engine's connections, and the daemon when New made it.
func (e *Engine) Close() error {
	err := e.docker.Close()
	if e.owns {
		err = e.daemon.Close()
	}
	return err
}

// HasClient reports true: the engine always has its daemon.
func (e *Engine) HasClient() bool { return e.docker.HasClient() }

// Endpoint returns where the daemon is.
func (e *Engine) Endpoint() engine.Endpoint { return e.docker.Endpoint() }

// RefreshProviderInfo makes the next ProviderInfo ask again.
func (e *Engine) RefreshProviderInfo() {
	e.record("RefreshProviderInfo")
	e.docker.RefreshProviderInfo()
}

// Ping is engine.Engine's.
func (e *Engine) Ping(ctx context.Context) error {
	if err := e.enter(ctx, "Ping"); err != nil {
		return err
	}
	return e.docker.Ping(ctx)
}

// CheckDockerAvailable is *engine.Docker's.
func (e *Engine) CheckDockerAvailable(ctx context.Context) error {
	if err := e.enter(ctx, "CheckDockerAvailable"); err != nil {
		return err
	}
	return e.docker.CheckDockerAvailable(ctx)
}

// DaemonDetail is *engine.Docker's.
func (e *Engine) DaemonDetail(ctx context.Context) (engine.DaemonDetail, error) {
	if err := e.enter(ctx, "DaemonDetail"); err != nil {
		return engine.DaemonDetail{}, err
	}
	return e.docker.DaemonDetail(ctx)
}

// ProviderInfo is engine.Engine's.
func (e *Engine) ProviderInfo(ctx context.Context) (engine.ProviderInfo, error) {
	if err := e.enter(ctx, "ProviderInfo"); err != nil {
		return engine.ProviderInfo{}, err
	}
	return e.docker.ProviderInfo(ctx)
}

// DaemonID is *engine.Docker's.
func (e *Engine) DaemonID(ctx context.Context) (string, error) {
	if err := e.enter(ctx, "DaemonID"); err != nil {
		return "", err
	}
	return e.docker.DaemonID(ctx)
}

// DiskUsage is engine.Engine's.
func (e *Engine) DiskUsage(ctx context.Context) (engine.DiskReport, error) {
	if err := e.enter(ctx, "DiskUsage"); err != nil {
		return engine.DiskReport{}, err
	}
	return e.docker.DiskUsage(ctx)
}

// PullImage is engine.Engine's.
func (e *Engine) PullImage(ctx context.Context, ref string, onProgress func(engine.PullProgress)) error {
	if err := e.enter(ctx, "PullImage", ref); err != nil {
		return err
	}
	return e.docker.PullImage(ctx, ref, onProgress)
}

// PullImages is *engine.Docker's. A scripted failure ends the pull of every image.
func (e *Engine) PullImages(ctx context.Context, refs []string) *engine.Pull {
	if err := e.enter(ctx, "PullImages", refs); err != nil {
		return engine.NewPull(ctx, failedPull{err}, refs)
	}
	return e.docker.PullImages(ctx, refs)
}

// failedPull is a source that always fails.
type failedPull struct{ err error }

func (f failedPull) ImagePresent(context.Context, string) (bool, error)      { return false, f.err }
func (f failedPull) OpenPull(context.Context, string) (io.ReadCloser, error) { return nil, f.err }

// Images is *engine.Docker's.
func (e *Engine) Images(ctx context.Context) ([]engine.ImageInfo, error) {
	if err := e.enter(ctx, "Images"); err != nil {
		return nil, err
	}
	return e.docker.Images(ctx)
}

// Events is *engine.Docker's. It has no error to return: delays and failures cannot be scripted for it.
func (e *Engine) Events(ctx context.Context, match map[string]string) <-chan engine.Event {
	e.record("Events", match)
	return e.docker.Events(ctx, match)
}

// Stats is *engine.Docker's.
func (e *Engine) Stats(ctx context.Context, name string, every time.Duration) (<-chan engine.Stats, error) {
	if err := e.enter(ctx, "Stats", name, every); err != nil {
		return nil, err
	}
	return e.docker.Stats(ctx, name, every)
}

package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
)

// answerTime bounds how long a daemon may take to say how the sites are: a person waits for it.
const answerTime = 5 * time.Second

// app is one run of the program. It opens what a command asks for when it asks, once.
type app struct {
	Program
	paint paint

	db     *store.Store
	docker *engine.Docker
	// connectErr is why docker has no client; nil when it has.
	connectErr error
	ends       []func() error // what close calls, the last first
}

// atEnd has do called when the command is over.
func (a *app) atEnd(do func() error) { a.ends = append(a.ends, do) }

// close gives back what was opened.
func (a *app) close() error {
	var errs []error
	for _, end := range slices.Backward(a.ends) {
		errs = append(errs, end())
	}
	a.ends = nil
	return errors.Join(errs...)
}

// databasePath is where the store's file is.
func (a *app) databasePath() string { return filepath.Join(sites.DataDir(a.HomeDir), "storage.db") }

// store opens the database.
func (a *app) store(ctx context.Context) (*store.Store, error) {
	if a.db != nil {
		return a.db, nil
	}
	db, err := store.Open(ctx, a.databasePath(), a.Now)
	if err != nil {
		return nil, err
	}
	a.db = db
	a.atEnd(db.Close)
	return db, nil
}

// engineOptions are what every engine of ours is made with.
func (a *app) engineOptions() engine.Options {
	return engine.Options{Home: sites.DataDir(a.HomeDir), AppVersion: a.Version, LookupEnv: a.LookupEnv}
}

// connect returns the engine. When the daemon's address cannot be found out the engine has no client, and the error says
// why: the engine's own error would not.
func (a *app) connect() (*engine.Docker, error) {
	if a.docker != nil {
		return a.docker, a.connectErr
	}
	a.docker, a.connectErr = a.Connect(engine.ConnectOptions{Options: a.engineOptions(), LookupEnv: a.LookupEnv})
	if a.connectErr != nil {
		a.docker = engine.NewWithOptions(a.engineOptions())
		return a.docker, a.connectErr
	}
	a.atEnd(a.docker.Close)
	return a.docker, nil
}

// manager returns the sites on the daemon. It connects, but does not ask yet: a daemon that cannot be found is the error
// of the first call that needs it.
func (a *app) manager(ctx context.Context) (*sites.Manager, error) {
	docker, _ := a.connect()
	return a.managerOn(ctx, docker)
}

// offlineManager returns the sites as the database alone knows them.
func (a *app) offlineManager(ctx context.Context) (*sites.Manager, error) {
	return a.managerOn(ctx, engine.NewWithOptions(a.engineOptions()))
}

func (a *app) managerOn(ctx context.Context, docker *engine.Docker) (*sites.Manager, error) {
	db, err := a.store(ctx)
	if err != nil {
		return nil, err
	}
	config, err := settings.Load(settings.Path(a.LookupEnv, a.HomeDir))
	if err != nil {
		fmt.Fprintln(a.Stderr, sentence(err)) // the defaults are used: looking at sites must not end here
	}
	return sites.New(sites.Options{
		HomeDir: a.HomeDir, Version: a.Version, Docker: docker, Store: db, Config: config,
		LookupEnv: a.LookupEnv, Now: a.Now, Random: a.Random,
	}), nil
}

// unreachable turns the error of asking the daemon within answerTime into one with a sentence: the address was never
// found, or the time was up while ctx, the caller's own, goes on.
func (a *app) unreachable(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, engine.ErrDaemonUnreachable) && a.connectErr != nil:
		return a.connectErr
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return &engine.UnreachableError{
			Endpoint: a.docker.Endpoint(), Reason: fmt.Sprintf("it did not answer within %d s", int(answerTime.Seconds())),
			NextStep: "See whether `docker version` answers.", Err: err,
		}
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return err
}

// views returns every site, asking the daemon for no longer than answerTime. With an error of the daemon the rows come all
// the same.
func (a *app) views(ctx context.Context) ([]sites.View, error) {
	m, err := a.manager(ctx)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	views, err := m.Views(bounded)
	return views, a.unreachable(ctx, err)
}

// view returns one site, likewise.
func (a *app) view(ctx context.Context, slug string) (sites.View, error) {
	m, err := a.manager(ctx)
	if err != nil {
		return sites.View{}, err
	}
	bounded, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	v, err := m.View(bounded, slug)
	return v, a.unreachable(ctx, err)
}

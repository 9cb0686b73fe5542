package router

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// cleanupTime is how long the removal of what could not be started may take, also when the caller has gone.
const cleanupTime = 20 * time.Second

// ForeignError says that the router of this daemon, or the network that it needs, is another person's or another
// program's. It is an engine.ErrAlreadyExists.
type ForeignError struct {
	// Thing is "container locorum-global-router", or the network.
	Thing string
	// Owner is the data folder that it belongs to; empty when it is not Locorum's, or does not say.
	Owner string
	// Err is the engine's.
	Err error
}

// Error says whose it is and what to do.
func (e *ForeignError) Error() string {
	if e.Owner != "" {
		return e.Thing + " of this Docker daemon belongs to the Locorum data folder " + e.Owner +
			", and a daemon has room for one; work on a daemon of your own"
	}
	return e.Err.Error()
}

// Unwrap returns the engine's error.
func (e *ForeignError) Unwrap() error { return e.Err }

// foreign gives an engine's error about an owner the words that fit what a daemon has only once.
func foreign(err error) error {
	var owned *engine.OwnerError
	if errors.As(err, &owned) {
		return &ForeignError{Thing: owned.Kind + " " + owned.Name, Owner: owned.Owner, Err: err}
	}
	return err
}

// refuseForeign fails when the container's labels say that it is not ours, before anything is made on another's daemon.
// EnsureContainer looks closer.
func (r *Router) refuseForeign(ctx context.Context) error {
	c, err := r.opts.Docker.Inspect(ctx, Container)
	switch {
	case errors.Is(err, engine.ErrNotFound):
		return nil
	case err != nil:
		return err
	case r.foreignOwner(c) == "":
		return nil
	}
	owned := &engine.OwnerError{Kind: "container", Name: Container}
	if c.Labels[engine.LabelPlatform] == engine.PlatformValue {
		owned.Owner = engine.SanitizeString(c.Labels[engine.LabelHome])
	}
	return owned
}

// Ensure makes sure that the router runs with the wanted configuration and that its API takes our password, and returns
// the ports that it has. The caller holds the lock on what sites share, and the images of Images are there.
//
// A router that is as it should be is left alone, whoever started it. A container of ours that is not is replaced, the
// desktop app's of this data folder as well; routes are files and stay. One of another data folder, or not Locorum's, is
// never touched: *ForeignError. An API that does not take our password gets api.yaml anew; only when it does not answer
// all the same is the container replaced, once.
//
// Each port is the one chosen before, else the wished one, else the first free one from the fallback on (20 are tried);
// what was chosen is kept until it is taken itself, or until the wish changes. When none is free the error is a
// *PortTakenError for each port that lacks one, and no container is left behind.
func (r *Router) Ensure(ctx context.Context) (Ports, error) {
	if err := r.validate(); err != nil {
		return Ports{}, err
	}
	ports, err := r.ensure(ctx)
	if err != nil {
		return Ports{}, fmt.Errorf("start the router: %w", foreign(err))
	}
	return ports, nil
}

func (r *Router) ensure(ctx context.Context) (Ports, error) {
	if err := r.refuseForeign(ctx); err != nil {
		return Ports{}, err
	}
	if _, err := r.CA(); err != nil {
		return Ports{}, err
	}
	if _, err := r.opts.Docker.EnsureNetwork(ctx, engine.GlobalNetworkSpec()); err != nil {
		return Ports{}, err
	}
	for _, dir := range []string{r.dynamicDir(), r.appCertsDir(), r.certsDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return Ports{}, err
		}
	}
	password, err := r.prepareAPI()
	if err != nil {
		return Ports{}, fmt.Errorf("write the API's password: %w", err)
	}
	for patience, last := r.pace.answer, false; ; patience, last = r.pace.start, true {
		s, err := r.run(ctx)
		if err != nil {
			return Ports{}, err
		}
		err = r.waitAPI(ctx, endpoint{s.API, password}, patience)
		if err == nil {
			return s.Ports, nil
		}
		if last || ctx.Err() != nil || errors.Is(err, errDied) {
			return Ports{}, r.withLog(ctx, err)
		}
		if err := r.opts.Docker.RemoveContainer(ctx, Container); err != nil {
			return Ports{}, err
		}
	}
}

// run makes the container run on the first ports that can be had, and remembers them.
func (r *Router) run(ctx context.Context) (state, error) {
	info, err := r.opts.Docker.ProviderInfo(ctx)
	if err != nil {
		return state{}, err
	}
	for picker := r.newPicker(); ; {
		s, err := picker.pick()
		if err != nil {
			return state{}, r.nameHolders(err)
		}
		s.Wish = r.opts.Ports
		err = r.runOn(ctx, s, info.Rootless)
		if err == nil {
			return s, r.writeState(s)
		}
		if !picker.refuse(s, err) {
			return state{}, err
		}
	}
}

// runOn makes the container run on these ports, or leaves none behind.
func (r *Router) runOn(ctx context.Context, s state, rootless bool) error {
	static, err := renderStatic(s.HTTPS)
	if err != nil {
		return err
	}
	if _, err := writeChanged(r.staticFile(), static); err != nil {
		return err
	}
	if _, err := r.opts.Docker.EnsureContainer(ctx, r.spec(s, static, rootless)); err != nil {
		return err
	}
	err = r.opts.Docker.StartContainer(ctx, Container)
	if err == nil {
		return nil
	}
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	// One that runs after all, by another's hand, stays; what cannot be asked about cannot be removed either.
	if c, inspectErr := r.opts.Docker.Inspect(clean, Container); inspectErr == nil && !c.Running {
		_ = r.opts.Docker.RemoveContainer(clean, Container) // the caller has the error that counts
	}
	return err
}

// nameHolders fills in who has the ports.
func (r *Router) nameHolders(err error) error {
	for _, one := range flatten(err) {
		var taken *PortTakenError
		if errors.As(one, &taken) && !taken.Forbidden {
			taken.Holder, _ = holder(r.proc, taken.Port)
		}
	}
	return err
}

// flatten returns the errors that err joins.
func flatten(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// errDied says that Traefik ended, which starting it again will not change.
var errDied = errors.New("it ended as soon as it was started")

// inspectEvery is the least time between two looks at the container while its API is waited for.
const inspectEvery = time.Second

// waitAPI waits until the API answers with the password. While it refuses it, api.yaml is written again now and then:
// Traefik may have missed the last write, or another program may have written since.
func (r *Router) waitAPI(ctx context.Context, at endpoint, patience time.Duration) error {
	last := errPatience
	next := time.Now().Add(inspectEvery)
	err := r.pace.poll(ctx, patience, func(ctx context.Context) (bool, error) {
		_, err := r.asker.version(ctx, at)
		if err == nil {
			return true, nil
		}
		if ctx.Err() == nil {
			last = err
		}
		if time.Now().Before(next) {
			return false, nil
		}
		next = time.Now().Add(inspectEvery)
		if errors.Is(err, ErrUnauthorized) {
			return false, r.writeAPI(at.password)
		}
		c, err := r.opts.Docker.Inspect(ctx, Container)
		if errors.Is(err, engine.ErrNotFound) || err == nil && slices.Contains([]string{"restarting", "exited", "dead"}, c.State) {
			return false, errDied
		}
		return false, nil
	})
	if errors.Is(err, errPatience) {
		return fmt.Errorf("its API does not answer: %w", last)
	}
	return err
}

// logLines is how much of Traefik's log an error carries.
const logLines = 10

// withLog adds the last lines of Traefik's log to err.
func (r *Router) withLog(ctx context.Context, err error) error {
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if text, logErr := r.opts.Docker.ContainerLogs(clean, Container, logLines); logErr == nil && text != "" {
		return fmt.Errorf("%w\n--- last lines of its log ---\n%s", err, text)
	}
	return err
}

package engine

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"

	"github.com/Locorum/locorum-tui/engine/crash"
)

// What ContainerLogs returns at most, and by default.
const (
	defaultLogLines = 50
	maxLogLines     = 10_000
	maxLogBytes     = 8 << 20
)

// streamCapacity is how many lines the channel of StreamContainerLogs holds: some screens full.
const streamCapacity = 256

// streamHistory is how many lines StreamContainerLogs begins with when no time is given.
const streamHistory = 100

var _ LogSource = (*Docker)(nil)

// FollowLogs opens the log of the named container and returns its reader; see LogFollower for what it does and how it
// ends. The values of secret variables are taken out of the lines. ErrNotFound says that there is no such container.
func (d *Docker) FollowLogs(ctx context.Context, name string, opts LogOptions) (*LogFollower, error) {
	f, err := NewLogFollower(ctx, d, name, opts)
	if err != nil {
		return nil, err
	}
	f.split.redact = d.secrets.text
	return f, nil
}

// ContainerLogs returns the last lines of both streams in the order in which the daemon has them, sanitised, secrets
// taken out, joined by line feeds. Without a positive number of lines they are 50; more than 10,000 lines or 8 MiB are
// never returned, the earlier ones are left out. ErrNotFound says that there is no such container.
func (d *Docker) ContainerLogs(ctx context.Context, name string, lines int) (string, error) {
	if lines <= 0 {
		lines = defaultLogLines
	}
	lines = min(lines, maxLogLines)
	f, err := d.FollowLogs(ctx, name, LogOptions{Tail: lines})
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	var texts []string
	size := 0
	for {
		batch, err := f.Next()
		for _, line := range batch.Lines {
			texts = append(texts, line.Text)
			size += len(line.Text) + 1
		}
		drop := max(len(texts)-lines, 0)
		for _, text := range texts[:drop] {
			size -= len(text) + 1
		}
		for ; size > maxLogBytes; drop++ {
			size -= len(texts[drop]) + 1
		}
		texts = slices.Delete(texts, 0, drop)
		if err == io.EOF {
			return strings.Join(texts, "\n"), nil
		}
		if err != nil {
			return "", d.fail(err, "read logs of container "+name)
		}
	}
}

// StreamContainerLogs follows both streams of the named container: the last 100 lines and what comes after them, or with a
// time everything stamped then or later. ErrNotFound says that there is no such container.
//
// We make the channel, which holds 256 lines, and close it: when the container exits, is removed, or its log cannot be
// read any further, and when ctx ends. A slow receiver makes the log wait in the daemon's file; nothing is dropped. A
// receiver that stops before the channel is closed has to end ctx, which releases the connection and the one goroutine
// behind the channel. FollowLogs says why a log has ended, follows over restarts, and is faster.
func (d *Docker) StreamContainerLogs(ctx context.Context, name string, since time.Time) (<-chan LogLine, error) {
	opts := LogOptions{Since: since, Follow: true}
	if since.IsZero() {
		opts.Tail = streamHistory
	}
	f, err := d.FollowLogs(ctx, name, opts)
	if err != nil {
		return nil, err
	}
	lines := make(chan LogLine, streamCapacity)
	go func() {
		defer crash.Catch(ctx)
		defer close(lines)
		defer func() { _ = f.Close() }()
		for {
			batch, err := f.Next()
			for _, line := range batch.Lines {
				select {
				case lines <- line:
				case <-ctx.Done():
					return
				}
			}
			if err != nil || batch.Event == LogExited {
				return
			}
		}
	}()
	return lines, nil
}

// OpenLog opens the log of a container in the daemon's wire format. It implements LogSource.
func (d *Docker) OpenLog(ctx context.Context, ref string, q LogQuery) (RawLog, error) {
	op := "read logs of container " + ref
	if ref == "" {
		return RawLog{}, fmt.Errorf("%w: the container's name is empty", ErrSpecInvalid)
	}
	cli, err := d.ready(ctx)
	if err != nil {
		return RawLog{}, err
	}
	info, err := cli.ContainerInspect(ctx, ref)
	if err != nil {
		return RawLog{}, d.fail(markTransient(err), op)
	}
	raw := RawLog{ID: info.ID, TTY: info.Config != nil && info.Config.Tty}
	raw.Started, raw.Running = lastRun(info.State)
	opts := container.LogsOptions{
		ShowStdout: true, ShowStderr: true, Timestamps: true,
		Since: queryTime(q.Since), Until: queryTime(q.Until),
		Follow: q.Follow && raw.Running, Tail: "all",
	}
	if q.Tail >= 0 {
		opts.Tail = strconv.Itoa(q.Tail)
	}
	raw.Body, err = cli.ContainerLogs(ctx, info.ID, opts)
	if cerrdefs.IsConflict(err) {
		err = kindError{ErrNotFound, err} // it is being removed
	}
	if err != nil {
		return RawLog{}, d.fail(markTransient(err), op)
	}
	return raw, nil
}

// markTransient wraps a fault that usually passes in ErrTransient: the follower's patience is longer than that of retry.
func markTransient(err error) error {
	if isTransient(err) && !client.IsErrConnectionFailed(err) {
		return kindError{ErrTransient, err}
	}
	return err
}

// AwaitStart waits until the container with that ID was started at another time than started. It implements LogSource.
func (d *Docker) AwaitStart(ctx context.Context, id string, started time.Time) error {
	op := "wait for container " + id
	for tries := 0; ; tries++ {
		done, err := d.awaitStartOnce(ctx, id, started)
		switch {
		case done:
			return nil
		case ctx.Err() != nil:
			return d.fail(Ended(ctx), op)
		case cerrdefs.IsNotFound(err):
			return d.fail(err, op)
		}
		wait := min(followFirstWait<<min(tries, 16), followLongWait)
		if err := d.clock.Sleep(ctx, wait); err != nil {
			return d.fail(err, op)
		}
	}
}

// awaitStartOnce listens before it looks, so that no start falls between, and looks again after every event. It returns
// when the container was started (done), was removed (an error of that kind), or the daemon went away.
func (d *Docker) awaitStartOnce(ctx context.Context, id string, started time.Time) (done bool, err error) {
	cli, err := d.ready(ctx)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(ctx)
	messages, errs := cli.Events(ctx, events.ListOptions{Filters: filters.NewArgs(
		filters.Arg("type", string(events.ContainerEventType)), filters.Arg("container", id),
		filters.Arg("event", string(events.ActionStart)), filters.Arg("event", string(events.ActionDestroy)),
	)})
	defer func() {
		cancel()
		for range errs { // closed once the client's goroutine has ended
		}
	}()
	for {
		info, err := cli.ContainerInspect(ctx, id)
		if err != nil {
			return false, err
		}
		if last, _ := lastRun(info.State); !last.Equal(started) {
			return true, nil
		}
		select {
		case <-messages:
		case err := <-errs:
			return false, err
		}
	}
}

// lastRun returns when a container was last started, and whether it runs now. Docker calls one that waits to be restarted
// running as well.
func lastRun(state *container.State) (started time.Time, running bool) {
	if state == nil {
		return time.Time{}, false
	}
	started, err := time.Parse(time.RFC3339Nano, state.StartedAt)
	if err != nil {
		return time.Time{}, state.Running && !state.Restarting
	}
	return started, state.Running && !state.Restarting
}

// queryTime is t as the daemon's log query wants it: seconds and nanoseconds since 1970; empty for the zero time.
func queryTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond())
}

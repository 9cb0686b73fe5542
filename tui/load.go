package tui

import (
	"context"
	"errors"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/tui/backend"
)

// answerTime bounds how long a daemon may take to say how the sites are, gather how long what comes together is gathered:
// shorter than a person notices, longer than what a container's start makes at once.
const (
	answerTime = 10 * time.Second
	gather     = 60 * time.Millisecond
)

// viewsMsg is how the sites are, and which operations have a record.
type viewsMsg struct {
	views []sites.View
	ops   []sites.Operation
	err   error
}

// daemonMsg is which Docker this is.
type daemonMsg struct {
	info engine.ProviderInfo
	err  error
}

// changedMsg says that something happened on the daemon.
type changedMsg struct{ closed bool }

// recordMsg are the next lines of an operation's record.
type recordMsg struct {
	id     string
	from   backend.Follower
	lines  []sites.Line
	closed bool
}

// begunMsg is an operation that was begun, or why not.
type begunMsg struct {
	op  sites.Operation
	err error
}

// load asks how the sites are; at most one is under way.
func (a *App) load() tea.Cmd {
	if a.loading {
		a.again = true
		return nil
	}
	a.loading, a.again = true, false
	ctx, b := a.ctx, a.o.Backend
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		views, err := b.Views(ctx)
		ops, opsErr := b.List()
		if err == nil {
			err = opsErr
		}
		return viewsMsg{views, ops, err}
	}
}

// askDaemon asks which Docker this is.
func (a *App) askDaemon() tea.Cmd {
	ctx, b := a.ctx, a.o.Backend
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		info, err := b.Daemon(ctx)
		return daemonMsg{info, err}
	}
}

// listen waits for the daemon's next event, and for those that come with it.
func (a *App) listen() tea.Cmd {
	events := a.events
	return func() tea.Msg {
		if _, ok := <-events; !ok {
			return changedMsg{closed: true}
		}
		for over := time.After(gather); ; {
			select {
			case _, ok := <-events:
				if !ok {
					return changedMsg{closed: true}
				}
			case <-over:
				return changedMsg{}
			}
		}
	}
}

// begin begins an operation.
func (a *App) begin(r sites.Request) tea.Cmd {
	ctx, b := a.ctx, a.o.Backend
	return func() tea.Msg {
		op, err := b.Begin(ctx, r)
		if err != nil {
			op.Request = r
		}
		return begunMsg{op, err}
	}
}

// follow opens an operation's record and reads its first lines.
func (a *App) follow(id string) tea.Cmd {
	ctx, b := a.ctx, a.o.Backend
	return func() tea.Msg {
		from, err := b.Follow(id)
		if err != nil {
			return recordMsg{id: id, closed: true, lines: []sites.Line{{Notice: "its record cannot be read: " + err.Error()}}}
		}
		return read(ctx, id, from)
	}
}

// read returns the next line of a record, and those that come with it.
func read(ctx context.Context, id string, from backend.Follower) recordMsg {
	msg := recordMsg{id: id, from: from}
	wait := ctx
	for len(msg.lines) < 1000 {
		line, err := from.Next(wait)
		switch {
		case err == nil:
			msg.lines = append(msg.lines, line)
			if len(msg.lines) == 1 {
				var cancel context.CancelFunc
				wait, cancel = context.WithTimeout(ctx, gather)
				defer cancel()
			}
			continue
		case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			return msg
		}
		msg.closed = true
		if err != io.EOF && ctx.Err() == nil {
			msg.lines = append(msg.lines, sites.Line{Notice: "its record cannot be read further: " + err.Error()})
		}
		if err := from.Close(); err != nil {
			msg.lines = append(msg.lines, sites.Line{Notice: "its record cannot be closed: " + err.Error()})
		}
		break
	}
	return msg
}

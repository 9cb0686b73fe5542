package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	osc52 "github.com/aymanbagabas/go-osc52/v2"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/dialog"
	"github.com/Locorum/locorum-tui/tui/logs"
)

// toastMsg is a line for the person.
type toastMsg struct {
	text string
	bad  bool
}

// shellMsg says that a shell has ended.
type shellMsg struct {
	service string
	err     error
}

// logsMsg says which logs a site has.
type logsMsg struct {
	slug     string
	services []logs.Service
}

// previewMsg is what deleting a site would take away.
type previewMsg struct {
	preview sites.DeletePreview
	err     error
}

// siteAction carries out an action of the list of sites.
func (a *App) siteAction(id keymap.ID) tea.Cmd {
	if a.list.Do(id) {
		return nil
	}
	if id == keymap.SiteNew {
		return a.newSite()
	}
	if id == keymap.SiteLast {
		return a.startLast()
	}
	v, ok := a.list.Selected()
	if !ok {
		return nil
	}
	switch id {
	case keymap.SiteToggle, keymap.SiteRestart:
		return a.operate(id)
	case keymap.Open:
		a.inside = true
	case keymap.NextPane:
		a.inside = !a.inside
	case keymap.TabOverview, keymap.TabContainers, keymap.TabActivity:
		a.inside = a.inside || !a.wide()
		a.look.Do(id)
	case keymap.SitePassword:
		a.inside = a.inside || !a.wide()
		a.look.Reveal()
	case keymap.SiteReach:
		return a.copyReach(v)
	case keymap.SiteLogs:
		return a.openLogs(v)
	case keymap.SiteShell:
		return a.shell(backend.Shell{Slug: v.Site.Slug, Service: engine.RolePHP}, v)
	case keymap.SiteWP:
		a.openWP(v)
	case keymap.SiteShellAsk:
		return a.askShell(v)
	case keymap.SiteExport:
		return a.exportDatabase(v)
	case keymap.SiteImport:
		return a.importDatabase(v)
	case keymap.SiteVersions:
		return a.changeVersions(v)
	case keymap.SiteDelete:
		return a.preview(v.Site.Slug)
	case keymap.SiteCopyURL:
		return a.copy(v.URL)
	case keymap.SiteCopyFiles:
		return a.copy(v.Site.FilesDir)
	case keymap.SiteLogin:
		return a.login(v.Site.Slug)
	}
	return nil
}

// operate starts, stops or restarts the marked sites, or the one under the cursor. What is under way on a site is waited
// for: two at once would only be refused.
func (a *App) operate(id keymap.ID) tea.Cmd {
	if !a.asked || a.down != nil {
		a.say("Docker does not answer yet, so nothing can be started or stopped", true)
		return nil
	}
	var cmds []tea.Cmd
	for _, v := range a.list.Targets() {
		verb := sites.VerbStart
		switch {
		case id == keymap.SiteRestart:
			verb = sites.VerbRestart
		case v.Status.Running:
			verb = sites.VerbStop
		}
		if a.underWay(v.Site.Slug) {
			a.say("something is being done to "+v.Site.Slug+" already; O shows it", true)
			continue
		}
		cmds = append(cmds, a.begin(sites.Request{Verb: verb, Slug: v.Site.Slug}))
	}
	a.list.Unmark()
	return tea.Batch(cmds...)
}

// underWay reports whether an operation on the site runs.
func (a *App) underWay(slug string) bool {
	for _, o := range a.ops.Running() {
		if o.Request.Slug == slug {
			return true
		}
	}
	return false
}

// openLogs follows the logs of a site's containers and of its debug.log.
func (a *App) openLogs(v sites.View) tea.Cmd {
	if len(v.Containers) == 0 {
		a.say(v.Site.Slug+" has no containers, so there is no log; s starts it", true)
		return nil
	}
	var services []logs.Service
	for _, c := range v.Containers {
		services = append(services, logs.Service{Name: c.Role, Container: c.Name})
	}
	b := a.o.Backend
	return func() tea.Msg {
		if v.Site.FilesDir != "" {
			services = append(services, logs.Service{Name: "debug.log", File: b.DebugLog(v.Site)})
		}
		return logsMsg{v.Site.Slug, services}
	}
}

// showLogs shows the log view on what openLogs has found.
func (a *App) showLogs(msg logsMsg) tea.Cmd {
	a.show, a.under = screenLogs, screenSites
	a.logs.SetFocus(true)
	return a.logs.Open(a.ctx, msg.slug, msg.services)
}

// shell gives the terminal to a shell in a container.
func (a *App) shell(s backend.Shell, v sites.View) tea.Cmd {
	if !v.Status.Running {
		a.say(v.Site.Slug+" does not run, so there is nothing to open a shell in; s starts it", true)
		return nil
	}
	cmd, err := a.o.Backend.Shell(s)
	if err != nil {
		a.say(err.Error(), true)
		return nil
	}
	if cmd.Stdin == nil {
		cmd.Stdin = a.o.Stdin
	}
	return a.o.exec(cmd, func(err error) tea.Msg { return shellMsg{s.Service, err} })
}

// left says how a shell ended, when that was not as a person ends one.
func (a *App) left(msg shellMsg) tea.Cmd {
	var exit *exec.ExitError
	switch {
	case msg.err == nil:
	case errors.As(msg.err, &exit):
		if code := exit.ExitCode(); code != 130 {
			a.say(fmt.Sprintf("the shell in %s ended with exit code %d", msg.service, code), true)
		}
	default:
		a.say("no shell in "+msg.service+": "+msg.err.Error(), true)
	}
	return nil
}

// preview asks what deleting the site would take away; the dialog opens with the answer.
func (a *App) preview(slug string) tea.Cmd {
	ctx, b := a.ctx, a.o.Backend
	return func() tea.Msg {
		p, err := b.PreviewDelete(ctx, slug, sites.DeleteOptions{})
		return previewMsg{p, err}
	}
}

// previewed opens the dialog, unless another is open by now.
func (a *App) previewed(msg previewMsg) {
	switch {
	case msg.err != nil:
		a.say(msg.err.Error(), true)
	case a.over == nil:
		d := dialog.NewDelete(msg.preview)
		a.open(d, func() tea.Cmd {
			options := d.Options()
			return a.begin(sites.Request{Verb: sites.VerbDelete, Slug: d.Slug(), Delete: &options})
		})
		a.deaf = dialog.OpenedAt(a.o.Now())
	}
}

// open lays a dialog over the dashboard.
func (a *App) open(over overlay, accept func() tea.Cmd) {
	a.over, a.accept, a.checker, a.deaf = over, accept, nil, dialog.Deaf{}
}

// operationAction carries out an action of the operations pane.
func (a *App) operationAction(id keymap.ID) tea.Cmd {
	if a.ops.Do(id) {
		return nil
	}
	o := a.ops.Current()
	if o == nil {
		return nil
	}
	switch id {
	case keymap.OpCancel:
		if o.Running() {
			o.Cancelling = true
			b := a.o.Backend
			return func() tea.Msg {
				if err := b.Cancel(o.ID); err != nil {
					return toastMsg{"it could not be asked to cancel: " + err.Error(), true}
				}
				return nil
			}
		}
	case keymap.OpRetry:
		if o.Failed() {
			return a.begin(o.Retry(a.list.Select(o.Request.Slug)))
		}
	case keymap.OpRollBack:
		if r, ok := o.RollBack(); ok {
			return a.begin(r)
		}
	case keymap.OpKeep:
		o.Settled = !o.Running()
	case keymap.OpLogs:
		if a.list.Select(o.Request.Slug) {
			v, _ := a.list.Selected()
			return a.openLogs(v)
		}
	}
	return nil
}

// login makes a one-time link and copies it.
func (a *App) login(slug string) tea.Cmd {
	ctx, b := a.ctx, a.o.Backend
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		link, err := b.Login(ctx, slug)
		if err != nil {
			return toastMsg{err.Error(), true}
		}
		return logs.CopyMsg{Text: link}
	}
}

// copy hands a text to the terminal's clipboard, through tmux too (OSC 52), which works over ssh.
func (a *App) copy(text string) tea.Cmd {
	if text == "" {
		return nil
	}
	return func() tea.Msg {
		sequence := osc52.New(text)
		if os.Getenv("TMUX") != "" {
			sequence = sequence.Tmux()
		}
		if _, err := sequence.WriteTo(os.Stderr); err != nil {
			return toastMsg{"it could not be copied: " + err.Error(), true}
		}
		return toastMsg{"copied " + text, false}
	}
}

package tui

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/dialog"
	"github.com/Locorum/locorum-tui/tui/logs"
	"github.com/Locorum/locorum-tui/tui/pull"
	"github.com/Locorum/locorum-tui/tui/sitelist"
	"github.com/Locorum/locorum-tui/tui/wp"
)

// Update takes a message, and asks for what the screen then lacks.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := a.update(msg)
	return a, tea.Batch(cmd, a.attend(), a.beat())
}

func (a *App) update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.resize(msg.Width, msg.Height)
	case tea.KeyMsg:
		return a, a.keys(msg)
	case tea.MouseMsg:
		return a, a.pointed(msg)
	case viewsMsg:
		return a, a.loaded(msg)
	case daemonMsg:
		if msg.err == nil {
			a.daemon = msg.info
		}
	case changedMsg:
		if msg.closed {
			return a, nil
		}
		return a, tea.Batch(a.load(), a.listen())
	case begunMsg:
		return a, a.begun(msg)
	case recordMsg:
		return a, a.record(msg)
	case beatMsg:
		a.beating = false
	case restMsg:
		return a, a.rested(msg)
	case factsMsg:
		if msg.gen == a.gen {
			a.look.SetFacts(msg.facts)
		}
	case folderMsg:
		if msg.slug == a.sized {
			a.look.SetFolderSize(msg.size)
		}
	case sinceMsg:
		if msg.load == a.loads {
			a.list.SetSince(msg.since)
		}
	case usageMsg:
		return a, a.used(msg)
	case healthMsg:
		a.health = &msg.report
	case previewMsg:
		a.previewed(msg)
	case checkedMsg:
		return a, a.checkedForm(msg)
	case notedMsg:
		a.noted(msg)
	case toastMsg:
		a.say(msg.text, msg.bad)
	case shellMsg:
		return a, tea.Batch(a.left(msg), a.load())
	case logsMsg:
		return a, a.showLogs(msg)
	case logs.CopyMsg:
		return a, a.copy(msg.Text)
	case logs.Msg:
		return a, a.logs.Update(msg)
	case wp.Msg:
		return a, a.wp.Update(msg)
	case wp.Done:
		a.ranWP(msg)
	}
	return a, nil
}

// keys takes what the keyboard sent. Keys that came in one read are one message: they are taken one by one, unless they
// were pasted.
func (a *App) keys(key tea.KeyMsg) tea.Cmd {
	if key.Alt && (key.Type >= 0 || key.Type == tea.KeyRunes || key.Type == tea.KeySpace) && !key.Paste && !a.typing() {
		// No action has alt: it is esc and the next key, which a slow line brought together.
		key.Alt = false
		return tea.Batch(a.key(tea.KeyMsg{Type: tea.KeyEsc}), a.keys(key))
	}
	if key.Type != tea.KeyRunes || key.Paste || len(key.Runes) < 2 {
		return a.key(key)
	}
	var cmds []tea.Cmd
	for _, r := range key.Runes {
		cmds = append(cmds, a.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: key.Alt}))
	}
	return tea.Batch(cmds...)
}

// typing reports whether a text input owns the keys.
func (a *App) typing() bool {
	return a.over != nil || a.show == screenSites && a.list.Typing() || a.show == screenLogs && a.logs.Typing() || a.show == screenWP
}

// key takes one key.
func (a *App) key(key tea.KeyMsg) tea.Cmd {
	a.toast, a.warned = "", a.warned && a.toast != ""
	switch {
	case a.over != nil:
		return a.dialogKey(key)
	case a.show == screenSites && a.list.Typing():
		a.list.Type(key)
		return nil
	case a.show == screenLogs && a.logs.Typing():
		return a.logs.Update(key)
	}
	pressed := key.String()
	switch a.show {
	case screenWP:
		if cmd, took := a.wp.Key(key); took {
			return cmd
		}
		if a.o.Keys.Match(pressed, keymap.ScopeWP) == keymap.WPLeave {
			return a.back()
		}
	case screenLogs:
		if id := a.o.Keys.Match(pressed, keymap.ScopeLogs, keymap.ScopeList); id != "" {
			return a.logs.Update(key)
		}
		if '1' <= pressed[0] && pressed[0] <= '9' {
			return a.logs.Update(key)
		}
	case screenOperations:
		if id := a.o.Keys.Match(pressed, keymap.ScopeOperation, keymap.ScopeList); id != "" {
			return a.operationAction(id)
		}
	case screenHelp, screenHealth:
		switch a.o.Keys.Match(pressed, keymap.ScopeList) {
		case keymap.Up:
			a.helpTop = max(a.helpTop-1, 0)
		case keymap.Down:
			a.helpTop++
		case keymap.PageDown, keymap.HalfDown:
			a.helpTop += a.height / 2
		case keymap.PageUp, keymap.HalfUp:
			a.helpTop = max(a.helpTop-a.height/2, 0)
		}
	case screenSites:
		if cmd, took := a.insideKey(pressed); took {
			return cmd
		}
		if id := a.o.Keys.Match(pressed, keymap.ScopeSite, keymap.ScopeList); id != "" {
			return a.siteAction(id)
		}
	}
	return a.global(a.o.Keys.Match(pressed, keymap.ScopeGlobal))
}

// dialogKey gives the open dialog a key.
func (a *App) dialogKey(key tea.KeyMsg) tea.Cmd {
	if !a.deaf.Hears(a.o.Now()) {
		return nil
	}
	switch a.over.Update(key) {
	case dialog.Dismissed:
		a.over = nil
	case dialog.Accepted:
		accept := a.accept
		a.over = nil
		return accept()
	case dialog.Changed:
		return a.check()
	}
	return nil
}

// loaded takes in how the sites are.
func (a *App) loaded(msg viewsMsg) tea.Cmd {
	recovered := a.down != nil && msg.err == nil
	first := msg.err == nil && (!a.answered || recovered) && len(a.ops.Running()) == 0
	a.loading, a.asked, a.stale, a.rewatch = false, true, true, true
	a.answered = a.answered || msg.err == nil
	a.down = msg.err
	if msg.err == nil || len(msg.views) > 0 {
		a.views = msg.views
		a.list.SetViews(msg.views, msg.err == nil)
		a.layout()
	}
	a.remind(first)
	var cmds []tea.Cmd
	for _, op := range msg.ops {
		if op.Result == nil && a.ops.Find(op.ID) == nil { // begun elsewhere: it is followed here too
			a.ops.Put(op)
			cmds = append(cmds, a.follow(op.ID))
		}
	}
	if recovered || a.daemon.Name == "" && msg.err == nil {
		cmds = append(cmds, a.askDaemon())
	}
	if msg.err == nil {
		cmds = append(cmds, a.askSince())
	}
	if a.again {
		cmds = append(cmds, a.load())
	}
	return tea.Batch(cmds...)
}

// begun takes in an operation that was begun.
func (a *App) begun(msg begunMsg) tea.Cmd {
	if msg.err != nil {
		a.say(fmt.Sprintf("%s %s: %v", msg.op.Request.Verb, msg.op.Request.Slug, msg.err), true)
		return nil
	}
	a.ops.Settle(msg.op.Request.Slug)
	if a.ops.Find(msg.op.ID) != nil {
		return nil // a load has found it before
	}
	a.ops.Put(msg.op)
	a.ops.Open(msg.op.ID)
	a.markBusy()
	return a.follow(msg.op.ID)
}

// record takes in the next lines of an operation's record.
func (a *App) record(msg recordMsg) tea.Cmd {
	o := a.ops.Find(msg.id)
	if o == nil {
		return nil
	}
	ran := o.Running()
	for _, line := range msg.lines {
		o.Add(line, a.o.Now())
	}
	a.markBusy()
	var cmds []tea.Cmd
	if ran && !o.Running() {
		cmds = append(cmds, a.load())
		if text := pull.Title(o) + " " + string(o.Result.Outcome); o.Failed() {
			a.say(text+": "+o.Result.Error, true)
		} else {
			a.say(text+" in "+cell.Took(o.Result.Took), false)
		}
	}
	if o.Running() && o.Request.Verb == sites.VerbCreate && !a.listed(o.Request.Slug) {
		cmds = append(cmds, a.load()) // it is there by now, but until it has a container the daemon does not tell
	}
	if !msg.closed {
		ctx := a.ctx
		cmds = append(cmds, func() tea.Msg { return read(ctx, msg.id, msg.from) })
	}
	return tea.Batch(cmds...)
}

// listed reports whether there is a site of that name.
func (a *App) listed(slug string) bool {
	return slices.ContainsFunc(a.views, func(v sites.View) bool { return v.Site.Slug == slug })
}

// markBusy tells the list what is under way.
func (a *App) markBusy() {
	busy := map[string]sitelist.Busy{}
	for _, o := range a.ops.Running() {
		done, known := o.Counts()
		busy[o.Request.Slug] = sitelist.Busy{Verb: string(o.Request.Verb), Done: done, Total: known}
	}
	a.list.SetBusy(busy)
}

// say shows a line until the next key.
func (a *App) say(text string, bad bool) { a.toast, a.bad = cell.Plain(text), bad }

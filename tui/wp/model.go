package wp

import (
	"context"
	"slices"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/flow"
	"github.com/Locorum/locorum-tui/tui/input"
)

const (
	// drawPause is how long after a drawing the next news are waited for; clockPause is how often the time that a command
	// takes is drawn while it says nothing.
	drawPause  = 40 * time.Millisecond
	clockPause = time.Second
	// maxHistory is how many lines are remembered.
	maxHistory = 500
)

// Options are what a Model is made with. All are needed.
type Options struct {
	Styles *theme.Styles
	Keys   *keymap.Map
	Runner Runner
	Now    func() time.Time
}

// Model is the pane. It belongs to the goroutine that calls Update; Close ends what it has running.
type Model struct {
	o    Options
	ctx  context.Context
	stop context.CancelFunc
	runs sync.WaitGroup // the goroutines of commands

	consoles []*console // the one that was opened last at the end
	at       *console   // nil before the first Open
	field    *input.Field
	history  []string // the oldest first
	place    int      // in history of what the field shows; len(history) is what is being typed
	draft    string   // what was being typed before older lines were shown
	notice   string
	bad      bool

	w, h int
	line flow.Line
}

// Msg is a message that this package sends to itself: the root hands it to Update unread.
type Msg interface{ ofWP() }

// ChangedMsg says that there is something new to show of a site. There is at most one under way for each site.
type ChangedMsg struct {
	from *console
	run  int
}

func (ChangedMsg) ofWP() {}

// Done is for the root: a command has ended.
type Done struct {
	Slug string
	// Text says how, in a few words.
	Text   string
	Failed bool
}

// New returns a pane that is open on no site. Commands end with ctx, or with Close.
func New(ctx context.Context, o Options) *Model {
	m := &Model{o: o, field: input.New("")}
	m.ctx, m.stop = context.WithCancel(ctx)
	m.field.Placeholder = "plugin list"
	return m
}

// Close cancels every command and waits until none is left: seconds, when one ignores the signal. The pane is of no use then.
func (m *Model) Close() {
	m.stop()
	m.runs.Wait()
}

// SetSize gives the pane its size in cells, frame included.
func (m *Model) SetSize(w, h int) { m.w, m.h = w, h }

// Open shows the console of a site.
func (m *Model) Open(v sites.View) {
	slug := v.Site.Slug
	i := slices.IndexFunc(m.consoles, func(c *console) bool { return c.view.Site.Slug == slug })
	if i < 0 {
		m.consoles = append(m.consoles, newConsole())
		i = len(m.consoles) - 1
	}
	m.at = m.consoles[i]
	m.at.view = v
	m.consoles = append(slices.Delete(m.consoles, i, i+1), m.at)
	for i := 0; len(m.consoles) > maxConsoles && i < len(m.consoles)-1; i++ { // the one that was not seen for longest
		if !m.consoles[i].busy() {
			m.consoles = slices.Delete(m.consoles, i, i+1)
			i--
		}
	}
	m.notice = ""
}

// Slug returns the site that is shown, empty when there is none.
func (m *Model) Slug() string {
	if m.at == nil {
		return ""
	}
	return m.at.view.Site.Slug
}

// Running returns the sites in which a command runs.
func (m *Model) Running() []string {
	var slugs []string
	for _, c := range m.consoles {
		if c.busy() {
			slugs = append(slugs, c.view.Site.Slug)
		}
	}
	return slugs
}

func (c *console) busy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running
}

// Update takes a message of this package.
func (m *Model) Update(msg Msg) tea.Cmd {
	changed, ok := msg.(ChangedMsg)
	if !ok {
		return nil
	}
	c := changed.from
	c.mu.Lock()
	run, running, result := c.run, c.running, c.result
	c.mu.Unlock()
	if run != changed.run { // of a command before: that of the one that runs is under way too
		return nil
	}
	c.awaited = false
	if running {
		return m.await(c, drawPause)
	}
	c.cancel()
	return func() tea.Msg { return result }
}

// await returns a command that waits for news of the command that runs, at least for pause.
func (m *Model) await(c *console, pause time.Duration) tea.Cmd {
	c.awaited = true
	c.mu.Lock()
	run := c.run
	c.mu.Unlock()
	ctx := m.ctx
	return func() tea.Msg {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
		timer.Reset(clockPause)
		select {
		case <-c.wake:
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
		return ChangedMsg{c, run}
	}
}

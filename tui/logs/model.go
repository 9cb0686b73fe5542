package logs

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/flow"
)

const (
	// drawPause is how long after a drawing the next news are waited for: 25 drawings in a second look alive, and a flood
	// leaves the processor to others.
	drawPause = 40 * time.Millisecond
	// defaultTail is how many lines of each service are read at first; older ones come when one scrolls up to them.
	defaultTail = 1000

	defaultLines = 100_000
	defaultBytes = 16 << 20
)

// Options are what a Model is made with. Styles, Keys and Source are needed.
type Options struct {
	Styles *theme.Styles
	Keys   *keymap.Map
	Source Source
	// Now is the time that a session's "since" counts from, and that marks are given; nil is time.Now.
	Now func() time.Time
	// Lines and Bytes bound what is kept of all services together; zero is 100,000 lines and 16 MiB. Bytes counts texts
	// and 24 more for each line.
	Lines int
	Bytes int64
	// SaveDir is where files are saved; it is made when it is not there. Empty is the working directory.
	SaveDir string
	// Zone is what times are shown in; nil is the machine's.
	Zone *time.Location
}

// Model is the log pane. It is owned by the goroutine that calls Update; Close releases what it has open.
type Model struct {
	opts    Options
	styles  *theme.Styles
	keys    *keymap.Map
	zone    *time.Location
	colours bool
	w, h    int
	focus   bool

	slug       string
	services   []Service
	tags       []tag
	generation int
	parent     context.Context // of every session of this opening
	session    *session        // nil while nothing is open
	readers    sync.WaitGroup  // the goroutines of every session

	// What is shown.
	following bool
	top       place // the line of the first row, unless following
	skip      int   // rows of it that are above the screen
	wrap      bool
	left      int // cells at the left that are not shown, unless wrapped
	times     int // 0 no time, 1 the time, 2 the date too
	bound     string

	// What is looked for.
	filter, search *pattern
	current        place // the match that the search stands on, if hasCurrent
	hasCurrent     bool
	scanning       bool // a ScannedMsg will come
	jump           bool // go to a match when it does
	loading        bool // a HistoryMsg will come
	saving         bool // a SavedMsg will come

	prompt prompt
	notice string // shown until the next key

	// The picture, and what is used again for the next.
	dirty   bool
	picture string
	buf     []byte
	rows    []place // the lines on the screen
	widest  int     // of them
	laid    flow.Line
	marks   []flow.Span
	mark    string
}

// tag is how a service is named.
type tag struct{ name, on, off string }

// New returns a pane that shows nothing yet.
func New(o Options) *Model {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Lines <= 0 {
		o.Lines = defaultLines
	}
	if o.Bytes <= 0 {
		o.Bytes = defaultBytes
	}
	return &Model{
		opts: o, styles: o.Styles, keys: o.Keys, zone: o.Zone, colours: hasColours(o.Styles),
		focus: true, following: true, wrap: true, times: 1, dirty: true,
	}
}

// hasColours reports whether the terminal shows colours: the styles have been told.
func hasColours(s *theme.Styles) bool { return s.Running.On != "" }

// Open shows the logs of a site's services, at most nine of them, from the last lines on. What was open is closed. It
// waits for nothing: the command that it returns brings the first change. Everything ends with ctx, or with Close.
func (m *Model) Open(ctx context.Context, slug string, services []Service) tea.Cmd {
	m.parent, m.slug = ctx, cell.Plain(slug)
	m.services = services[:min(len(services), maxSources)]
	m.tags = m.tags[:0]
	for i, s := range m.services {
		style := m.styles.Tags[i%len(m.styles.Tags)]
		m.tags = append(m.tags, tag{cell.Plain(s.Name), style.On, style.Off})
	}
	m.filter, m.search, m.hasCurrent, m.jump = nil, nil, false, false
	m.prompt, m.notice, m.left, m.bound = prompt{}, "", 0, ""
	return m.begin(defaultTail, time.Time{})
}

// begin starts a session that reads so many lines, none from before since.
func (m *Model) begin(tail int, since time.Time) tea.Cmd {
	var hidden []bool
	if m.session != nil {
		m.session.cancel() // its goroutines end by themselves; Close waits for them
		if m.session.slug == m.slug && len(m.session.store.sources) == len(m.services) {
			hidden = m.session.store.hidden()
		}
	}
	m.generation++
	s := &session{
		origin: origin{m.slug, m.generation}, services: m.services, from: m.opts.Source, now: m.opts.Now,
		tail: tail, since: since, readers: &m.readers,
		store: newStore(m.services, m.opts.Lines, m.opts.Bytes),
	}
	for i := range s.store.sources {
		s.store.sources[i].whole = !since.IsZero()
		s.store.sources[i].hidden = i < len(hidden) && hidden[i]
	}
	s.store.look(m.filter, m.search)
	m.session = s
	m.following, m.top, m.skip = true, beginning, 0
	m.scanning, m.loading, m.hasCurrent, m.dirty = false, false, false, true
	s.start(m.parent)
	return s.news(0)
}

// news returns a command that waits for a change, at least for pause. Without one, it ends with the session.
func (s *session) news(pause time.Duration) tea.Cmd {
	return func() tea.Msg {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.ctx.Done():
			return nil
		}
		select {
		case <-s.store.wake:
			return ChangedMsg{s.origin}
		case <-s.ctx.Done():
			return nil
		}
	}
}

// Close ends everything that is open and waits for its goroutines. The pane can be opened again.
func (m *Model) Close() {
	if m.session != nil {
		m.session.cancel()
		m.session = nil
	}
	m.readers.Wait()
	m.dirty = true
}

// SetSize gives the pane its size in cells, frame included.
func (m *Model) SetSize(w, h int) {
	if w != m.w || h != m.h {
		m.w, m.h, m.dirty = w, h, true
	}
}

// SetFocus draws the frame as that of the pane that has the keys, or not.
func (m *Model) SetFocus(on bool) {
	if on != m.focus {
		m.focus, m.dirty = on, true
	}
}

// View returns the pane: as many lines as it is tall, each as wide as it is.
func (m *Model) View() string {
	if m.dirty {
		m.draw()
	}
	return m.picture
}

// Update takes a key, or a message of this package.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		m.dirty, m.notice = true, ""
		var cmd tea.Cmd
		if m.prompt.mode != promptNone {
			cmd = m.promptKey(msg)
		} else {
			cmd = m.key(msg)
		}
		m.dirty = true // a key that moves has drawn what it moves from
		m.hold()
		return cmd
	case Msg:
		if m.session == nil || msg.logsOrigin() != m.session.origin {
			return nil
		}
		cmd := m.news(msg)
		m.dirty = true
		return cmd
	}
	return nil
}

// news takes a message of the session.
func (m *Model) news(msg Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ChangedMsg:
		m.session.store.seen()
		return tea.Batch(m.session.news(drawPause), m.scan())
	case ScannedMsg:
		m.scanning = false
		if m.jump {
			m.jump = false
			m.toMatch()
		}
		return m.scan()
	case HistoryMsg:
		m.loading = false
		if msg.err != nil {
			m.notice = m.styles.Failed.Render("older lines cannot be read: " + cell.Plain(msg.err.Error()))
		}
		return m.scan()
	case SavedMsg:
		m.saving = false
		m.notice = m.savedText(msg)
	}
	return nil
}

// scan returns a command that looks at the lines that were not looked at, unless one is under way or there are none.
func (m *Model) scan() tea.Cmd {
	s := m.session
	if m.scanning || s == nil || !s.store.behind() {
		return nil
	}
	m.scanning = true
	return func() tea.Msg {
		for s.ctx.Err() == nil && s.store.scan() {
		}
		return ScannedMsg{s.origin}
	}
}

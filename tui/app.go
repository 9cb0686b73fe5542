package tui

import (
	"context"
	"io"
	"os/exec"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/detail"
	"github.com/Locorum/locorum-tui/tui/dialog"
	"github.com/Locorum/locorum-tui/tui/logs"
	"github.com/Locorum/locorum-tui/tui/pull"
	"github.com/Locorum/locorum-tui/tui/sitelist"
	"github.com/Locorum/locorum-tui/tui/usage"
	"github.com/Locorum/locorum-tui/tui/wp"
)

// Options are what the dashboard works with.
type Options struct {
	Backend backend.Backend
	Styles  *theme.Styles
	Keys    *keymap.Map
	// ASCII says that the terminal's characters are not UTF-8.
	ASCII bool
	Now   func() time.Time
	// Rows are the sites as the database knows them, for the first frame.
	Rows []sites.View
	// Notice is shown at the start; empty shows none.
	Notice string
	// LogLines and LogBytes bound what the log view keeps; SaveDir is where it saves.
	LogLines int
	LogBytes int64
	SaveDir  string
	// SSHHost is the name that ssh reached this machine by, empty without ssh.
	SSHHost string
	// Restyle returns the styles of a theme, for the choice of another one; nil offers none.
	Restyle func(theme string) theme.Styles
	// Stdin is what a program reads that the terminal is given to: the terminal itself, since what Run reads may be more than
	// that. nil gives it what Run reads.
	Stdin io.Reader
	// Rest is how long the cursor must stay on a site before its details are asked for.
	Rest time.Duration
	// Mouse has the mouse on from the start.
	Mouse bool
	// Beat is how often the screen is drawn again while an operation runs, whose seconds are on it; 0 is never.
	Beat time.Duration

	exec func(*exec.Cmd, tea.ExecCallback) tea.Cmd // gives the terminal to a program; Run's is the screen's
}

// page is what is shown below the header.
type page uint8

const (
	screenSites page = iota
	screenOperations
	screenLogs
	screenWP
	screenHelp
	screenHealth
)

// overlay is a dialog that is open.
type overlay interface {
	Update(key tea.KeyMsg) dialog.Outcome
	View(styles *theme.Styles, width, height int) []string
}

// App is the root model. It belongs to the goroutine of the program that runs it.
type App struct {
	o   Options
	ctx context.Context // ends with the program; commands are bound to it

	list *sitelist.Model
	ops  *pull.Pane
	logs *logs.Model
	wp   *wp.Model
	look *detail.Model

	meter   *usage.Meter
	watched []string // the containers that the meter was told last; rewatch tells it again
	rewatch bool

	show    page
	under   page // what the help, the health panel or the operations lie over
	beating bool // a beatMsg is on its way
	mouse   bool // the terminal sends what the mouse does
	inside  bool // the keys are the detail pane's, not the list's
	gen     int  // of what is asked about the site that is shown
	stale   bool // the site may be other than what was asked
	sized   string
	over    overlay
	accept  func() tea.Cmd // what accepting the dialog does
	checker checker        // looks at the values of the form; nil for other dialogs
	deaf    dialog.Deaf
	checked int // the generation of the form's latest check
	helpTop int
	health  *doctor.Report // nil while it is being made

	events <-chan engine.Event
	views  []sites.View
	daemon engine.ProviderInfo
	// down is why the daemon cannot be asked; nil while it can.
	down     error
	asked    bool // whether the daemon has answered once, or has refused; answered is the former alone
	answered bool
	loads    int  // how often it was asked since when the sites run
	loading  bool // a load is under way; again says that one more must follow
	again    bool
	toast    string
	bad      bool // whether toast says that something failed
	warned   bool // toast warns that quitting ends commands

	width, height int
}

// New returns the dashboard. What it starts ends with ctx.
func New(ctx context.Context, o Options) *App {
	if o.exec == nil {
		o.exec = tea.ExecProcess
	}
	a := &App{
		o: o, ctx: ctx, toast: o.Notice, bad: o.Notice != "",
		list: sitelist.New(o.Styles, o.Now), ops: pull.NewPane(o.Styles, o.Now),
		logs: logs.New(logs.Options{
			Styles: o.Styles, Keys: o.Keys, Source: o.Backend, Now: o.Now, Lines: o.LogLines, Bytes: o.LogBytes, SaveDir: o.SaveDir,
		}),
	}
	a.wp = wp.New(ctx, wp.Options{Styles: o.Styles, Keys: o.Keys, Runner: o.Backend, Now: o.Now})
	a.look = detail.New(o.Styles, o.Keys, o.Now, o.SSHHost)
	a.meter = usage.New(ctx, o.Backend, readEvery)
	a.views = o.Rows
	a.list.SetViews(o.Rows, false)
	return a
}

// Close ends what the panes have open and waits for it.
func (a *App) Close() {
	a.logs.Close()
	a.wp.Close()
	a.meter.Close()
}

// Init begins to ask the machine.
func (a *App) Init() tea.Cmd {
	a.events = a.o.Backend.Events(a.ctx)
	cmds := []tea.Cmd{a.load(), a.listen(), a.askDaemon(), a.measure(), a.attend()}
	if a.o.Mouse {
		cmds = append(cmds, a.setMouse(true))
	}
	return tea.Batch(cmds...)
}

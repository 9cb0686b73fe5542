package command

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine/doctor"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/demo"
	"github.com/Locorum/locorum-tui/tui/keyboard"
)

// dashboard opens the dashboard on this machine, with what the database knows in its first frame.
func (a *app) dashboard(ctx context.Context) error {
	machine, err := a.machine(ctx)
	if err != nil {
		return err
	}
	return a.openOn(ctx, machine)
}

// demonstration opens the dashboard on sites that do not exist. The seed changes with the day.
func (a *app) demonstration(ctx context.Context) (err error) {
	machine, err := demo.New(ctx, demo.Options{Seed: uint64(a.Now().YearDay())})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, machine.Close()) }()
	return a.openOn(ctx, machine)
}

// openOn opens the dashboard on a machine.
func (a *app) openOn(ctx context.Context, machine backend.Backend) error {
	out, ok := a.Stdout.(*os.File)
	if !ok {
		return errors.New("the dashboard needs a terminal to draw on")
	}
	if _, chosen := a.LookupEnv("GOGC"); !chosen {
		defer debug.SetGCPercent(debug.SetGCPercent(heapGrowth))
	}
	config, notice := a.screenConfig()
	keys, err := keymap.Default().Override(config.Keys)
	if err != nil {
		notice = keyMistakes(config, err)
	}
	rows, err := machine.Rows(ctx)
	if err != nil {
		return err
	}
	name := config.Screen.Theme
	if !theme.Known(name) {
		name = theme.Names()[0]
	}
	profile, glyphs := theme.DetectProfile(a.LookupEnv), theme.DetectGlyphs(config.Screen.Glyphs, a.LookupEnv)
	styles := theme.New(name, profile, glyphs)
	term, _ := a.LookupEnv("TERM")
	in := keyboard.Join(a.Stdin, keyboard.Delay(a.LookupEnv))
	return tui.Run(ctx, in, out, term, filepath.Join(sites.DataDir(a.HomeDir), "tui", "crashes"), tui.Options{
		Backend: machine, Styles: &styles, Keys: keys, Now: a.Now, Rows: rows, Notice: notice,
		LogLines: config.Logs.Lines, LogBytes: config.LogBytes(), SaveDir: a.HomeDir,
		SSHHost: a.sshHost(), Rest: cursorRest, Mouse: config.Screen.Mouse, Beat: time.Second, ASCII: !theme.UTF8(a.LookupEnv), Stdin: a.Stdin,
		Restyle: func(name string) theme.Styles { return theme.New(name, profile, glyphs) },
	})
}

// heapGrowth is by how many percent the heap may grow before it is collected, while the dashboard runs. What it keeps is
// mostly the log lines in their rings, which are long-lived and without pointers: Go's own 100 would leave as much again to
// garbage for as long as a flood lasts, and a machine that runs sites has better use for it. A limit in bytes instead would
// have the collector run without end once a person has allowed the rings more.
const heapGrowth = 50

// keyMistakes says what is wrong with the keys, each with its line of config.toml.
func keyMistakes(config settings.Config, err error) string {
	var all []string
	for _, m := range mistakes(err) {
		where := ""
		for _, id := range m.IDs {
			where = cmp.Or(where, config.Where("keys."+string(id)))
		}
		all = append(all, where+m.Text)
	}
	return clean("config.toml: " + strings.Join(all, "; ") + "; the keys are as they were")
}

// mistakes returns the mistakes that are joined in an error.
func mistakes(err error) (all []*keymap.Mistake) {
	switch err := err.(type) {
	case *keymap.Mistake:
		return []*keymap.Mistake{err}
	case interface{ Unwrap() []error }:
		for _, each := range err.Unwrap() {
			all = append(all, mistakes(each)...)
		}
	}
	return all
}

// cursorRest is longer than a key repeats, shorter than a person waits.
const cursorRest = 100 * time.Millisecond

// sshHost returns this machine's name when the person came over ssh.
func (a *app) sshHost() string {
	if from, _ := a.LookupEnv("SSH_CONNECTION"); from == "" {
		return ""
	}
	host, err := os.Hostname()
	if err != nil {
		return "" // without a name there is no line to print
	}
	return host
}

// screenConfig returns config.toml; when it cannot be used the defaults, and what is wrong with it.
func (a *app) screenConfig() (settings.Config, string) {
	config, err := settings.Load(settings.Path(a.LookupEnv, a.HomeDir))
	if err != nil {
		return config, sentence(err)
	}
	return config, ""
}

// machine returns what the dashboard asks.
func (a *app) machine(ctx context.Context) (*backend.Live, error) {
	manager, err := a.manager(ctx)
	if err != nil {
		return nil, err
	}
	offline, err := a.offlineManager(ctx)
	if err != nil {
		return nil, err
	}
	self, err := backend.Self()
	if err != nil {
		return nil, err
	}
	return backend.NewLive(backend.LiveOptions{
		Offline: offline, Manager: manager, Docker: a.docker, Store: a.db, Records: a.recordedOperations(), ConnectErr: a.connectErr,
		Examine: func(ctx context.Context) doctor.Report {
			report, _ := a.examine(ctx) // the finding about the database says it too
			return report
		},
		WPWords: wpWords, HomeDir: a.HomeDir, Program: self, Env: os.Environ(),
	}), nil
}

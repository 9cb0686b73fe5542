package tui

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/dialog"
	"github.com/Locorum/locorum-tui/tui/screen"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.Local) }

// machine is a backend that counts what it is asked. Methods that no test calls are nil and would panic.
type machine struct {
	backend.Backend

	mu    sync.Mutex // guards what follows
	views []sites.View
	err   error
	begun []sites.Request
	lines []sites.Line
	asked int
	shell backend.Shell // that was asked for last
}

func (m *machine) note() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
}

func (m *machine) Views(context.Context) ([]sites.View, error) { m.note(); return m.views, m.err }
func (m *machine) List() ([]sites.Operation, error)            { m.note(); return nil, nil }
func (m *machine) Daemon(context.Context) (engine.ProviderInfo, error) {
	m.note()
	return engine.ProviderInfo{Name: "dev-box", ServerVersion: "28.5"}, m.err
}
func (m *machine) Events(context.Context) <-chan engine.Event { return nil }
func (m *machine) Begin(_ context.Context, r sites.Request) (sites.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	m.begun = append(m.begun, r)
	return sites.Operation{ID: "op-" + r.Slug, Request: r, Begun: noon()}, nil
}
func (m *machine) Shell(s backend.Shell) (*exec.Cmd, error) {
	m.shell = s
	return nil, errors.New("no shell here")
}
func (m *machine) CheckExport(_ context.Context, file string) (backend.Dump, error) {
	m.note()
	if strings.HasSuffix(file, "old.sql") {
		return backend.Dump{File: file}, errors.New("it exists")
	}
	return backend.Dump{File: file}, nil
}
func (m *machine) CheckImport(_ context.Context, file string) (backend.Dump, error) {
	m.note()
	if !strings.HasSuffix(file, "old.sql") {
		return backend.Dump{File: file, Rest: strings.TrimPrefix("/backups/old.sql", file)}, errors.New("it is not there")
	}
	return backend.Dump{File: file, Size: 18 << 20}, nil
}
func (m *machine) ImageNeeds(_ context.Context, site model.Site) ([]sites.ImageNeed, error) {
	m.note()
	return []sites.ImageNeed{{Ref: "nginx:1.28", Present: true, Size: 50 << 20}, {Ref: "wodby/php:" + site.PHPVersion}}, nil
}
func (m *machine) Follow(string) (backend.Follower, error) { return &record{lines: m.lines}, nil }
func (m *machine) PreviewDelete(_ context.Context, slug string, _ sites.DeleteOptions) (sites.DeletePreview, error) {
	m.note()
	return sites.DeletePreview{Site: model.Site{Slug: slug}, Volume: "locorum-" + slug + "-dbdata", Folder: "/sites/" + slug}, nil
}
func (m *machine) CheckCreate(_ context.Context, o sites.CreateOptions) (sites.CreateOptions, error) {
	m.note()
	slug, err := model.Slug(o.Name, func(string) bool { return false })
	o.Slug, o.Domain = slug, slug+".localhost"
	return o, err
}

func (m *machine) Activities(context.Context, string, int) ([]store.Activity, error) {
	return []store.Activity{{Time: noon().Add(-time.Hour), Status: "succeeded", Message: "started", Duration: time.Second}}, nil
}
func (m *machine) DatabaseAddress(context.Context, sites.View) string { return "127.0.0.1:33061" }
func (m *machine) Credentials(string) (wordpress.Credentials, error) {
	return wordpress.Credentials{}, errors.New("none")
}
func (m *machine) FolderSize(context.Context, string) (int64, error) { return 63 << 20, nil }
func (m *machine) Inspect(context.Context, string) (engine.ContainerDetail, error) {
	return engine.ContainerDetail{}, errors.New("none")
}
func (m *machine) Stats(context.Context, string, time.Duration) (<-chan engine.Stats, error) {
	return nil, errors.New("none")
}

// record is a follower of lines that are there already.
type record struct{ lines []sites.Line }

func (r *record) Next(context.Context) (sites.Line, error) {
	if len(r.lines) == 0 {
		return sites.Line{}, io.EOF
	}
	line := r.lines[0]
	r.lines = r.lines[1:]
	return line, nil
}
func (r *record) Close() error { return nil }

func some() []sites.View {
	site := func(slug string, state model.State, running bool) sites.View {
		return sites.View{
			Site:   model.Site{ID: slug, Name: slug, Slug: slug, Domain: slug + ".localhost", PHPVersion: "8.3", DBEngine: "mariadb", DBVersion: "11.4"},
			Status: model.Status{State: state, Running: running}, URL: "https://" + slug + ".localhost",
		}
	}
	return []sites.View{site("acme-shop", model.StateRunning, true), site("blog", model.StateStopped, false), site("old-shop", model.StateFailed, false)}
}

// desk is a dashboard on a machine, without a program around it.
type desk struct {
	t *testing.T
	a *App
	m *machine
}

func newDesk(t *testing.T, styles *theme.Styles) *desk {
	ctx, cancel := context.WithCancel(t.Context())
	m := &machine{views: some()}
	d := &desk{t, New(ctx, Options{Backend: m, Styles: styles, Keys: keymap.Default(), Now: noon, Rows: some(), SaveDir: t.TempDir()}), m}
	t.Cleanup(func() { cancel(); d.a.Close() })
	d.a.resize(80, 24)
	return d
}

// send gives the dashboard a message and everything that its commands come to.
func (d *desk) send(msg tea.Msg) {
	_, cmd := d.a.Update(msg)
	d.run(cmd)
}

func (d *desk) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.run(cmd)
		}
	default:
		d.send(msg)
	}
}

// typed sends keys as one read brings them.
func (d *desk) typed(text string) { d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text)}) }

func (d *desk) has(text string) {
	d.t.Helper()
	if screen := ansi.Strip(d.a.View()); !strings.Contains(screen, text) {
		d.t.Errorf("no %q in\n%s", text, screen)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.run(d.a.load())
		d.a.resize(width, height)
		return strings.Split(d.a.View(), "\n")
	})
}

func TestHelpGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.a.resize(width, height)
		d.typed("?")
		return strings.Split(d.a.View(), "\n")
	})
}

func TestFormGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.a.resize(width, height)
		d.typed("nBlog")
		return strings.Split(d.a.View(), "\n")
	})
}

// TestGluedKeys holds that keys which came in one read are taken one by one, pasted ones as one text.
func TestGluedKeys(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.typed("jj")
	if v, _ := d.a.list.Selected(); v.Site.Slug != "old-shop" {
		t.Errorf("jj went to %s", v.Site.Slug)
	}
	d.typed("/")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("acme\nq"), Paste: true})
	d.has("/ acme q")
}

// TestFirstFrame holds that the sites are there before Docker has said anything, and that nothing is said of their state.
func TestFirstFrame(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.has("acme-shop")
	d.has("asking Docker")
	d.has("unknown")
	d.typed("s")
	if len(d.m.begun) > 0 {
		t.Error("a site was started or stopped before anybody knew how it is")
	}
}

// TestUpdateAsksNothing holds that neither Update nor View waits for the machine: only commands do.
func TestUpdateAsksNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.run(d.a.load())
	before := d.m.asked
	for _, key := range "jksrdnOgG/x?lay" {
		d.a.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{key}})
		d.a.View()
		d.a.Update(tea.KeyMsg{Type: tea.KeyEsc})
	}
	if d.m.asked != before {
		t.Errorf("the machine was asked %d times", d.m.asked-before)
	}
}

// TestStartAndFailure follows a start that fails to what is offered then.
func TestStartAndFailure(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.run(d.a.load())
	d.m.lines = []sites.Line{
		{Event: &sites.Event{Time: noon(), Step: "database", State: sites.StepFailed, Error: "died"}},
		{Result: &sites.Result{Outcome: sites.Failed, Error: "the database died", Service: "locorum-old-shop-database", Logs: []string{"InnoDB says no"}}},
	}
	d.typed("Gs")
	if len(d.m.begun) != 1 || d.m.begun[0].Verb != sites.VerbStart || d.m.begun[0].Slug != "old-shop" {
		t.Fatalf("begun: %+v", d.m.begun)
	}
	d.has("the database died")
	d.typed("O")
	d.has("InnoDB says no")
	d.has("start old-shop failed")
	d.typed("B")
	if len(d.m.begun) != 2 || d.m.begun[1].Verb != sites.VerbStop {
		t.Errorf("rolled back with %+v", d.m.begun[1:])
	}
}

// TestDeleteWantsTheSlug holds that keys typed before the dialog appeared do nothing in it, and that only the slug deletes.
func TestDeleteWantsTheSlug(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.run(d.a.load())
	d.typed("d")
	d.has("Delete acme-shop")
	d.typed("acme-shop")
	d.send(tea.KeyMsg{Type: tea.KeyEnter})
	if len(d.m.begun) > 0 {
		t.Fatal("deleted by keys that were typed before the dialog could be seen")
	}
	d.a.deaf = dialog.Deaf{} // the person has stopped typing and looked
	d.typed("V")
	d.typed("acme")
	d.send(tea.KeyMsg{Type: tea.KeyEnter})
	if len(d.m.begun) > 0 {
		t.Fatal("deleted by a part of the slug")
	}
	d.typed("-shop")
	d.send(tea.KeyMsg{Type: tea.KeyEnter})
	if len(d.m.begun) != 1 || d.m.begun[0].Verb != sites.VerbDelete || !d.m.begun[0].Delete.Volume || d.m.begun[0].Delete.Files {
		t.Errorf("begun: %+v", d.m.begun)
	}
}

// TestNewSite holds that a site is made from what is typed, that its address is shown meanwhile, and that a name which
// cannot be is refused.
func TestNewSite(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.typed("n")
	d.send(tea.KeyMsg{Type: tea.KeyEnter})
	d.has("give it a name")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("!!!"), Paste: true})
	d.has("invalid site name")
	d.send(tea.KeyMsg{Type: tea.KeyEnter})
	if len(d.m.begun) > 0 {
		t.Fatal("a site without a name was made")
	}
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(" Blog One"), Paste: true})
	d.has("https://blog-one.localhost")
	d.send(tea.KeyMsg{Type: tea.KeyEnter})
	if len(d.m.begun) != 1 || d.m.begun[0].Slug != "blog-one" {
		t.Errorf("begun: %+v", d.m.begun)
	}
}

// TestDaemonAway holds that the dashboard says why Docker does not answer, and recovers in place.
func TestDaemonAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.a.resize(160, 24)
	d.m.err = &engine.UnreachableError{Reason: "nothing listens there", NextStep: "Start it.", Err: errors.New("refused")}
	d.run(d.a.load())
	d.has("Docker is not reachable: nothing listens there")
	d.has("unknown")
	d.m.err = nil
	d.run(d.a.load())
	d.has("dev-box")
	d.has("running")
}

// TestAnything throws keys and sizes at the dashboard and holds that the screen is always exactly filled.
func TestAnything(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	d := newDesk(t, viewtest.Styles())
	d.run(d.a.load())
	for range 3000 {
		switch r.IntN(5) {
		case 0:
			d.a.Update(tea.WindowSizeMsg{Width: 1 + r.IntN(200), Height: 1 + r.IntN(60)})
		case 1:
			d.a.Update(tea.KeyMsg{Type: []tea.KeyType{tea.KeyEsc, tea.KeyEnter, tea.KeyTab, tea.KeyUp, tea.KeyCtrlD, tea.KeySpace}[r.IntN(6)]})
		default:
			d.a.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{rune(' ' + r.IntN(95))}})
		}
		if r.IntN(50) == 0 {
			d.a.over = nil
		}
		viewtest.Exact(t, strings.Split(d.a.View(), "\n"), d.a.width, d.a.height)
	}
}

// TestPanics holds that a panic anywhere ends the program with a file that says what happened.
func TestPanics(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(g *guarded){
		"update":  func(g *guarded) { g.app.list = nil; g.Update(tea.KeyMsg{Type: tea.KeyDown}) },
		"view":    func(g *guarded) { g.app.list = nil; g.View() },
		"command": func(g *guarded) { g.Update(g.wrap(func() tea.Msg { panic("command") })()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, ended := newDesk(t, viewtest.Styles()), false
			s := screen.New(screen.Options{Out: io.Discard, Due: func() {}, Failed: func(v any, _ []byte) { t.Error(v) }})
			if err := s.Enter(); err != nil {
				t.Fatal(err)
			}
			g := &guarded{app: d.a, screen: s, cols: 80, rows: 24, crashDir: t.TempDir(), end: func() { ended = true }, now: time.Now}
			crash(g)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if g.crash == nil || !ended {
				t.Fatalf("crash %v, ended %v", g.crash, ended)
			}
			_, path, found := strings.Cut(g.crash.Error(), "is in ")
			if text, err := os.ReadFile(path); !found || err != nil || !strings.Contains(string(text), "goroutine") {
				t.Errorf("%v: %v", g.crash, err)
			}
		})
	}
}

package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// harness is a person's machine: a home folder with a database, and a daemon in memory.
type harness struct {
	t      *testing.T
	home   string
	daemon *fake.Daemon
	engine *fake.Engine
	env    map[string]string
	// terminals are the streams that are terminals.
	terminals  map[any]bool
	interrupts chan os.Signal
	stdin      io.Reader
	connectErr error
	// change edits the program before it runs; nil for nothing.
	change func(*Program)
}

const siteImage = "site:1"

func newHarness(t *testing.T) *harness {
	t.Helper()
	home := t.TempDir()
	daemon := fake.NewDaemon(fake.Options{Images: []fake.Image{{Ref: siteImage, Main: fake.Service}}})
	eng := daemon.Engine(engine.Options{Home: sites.DataDir(home)})
	t.Cleanup(func() {
		if err := errors.Join(eng.Close(), daemon.Close()); err != nil {
			t.Error(err)
		}
	})
	return &harness{
		t: t, home: home, daemon: daemon, engine: eng, env: map[string]string{"LANG": "C.UTF-8", "USER": "alice"},
		terminals: map[any]bool{}, stdin: strings.NewReader(""),
	}
}

// site adds a site to the database.
func (h *harness) site(slug string, change func(*model.Site)) {
	h.t.Helper()
	addSite(h.t, h.home, slug, change)
}

// addSite adds a site to the database under a home folder.
func addSite(tb testing.TB, home, slug string, changes ...func(*model.Site)) {
	tb.Helper()
	site := model.Site{
		ID: "id-" + slug, Name: slug, Slug: slug, Domain: slug + ".localhost", FilesDir: filepath.Join(home, "sites", slug),
		PHPVersion: "8.3", DBEngine: "mariadb", DBVersion: "11.4", RedisVersion: "7.4", WebServer: "nginx", DBPassword: "hunter2",
	}
	for _, change := range changes {
		if change != nil {
			change(&site)
		}
	}
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(sites.DataDir(home), "storage.db"), clock)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := db.AddSite(ctx, site); err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
}

// container makes a container of a site, with the engine of whoever owns it.
func (h *harness) container(eng *fake.Engine, slug, role string, start bool) {
	h.t.Helper()
	ctx := context.Background()
	name := engine.SiteContainerName(slug, role)
	spec := engine.ContainerSpec{Name: name, Image: siteImage, Labels: engine.PlatformLabels(role, slug, "1")}
	if _, err := eng.EnsureContainer(ctx, spec); err != nil {
		h.t.Fatal(err)
	}
	if !start {
		return
	}
	if err := eng.StartContainer(ctx, name); err != nil {
		h.t.Fatal(err)
	}
}

// runningSite adds a site whose four containers run.
func (h *harness) runningSite(slug string) {
	h.t.Helper()
	h.site(slug, nil)
	for _, role := range model.SiteRoles() {
		h.container(h.engine, slug, role, true)
	}
}

// result is what a run left behind.
type result struct {
	code           int
	stdout, stderr string
}

// clock stands still.
func clock() time.Time { return time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC) }

// program returns the program on this machine, writing to the two.
func (h *harness) program(stdout, stderr io.Writer) Program {
	p := Program{
		Version: "1.2.3", Stdin: h.stdin, Stdout: stdout, Stderr: stderr, HomeDir: h.home, HostName: "dev-box",
		LookupEnv:  func(name string) (string, bool) { v, ok := h.env[name]; return v, ok },
		Now:        clock,
		Random:     rand.NewChaCha8([32]byte{}),
		IsTerminal: func(stream any) bool { return h.terminals[stream] },
		Interrupts: h.interrupts,
		Connect: func(opts engine.ConnectOptions) (*engine.Docker, error) {
			if h.connectErr != nil {
				return nil, h.connectErr
			}
			docker := engine.NewWithOptions(opts.Options)
			docker.SetClient(h.daemon.Client())
			return docker, nil
		},
	}
	if h.change != nil {
		h.change(&p)
	}
	return p
}

// run runs the program and returns what came of it. The home folder reads HOME in what it printed.
func (h *harness) run(args ...string) result {
	h.t.Helper()
	var stdout, stderr bytes.Buffer
	for _, stream := range []*bytes.Buffer{&stdout, &stderr} {
		h.terminals[stream] = h.terminals["output"]
	}
	code := Run(h.t.Context(), h.program(&stdout, &stderr), args)
	hide := func(b *bytes.Buffer) string { return strings.ReplaceAll(b.String(), h.home, "HOME") }
	return result{code, hide(&stdout), hide(&stderr)}
}

// want fails the test unless a run came out like that. stderr needs to be contained only.
func (r result) want(t *testing.T, code int, stdout, stderr string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	if r.stdout != stdout {
		t.Errorf("printed\n%s\nwant\n%s", r.stdout, stdout)
	}
	if !strings.Contains(r.stderr, stderr) || stderr == "" && r.stderr != "" {
		t.Errorf("said %q, want %q in it", r.stderr, stderr)
	}
}

var errUnreachable = &engine.UnreachableError{Reason: "nobody is at home", NextStep: "Ring again."}

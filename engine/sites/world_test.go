package sites_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
)

// world is a person's home folder on a daemon of its own, where names and ports are nobody else's.
type world struct {
	daemon *testbed.Throwaway
	home   string
	docker *engine.Docker
	store  *store.Store
	m      *sites.Manager

	mu      sync.Mutex
	notices []string // guarded by mu
	events  []sites.Event
}

// newWorld starts a daemon and opens a home folder on it.
func newWorld(t testing.TB, modern bool, options ...string) *world {
	t.Helper()
	return openWorld(t, testbed.NewThrowaway(t, modern, options...), t.TempDir())
}

// openWorld opens the home folder on the daemon, as another process of the same person would.
func openWorld(t testing.TB, daemon *testbed.Throwaway, home string) *world {
	t.Helper()
	data := sites.DataDir(home)
	docker, err := engine.Connect(engine.ConnectOptions{
		Options: engine.Options{Home: data, AppVersion: "test"},
		LookupEnv: func(name string) (string, bool) {
			if name == "DOCKER_HOST" {
				return daemon.Host, true
			}
			return "", false
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = docker.Close() })
	rows, err := store.Open(t.Context(), filepath.Join(data, "storage.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rows.Close() })
	if saved, err := rows.Settings(t.Context()); err != nil {
		t.Fatal(err)
	} else if saved[settings.KeyHTTPSPort] == "" {
		for _, key := range []string{settings.KeyHTTPPort, settings.KeyHTTPSPort} {
			if err := rows.SetSetting(t.Context(), key, strconv.Itoa(freePort(t))); err != nil {
				t.Fatal(err)
			}
		}
	}
	w := &world{daemon: daemon, home: home, docker: docker, store: rows}
	w.m = sites.New(sites.Options{
		HomeDir: home, Version: "test", Docker: docker, Store: rows, Config: settings.Default(), LookupEnv: os.LookupEnv, Now: time.Now, Random: rand.Reader,
	})
	return w
}

// freePort returns a port that nobody listens on at the moment.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Event and Notice make the world a sites.Teller.
func (w *world) Event(e sites.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

func (w *world) Notice(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notices = append(w.notices, text)
}

// told returns the notices so far.
func (w *world) told() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.notices)
}

// operate carries the request out in this process.
func (w *world) operate(ctx context.Context, t testing.TB, r sites.Request) sites.Result {
	t.Helper()
	result, err := w.m.Operate(ctx, sites.Operation{ID: "test", Request: r}, w)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// must is operate that has to succeed.
func (w *world) must(t testing.TB, r sites.Request) sites.Result {
	t.Helper()
	result := w.operate(t.Context(), t, r)
	if result.Outcome != sites.Succeeded {
		t.Fatalf("%s %s: %s: %s\n%s", r.Verb, r.Slug, result.Code, result.Error, strings.Join(result.Logs, "\n"))
	}
	return result
}

// create creates and starts a site.
func (w *world) create(t testing.TB, o sites.CreateOptions) sites.Result {
	t.Helper()
	o, err := w.m.CheckCreate(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return w.must(t, sites.Request{Verb: sites.VerbCreate, Slug: o.Slug, Create: &o})
}

// client is a browser on this machine.
func client() *http.Client { return testbed.Browser(nil) }

// get asks for a page and returns its status, its body and where it redirects to.
func get(t testing.TB, url string) (status int, body, location string) {
	t.Helper()
	return testbed.Browse(t, url)
}

// php runs a command in the site's PHP container and returns what it wrote.
func (w *world) php(t testing.TB, slug string, cmd ...string) string {
	t.Helper()
	return w.in(t, slug, engine.RolePHP, cmd...)
}

func (w *world) in(t testing.TB, slug, role string, cmd ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	code, err := w.docker.ExecInContainerWriter(t.Context(), engine.SiteContainerName(slug, role), engine.ExecOptions{Cmd: cmd}, &out, &said)
	if err != nil || code != 0 {
		t.Fatalf("%s: exit code %d, %v\n%s%s", cmd, code, err, out.String(), said.String())
	}
	return strings.TrimSpace(out.String())
}

// sql runs a statement in the site's database and returns what it yields.
func (w *world) sql(t testing.TB, slug, statement string) string {
	t.Helper()
	return w.in(t, slug, engine.RoleDatabase, "sh", "-c", `MYSQL_PWD="$MARIADB_ROOT_PASSWORD" mariadb -uroot -N -B wordpress -e "$0"`, statement)
}

// state returns Docker's word for the container of that role; "absent" when there is none.
func (w *world) state(t testing.TB, slug, role string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "docker", "-H", w.daemon.Host, "inspect", "-f", "{{.State.Status}}", engine.SiteContainerName(slug, role)).Output()
	if err != nil {
		return "absent"
	}
	return strings.TrimSpace(string(out))
}

// post adds a post and returns its title.
func (w *world) post(t testing.TB, slug, title string) {
	t.Helper()
	w.sql(t, slug, fmt.Sprintf("INSERT INTO wp_posts (post_title, post_content, post_excerpt, to_ping, pinged, post_content_filtered, post_status) VALUES ('%s','','','','','','publish')", title))
}

func (w *world) posts(t testing.TB, slug, title string) string {
	t.Helper()
	return w.sql(t, slug, fmt.Sprintf("SELECT COUNT(*) FROM wp_posts WHERE post_title = '%s'", title))
}

//go:build unix

package ptytest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/testbed"
)

// person has a home folder, a daemon without images, and ports for the router, which nobody else has.
type person struct {
	t        *testing.T
	home     string
	daemon   *testbed.Throwaway
	registry *registry // where the daemon's images come from
	https    string    // the router's port
}

func newPerson(t *testing.T, modern bool, dockerd ...string) *person {
	t.Helper()
	p := &person{t: t, home: t.TempDir(), registry: newRegistry(t)}
	p.daemon = testbed.NewThrowaway(t, modern, append(dockerd, "--registry-mirror="+p.registry.url)...)
	db, err := store.Open(t.Context(), filepath.Join(sites.DataDir(p.home), "storage.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{settings.KeyHTTPPort, settings.KeyHTTPSPort} {
		p.https = freePort(t)
		if err := db.SetSetting(t.Context(), key, p.https); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// env tells the program which daemon it is, and that this machine has other things to do.
func (p *person) env() []string {
	return []string{"DOCKER_HOST=" + p.daemon.Host, "LOCORUM_HEALTH_TIMEOUT_MULT=4"}
}

// opens opens the dashboard.
func (p *person) opens() *Terminal {
	p.t.Helper()
	return Start(p.t, Options{Home: p.home, Env: p.env(), Cols: 120, Rows: 36, Patience: patience})
}

// patience is for a machine that makes several sites at once.
const patience = 5 * time.Minute

// must types a command, which has to end well, and returns what it prints.
func (p *person) must(args ...string) string {
	p.t.Helper()
	cmd := exec.Command(Build(p.t), args...)
	cmd.Env = environment(Options{Home: p.home, Env: p.env()})
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("%v: %v\n%s%s", args, err, out, stderr.Bytes())
	}
	return strings.TrimSuffix(string(out), "\n")
}

// page asks the router for a page as a browser does that trusts our authority and nobody else.
func (p *person) page(slug, path string) (status int, body string) {
	p.t.Helper()
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM([]byte(p.must("ca", "--pem"))) {
		p.t.Fatal("ca --pem prints no certificate")
	}
	client := &http.Client{
		Timeout: patience,
		Transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   &tls.Config{RootCAs: trusted},
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port)) // *.localhost
			},
		},
	}
	response, err := client.Get("https://" + slug + ".localhost:" + p.https + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// says reports whether the list says that about a site.
func says(slug, word string) func(Screen) bool {
	row := regexp.MustCompile(regexp.QuoteMeta(slug) + " +" + regexp.QuoteMeta(word))
	return func(s Screen) bool { return s.Alt && row.MatchString(s.Text()) }
}

// halfway is the line of an image of which a part is there.
var halfway = regexp.MustCompile(`\S+:\S+ .* [1-9][0-9]? %  +[0-9.]+ M / [0-9.]+ M  `)

// TestPersonsPath is what this program is for. A person opens it on a machine without sites, makes one and watches its
// images come, has its page, reads in its logs that it was had, looks around inside, stops it, and leaves.
func TestPersonsPath(t *testing.T) {
	t.Parallel()
	p := newPerson(t, true)
	p.registry.hold()
	term := p.opens()
	term.WaitText(t, "No sites yet")
	term.WaitText(t, "0 of 0 running")
	p.makes(term, "Acme Shop", "acme-shop")
	p.registry.release()
	term.WaitFor(t, "a site that runs", says("acme-shop", "running"))
	p.visits(term, "Acme Shop", "acme-shop")
	term.Type(t, "s")
	term.WaitFor(t, "a site that is stopped", says("acme-shop", "stopped"))
	term.Type(t, "q")
	if code := term.Wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.Restored(t)
	if out := p.daemon.Docker(t, "ps", "--format", "{{.Names}}"); strings.Contains(out, "acme-shop") {
		t.Errorf("there still run\n%s", out)
	}
}

// makes fills in the form of a new site, and returns to the list when a pull was seen to be half done: the registry holds
// it there.
func (p *person) makes(term *Terminal, name, slug string) {
	t := p.t
	t.Helper()
	term.Type(t, "n")
	term.WaitText(t, "New site")
	term.Type(t, name)
	term.WaitFor(t, "a form that can be sent", func(s Screen) bool {
		return s.Contains("https://"+slug+".localhost") && s.Contains("create and start it")
	})
	term.Type(t, KeyEnter)
	term.WaitFor(t, "a site that is made", says(slug, "create"))
	term.Type(t, "O")
	term.WaitFor(t, "a pull that is half done", func(s Screen) bool {
		return s.Contains("create "+slug) && halfway.MatchString(s.Text())
	})
	term.Type(t, KeyEsc)
	term.WaitFor(t, "the list", says(slug, "create"))
}

// visits has a site's page, finds that in its log, and opens a shell in its PHP container.
func (p *person) visits(term *Terminal, name, slug string) {
	t := p.t
	t.Helper()
	mark := testbed.NewName()
	if status, body := p.page(slug, "/?"+mark); status != http.StatusOK || !strings.Contains(body, name) {
		t.Errorf("the page is %d\n%s", status, body)
	}
	term.Type(t, "l")
	term.WaitText(t, mark)
	term.Type(t, KeyEsc)
	term.WaitFor(t, "the list", says(slug, "running"))

	term.Type(t, "x")
	term.WaitFor(t, "a shell", func(s Screen) bool { return !s.Alt && !s.Hidden })
	term.Type(t, "echo \"in $LOCORUM_SITE_SLUG\"; php -r 'echo \"PHP \", 6*7, \"\\n\";'; stty size\n")
	term.WaitFor(t, "what the shell was asked", func(s Screen) bool {
		return s.Contains("in "+slug) && s.Contains("PHP 42") && s.Contains("36 120")
	})
	term.Type(t, "exit\n")
	term.WaitFor(t, "the list after the shell", says(slug, "running"))
}

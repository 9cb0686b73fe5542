package sites_test

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// relay is an address of the test bed's registry that can be taken down and put up again.
type relay struct {
	target, address string

	mu       sync.Mutex
	listener net.Listener          // guarded by mu; nil while it is down
	conns    map[net.Conn]struct{} // guarded by mu
	running  sync.WaitGroup
}

// newRelay returns a relay that is up until the end of the test.
func newRelay(t *testing.T) *relay {
	t.Helper()
	r := &relay{target: testbed.Registry(t), address: "127.0.0.1:0", conns: map[net.Conn]struct{}{}}
	r.up(t)
	t.Cleanup(r.down)
	return r
}

func (r *relay) up(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.address, r.listener = l.Addr().String(), l
	r.running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", r.target)
			if err != nil {
				_ = client.Close()
				continue
			}
			r.carry(client, server)
			r.carry(server, client)
		}
	})
}

// carry copies until either side ends.
func (r *relay) carry(from, to net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener == nil { // taken down since it was accepted
		_ = from.Close()
		return
	}
	r.conns[from] = struct{}{}
	r.running.Go(func() {
		_, _ = io.Copy(to, from)
		_ = from.Close()
		_ = to.Close()
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.conns, from)
	})
}

// down refuses connections, and cuts those that are open.
func (r *relay) down() {
	r.mu.Lock()
	if r.listener != nil {
		_ = r.listener.Close()
		r.listener = nil
	}
	for conn := range r.conns {
		_ = conn.Close()
	}
	r.mu.Unlock()
	r.running.Wait()
}

// TestRegistryDown takes the registry away: what has its images goes on without it, and what lacks one says which, loses
// nothing, and is healed by a start once the registry is back.
func TestRegistryDown(t *testing.T) {
	t.Parallel()
	registry := newRelay(t)
	w := newWorld(t, false, "--registry-mirror=http://"+registry.address)
	here := w.create(t, sites.CreateOptions{Name: "here"})
	w.post(t, "here", "kept")
	registry.down()
	intact := func(t *testing.T) {
		t.Helper()
		if status, _, _ := get(t, here.URL); status != http.StatusOK {
			t.Errorf("the page of the site that was there answers %d", status)
		}
		if got := w.posts(t, "here", "kept"); got != "1" {
			t.Errorf("%s posts are left", got)
		}
	}
	lacks := func(t *testing.T, r sites.Request, image string) {
		t.Helper()
		w.failsWith(t, r, image, "docker.io", "check the network")
		intact(t)
	}
	t.Run("start with the images there", func(t *testing.T) {
		w.must(t, sites.Request{Verb: sites.VerbRestart, Slug: "here"})
		intact(t)
	})
	t.Run("start without the images of mail and adminer", func(t *testing.T) {
		w.must(t, sites.Request{Verb: sites.VerbStop, Slug: "here"})
		w.daemon.Docker(t, "rm", "-f", engine.MailContainer, engine.AdminerContainer)
		w.daemon.Docker(t, "rmi", engine.MailSpec().Image, engine.AdminerSpec().Image)
		w.must(t, sites.Request{Verb: sites.VerbStart, Slug: "here"})
		intact(t)
		if !slices.ContainsFunc(w.told(), func(notice string) bool {
			return strings.Contains(notice, "mail catcher") && strings.Contains(notice, engine.MailSpec().Image) && strings.Contains(notice, "docker.io")
		}) {
			t.Errorf("no notice says what does not run and why: %q", w.told())
		}
	})
	t.Run("create with the images there", func(t *testing.T) {
		created := w.create(t, sites.CreateOptions{Name: "second"})
		if status, _, _ := get(t, created.URL); status != http.StatusOK {
			t.Errorf("its page answers %d", status)
		}
		w.must(t, sites.Request{Verb: sites.VerbDelete, Slug: "second", Delete: &sites.DeleteOptions{Volume: true, Files: true, NoDump: true}})
	})
	const absent = "wodby/php:8.4"
	o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "absent", PHP: "8.4"})
	if err != nil {
		t.Fatal(err)
	}
	create := sites.Request{Verb: sites.VerbCreate, Slug: o.Slug, Create: &o}
	start := sites.Request{Verb: sites.VerbStart, Slug: o.Slug}
	versions := sites.Request{Verb: sites.VerbVersions, Slug: "here", Versions: &sites.VersionOptions{PHP: "8.4"}}
	t.Run("create without an image", func(t *testing.T) { lacks(t, create, absent) })
	t.Run("start without an image", func(t *testing.T) { lacks(t, start, absent) })
	t.Run("change of version without an image", func(t *testing.T) {
		before := w.ids(t, "here")
		lacks(t, versions, absent)
		for role, id := range w.ids(t, "here") {
			if before[role] != id {
				t.Errorf("%s was %s and is %s", role, before[role], id)
			}
		}
	})
	registry.up(t)
	t.Run("healed", func(t *testing.T) {
		started := w.must(t, start)
		if status, _, _ := get(t, started.URL); status != http.StatusOK {
			t.Errorf("its page answers %d", status)
		}
		w.must(t, versions)
		intact(t)
	})
}

package demo

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
)

// newsroom writes what a container logs. It belongs to one goroutine at a time.
type newsroom struct {
	chance
	slug, role string
	due        time.Time // when the next line comes; zero is before the first
	count      int
}

func (d *Demo) newNewsroom(slug, role string) *newsroom {
	return &newsroom{chance: newChance(d.seed, engine.SiteContainerName(slug, role)), slug: slug, role: role}
}

// pause is how long the container is silent after a line.
func (n *newsroom) pause() time.Duration { return n.around(pace(n.slug) * rest(n.role)) }

// line returns the next line and whether it goes to stderr.
func (n *newsroom) line(now time.Time) (text string, stderr bool) {
	n.count++
	switch n.role {
	case engine.RoleWeb:
		return n.access(now)
	case engine.RolePHP:
		return n.php(now)
	case engine.RoleDatabase:
		return n.database(now)
	}
	return n.redis(now)
}

// service returns the main program of a role's images: it says that it has started, then what happens, until it is
// stopped. A container that the demo begins with goes on with the history that was written for it.
func (d *Demo) service(role string) fake.Program {
	return func(ctx context.Context, p *fake.Process) int {
		stop := p.Signals("TERM", "INT", "QUIT")
		name := p.Container()
		slug := strings.TrimSuffix(strings.TrimPrefix(name, "locorum-"), "-"+role)
		n := d.inherit(name)
		if n == nil {
			n = d.newNewsroom(slug, role)
			if code, ended := n.opening(ctx, p); ended {
				return code
			}
		} else {
			select {
			case <-d.live:
			case <-stop:
				return 0
			case <-ctx.Done():
				return 0
			}
		}
		return n.serve(ctx, p, stop)
	}
}

// bequeath leaves a newsroom to the next run of a container.
func (d *Demo) bequeath(container string, n *newsroom) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.news[container] = n
}

// inherit returns the newsroom that has written the container's history; nil when it has none. It does so once.
func (d *Demo) inherit(container string) *newsroom {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.news[container]
	delete(d.news, container)
	return n
}

// serve writes lines until the container is told to stop.
func (n *newsroom) serve(ctx context.Context, p *fake.Process, stop <-chan string) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	told, heard := false, make(chan struct{})
	go func() { // joined below
		defer close(heard)
		select {
		case <-stop:
			told = true
			cancel()
		case <-ctx.Done():
		}
	}()
	for p.Sleep(ctx, n.pause()) == nil {
		n.write(p, p.Now())
	}
	cancel()
	<-heard
	if told {
		for _, line := range closingLines(n.role, p.Args[0], p.Now()) {
			_, _ = io.WriteString(p.Stderr, line+"\n") // it fails once killed, when there is nobody to tell
		}
	}
	return 0
}

// write writes the next line.
func (n *newsroom) write(p *fake.Process, now time.Time) {
	text, stderr := n.line(now)
	out := p.Stdout
	if stderr {
		out = p.Stderr
	}
	_, _ = io.WriteString(out, text+"\n") // as above
}

// opening writes what the program says when it starts. ended says that it did not come up, with its exit code.
func (n *newsroom) opening(ctx context.Context, p *fake.Process) (code int, ended bool) {
	for _, line := range n.openingLines(p.Args[0], p.Now()) {
		if p.Sleep(ctx, n.around(120*time.Millisecond)) != nil {
			return 0, true
		}
		_, _ = io.WriteString(p.Stderr, line+"\n") // as above
	}
	return 1, n.doomed()
}

// doomed reports whether the container never comes up.
func (n *newsroom) doomed() bool { return n.slug == cursed && n.role == engine.RoleDatabase }

// openingLines are what the program says when it starts; server is its file's name.
func (n *newsroom) openingLines(server string, now time.Time) []string {
	if n.doomed() {
		return doomedLines(now)
	}
	return openingLines(n.role, server, now)
}

package tui

import (
	"errors"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// TestSiteIsListedWhileItIsMade holds that a new site is in the list before its first container is, about which alone the
// daemon would tell.
func TestSiteIsListedWhileItIsMade(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.m.views = nil
	d.run(d.a.load())
	d.has("No sites yet")
	create := sites.Request{Verb: sites.VerbCreate, Slug: "blog", Create: &sites.CreateOptions{Slug: "blog"}}
	d.send(begunMsg{op: sites.Operation{ID: "op-blog", Request: create, Begun: noon()}})
	d.hasNot("https://blog.localhost")
	d.m.views = some()[1:2] // the operation adds the site, and goes on
	d.send(recordMsg{id: "op-blog", lines: []sites.Line{{Event: &sites.Event{Time: noon(), Step: "images", State: sites.StepStarted}}}, closed: true})
	d.has("create 0/1")
	asked := d.m.asked
	d.send(recordMsg{id: "op-blog", lines: []sites.Line{{Event: &sites.Event{Time: noon(), Step: "images", State: sites.StepDone}}}, closed: true})
	if d.m.asked != asked {
		t.Error("the sites were asked for again, though the new one is in the list")
	}
}

// TestWhatRanBeforeIsSaidOnce holds when the dashboard says that sites ran before: whichever of its first questions is
// answered first, and after the daemon was away, which a reboot under an open dashboard is; not each time a site stops.
func TestWhatRanBeforeIsSaidOnce(t *testing.T) {
	t.Parallel()
	const said = "3 ran before"
	d := newDesk(t, viewtest.Styles())
	views := some()
	for i := range views {
		views[i].Status.Running, views[i].Site.Started = false, true
	}
	d.run(d.a.askDaemon())
	d.send(viewsMsg{views: views})
	d.has(said)
	d.typed("j")
	d.hasNot(said)
	d.send(viewsMsg{views: views})
	d.hasNot(said)
	d.send(viewsMsg{views: views, err: errors.New("away")})
	d.hasNot(said)
	d.send(viewsMsg{views: views})
	d.has(said)
}

// TestBeat draws the screen again, one beat after another, while an operation runs and only then.
func TestBeat(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.a.o.Beat = time.Nanosecond
	if d.a.beat() != nil {
		t.Error("it beats though nothing runs")
	}
	op := sites.Operation{ID: "op-blog", Request: sites.Request{Verb: sites.VerbStart, Slug: "blog"}, Begun: noon()}
	d.a.ops.Put(op)
	for range 2 {
		cmd := d.a.beat()
		if cmd == nil || d.a.beat() != nil {
			t.Fatal("not one beat is on its way")
		}
		d.a.update(cmd())
	}
}

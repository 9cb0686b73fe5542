package pull

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

func event(seconds float64, step string, state sites.StepState, p *sites.Progress) sites.Line {
	at := noon().Add(time.Duration(seconds * float64(time.Second)))
	e := sites.Event{Time: at, Step: step, State: state, Progress: p}
	if state == sites.StepDone || state == sites.StepFailed {
		e.Took = time.Duration(seconds * float64(time.Second))
	}
	if state == sites.StepFailed {
		e.Error = "database of blog died after 4.1 s with exit code 1"
	}
	return sites.Line{Event: &e}
}

// running is a start in the middle of its pulls.
func running(id string) *Operation {
	o := NewOperation(sites.Operation{ID: id, Begun: noon(), Request: sites.Request{Verb: sites.VerbStart, Slug: "blog"}})
	for _, line := range []sites.Line{
		event(0, "network", sites.StepStarted, nil), event(0.1, "network", sites.StepDone, nil),
		event(0, "certificate", sites.StepStarted, nil), event(0.2, "certificate", sites.StepDone, nil),
		event(0, "image php", sites.StepStarted, nil),
		event(0, "image php", sites.StepProgress, &sites.Progress{Label: "wodby/php:8.2", Status: "Downloading", Current: 10 << 20, Total: 199 << 20}),
		event(6, "image php", sites.StepProgress, &sites.Progress{Label: "wodby/php:8.2", Status: "Downloading", Current: 142 << 20, Total: 199 << 20}),
		event(0, "image redis", sites.StepStarted, nil), event(0.1, "image redis", sites.StepDone, nil),
		event(2, "containers", sites.StepStarted, nil),
		{Notice: "the desktop app has 2 hooks for this site, which are not run here"},
	} {
		o.Add(line, noon())
	}
	return o
}

func failed(id string) *Operation {
	o := running(id)
	o.Request.Slug = "old-shop"
	o.Add(event(4.1, "database", sites.StepFailed, nil), noon())
	o.Add(sites.Line{Result: &sites.Result{
		Outcome: sites.Failed, Error: "database of old-shop died after 4.1 s with exit code 1", NextStep: "start the site again: what was done is kept",
		Took: 4100 * time.Millisecond, Service: "locorum-old-shop-database",
		Logs: []string{"[ERROR] InnoDB: Upgrade after a crash is not supported.", "\x1b[2J\x1b]0;evil\x07 and more"},
	}}, noon())
	return o
}

func paneOf(styles *theme.Styles, ops ...*Operation) *Pane {
	p := NewPane(styles, func() time.Time { return noon().Add(6200 * time.Millisecond) })
	p.ops = ops
	return p
}

func TestRunningGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		p := paneOf(styles, running("1"), failed("2"))
		p.SetSize(width, height)
		return p.View(true)
	})
}

func TestFailedGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		p := paneOf(styles, failed("2"))
		p.SetSize(width, height)
		return p.View(true)
	})
}

func TestEverySize(t *testing.T) {
	t.Parallel()
	viewtest.Anywhere(t, func(styles *theme.Styles, width, height int) []string {
		p := paneOf(styles, running("1"), failed("2"))
		p.SetSize(width, height)
		p.Do(keymap.Down)
		p.Do(keymap.PageDown)
		return p.View(false)
	})
}

// TestHostileText holds that what a container said draws nothing.
func TestHostileText(t *testing.T) {
	t.Parallel()
	p := paneOf(viewtest.Styles(), failed("2"))
	p.SetSize(100, 40)
	text := strings.Join(p.View(true), "\n")
	if strings.Contains(text, "\x1b[2J") || strings.Contains(text, "\x1b]0") || !strings.Contains(ansi.Strip(text), "and more") {
		t.Errorf("%q", text)
	}
}

// TestFractionNeverFalls feeds random progress, with totals that grow and counts that fall, and holds what the package
// promises of it.
func TestFractionNeverFalls(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	i := &Image{}
	last, bytes := 0.0, int64(0)
	for n := range 10000 {
		i.add(sites.Progress{Current: r.Int64N(1000), Total: r.Int64N(1000)}, noon().Add(time.Duration(n)*100*time.Millisecond))
		if i.Fraction() < last || i.Fraction() > 1 || i.Current < bytes || i.Left() < 0 {
			t.Fatalf("after %d: %v, %d of %d, before it %v, %d", n, i.Fraction(), i.Current, i.Total, last, bytes)
		}
		last, bytes = i.Fraction(), i.Current
	}
}

func TestRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	i := &Image{}
	for n := range 11 {
		i.add(sites.Progress{Current: int64(n) * 1000, Total: 30000}, noon().Add(time.Duration(n)*time.Second))
	}
	if i.Rate < 999 || i.Rate > 1001 || i.Left() != 20*time.Second {
		t.Errorf("%v bytes/s, %v left", i.Rate, i.Left())
	}
}

// TestWhatFailureOffers holds what can be done after each kind of failure.
func TestWhatFailureOffers(t *testing.T) {
	t.Parallel()
	for verb, back := range map[sites.Verb]sites.Verb{
		sites.VerbCreate: sites.VerbDelete, sites.VerbStart: sites.VerbStop, sites.VerbRestart: sites.VerbStop, sites.VerbVersions: "", sites.VerbImport: "",
	} {
		o := failed("1")
		o.Request.Verb = verb
		r, ok := o.RollBack()
		if ok != (back != "") || r.Verb != back || r.Delete != nil && (r.Delete.Files || r.Delete.Volume) {
			t.Errorf("%s: rolls back with %+v, %v", verb, r, ok)
		}
	}
	o := failed("1")
	o.Request.Verb = sites.VerbCreate
	if o.Retry(true).Verb != sites.VerbStart || o.Retry(false).Verb != sites.VerbCreate {
		t.Error("a create is retried by creating what is there, or by starting what is not")
	}
	p := paneOf(viewtest.Styles(), o)
	if len(p.Unsettled()) != 1 || len(p.Bindings()) != 4 {
		t.Errorf("%d unsettled, offers %v", len(p.Unsettled()), p.Bindings())
	}
	p.Settle("old-shop")
	if len(p.Unsettled()) != 0 {
		t.Error("a settled failure is unsettled")
	}
}

// TestReadTwice holds that a record read again shows the same: operations are the lines of their record and nothing else.
func TestReadTwice(t *testing.T) {
	t.Parallel()
	a, b := failed("1"), failed("1")
	p := painter{styles: viewtest.Styles(), now: noon(), width: 100}
	if strings.Join(p.operation(a), "\n") != strings.Join(p.operation(b), "\n") {
		t.Error("two readings differ")
	}
	for _, line := range p.operation(a) {
		if cell.Width(line) > 100 {
			t.Errorf("%q is %d wide", line, cell.Width(line))
		}
	}
}

// TestKept holds that the pane forgets old successes and no failure.
func TestKept(t *testing.T) {
	t.Parallel()
	p := paneOf(viewtest.Styles(), failed("bad"))
	for n := range 3 * mostKept {
		o := p.Put(sites.Operation{ID: time.Duration(n).String(), Begun: noon().Add(time.Duration(n) * time.Minute)})
		o.Add(sites.Line{Result: &sites.Result{Outcome: sites.Succeeded}}, noon())
	}
	if len(p.All()) > mostKept+1 || p.Find("bad") == nil {
		t.Errorf("%d kept, the failure is %v", len(p.All()), p.Find("bad"))
	}
}

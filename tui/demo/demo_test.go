package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// play runs test on a demo of its own, in a bubble: what takes seconds takes none.
func play(t *testing.T, test func(t *testing.T, d *Demo)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d, err := New(t.Context(), Options{Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := d.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}()
		test(t, d)
	})
}

// begun begins an operation.
func begun(t *testing.T, d *Demo, r sites.Request) sites.Operation {
	t.Helper()
	op, err := d.Begin(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// read follows an operation to its end, or until stop says that it has seen enough.
func read(t *testing.T, d *Demo, id string, stop func(sites.Line) bool) []sites.Line {
	t.Helper()
	f, err := d.Follow(id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []sites.Line
	for {
		line, err := f.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
		if stop != nil && stop(line) {
			return lines
		}
	}
}

// done carries out an operation and returns its lines and its result.
func done(t *testing.T, d *Demo, r sites.Request) ([]sites.Line, sites.Result) {
	t.Helper()
	lines := read(t, d, begun(t, d, r).ID, nil)
	last := lines[len(lines)-1]
	if lines[0].Operation == nil || last.Result == nil {
		t.Fatalf("a record begins with its operation and ends with its result, not with %+v and %+v", lines[0], last)
	}
	return lines, *last.Result
}

// status returns how a site is.
func status(t *testing.T, d *Demo, slug string) model.Status {
	t.Helper()
	v, err := d.view(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return v.Status
}

func TestSites(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		time.Sleep(20 * time.Second) // of the bubble's time: every probe has looked once
		views, err := d.Views(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, v := range views {
			got[v.Site.Slug] = strings.Join(strings.Fields(fmt.Sprintln(v.Status.State, v.Status.Service, v.Status.Reason)), " ")
		}
		want := map[string]string{
			"acme-shop": "running", "bakery-blog": "running", "docs-portal": "stopped", "magazine": "degraded redis exited with 137",
			cursed: "stopped", "university-network": "stopped", "the-society-for-the-preservation-of-extr": "running",
			"tokyo-ramen": "running", "old-agency": "adopted running",
		}
		for slug, state := range want {
			if got[slug] != state {
				t.Errorf("%s is %q, not %q", slug, got[slug], state)
			}
		}
		if len(got) != len(want) {
			t.Errorf("there are %d sites, not %d: %v", len(got), len(want), got)
		}
		rows, err := d.Rows(t.Context())
		if err != nil || len(rows) != len(want)-1 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}

// TestStart holds that an operation tells its steps and its pulls, and that the site runs afterwards.
func TestStart(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		const slug = "university-network"
		op := begun(t, d, sites.Request{Verb: sites.VerbStart, Slug: slug})
		if got := status(t, d, slug); got.State != model.StateStarting {
			t.Errorf("while it starts it is %v", got)
		}
		lines := read(t, d, op.ID, nil)
		var ended, pulled []string
		for _, line := range lines {
			switch e := line.Event; {
			case e == nil:
			case e.State == sites.StepDone:
				ended = append(ended, e.Step)
			case e.Progress != nil && e.Progress.Total > 0 && e.Progress.Current < e.Progress.Total:
				pulled = append(pulled, e.Step)
			}
		}
		for _, step := range []string{"image web", "image database", "database", "redis", "php", "web", "page"} {
			if !slices.Contains(ended, step) {
				t.Errorf("step %s has not ended: %v", step, ended)
			}
		}
		for _, step := range []string{"image php", "image database", "image redis"} {
			if !slices.Contains(pulled, step) {
				t.Errorf("%s has told no progress", step)
			}
		}
		result := lines[len(lines)-1].Result
		if result == nil || result.Outcome != sites.Succeeded || result.Took < time.Second || result.Took > time.Minute {
			t.Errorf("the result is %+v", result)
		}
		if got := status(t, d, slug); got.State != model.StateRunning {
			t.Errorf("afterwards it is %v", got)
		}
		if row, _ := d.listed(slug); !row.Started {
			t.Error("the row does not know that it runs")
		}
		acts, err := d.Activities(t.Context(), mustRow(t, d, slug).ID, 5)
		if err != nil || len(acts) != 1 || acts[0].Kind != "start" || acts[0].Status != "succeeded" {
			t.Errorf("activities %+v, %v", acts, err)
		}
	})
}

func mustRow(t *testing.T, d *Demo, slug string) model.Site {
	t.Helper()
	row, ok := d.listed(slug)
	if !ok {
		t.Fatalf("no site %s", slug)
	}
	return row
}

// TestFailure holds that the one site fails with the last lines of its database, again when it is tried again, and that
// stopping takes back what was done.
func TestFailure(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		log, err := d.docker.ContainerLogs(t.Context(), engine.SiteContainerName(cursed, engine.RoleDatabase), 100)
		if err != nil || !strings.Contains(log, "[ERROR] Aborting") || strings.Contains(log, "ready for connections") {
			t.Errorf("before it is started its log says %q, %v", log, err)
		}
		for range 2 {
			_, result := done(t, d, sites.Request{Verb: sites.VerbStart, Slug: cursed})
			if result.Outcome != sites.Failed || result.Service != engine.SiteContainerName(cursed, engine.RoleDatabase) {
				t.Fatalf("the result is %+v", result)
			}
			if !strings.Contains(result.Error, "exited with code 1") || strings.Contains(result.Error, "\n") {
				t.Errorf("the error is %q", result.Error)
			}
			if log := strings.Join(result.Logs, "\n"); !strings.Contains(log, "The redo log was created with MySQL 5.7.44.") || !strings.HasSuffix(log, "[ERROR] Aborting") {
				t.Errorf("the log ends with\n%s", log)
			}
		}
		if _, result := done(t, d, sites.Request{Verb: sites.VerbStop, Slug: cursed}); result.Outcome != sites.Succeeded {
			t.Errorf("rolled back: %+v", result)
		}
		if got := status(t, d, cursed); got.State != model.StateStopped {
			t.Errorf("afterwards it is %v", got)
		}
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	play(t, func(t *testing.T, d *Demo) {
		op := begun(t, d, sites.Request{Verb: sites.VerbStart, Slug: "university-network"})
		read(t, d, op.ID, func(line sites.Line) bool { return line.Event != nil && line.Event.Progress != nil })
		if err := d.Cancel(op.ID); err != nil {
			t.Fatal(err)
		}
		lines := read(t, d, op.ID, nil)
		if result := lines[len(lines)-1].Result; result.Outcome != sites.Cancelled || result.Code != sites.CodeCancelled {
			t.Errorf("the result is %+v", result)
		}
		if got := status(t, d, "university-network"); got.State != model.StateStopped {
			t.Errorf("afterwards it is %v", got)
		}
		if err := d.Cancel(op.ID); err != nil {
			t.Errorf("cancelled again: %v", err)
		}
		if err := d.Cancel("nothing"); !errors.Is(err, sites.ErrNoOperation) {
			t.Errorf("cancel of nothing: %v", err)
		}
		if _, result := done(t, d, sites.Request{Verb: sites.VerbStart, Slug: "university-network"}); result.Outcome != sites.Succeeded {
			t.Errorf("tried again: %+v", result)
		}
	})
}

// TestSeed holds that a seed decides what is there and what is said.
func TestSeed(t *testing.T) {
	t.Parallel()
	tell := func(seed uint64) (text string) {
		synctest.Test(t, func(t *testing.T) {
			d, err := New(t.Context(), Options{Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			time.Sleep(30 * time.Second)
			rows, err := d.Rows(t.Context())
			text = fmt.Sprintln(rows, err)
			for _, role := range model.SiteRoles() {
				log, err := d.docker.ContainerLogs(t.Context(), engine.SiteContainerName("acme-shop", role), 200)
				text += fmt.Sprintln(log, err)
			}
		})
		return text
	}
	first := tell(1)
	if again := tell(1); again != first {
		t.Errorf("one seed has told\n%s\nand\n%s", first, again)
	}
	if tell(2) == first {
		t.Error("two seeds have told the same")
	}
}

// TestContext holds that the demo ends with its context, operations and all.
func TestContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d, err := New(ctx, Options{})
		if err != nil {
			t.Fatal(err)
		}
		op := begun(t, d, sites.Request{Verb: sites.VerbStart, Slug: "docs-portal"})
		cancel()
		synctest.Wait()
		if lines := read(t, d, op.ID, nil); lines[len(lines)-1].Result.Outcome != sites.Cancelled {
			t.Errorf("the operation ended with %+v", lines[len(lines)-1].Result)
		}
		if _, err := d.Begin(t.Context(), sites.Request{Verb: sites.VerbStop, Slug: "acme-shop"}); !errors.Is(err, context.Canceled) {
			t.Errorf("begun after the end: %v", err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}

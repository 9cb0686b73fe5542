package sites_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/engine/sites"
)

// operateEnv makes the test binary carry out one operation, tell its events on standard output, and end.
const operateEnv = "LOCORUM_TEST_OPERATE"

// childOrder is what the child is told.
type childOrder struct {
	Host, Home string
	Request    sites.Request
}

// TestOperateChild is the child process of the tests below. By itself it has nothing to do.
func TestOperateChild(t *testing.T) {
	text := os.Getenv(operateEnv)
	if text == "" {
		return
	}
	var order childOrder
	if err := json.Unmarshal([]byte(text), &order); err != nil {
		t.Fatal(err)
	}
	w := openWorld(t, &testbed.Throwaway{Daemon: testbed.Daemon{Host: order.Host}}, order.Home)
	result, err := w.m.Operate(t.Context(), sites.Operation{ID: "child", Request: order.Request}, printer{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("result %s %s\n", result.Outcome, result.Error)
}

// printer tells on standard output.
type printer struct{}

func (printer) Event(e sites.Event) { fmt.Printf("event %s %s\n", e.State, e.Step) }
func (printer) Notice(string)       {}

// child starts a process that carries the request out in the same home and on the same daemon.
func (w *world) child(ctx context.Context, t *testing.T, r sites.Request) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	text, err := json.Marshal(childOrder{w.daemon.Host, w.home, r})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestOperateChild$")
	cmd.Env = append(os.Environ(), operateEnv+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// TestKilledOnce kills a create as the kernel would, in the middle of the two steps that take longest, and starts the site,
// which has to heal it at once.
func TestKilledOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	for i, at := range []string{"done wordpress", "started database"} {
		t.Run(at, func(t *testing.T) {
			slug := fmt.Sprintf("killed-%d", i)
			o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: slug})
			if err != nil {
				t.Fatal(err)
			}
			cmd, lines := w.child(t.Context(), t, sites.Request{Verb: sites.VerbCreate, Slug: slug, Create: &o})
			seen := false
			for lines.Scan() {
				if lines.Text() == "event "+at {
					seen = true
					if err := cmd.Process.Kill(); err != nil {
						t.Fatal(err)
					}
				}
				if strings.HasPrefix(lines.Text(), "result failed") {
					t.Errorf("before it was killed: %s", lines.Text())
				}
			}
			_ = cmd.Wait() // it was killed
			if !seen {
				t.Fatalf("the create never came to %q", at)
			}
			result := w.must(t, sites.Request{Verb: sites.VerbStart, Slug: slug})
			if status, body, _ := get(t, result.URL); status != 200 || !strings.Contains(body, slug) {
				t.Errorf("after the start that heals it: %d\n%.300s", status, body)
			}
			w.must(t, sites.Request{Verb: sites.VerbDelete, Slug: slug, Delete: &sites.DeleteOptions{Volume: true, Files: true, NoDump: true}})
		})
	}
}

// tillEvent runs a request in a process of its own and kills that at the first event which reads like that; without one it
// runs to its end. It returns the events that were seen.
func (w *world) tillEvent(t *testing.T, r sites.Request, at string) (events []string) {
	t.Helper()
	cmd, lines := w.child(t.Context(), t, r)
	for lines.Scan() {
		event, isEvent := strings.CutPrefix(lines.Text(), "event ")
		if isEvent {
			events = append(events, event)
		}
		if isEvent && event == at {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			at = "" // what it wrote before it died still comes
		}
		if strings.HasPrefix(lines.Text(), "result failed") {
			t.Errorf("before it was killed at %q: %s", at, lines.Text())
		}
	}
	_ = cmd.Wait()
	if at != "" {
		t.Errorf("%s never came to %q", r.Verb, at)
	}
	return events
}

// TestKilledAtEveryStep kills the making of one site at the beginning of each step of the plan that another one went
// through to its end, and that of a second site at the end of each. Every kill comes before the step has ever been done,
// or just when it was for the first time, and the start after it has to get past it to be killed at the next.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	request := func(verb sites.Verb, slug string) sites.Request {
		r := sites.Request{Verb: verb, Slug: slug}
		if verb == sites.VerbCreate {
			o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: slug})
			if err != nil {
				t.Fatal(err)
			}
			r.Create = &o
		}
		return r
	}
	whole := w.tillEvent(t, request(sites.VerbCreate, "whole"), "")
	for _, state := range []string{"started", "done"} {
		t.Run(state, func(t *testing.T) {
			slug, verb, steps := "killed-when-"+state, sites.VerbCreate, 0
			for _, event := range whole {
				if strings.HasPrefix(event, state+" ") {
					w.tillEvent(t, request(verb, slug), event)
					verb = sites.VerbStart
					steps++
				}
			}
			if steps < 20 {
				t.Errorf("the plan has %d steps only: %q", steps, whole)
			}
			result := w.must(t, request(sites.VerbStart, slug))
			if status, body, _ := get(t, result.URL); status != 200 || !strings.Contains(body, slug) {
				t.Errorf("after the start that heals it: %d\n%.300s", status, body)
			}
			if left := w.posts(t, slug, "Hello world!"); left != "1" {
				t.Errorf("the site has %s first posts", left)
			}
		})
	}
}

// TestTwoAtOnce has two programs start and delete the same site: one of them wins, and the other says who did.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.create(t, sites.CreateOptions{Name: "twice", NoStart: true})
	cmd, lines := w.child(t.Context(), t, sites.Request{Verb: sites.VerbStart, Slug: "twice"})
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "event started") {
	}
	result := w.operate(t.Context(), t, sites.Request{Verb: sites.VerbDelete, Slug: "twice", Delete: &sites.DeleteOptions{Volume: true, Files: true}})
	if result.Code != sites.CodeConflict || !strings.Contains(result.Error, fmt.Sprint(cmd.Process.Pid)) || !strings.Contains(result.Error, "start") {
		t.Errorf("the second program: %+v, want a conflict with process %d", result, cmd.Process.Pid)
	}
	last := ""
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "result") {
			last = lines.Text()
		}
	}
	if err := cmd.Wait(); err != nil || !strings.HasPrefix(last, "result succeeded") {
		t.Errorf("the first program: %q, %v", last, err)
	}
}

// TestTwoHomes has two people on one daemon use the same name: the second is refused, and the first loses nothing.
func TestTwoHomes(t *testing.T) {
	t.Parallel()
	first := newWorld(t, false)
	created := first.create(t, sites.CreateOptions{Name: "shared"})
	first.post(t, "shared", "of the first")
	second := openWorld(t, first.daemon, t.TempDir())
	o := sites.CreateOptions{Name: "shared"}
	if _, err := second.m.CheckCreate(t.Context(), o); err == nil || !strings.Contains(err.Error(), sites.DataDir(first.home)) {
		t.Errorf("the check says %v, which does not name the first home", err)
	}
	result := second.operate(t.Context(), t, sites.Request{Verb: sites.VerbCreate, Slug: "shared", Create: &o})
	if result.Code != sites.CodeRefused {
		t.Errorf("the create: %+v", result)
	}
	for _, verb := range []sites.Verb{sites.VerbStart, sites.VerbStop, sites.VerbDelete} {
		if result := second.operate(t.Context(), t, sites.Request{Verb: verb, Slug: "shared"}); result.Outcome != sites.Failed {
			t.Errorf("%s: %+v", verb, result)
		}
	}
	if rows, err := second.store.Sites(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("the second home has %d sites, %v", len(rows), err)
	}
	if status, _, _ := get(t, created.URL); status != 200 {
		t.Errorf("the first's page answers %d", status)
	}
	if got := first.posts(t, "shared", "of the first"); got != "1" {
		t.Errorf("the first has %s posts", got)
	}
	if view, err := second.m.View(t.Context(), "shared"); err != nil || view.Owner != sites.DataDir(first.home) {
		t.Errorf("the second sees the owner %q, %v", view.Owner, err)
	}
}

// TestCancelled has a person cancel a create; it says so, keeps what it did, and a start goes on from there.
func TestCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	o, err := w.m.CheckCreate(t.Context(), sites.CreateOptions{Name: "cancelled"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	teller := cancelAt{step: "database", cancel: cancel}
	result, err := w.m.Operate(ctx, sites.Operation{ID: "x", Request: sites.Request{Verb: sites.VerbCreate, Slug: "cancelled", Create: &o}}, teller)
	if err != nil || result.Outcome != sites.Cancelled || result.NextStep == "" {
		t.Fatalf("got %+v, %v", result, err)
	}
	w.must(t, sites.Request{Verb: sites.VerbStart, Slug: "cancelled"})
}

type cancelAt struct {
	step   string
	cancel func()
}

func (c cancelAt) Event(e sites.Event) {
	if e.Step == c.step && e.State == sites.StepStarted {
		c.cancel()
	}
}
func (cancelAt) Notice(string) {}

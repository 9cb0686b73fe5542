package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
)

// scripted is a machine whose operations are played.
func scripted(t *testing.T, slugs ...string) (*harness, *script) {
	t.Helper()
	h, s := newHarness(t), newScript(t)
	h.change = func(p *Program) { p.ops = s }
	for _, slug := range slugs {
		h.site(slug, nil)
		s.records[slug] = []sites.Line{
			event("network", sites.StepStarted, 0), event("images", sites.StepStarted, 0),
			progressed("images", "mariadb:11.4", "Downloading", 1e6, 4e6), progressed("images", "mariadb:11.4", "Downloading", 11e5, 4e6),
			event("network", sites.StepDone, 100*time.Millisecond), {Notice: "the desktop app has 2 hooks"},
			progressed("images", "mariadb:11.4", "Extracting", 0, 0), event("images", sites.StepDone, 1200*time.Millisecond),
			event("page", sites.StepSkipped, 0), succeeded("https://" + slug + ".localhost"),
		}
	}
	return h, s
}

func TestStart(t *testing.T) {
	t.Parallel()
	t.Run("as text", func(t *testing.T) {
		t.Parallel()
		h, s := scripted(t, "acme")
		r := h.run("start", "acme")
		r.want(t, exitDone, "https://acme.localhost\n", "acme runs in 1.3 s\n")
		const want = `◐ network
◐ images
◐ images                    mariadb:11.4 Downloading 25 %, 1MB of 4MB
✓ network                   0.1 s
  the desktop app has 2 hooks
◐ images                    mariadb:11.4 Extracting
✓ images                    1.2 s
acme runs in 1.3 s
`
		if r.stderr != want {
			t.Errorf("said\n%s\nwant\n%s", r.stderr, want)
		}
		if got, want := fmt.Sprint(s.requests()), fmt.Sprint([]sites.Request{{Verb: sites.VerbStart, Slug: "acme"}}); got != want {
			t.Errorf("began %s, want %s", got, want)
		}
	})
	t.Run("as JSON", func(t *testing.T) {
		t.Parallel()
		h, s := scripted(t, "acme")
		r := h.run("start", "acme", "--json", "--force")
		var got []sites.Line
		for dec := json.NewDecoder(strings.NewReader(r.stdout)); dec.More(); {
			var line sites.Line
			if err := dec.Decode(&line); err != nil {
				t.Fatal(err)
			}
			got = append(got, line)
		}
		text := func(lines []sites.Line) string {
			b, err := json.Marshal(lines)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		if r.code != exitDone || r.stderr != "" || text(got) != text(s.records["acme"]) || strings.Count(r.stdout, "\n") != len(got) {
			t.Errorf("got %+v", r)
		}
		if !s.requests()[0].Force {
			t.Error("--force was lost")
		}
	})
	t.Run("several as JSON", func(t *testing.T) {
		t.Parallel()
		h, s := scripted(t, "a", "b", "c")
		r := h.run("start", "--all", "--json")
		got := map[string]int{}
		for dec := json.NewDecoder(strings.NewReader(r.stdout)); dec.More(); {
			var line struct{ ID, Site string }
			if err := dec.Decode(&line); err != nil {
				t.Fatal(err)
			}
			got[line.ID+" of "+line.Site]++
		}
		want := map[string]int{}
		for slug, record := range s.records {
			want["start-"+slug+" of "+slug] = len(record)
		}
		if r.code != exitDone || !maps.Equal(got, want) {
			t.Errorf("code %d, lines %v, want %v", r.code, got, want)
		}
	})
	t.Run("several", func(t *testing.T) {
		t.Parallel()
		h, s := scripted(t, "a", "b", "c", "d", "e")
		s.records["b"] = []sites.Line{failed("conflict", "b is locked")}
		s.records["d"] = []sites.Line{failed("unreachable", "Docker is away")}
		r := h.run("start", "a", "b", "c", "d", "e", "a")
		if r.code != exitConflict || len(s.requests()) != 5 || s.most > atOnce {
			t.Errorf("code %d, want the worst; %d began, %d at once", r.code, len(s.requests()), s.most)
		}
		for _, want := range []string{"start of b failed: b is locked\nNext: try again\n", "start of d failed: Docker is away", "e                    ✓ network"} {
			if !strings.Contains(r.stderr, want) {
				t.Errorf("%q is missing in\n%s", want, r.stderr)
			}
		}
		if strings.Count(r.stdout, "https://") != 3 {
			t.Errorf("printed %q", r.stdout)
		}
	})
}

func TestFailure(t *testing.T) {
	t.Parallel()
	for word, code := range map[string]int{
		"failed": exitFailed, "invalid": exitUsage, "unreachable": exitUnreachable, "notfound": exitNoSite, "refused": exitRefused,
		"conflict": exitConflict, "": exitFailed, "unheard of": exitFailed,
	} {
		t.Run("as "+word, func(t *testing.T) {
			t.Parallel()
			h, s := scripted(t, "acme")
			line := failed(word, "the database \x1b[2Jdied")
			line.Result.Service, line.Result.Logs = "locorum-acme-database", []string{"[ERROR] InnoDB\x1b]0;x\x07"}
			s.records["acme"] = []sites.Line{event("database", sites.StepStarted, 0), event("database", sites.StepFailed, 4100*time.Millisecond), line}
			h.run("start", "acme").want(t, code, "", `✕ database                  failed after 4.1 s
locorum-tui: start of acme failed: the database died
The last lines of locorum-acme-database:
  [ERROR] InnoDB
Next: try again
`)
		})
	}
}

func TestSelection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"start", "--all"}, exitDone, "crashed ran resting"},
		{[]string{"start", "--last"}, exitDone, "crashed"},
		{[]string{"stop", "--all"}, exitDone, "found ran"},
		{[]string{"restart", "--all"}, exitDone, "found ran"},
		{[]string{"stop", "ran", "ran"}, exitDone, "ran"},
		{[]string{"stop", "found"}, exitDone, "found"},
		{[]string{"stop"}, exitUsage, ""},
		{[]string{"stop", "--all", "ran"}, exitUsage, ""},
		{[]string{"start", "--all", "--last"}, exitUsage, ""},
		{[]string{"start", "ran", "rann"}, exitNoSite, ""},
		{[]string{"stop", "--last"}, exitUsage, ""},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			h, s := scripted(t, "resting", "found")
			h.site("crashed", func(site *model.Site) { site.Started = true })
			h.runningSite("ran")
			h.container(h.engine, "adopted", "web", true)
			bob := h.daemon.Engine(engine.Options{Home: "/home/bob/.l"})
			defer bob.Close()
			h.container(bob, "theirs", "web", true)
			for _, slug := range []string{"crashed", "ran", "resting", "adopted"} {
				s.records[slug] = []sites.Line{succeeded("")}
			}
			r := h.run(c.args...)
			var begun []string
			for _, request := range s.requests() {
				begun = append(begun, request.Slug)
			}
			slices.Sort(begun)
			want := strings.ReplaceAll(c.want, "found ran", "adopted ran")
			if strings.HasPrefix(c.want, "crashed ran resting") {
				want = "crashed found ran resting"
			}
			if got := strings.Join(begun, " "); r.code != c.code || got != want {
				t.Errorf("code %d, began %q, want %d, %q\n%s", r.code, got, c.code, want, r.stderr)
			}
		})
	}
}

// TestCtrlC cancels with the first and leaves with the second.
func TestCtrlC(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		times  int
		stderr string
	}{
		{"once", 1, "asked to cancel; ctrl+c again leaves it running\ncancelled; start goes on from there\n"},
		{"twice", 2, "it goes on; `locorum-tui follow start-acme` shows it\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, s := scripted(t, "acme")
			h.interrupts = make(chan os.Signal, 2)
			s.following = make(chan string, 9)
			s.records["acme"] = []sites.Line{event("network", sites.StepStarted, 0)}
			if c.times == 2 {
				h.change = func(p *Program) { p.ops = deaf{s} }
			}
			go func() {
				<-s.following
				for range c.times {
					h.interrupts <- os.Interrupt
				}
			}()
			r := h.run("start", "acme")
			if r.code != exitCancelled || !strings.HasSuffix(r.stderr, c.stderr) {
				t.Errorf("code %d, said\n%s", r.code, r.stderr)
			}
		})
	}
	t.Run("what has not begun", func(t *testing.T) {
		t.Parallel()
		h, s := scripted(t, "a", "b", "c", "d", "e")
		h.interrupts = make(chan os.Signal, 2)
		s.following, s.hold = make(chan string, 9), make(chan struct{})
		go func() {
			for range atOnce {
				<-s.following
			}
			h.interrupts <- os.Interrupt
		}()
		if r := h.run("start", "--all"); r.code != exitCancelled || len(s.requests()) != atOnce {
			t.Errorf("code %d, %d began, want only those before ctrl+c", r.code, len(s.requests()))
		}
	})
}

// deaf is a machine where cancelling has no effect.
type deaf struct{ *script }

func TestFollow(t *testing.T) {
	t.Parallel()
	h, s := scripted(t, "acme", "blog")
	h.run("follow").want(t, exitDone, "", "Nothing is being done")
	h.run("operations").want(t, exitDone, "", "Nothing was done")
	h.run("start", "acme", "blog")
	h.run("follow", "nope").want(t, exitUsage, "", `there is no operation "nope"`)
	h.run("follow", "start-acme").want(t, exitDone, "https://acme.localhost\n", "acme runs in 1.3 s")
	if r := h.run("follow"); r.code != exitDone || strings.Count(r.stdout, "https://") != 2 {
		t.Errorf("got %+v", r)
	}
	if r := h.run("operations"); !strings.Contains(r.stdout, "start-acme  acme  start") || r.code != exitDone {
		t.Errorf("got %+v", r)
	}
	s.records["acme"] = []sites.Line{failed("refused", "no")}
	h.run("follow", "start-acme").want(t, exitRefused, "", "start of acme failed: no")
}

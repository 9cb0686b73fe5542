package command

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

// logMachine is a machine with a site whose services have written, one after the other.
func logMachine(t *testing.T) *harness {
	t.Helper()
	h := newHarness(t)
	h.runningSite("acme")
	for _, line := range []struct {
		role   string
		stderr bool
		text   string
	}{
		{"web", false, "GET /"}, {"php", true, "PHP Warning: \x1b[31mred\x1b]0;x\x07"}, {"web", false, "GET /a"},
		{"database", true, "ready"}, {"web", false, "GET /b"},
	} {
		if err := h.daemon.Log(engine.SiteContainerName("acme", line.role), line.stderr, line.text); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestLogs(t *testing.T) {
	t.Parallel()
	h := logMachine(t)
	all := "web      | GET /\nphp      ! PHP Warning: \x1b[31mred\x1b[0m\nweb      | GET /a\ndatabase ! ready\nweb      | GET /b\n"
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"merged by time", nil, all},
		{"all", []string{"--tail", "all"}, all},
		{"two services", []string{"--service", "web", "--service", "database"}, "web      | GET /\nweb      | GET /a\ndatabase ! ready\nweb      | GET /b\n"},
		{"the last of each", []string{"--tail", "1"}, "php      ! PHP Warning: \x1b[31mred\x1b[0m\ndatabase ! ready\nweb      | GET /b\n"},
		{"none", []string{"--tail", "0"}, ""},
		{"since then", []string{"--since", "2000-01-01"}, all},
		{"since later", []string{"--since", "2200-01-01T00:00:00Z"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.run(append([]string{"logs", "acme"}, c.args...)...).want(t, exitDone, c.want, "")
		})
	}
	t.Run("JSON", func(t *testing.T) {
		r := h.run("logs", "acme", "--json")
		var got []string
		last := time.Time{}
		for dec := json.NewDecoder(strings.NewReader(r.stdout)); dec.More(); {
			var line logRecord
			if err := dec.Decode(&line); err != nil {
				t.Fatal(err)
			}
			if line.Time.Before(last) {
				t.Errorf("%v comes after %v", line.Time, last)
			}
			last = line.Time
			got = append(got, line.Service+" "+line.Stream+" "+*line.Text)
		}
		want := []string{"web stdout GET /", "php stderr PHP Warning: \x1b[31mred", "web stdout GET /a", "database stderr ready", "web stdout GET /b"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("times", func(t *testing.T) {
		r := h.run("logs", "acme", "--timestamps", "--service", "database")
		stamp, rest, _ := strings.Cut(r.stdout, " ")
		if _, err := time.Parse(stampLayout, stamp); err != nil || rest != "database ! ready\n" {
			t.Errorf("got %q, %v", r.stdout, err)
		}
	})
	t.Run("colours on a terminal", func(t *testing.T) {
		h.terminals["output"] = true
		h.run("logs", "acme", "--service", "database").want(t, exitDone, "\x1b[34mdatabase\x1b[0m \x1b[31m!\x1b[0m ready\n", "")
	})
}

func TestLogsOfNothing(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.site("acme", nil)
	h.run("logs", "acme").want(t, exitFailed, "", "acme has no containers, so there is no log")
	h.container(h.engine, "acme", engine.RoleWeb, true)
	h.run("logs", "acme").want(t, exitDone, "", "")
	h.run("logs", "acme", "--service", "php").want(t, exitFailed, "", "acme has no container for php")
	h.daemon.Down()
	h.run("logs", "acme").want(t, exitUnreachable, "", "Docker is not reachable")
}

// TestFollowLogs follows until an interrupt: history first, then what is written, then what happens to a container.
func TestFollowLogs(t *testing.T) {
	t.Parallel()
	h := logMachine(t)
	h.interrupts = make(chan os.Signal, 1)
	read, write := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- Run(t.Context(), h.program(write, io.Discard), []string{"logs", "acme", "--follow", "--tail", "1"})
		_ = write.Close()
	}()
	lines := bufio.NewScanner(read)
	expect := func(want string) {
		t.Helper()
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("got %q, want %q", lines.Text(), want)
		}
	}
	expect("php      ! PHP Warning: \x1b[31mred\x1b[0m")
	expect("database ! ready")
	expect("web      | GET /b")
	for _, role := range model.SiteRoles() {
		if err := h.daemon.Log(engine.SiteContainerName("acme", role), role == "php", "hello"); err != nil {
			t.Fatal(err)
		}
		mark := "|"
		if role == "php" {
			mark = "!"
		}
		expect((role + "        ")[:8] + " " + mark + " hello")
	}
	if err := h.daemon.Exit("locorum-acme-redis", 1); err != nil {
		t.Fatal(err)
	}
	expect("-- redis exited --")
	if err := h.engine.StartContainer(t.Context(), "locorum-acme-redis"); err != nil {
		t.Fatal(err)
	}
	expect("-- redis restarted --")
	h.interrupts <- os.Interrupt
	if lines.Scan() {
		t.Errorf("%q came after the interrupt", lines.Text())
	}
	if got := <-code; got != exitCancelled {
		t.Errorf("exit code %d, want %d", got, exitCancelled)
	}
}

func TestMergeSorted(t *testing.T) {
	t.Parallel()
	at := func(service string, seconds ...int64) []logEntry {
		var entries []logEntry
		for _, s := range seconds {
			entries = append(entries, logEntry{LogLine: engine.LogLine{Time: time.Unix(s, 0)}, service: service})
		}
		return entries
	}
	sources := []chan []logEntry{make(chan []logEntry, 2), make(chan []logEntry, 2), make(chan []logEntry, 2)}
	sources[0] <- at("a", 1, 4)
	sources[0] <- at("a", 4, 9)
	sources[1] <- at("b", 2, 1, 5) // a little out of order in itself
	for _, s := range sources {
		close(s)
	}
	var got strings.Builder
	err := mergeSorted(sources, func(entries []logEntry) error {
		for _, e := range entries {
			got.WriteString(e.service + string(rune('0'+e.Time.Unix())) + " ")
		}
		return nil
	})
	if want := "a1 b2 b1 a4 a4 b5 a9 "; err != nil || got.String() != want {
		t.Errorf("got %q, %v, want %q", got.String(), err, want)
	}
}

func TestParseSince(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.FixedZone("", 3600))
	for _, c := range []struct{ text, want string }{
		{"10m", "2026-11-24T09:20:00+01:00"},
		{"1h30m", "2026-11-24T08:00:00+01:00"},
		{"2026-11-23", "2026-11-23T00:00:00+01:00"},
		{"2026-11-23T08:15", "2026-11-23T08:15:00+01:00"},
		{"2026-11-23 08:15:30", "2026-11-23T08:15:30+01:00"},
		{"2026-11-23T08:15:30.5Z", "2026-11-23T08:15:30.5Z"},
		{"-10m", ""},
		{"10", ""},
		{"", ""},
	} {
		got, err := parseSince(c.text, now)
		if text := got.Format(time.RFC3339Nano); (err != nil) != (c.want == "") || err == nil && text != c.want {
			t.Errorf("%q is %s, %v, want %q", c.text, text, err, c.want)
		}
	}
}

package command

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/sites"
)

// rows plays what a terminal of that height makes of output, and returns the lines it has ever shown, without spaces at
// their ends. Lines that have scrolled off the top stay as they were.
func rows(t *testing.T, output string, height int) []string {
	t.Helper()
	lines, at := []string{""}, 0
	for len(output) > 0 {
		var n int
		var what byte
		switch {
		case strings.HasPrefix(output, "\x1b["):
			end := strings.IndexFunc(output[2:], func(r rune) bool { return r >= '@' }) + 2
			_, _ = fmt.Sscanf(output[2:end], "%d", &n)
			what, output = output[end], output[end+1:]
			switch what {
			case 'A':
				at = max(at-n, max(0, len(lines)-height))
			case 'B':
				at = min(at+n, len(lines)-1)
			case 'K', 'm':
			default:
				t.Fatalf("the terminal was sent %q", what)
			}
		case output[0] == '\n':
			if at++; at == len(lines) {
				lines = append(lines, "")
			}
			output = output[1:]
		case output[0] == '\r':
			output = output[1:]
			// Everything that is written begins at the left and is cut off behind.
			text, _, found := strings.Cut(output, "\x1b[K")
			if !found || strings.ContainsAny(text, "\r\n") {
				continue
			}
			lines[at], output = text, output[len(text):]
		default:
			t.Fatalf("%q is written in the middle of a line", output)
		}
	}
	return lines[:len(lines)-1]
}

func TestBoard(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	b := board{w: &out, size: func() (int, int) { return 20, 4 }}
	for i := range 6 {
		b.add(fmt.Sprintf("line %d", i))
	}
	before := out.Len()
	b.set(5, "line 5")
	if out.Len() != before {
		t.Error("a line that did not change was written")
	}
	b.set(5, "line five")
	b.set(3, "line three \x1b[31mwhich is too long\x1b[0m")
	b.set(0, "gone")
	want := []string{"line 0", "line 1", "line 2", "line three \x1b[31mwhich is\x1b[0m", "line 4", "line five"}
	if got := rows(t, out.String(), 4); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("shows\n%q\nwant\n%q", got, want)
	}
}

// TestBoardProgress holds that two operations side by side end as they would have been told one after the other.
func TestBoardProgress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &boardProgress{board: board{w: &out, size: func() (int, int) { return 80, 24 }}, text: stepText{paint: paint{utf8: true}, several: true}, steps: map[stepKey]int{}}
	a := sites.Operation{ID: "1", Request: sites.Request{Slug: "a"}}
	b := sites.Operation{ID: "2", Request: sites.Request{Slug: "b"}}
	for _, l := range []struct {
		op   sites.Operation
		line sites.Line
	}{
		{a, event("images", sites.StepStarted, 0)}, {b, event("images", sites.StepStarted, 0)},
		{a, progressed("images", "php:8.3", "Downloading", 5, 10)}, {b, progressed("images", "php:8.3", "Downloading", 8, 10)},
		{a, event("database", sites.StepStarted, 0)}, {b, event("images", sites.StepDone, time.Second)},
		{a, event("images", sites.StepCancelled, 0)}, {a, event("database", sites.StepFailed, 2*time.Second)},
		{b, event("images", sites.StepStarted, 0)}, {b, event("images", sites.StepDone, 3*time.Second)},
	} {
		if err := p.line(l.op, l.line); err != nil {
			t.Fatal(err)
		}
	}
	p.note(b, "done")
	name := func(s string) string { return fmt.Sprintf("%-20s ", s) }
	want := []string{
		name("a") + "○ images                    cancelled", name("b") + "✓ images                    1.0 s",
		name("a") + "✕ database                  failed after 2.0 s", name("b") + "✓ images                    3.0 s", name("b") + "done",
	}
	if got := rows(t, out.String(), 24); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("shows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

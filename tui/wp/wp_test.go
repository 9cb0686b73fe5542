package wp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/backend"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// runner answers with what a test gives it; "wait" goes on until it is cancelled.
type runner struct {
	mu   sync.Mutex // guards told
	told [][]string
	out  []string // a "!" before a line is stderr
	code int
	err  error
}

func (r *runner) WP(ctx context.Context, _ sites.View, c backend.WPCommand, onLine func(string, bool)) (int, error) {
	r.mu.Lock()
	r.told = append(r.told, c.Words)
	r.mu.Unlock()
	for _, line := range r.out {
		text, stderr := strings.CutPrefix(line, "!")
		onLine(text, stderr)
	}
	if c.Words[0] == "wait" {
		<-ctx.Done()
		return -1, fmt.Errorf("exec: %w", ctx.Err())
	}
	return r.code, r.err
}

type desk struct {
	t *testing.T
	m *Model
	r *runner
}

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

func site(slug string) sites.View { return sites.View{Site: model.Site{Slug: slug}} }

func newDesk(t *testing.T, styles *theme.Styles) *desk {
	r := &runner{}
	d := &desk{t, New(t.Context(), Options{Styles: styles, Keys: keymap.Default(), Runner: r, Now: noon}), r}
	t.Cleanup(d.m.Close)
	d.m.SetSize(80, 24)
	d.m.Open(site("acme-shop"))
	return d
}

func (d *desk) press(types ...tea.KeyType) (last tea.Cmd) {
	for _, key := range types {
		last, _ = d.m.Key(tea.KeyMsg{Type: key})
	}
	return last
}

func (d *desk) typed(text string) { d.m.Key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text)}) }

// settle runs a command and those that follow, until a command of wp-cli has ended.
func (d *desk) settle(cmd tea.Cmd) Done {
	for cmd != nil {
		switch msg := cmd().(type) {
		case Msg:
			cmd = d.m.Update(msg)
		case Done:
			return msg
		default:
			return Done{}
		}
	}
	return Done{}
}

// run types a line and waits until it was run.
func (d *desk) run(line string) Done {
	d.t.Helper()
	d.typed(line)
	return d.settle(d.press(tea.KeyEnter))
}

func (d *desk) screen() string { return ansi.Strip(strings.Join(d.m.View(), "\n")) }

func (d *desk) has(text string) {
	d.t.Helper()
	if !strings.Contains(d.screen(), text) {
		d.t.Errorf("no %q in\n%s", text, d.screen())
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		want []string
		err  error
	}{
		{"plugin list", []string{"plugin", "list"}, nil},
		{"  wp  plugin\tlist ", []string{"plugin", "list"}, nil},
		{`post create --post_title='It''s a "b"'`, []string{"post", "create", `--post_title=Its a "b"`}, nil},
		{`eval "echo \"a\n\";"`, []string{"eval", `echo "a\n";`}, nil},
		{`option update x ''`, []string{"option", "update", "x", ""}, nil},
		{`a\ b`, []string{"a b"}, nil},
		{"", nil, nil},
		{"wp", []string{}, nil},
		{`say "a`, nil, errQuote},
		{`say \`, nil, errQuote},
		{"plugin list | grep x", nil, errShell},
		{"db export > x", nil, errShell},
		{`db query "SELECT 1 > 2;"`, []string{"db", "query", "SELECT 1 > 2;"}, nil},
	} {
		got, err := split(c.line)
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%q is %q, %v; want %q, %v", c.line, got, err, c.want, c.err)
		}
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, want string
		words      int
	}{
		{"plu", "plugin ", 1},
		{"wp plu", "wp plugin ", 1},
		{"plugin de", "plugin de", 2},
		{"plugin l", "plugin list ", 1},
		{"core v", "core ver", 2},
		{"core update", "core update", 2},
		{"nothing", "nothing", 0},
		{"plugin list --st", "plugin list --st", 0},
	} {
		if got, words := complete(c.line); got != c.want || len(words) != c.words {
			t.Errorf("%q becomes %q, of %q", c.line, got, words)
		}
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.r.out = []string{"name status", "!Warning: old"}
	done := d.run("wp plugin list --status='a b'")
	if want := []string{"plugin", "list", "--status=a b"}; !slices.Equal(d.r.told[0], want) || done != (Done{"acme-shop", "exit 0 after 0.0 s", false}) {
		t.Errorf("wp-cli was told %q, and it ended with %+v", d.r.told, done)
	}
	d.has("$ wp plugin list")
	d.has("  name status")
	d.has("! Warning: old")
	d.has("✓ exit 0 after 0.0 s")
	d.r.code = 3
	if done := d.run("fly"); !done.Failed {
		t.Errorf("it ended with %+v", done)
	}
	d.has("✕ exit 3 after 0.0 s")
	d.r.err = errors.New("the container is gone")
	d.run("fly")
	d.has("✕ the container is gone")
	d.typed("a | b")
	d.press(tea.KeyEnter)
	d.has("no shell reads this line")
	if len(d.r.told) != 3 {
		t.Errorf("wp-cli was told %q", d.r.told)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.typed("wait")
	cmd := d.press(tea.KeyEnter)
	d.typed("more")
	d.press(tea.KeyEnter)
	d.has("a command runs here")
	d.m.Open(site("blog")) // another site is free meanwhile
	if d.run("more"); len(d.m.Running()) != 1 {
		t.Errorf("in %q commands run", d.m.Running())
	}
	d.m.Open(site("acme-shop"))
	d.has("$ wait")
	d.press(tea.KeyCtrlC)
	d.has("cancelling")
	if done := d.settle(cmd); !done.Failed || !strings.HasPrefix(done.Text, "cancelled after") {
		t.Errorf("it ended with %+v", done)
	}
	d.press(tea.KeyCtrlC)
	d.press(tea.KeyCtrlC)
	d.has("nothing runs here")
}

func TestHistory(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	for _, line := range []string{"one", "two", "two"} {
		d.run(line)
	}
	d.typed("dra")
	for _, step := range []struct {
		key  tea.KeyType
		want string
	}{{tea.KeyUp, "two"}, {tea.KeyUp, "one"}, {tea.KeyUp, "one"}, {tea.KeyDown, "two"}, {tea.KeyDown, "dra"}, {tea.KeyDown, "dra"}} {
		d.press(step.key)
		if got := d.m.field.Value(); got != step.want {
			t.Errorf("%v shows %q, want %q", step.key, got, step.want)
		}
	}
}

// TestLateNews holds that news of a command before do not count for the one that runs.
func TestLateNews(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.run("one")
	d.typed("wait")
	cmd := d.press(tea.KeyEnter)
	if late := d.m.Update(ChangedMsg{d.m.at, d.m.at.run - 1}); late != nil || !d.m.at.awaited {
		t.Error("late news are taken for those of the command that runs")
	}
	d.press(tea.KeyCtrlC)
	d.settle(cmd)
}

// hostile are lines that would do things to a terminal.
var hostile = []string{
	"\x1b]52;c;AAAA\x07copied", "\x1b]0;title\x1b\\named", "\x1b[2J\x1b[Hcleared", "\x1b[?1049halt", "\u009b31mC1", "a\u202eb",
	"\x1b[31mred\x1b[0m\x1b[8mhidden", "10%\r50%\r100%", strings.Repeat("日本語 ", 60), "\ttab", "!\x1bPq#0\x1b\\sixel", "bad \xff\xfe",
}

func TestHostileOutput(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.r.out = hostile
	d.run("plugin list")
	raw := strings.Join(d.m.View(), "\n")
	for _, bad := range []string{"\x1b]", "\x1b[2J", "\x1b[?", "\x1bP", "\u009b", "\u202e", "\r", "\x1b[8m", "\a", "\xff"} {
		if strings.Contains(raw, bad) {
			t.Errorf("%q reaches the terminal", bad)
		}
	}
	if !strings.Contains(raw, "\x1b[0;31mred") {
		t.Error("colours do not reach it")
	}
	d.has("  100%")
	d.has("hidden")
}

// TestFlood holds that output without end is bounded, what is dropped counted, and that one reads what one scrolled to.
func TestFlood(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	for i := range 50_000 {
		d.r.out = append(d.r.out, fmt.Sprintf("line %d of many", i))
	}
	d.r.out = append(d.r.out, strings.Repeat("x", 100_000))
	d.run("flood")
	ring := d.m.at.ring
	if ring.Len() > maxLines || ring.Len()+int(ring.Dropped()) != 50_000+2+7 {
		t.Errorf("%d lines are kept, %d dropped", ring.Len(), ring.Dropped())
	}
	d.has("lines dropped")
	for range 100 { // the long line takes 62 pages
		d.press(tea.KeyPgUp)
	}
	before := d.screen()
	if !strings.Contains(before, "lines below") || d.m.at.following {
		t.Fatalf("it did not scroll:\n%s", before)
	}
	d.m.at.add("later", false, noon())
	if after := d.screen(); strings.Split(after, "\n")[3] != strings.Split(before, "\n")[3] {
		t.Errorf("what is read moved:\n%s\n%s", before, after)
	}
	for range 120 {
		d.press(tea.KeyPgDown)
	}
	d.has("later")
}

// TestConsoles holds that consoles are bounded, and that one in which something runs stays.
func TestConsoles(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.typed("wait")
	cmd := d.press(tea.KeyEnter)
	for i := range 30 {
		d.m.Open(site(fmt.Sprint("site-", i)))
	}
	d.m.Open(site("acme-shop"))
	if d.has("$ wait"); len(d.m.consoles) != maxConsoles {
		t.Errorf("%d consoles are kept", len(d.m.consoles))
	}
	d.press(tea.KeyCtrlC)
	d.settle(cmd)
}

func TestGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.m.SetSize(width, height)
		d.r.out = []string{"+---------+--------+", "| name    | status |", "| akismet | \x1b[32mactive\x1b[0m |", "!Warning: " + strings.Repeat("long ", 20)}
		d.run("plugin list")
		d.r.code, d.r.out = 1, []string{"!\x1b[31;1mError:\x1b[0m 'fly' is not a registered wp command."}
		d.run("fly")
		d.typed("plugin de")
		d.press(tea.KeyTab)
		return d.m.View()
	})
}

func TestEmptyGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDesk(t, styles)
		d.m.SetSize(width, height)
		return d.m.View()
	})
}

// TestAnything throws keys, sizes and output at the pane and holds that it is always exactly filled.
func TestAnything(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	d := newDesk(t, viewtest.Styles())
	keys := []tea.KeyType{tea.KeyEnter, tea.KeyTab, tea.KeyUp, tea.KeyDown, tea.KeyPgUp, tea.KeyPgDown, tea.KeyCtrlC, tea.KeyCtrlW, tea.KeyLeft}
	w, h := 80, 24
	for range 3000 {
		switch r.IntN(5) {
		case 0:
			w, h = 1+r.IntN(200), 1+r.IntN(60)
			d.m.SetSize(w, h)
		case 1:
			d.settle(d.press(keys[r.IntN(len(keys))]))
		case 2:
			d.m.at.add(hostile[r.IntN(len(hostile))], r.IntN(2) == 0, noon())
		case 3:
			d.m.Open(site(fmt.Sprint("site-", r.IntN(3))))
		default:
			d.typed(string(rune(' ' + r.IntN(95))))
		}
		viewtest.Exact(t, d.m.View(), w, h)
	}
}

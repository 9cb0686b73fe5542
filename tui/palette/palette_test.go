package palette

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/dialog"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// write types a text, a key for each letter.
func write(m *Model, text string) {
	for _, r := range text {
		m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

func some() []Entry {
	return []Entry{
		{ID: "site.restart", Title: "restart the site", Hint: "r"},
		{ID: "site.logs", Title: "follow its logs", Hint: "l"},
		{ID: "site.shell", Title: "open a shell in its PHP container", Hint: "x", Keywords: []string{"bash", "exec"}},
		{ID: "site.login", Title: "make a one-time link that logs its administrator in", Hint: "a"},
		{ID: "site.versions", Title: "change the versions"},
		{ID: "acme-shop", Kind: Site, Title: "acme-shop", Hint: "running"},
		{ID: "logistics", Kind: Site, Title: "logistics", Hint: "degraded: redis is unhealthy"},
		{ID: "日本語", Kind: Site, Title: "日本語のとても長い名前のサイト、幅が広い", Hint: "stopped"},
		{ID: "hostile", Kind: Site, Title: "evil\x1b]52;c;AAAA\x07\u202ename\nx", Hint: "\x1b[2Jstate"},
		{ID: "theme", Kind: Setting, Title: "theme", Hint: "ansi"},
		{ID: "logs.lines", Kind: Setting, Title: "lines that a log view keeps", Hint: "100000"},
	}
}

// on lays the palette over an empty screen, as the dashboard does.
func on(t testing.TB, m *Model, styles *theme.Styles, width, height int) []string {
	box := m.View(styles, width, height)
	if len(box) > height || len(box) > 0 && cell.Width(box[0]) > width {
		t.Fatalf("%d×%d does not hold %d lines of %d", width, height, len(box), cell.Width(box[0]))
	}
	for i, line := range box {
		if cell.Width(line) != cell.Width(box[0]) {
			t.Fatalf("line %d is %d wide, the first one %d", i, cell.Width(line), cell.Width(box[0]))
		}
	}
	return cell.Over(cell.Box(nil, width, height), box, 0, 0)
}

func TestGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		return on(t, New(some()), styles, width, height)
	})
}

func TestTypedGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		m := New(some())
		write(m, "log")
		m.Update(tea.KeyMsg{Type: tea.KeyDown})
		return on(t, m, styles, width, height)
	})
}

func TestNothingGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		m := New(some())
		write(m, "zzz")
		return on(t, m, styles, width, height)
	})
}

func TestEverySize(t *testing.T) {
	t.Parallel()
	for _, m := range []*Model{New(nil), New(some()), New(many(60))} {
		write(m, "e")
		m.move(9)
		viewtest.Anywhere(t, func(styles *theme.Styles, width, height int) []string { return on(t, m, styles, width, height) })
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	press := func(types ...tea.KeyType) (keys []tea.KeyMsg) {
		for _, k := range types {
			keys = append(keys, tea.KeyMsg{Type: k})
		}
		return keys
	}
	for _, c := range []struct {
		name   string
		typed  string
		keys   []tea.KeyMsg
		want   dialog.Outcome
		chosen string
	}{
		{"enter takes the first", "", press(tea.KeyEnter), dialog.Accepted, "e00"},
		{"down and ctrl+n", "", press(tea.KeyDown, tea.KeyCtrlN, tea.KeyEnter), dialog.Accepted, "e02"},
		{"up and ctrl+p", "", press(tea.KeyDown, tea.KeyDown, tea.KeyDown, tea.KeyUp, tea.KeyCtrlP, tea.KeyEnter), dialog.Accepted, "e01"},
		{"up stops", "", press(tea.KeyUp, tea.KeyEnter), dialog.Accepted, "e00"},
		{"a page", "", press(tea.KeyPgDown), dialog.Nothing, "e10"},
		{"a page back", "", press(tea.KeyPgDown, tea.KeyDown, tea.KeyPgUp), dialog.Nothing, "e01"},
		{"pages stop", "", press(tea.KeyPgDown, tea.KeyPgDown, tea.KeyPgDown, tea.KeyPgDown), dialog.Nothing, "e29"},
		{"typing goes to the best", "", append(press(tea.KeyPgDown), tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("7")}), dialog.Changed, "e07"},
		{"esc", "e1", press(tea.KeyEsc), dialog.Dismissed, "e10"},
		{"ctrl+c", "", press(tea.KeyCtrlC), dialog.Dismissed, "e00"},
		{"nothing to accept", "zzz", press(tea.KeyEnter), dialog.Nothing, ""},
		{"nothing to move on", "zzz", press(tea.KeyDown, tea.KeyPgUp), dialog.Nothing, ""},
		{"taken back", "zzz", press(tea.KeyCtrlU), dialog.Changed, "e00"},
		{"a key without a meaning", "", press(tea.KeyF5), dialog.Nothing, "e00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := New(many(30))
			m.View(viewtest.Styles(), 80, 13) // ten rows
			write(m, c.typed)
			var got dialog.Outcome
			for _, key := range c.keys {
				got = m.Update(key)
			}
			chosen, ok := m.Chosen()
			if got != c.want || chosen.ID != c.chosen || ok != (c.chosen != "") {
				t.Errorf("%d, %q; want %d, %q", got, chosen.ID, c.want, c.chosen)
			}
			if !ok {
				return
			}
			if lines := m.View(viewtest.Styles(), 80, 13); !strings.Contains(ansi.Strip(strings.Join(lines, "\n")), "▌ "+chosen.Title) {
				t.Errorf("%q is not on the screen:\n%s", chosen.Title, strings.Join(lines, "\n"))
			}
		})
	}
}

// TestHostileTitles holds that nothing from outside reaches the terminal as more than text.
func TestHostileTitles(t *testing.T) {
	t.Parallel()
	bad := "x\x1b]0;title\x07\x1b[2J\u009b31m\u202e\r\ny"
	m := New([]Entry{{Kind: Site, Title: bad, Hint: bad, Keywords: []string{bad}}})
	write(m, "xy")
	m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("\x1b[2J"), Paste: true})
	text := strings.Join(m.View(viewtest.Looks()["mono"], 80, 10), "")
	for _, never := range []string{"\x1b]", "\x1b[2J", "\u009b", "\u202e", "\r", "\n", "title"} {
		if strings.Contains(text, never) {
			t.Errorf("%q in %q", never, text)
		}
	}
}

// TestMarks holds that a letter is in bold with what combines with it, and that the text is the same beside that.
func TestMarks(t *testing.T) {
	t.Parallel()
	styles := viewtest.Looks()["mono"]
	for _, c := range []struct {
		text string
		at   []int
		want string
	}{
		{"abc", []int{0, 1}, "<ab>c"},
		{"abc", []int{2, 0}, "<a>b<c>"},
		{"e\u0301x", []int{0}, "<e\u0301>x"},
		{"👨‍👩‍👧x", []int{2}, "<👨‍👩‍👧>x"},
		{"日本", []int{1}, "日<本>"},
	} {
		got := strings.NewReplacer(styles.Strong.On, "<", styles.Strong.Off, ">").Replace(marked(styles, c.text, c.at))
		if got != c.want {
			t.Errorf("%q at %v is %q, want %q", c.text, c.at, got, c.want)
		}
	}
}

// many returns entries as a large installation has them.
func many(n int) []Entry {
	var all []Entry
	for i := range n {
		all = append(all, Entry{ID: fmt.Sprintf("e%02d", i), Kind: Kind(i % 3), Title: fmt.Sprintf("entry %02d of what can be done", i), Hint: "running", Keywords: []string{"some", "more"}})
	}
	return all
}

// BenchmarkKey is what a key costs among 500 entries, drawn: 1 ms is what it may.
func BenchmarkKey(b *testing.B) {
	m := New(many(500))
	styles := viewtest.Styles()
	b.ReportAllocs()
	for b.Loop() {
		m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("e")})
		m.View(styles, 100, 30)
		if len(m.in.Value()) == 4 {
			m.in.SetValue("")
		}
	}
}

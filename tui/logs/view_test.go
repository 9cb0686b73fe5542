package logs

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
)

var update = flag.Bool("update", false, "write the goldens anew")

// shelf is a pane with lines of our own instead of readers.
func shelf(tb testing.TB, styles theme.Styles, lines int, names ...string) *Model {
	tb.Helper()
	m := New(Options{
		Styles: &styles, Keys: keymap.Default(), Zone: time.UTC, Lines: lines,
		Now: func() time.Time { return time.Date(2026, 11, 24, 14, 3, 0, 0, time.UTC) },
	})
	ctx := tb.Context()
	var services []Service
	for _, name := range names {
		services = append(services, Service{Name: name})
	}
	m.Open(ctx, "acme-shop", nil)
	m.services = services
	for i, s := range services {
		style := styles.Tags[i%len(styles.Tags)]
		m.tags = append(m.tags, tag{s.Name, style.On, style.Off})
	}
	m.session.services = services
	m.session.store = newStore(services, m.opts.Lines, m.opts.Bytes)
	for i, src := range m.session.store.sources {
		src.whole = true
		m.session.store.set(i, stateOpen, "")
	}
	tb.Cleanup(m.Close)
	return m
}

func mono() theme.Styles    { return theme.New("mono", termenv.Ascii, theme.UTF8Glyphs()) }
func sixteen() theme.Styles { return theme.New("ansi", termenv.ANSI, theme.UTF8Glyphs()) }
func ascii() theme.Styles   { return theme.New("mono", termenv.Ascii, theme.ASCIIGlyphs()) }

func stamped(seconds int, millis int, stderr bool, text string) []engine.LogLine {
	line := engine.LogLine{Time: time.Date(2026, 11, 24, 14, 2, seconds, millis*1e6, time.UTC), Text: text}
	if stderr {
		line.Stream = engine.LogStreamStderr
	}
	return []engine.LogLine{line}
}

// story fills a pane with what a site says in a minute.
func story(m *Model) {
	s := m.session.store
	s.add(1, stamped(11, 120, true, "PHP Warning:  Undefined array key \"id\" in /var/www/html/wp-content/plugins/foo/bar.php on line 12"))
	s.add(0, stamped(11, 204, false, "172.20.0.1 \"GET /shop/ HTTP/1.1\" \x1b[32m200\x1b[0m 18211"))
	s.add(0, stamped(11, 204, false, "172.20.0.1 \"GET /日本語/ HTTP/1.1\" \x1b[1;31m500\x1b[0m 18211"))
	s.add(2, stamped(11, 204, false, "Aborted connection 12\tto db"))
	s.mark(1, Stopped, stamped(59, 0, false, "")[0].Time.UnixNano(), "", stateStopped)
	s.mark(1, Restarted, stamped(62, 0, false, "")[0].Time.UnixNano(), "", stateOpen)
	s.add(1, stamped(60, 480, true, "NOTICE: ready to handle connections"))
	s.mark(2, Failed, stamped(61, 0, false, "")[0].Time.UnixNano(), "the logging driver cannot be read", stateFailed)
}

func TestGoldens(t *testing.T) {
	t.Parallel()
	for name, styles := range map[string]theme.Styles{"ansi": sixteen(), "mono": mono(), "ascii": ascii()} {
		for _, size := range [][2]int{{40, 10}, {80, 24}, {160, 50}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				m := shelf(t, styles, 0, "web", "php", "database", "debug.log")
				m.SetSize(size[0], size[1])
				story(m)
				m.session.store.toggle(3)
				m.search, _ = newPattern("GET", false)
				m.look()()
				m.dirty = true
				checkSize(t, m)
				path := filepath.Join("testdata", filepath.Base(t.Name())+".golden")
				got := strings.ReplaceAll(m.View(), "\x1b", "␛") + "\n"
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil || got != string(want) {
					t.Errorf("%v: shows\n%s\nwant\n%s", err, got, want)
				}
			})
		}
	}
}

// TestSharedStamps holds that a stamp that all services have keeps the order of each, and does not mix them.
func TestSharedStamps(t *testing.T) {
	t.Parallel()
	m := shelf(t, mono(), 0, "a", "b")
	m.SetSize(60, 10)
	for i := range 3 {
		m.session.store.add(1, stamped(1, 0, false, fmt.Sprint("b", i)))
		m.session.store.add(0, stamped(1, 0, false, fmt.Sprint("a", i)))
	}
	var got []string
	for _, row := range strings.Split(ansi.Strip(m.View()), "\n")[1:7] {
		fields := strings.Fields(row)
		got = append(got, fields[len(fields)-2])
	}
	if text := strings.Join(got, " "); text != "a0 a1 a2 b0 b1 b2" {
		t.Errorf("the order is %s", text)
	}
}

// TestRestartTakesTheNextStamp holds that a restart of which we hear late stands where it was.
func TestRestartTakesTheNextStamp(t *testing.T) {
	t.Parallel()
	m := shelf(t, mono(), 0, "web", "php")
	m.SetSize(80, 10)
	m.session.store.add(1, stamped(1, 0, false, "before"))
	m.session.store.mark(1, Restarted, stamped(50, 0, false, "")[0].Time.UnixNano(), "", stateOpen)
	m.session.store.add(1, stamped(3, 0, false, "after"))
	m.session.store.add(0, stamped(2, 0, false, "between"))
	rows := strings.Split(ansi.Strip(m.View()), "\n")
	for i, want := range []string{"before", "between", "── php restarted 14:02:03 ──", "after"} {
		if !strings.Contains(rows[i+1], want) {
			t.Errorf("row %d is %q, want %q", i, rows[i+1], want)
		}
	}
}

// TestHostile holds that of what a container says nothing but text and colours gets through: the engine has taken out the
// rest, what is left over of SGR must not hide text either.
func TestHostile(t *testing.T) {
	t.Parallel()
	m := shelf(t, sixteen(), 0, "web")
	m.SetSize(60, 10)
	raw := "a\x1b[8mhidden\x1b[5mblink\x1b[31mred\x1b]52;c;QQ==\x07\x1b[2J\x1b[?1049h\u009b31m\u202eback\x1b[38;5"
	m.session.store.add(0, stamped(1, 0, false, engine.SanitizeString(raw)))
	view := m.View()
	for _, bad := range []string{"\x1b[8", ";8m", "\x1b[5", "\x1b]", "\x1b[2J", "\x1b[?", "\u009b", "\u202e"} {
		if strings.Contains(view, bad) {
			t.Errorf("%q gets through: %q", bad, view)
		}
	}
	if !strings.Contains(ansi.Strip(view), "ahiddenblinkred") {
		t.Errorf("the text is not shown: %q", view)
	}
}

// TestAnySize does random things at random sizes, and holds that the pane always has its size.
func TestAnySize(t *testing.T) {
	t.Parallel()
	keys := []string{
		"j", "k", "g", "G", "n", "N", "W", "t", "left", "right", "pgup", "pgdown", "ctrl+u", "ctrl+d", "space", "1", "2", "!",
		"/", "&", "s", "S", "esc", "enter", "backspace", "a", "[", "日", "y", "Y", "C", "R",
	}
	texts := []string{
		"plain text", "日本語日本語日本語日本語", "\x1b[31mred\x1b[4m日\x1b[0m", "tab\ttab\t\t", "👩\u200d👧\x1b[1m\u200d👧 e\u0301",
		strings.Repeat("long ", 400), "", "\u0600\u0600x", "\ufe0f1\ufe0f\u20e3", "\x1b[1;2;3;4;7;9;38;5;99m all", "🇩🇪🇩\x1b[3m🇪",
	}
	for _, styles := range []theme.Styles{sixteen(), ascii()} {
		r := rand.New(rand.NewPCG(4, uint64(len(styles.Dim.On))))
		m := shelf(t, styles, 200, "web", "日本", "a-very-long-service-name")
		m.opts.SaveDir = t.TempDir()
		at := 0
		for range 4000 {
			switch r.IntN(4) {
			case 0:
				m.SetSize(r.IntN(130), r.IntN(40))
			case 1:
				at += r.IntN(3)
				m.session.store.add(r.IntN(3), stamped(0, at, r.IntN(2) == 0, texts[r.IntN(len(texts))]))
				m.Update(ChangedMsg{m.session.origin})
				for len(m.session.store.wake) > 0 {
					<-m.session.store.wake
				}
				m.session.store.seen()
			default:
				key := keys[r.IntN(len(keys))]
				if m.prompt.mode == promptSince && strings.Contains("r5hta", key) {
					key = "esc" // anything else would begin a session without our lines
				}
				m.Update(keyMsg(key))
			}
			if m.scanning {
				for m.session.store.scan() {
				}
				m.Update(ScannedMsg{m.session.origin})
			}
			if m.w > 0 && m.h > 0 {
				checkSize(t, m)
			} else if m.View() != "" && m.h == 0 {
				t.Fatalf("%d×%d shows %q", m.w, m.h, m.View())
			}
		}
	}
}

// TestStaleMessages holds that what an earlier opening sent changes nothing.
func TestStaleMessages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "web", "php")
		d.open("web")
		old := d.m.session.origin
		d.open("php")
		for _, msg := range []tea.Msg{ChangedMsg{old}, ScannedMsg{old}, HistoryMsg{old, os.ErrInvalid}, SavedMsg{old, "x", 1, nil}} {
			if cmd := d.m.Update(msg); cmd != nil || d.m.notice != "" {
				t.Errorf("%T of another session does something", msg)
			}
		}
	})
}

// TestSince reads anew from a time on.
func TestSince(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "web")
		d.say("web", "an hour ago")
		time.Sleep(time.Hour)
		d.say("web", "just now")
		d.open("web")
		d.wantRow("an hour ago")
		d.press("s")
		d.wantRow("since")
		d.press("5")
		d.wantNoRow("an hour ago")
		d.wantRow("just now")
		d.wantRow("the last 5 minutes")
		d.press("s", "a")
		d.wantRow("an hour ago")
	})
}

// BenchmarkView draws 40 rows of 100,000 lines.
func BenchmarkView(b *testing.B) {
	for name, prepare := range map[string]func(*Model){
		"plain":    func(*Model) {},
		"search":   func(m *Model) { m.search, _ = newPattern("quick", false) },
		"filtered": func(m *Model) { m.filter, _ = newPattern("9$", false) },
	} {
		b.Run(name, func(b *testing.B) {
			m := shelf(b, sixteen(), 100_000, "web", "php", "database")
			m.SetSize(120, 42)
			for i := range 100_000 {
				m.session.store.add(i%3, stamped(0, i, false, fmt.Sprintf("%07d the quick brown fox jumps over the lazy dogs %d", i, i)))
			}
			prepare(m)
			m.session.store.look(m.filter, m.search)
			for m.session.store.scan() {
			}
			b.ReportAllocs()
			for b.Loop() {
				m.dirty = true
				_ = m.View()
			}
		})
	}
}

package logs

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/keymap"
	"github.com/Locorum/locorum-tui/theme"
)

// desk is a pane on a fake engine, with somebody at the keys. It lives in a synctest bubble.
type desk struct {
	t      *testing.T
	engine *fake.Engine
	m      *Model
	msgs   chan tea.Msg
	copied string
}

// newDesk starts containers of the names, and opens nothing.
func newDesk(t *testing.T, o Options, names ...string) *desk {
	t.Helper()
	d := &desk{t: t, engine: fake.New(fake.Options{Images: []fake.Image{{Ref: "nginx:1", Main: fake.Service}}}), msgs: make(chan tea.Msg, 1000)}
	for _, name := range names {
		d.container(name)
	}
	if o.Styles == nil {
		s := theme.New("ansi", termenv.ANSI, theme.UTF8Glyphs())
		o.Styles = &s
	}
	o.Keys, o.Source, o.Zone = keymap.Default(), d.engine, time.UTC
	d.m = New(o)
	d.m.SetSize(80, 24)
	t.Cleanup(func() {
		d.m.Close()
		if err := d.engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) container(name string) {
	d.t.Helper()
	spec := engine.ContainerSpec{Name: name, Image: "nginx:1", Labels: engine.PlatformLabels(engine.RoleWeb, "site", "test")}
	if _, err := d.engine.EnsureContainer(d.t.Context(), spec); err != nil {
		d.t.Fatal(err)
	}
	if err := d.engine.StartContainer(d.t.Context(), name); err != nil {
		d.t.Fatal(err)
	}
}

// open opens the pane on the named containers, each a service of its own name.
func (d *desk) open(names ...string) {
	d.t.Helper()
	var services []Service
	for _, name := range names {
		services = append(services, Service{Name: name, Container: name})
	}
	d.run(d.m.Open(d.t.Context(), "acme", services))
	d.settle()
}

// run runs a command as Bubble Tea does.
func (d *desk) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				d.run(c)
			}
		default:
			d.msgs <- msg
		}
	}()
}

// settle lets everything happen that will within a second.
func (d *desk) settle() {
	for range 20 {
		time.Sleep(50 * time.Millisecond)
		synctest.Wait()
		for len(d.msgs) > 0 {
			msg := <-d.msgs
			if c, ok := msg.(CopyMsg); ok {
				d.copied = c.Text
				continue
			}
			d.run(d.m.Update(msg))
		}
	}
}

// press types keys, each a name or a character.
func (d *desk) press(keys ...string) {
	for _, key := range keys {
		d.run(d.m.Update(keyMsg(key)))
	}
	d.settle()
}

// typed types a text, character by character.
func (d *desk) typed(text string) {
	for _, r := range text {
		d.run(d.m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}))
	}
	d.settle()
}

func keyMsg(name string) tea.KeyMsg {
	for kind, text := range map[tea.KeyType]string{
		tea.KeyEnter: "enter", tea.KeyEsc: "esc", tea.KeyUp: "up", tea.KeyDown: "down", tea.KeyPgUp: "pgup", tea.KeyPgDown: "pgdown",
		tea.KeyCtrlU: "ctrl+u", tea.KeyCtrlD: "ctrl+d", tea.KeyBackspace: "backspace", tea.KeyLeft: "left", tea.KeyRight: "right",
		tea.KeyHome: "home", tea.KeyEnd: "end", tea.KeyCtrlW: "ctrl+w",
	} {
		if text == name {
			return tea.KeyMsg{Type: kind}
		}
	}
	if name == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// say writes a line into a container's log, a millisecond after the one before.
func (d *desk) say(container, format string, args ...any) {
	d.t.Helper()
	time.Sleep(time.Millisecond)
	if err := d.engine.Daemon().Log(container, false, fmt.Sprintf(format, args...)); err != nil {
		d.t.Fatal(err)
	}
}

// checkSize holds that the pane is as tall and every line as wide as it has to be.
func checkSize(t *testing.T, m *Model) {
	t.Helper()
	lines := strings.Split(m.View(), "\n")
	if len(lines) != m.h {
		t.Fatalf("%d×%d has %d lines", m.w, m.h, len(lines))
	}
	for _, line := range lines {
		if w := ansi.StringWidth(line); w != m.w {
			t.Fatalf("%d×%d: a line is %d wide: %q", m.w, m.h, w, line)
		}
	}
}

// wantRow fails unless a row of the screen has the text in it.
func (d *desk) wantRow(text string) {
	d.t.Helper()
	all := d.m.View()
	if !strings.Contains(ansi.Strip(all), text) {
		d.t.Fatalf("%q is not on the screen:\n%s", text, ansi.Strip(all))
	}
}

// wantNoRow fails if a row has the text in it.
func (d *desk) wantNoRow(text string) {
	d.t.Helper()
	if all := ansi.Strip(d.m.View()); strings.Contains(all, text) {
		d.t.Fatalf("%q is on the screen:\n%s", text, all)
	}
}

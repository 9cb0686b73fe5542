package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/dialog"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// newFormDesk is a desk whose first site has containers and an older database.
func newFormDesk(t *testing.T, styles *theme.Styles) *desk {
	d := newDesk(t, styles)
	d.m.views[0].Site.DBVersion, d.m.views[0].Site.RedisVersion = "10.11", "7.4"
	for _, role := range []string{"web", "php"} {
		d.m.views[0].Containers = append(d.m.views[0].Containers, sites.Service{Container: model.Container{Role: role, State: "running"}, Name: "c-" + role})
	}
	d.run(d.a.load())
	return d
}

func (d *desk) press(keys ...tea.KeyType) {
	for _, key := range keys {
		d.send(tea.KeyMsg{Type: key})
	}
}

// choose goes through the choices of the field under the cursor until it has the value.
func (d *desk) choose(field, value string) {
	d.t.Helper()
	f, ok := d.a.over.(*dialog.Form)
	if !ok {
		d.t.Fatal("no form is open")
	}
	for range f.Field(field).Choices {
		if f.Value(field) == value {
			return
		}
		d.press(tea.KeyRight)
	}
	d.t.Fatalf("%s cannot be %s", field, value)
}

func TestVersionsGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newFormDesk(t, styles)
		d.a.resize(width, height)
		d.typed("v")
		d.choose("php", "8.4")
		return strings.Split(d.a.View(), "\n")
	})
}

// TestVersions follows a change of versions: nothing to do, an upgrade with its dump and its images, what is then begun.
func TestVersions(t *testing.T) {
	t.Parallel()
	d := newFormDesk(t, viewtest.Styles())
	d.typed("v")
	d.has("choose another version")
	d.press(tea.KeyEnter)
	d.choose("php", "8.4")
	d.has("PHP 8.3 → 8.4")
	d.has("to pull: wodby/php:8.4")
	d.hasNot("dumped")
	d.press(tea.KeyTab)
	d.choose("db", "11.4")
	d.has("mariadb 10.11 → 11.4")
	d.has("dumped to ~/.locorum/snapshots first")
	if len(d.m.begun) > 0 {
		t.Fatal("begun before it was accepted")
	}
	d.press(tea.KeyEnter)
	want := sites.VersionOptions{PHP: "8.4", DBVersion: "11.4"}
	if len(d.m.begun) != 1 || d.m.begun[0].Verb != sites.VerbVersions || d.m.begun[0].Slug != "acme-shop" || *d.m.begun[0].Versions != want {
		t.Errorf("begun: %+v", d.m.begun)
	}
}

// TestDowngradeIsRefused holds that a database does not go back, and that the form says why.
func TestDowngradeIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	older := ""
	for _, version := range model.DBVersions("mariadb") {
		if !model.CanUpgradeDB("mariadb", "11.4", version) {
			older = version
		}
	}
	d.run(d.a.load())
	d.typed("v")
	d.press(tea.KeyTab)
	d.choose("db", older)
	if text := strings.Join(strings.Fields(strings.ReplaceAll(ansi.Strip(d.a.View()), "│", " ")), " "); !strings.Contains(text, "mariadb 11.4 wrote it, and the site asks for "+older) {
		t.Errorf("the form does not say why: %s", text)
	}
	d.press(tea.KeyEnter)
	if len(d.m.begun) > 0 {
		t.Errorf("begun: %+v", d.m.begun)
	}
}

// TestWhatCannotBeChanged holds that no form opens for a site that cannot be changed, and that the reason is said.
func TestWhatCannotBeChanged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  func(d *desk)
		want string
	}{
		"adopted":   {func(d *desk) { d.m.views[0].Site.ID = "" }, "does not know it"},
		"another's": {func(d *desk) { d.m.views[0].Owner = "/home/you/.locorum" }, "another data folder"},
		"no daemon": {func(d *desk) { d.m.err = errors.New("down") }, "Docker does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, viewtest.Styles())
			c.set(d)
			d.run(d.a.load())
			d.typed("v")
			d.has(c.want)
			if d.a.over != nil {
				t.Error("the form opened")
			}
		})
	}
}

// TestNewSiteSaysWhatItPulls holds that the form of a new site says how much of what it needs is there.
func TestNewSiteSaysWhatItPulls(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.typed("n")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("Blog"), Paste: true})
	d.has("1 of 2 are here (50 M); to pull: wodby/php:8.3")
	for name, c := range map[string]struct {
		needs []sites.ImageNeed
		err   error
		want  string
	}{
		"all there": {[]sites.ImageNeed{{Ref: "a", Present: true, Size: 1 << 20}, {Ref: "b", Present: true, Size: 1 << 20}}, nil, "all 2 are here (2.0 M)"},
		"none":      {[]sites.ImageNeed{{Ref: "a"}, {Ref: "b"}}, nil, "0 of 2 are here; to pull: a, b"},
		"no answer": {nil, errors.New("Docker is away"), "not known: Docker is away"},
	} {
		if got := imageNote(c.needs, c.err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestLateFindings holds that what was found out about other values than those in the form is dropped.
func TestLateFindings(t *testing.T) {
	t.Parallel()
	d := newDesk(t, viewtest.Styles())
	d.typed("n")
	d.send(checkedMsg{d.a.checked - 1, finding{err: errors.New("about another name")}})
	d.hasNot("about another name")
	d.press(tea.KeyEsc)
	d.send(checkedMsg{d.a.checked, finding{err: errors.New("about another name")}})
	d.send(notedMsg{d.a.checked, []dialog.Note{{Label: "images", Text: "late"}}})
	d.hasNot("late")
}

// TestShellAsk holds that a shell is opened where, as whom and with what the form says.
func TestShellAsk(t *testing.T) {
	t.Parallel()
	d := newFormDesk(t, viewtest.Styles())
	d.typed("X")
	d.has("Shell in acme-shop")
	d.choose("service", "web")
	d.press(tea.KeyTab)
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("no user"), Paste: true})
	d.has("a user is a name")
	d.press(tea.KeyCtrlU)
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("www-data:1000"), Paste: true})
	d.press(tea.KeyTab)
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("ls | wc -l"), Paste: true})
	d.press(tea.KeyEnter)
	if s := d.m.shell; s.Slug != "acme-shop" || s.Service != "web" || s.User != "www-data:1000" || !slices.Equal(s.Command, []string{"sh", "-c", "ls | wc -l"}) {
		t.Errorf("shell: %+v", s)
	}
	d.typed("G")
	d.typed("X")
	d.has("does not run")
	if d.a.over != nil {
		t.Error("a form opened for a site without containers")
	}
}

package dialog

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/model"
	"github.com/Locorum/locorum-tui/theme"
	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/viewtest"
)

// over is what every dialog is.
type over interface {
	Update(key tea.KeyMsg) Outcome
	View(styles *theme.Styles, width, height int) []string
}

func letters(text string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text)} }
func press(key tea.KeyType) tea.KeyMsg {
	if key == tea.KeySpace {
		return tea.KeyMsg{Type: key, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: key}
}

// say gives a dialog each letter of a text, and returns what the last came to.
func say(d over, text string) (last Outcome) {
	for _, r := range text {
		last = d.Update(letters(string(r)))
	}
	return last
}

func newForm() *Form {
	return &Form{
		Title: "New site", Verb: "create it", Notes: []Note{{Label: "address", Text: "https://blog.localhost"}, {Label: "dump", Text: "none is made", Grave: true}},
		Fields: []Field{
			Text("name", "name", "", "Acme Shop"),
			Choice("php", "PHP", "8.3", []string{"8.4", "8.3", "8.2"}),
			Text("folder", "folder", "/home/me/a long folder/with 漢字 in it/and more of it than there is room for", ""),
		},
	}
}

func newDelete() *Delete {
	return NewDelete(sites.DeletePreview{
		Site: model.Site{Slug: "client-x"}, Containers: []string{"a", "b", "c", "d"},
		Volume: "locorum-client-x-dbdata", VolumeSize: 212 << 20, Folder: "/home/me/locorum/sites/client-x", FolderSize: 1100 << 20,
	})
}

func newQuestion() *Question {
	return &Question{Title: "Quit", Lines: []string{"Two operations are under way; they go on by themselves."}, Answers: []Answer{{"y", "quit"}, {"c", "cancel both"}}}
}

// laid draws a dialog as the root does: over a screen, in its middle. It holds that the box is a box, and not too large.
func laid(t *testing.T, d over, styles *theme.Styles, width, height int) []string {
	t.Helper()
	box := d.View(styles, max(width-2, 0), max(height-2, 0))
	if len(box) > max(height-2, 0) {
		t.Fatalf("%d lines in %d", len(box), height-2)
	}
	wide := 0
	if len(box) > 0 {
		wide = cell.Width(box[0])
	}
	if wide > max(width-2, 0) {
		t.Fatalf("%d wide in %d", wide, width-2)
	}
	viewtest.Exact(t, box, wide, len(box))
	return cell.Over(cell.Box(nil, width, height), box, (width-wide)/2, 1)
}

func TestFormGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		f := newForm()
		say(f, "Blog")
		return laid(t, f, styles, width, height)
	})
}

func TestFormErrorGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		f := newForm()
		f.Update(press(tea.KeyTab))
		f.SetError("the folder /home/me/a is taken by the site acme-shop, and two sites cannot be in one; choose another\x1b[2J")
		return laid(t, f, styles, width, height)
	})
}

func TestDeleteGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		d := newDelete()
		d.Update(letters("V"))
		say(d, "client-")
		return laid(t, d, styles, width, height)
	})
}

func TestQuestionGolden(t *testing.T) {
	t.Parallel()
	viewtest.Golden(t, func(styles *theme.Styles, width, height int) []string {
		return laid(t, newQuestion(), styles, width, height)
	})
}

// TestAnything throws keys and sizes at every dialog and holds that it stays a box that fits.
func TestAnything(t *testing.T) {
	t.Parallel()
	hostile := Text("name", "name", "", "")
	hostile.Hint, hostile.Rest = "\x1b]0;evil\x07hint", "漢字/\x1b[2J"
	for name, d := range map[string]over{
		"form": newForm(), "delete": newDelete(), "question": newQuestion(),
		"hostile": &Form{Title: "漢字", Verb: "do", Confirm: "acme", Fields: []Field{hostile, Choice("none", "none", "", nil), Text("confirm", "slug", "", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, 8))
			named := []tea.KeyType{tea.KeyTab, tea.KeyUp, tea.KeyDown, tea.KeyRight, tea.KeyLeft, tea.KeyBackspace, tea.KeyEnter, tea.KeySpace, tea.KeyCtrlF}
			for range 2000 {
				if r.IntN(3) == 0 {
					d.Update(press(named[r.IntN(len(named))]))
				} else {
					d.Update(letters(string([]rune("aV漢e\u0301\u202e\x1b~/F")[r.IntN(10)])))
				}
				if f, ok := d.(*Form); ok && r.IntN(5) == 0 {
					f.SetError([]string{"", "bad \x1b[2J 漢字 " + strings.Repeat("word ", r.IntN(40))}[r.IntN(2)])
				}
				width, height := 1+r.IntN(180), 1+r.IntN(40)
				viewtest.Exact(t, laid(t, d, viewtest.Styles(), width, height), width, height)
			}
		})
	}
}

// TestTypedInIsSeen holds that the line that a person types in is on the screen at every size that the dashboard has, and
// so is what is wrong.
func TestTypedInIsSeen(t *testing.T) {
	t.Parallel()
	d, f := newDelete(), newForm()
	say(d, "cli")
	for range 2 {
		f.Update(press(tea.KeyTab))
	}
	f.Fields[2].Text.SetValue("typed-here")
	f.SetError("that is wrong")
	for height := 6; height < 30; height++ {
		for _, c := range []struct {
			d    over
			want []string
		}{{d, []string{"cli"}}, {f, []string{"typed-here", "that is wrong"}}} {
			screen := ansi.Strip(strings.Join(laid(t, c.d, viewtest.Styles(), 40, height), "\n"))
			for _, want := range c.want {
				if !strings.Contains(screen, want) {
					t.Errorf("at 40×%d there is no %q in\n%s", height, want, screen)
				}
			}
		}
	}
}

// TestFormKeys holds what keys do in a form.
func TestFormKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		keys []tea.KeyMsg
		want Outcome
		php  string
		text string
	}{
		{"typed", []tea.KeyMsg{letters("B")}, Changed, "8.3", "B"},
		{"nothing to take away", []tea.KeyMsg{press(tea.KeyBackspace)}, Nothing, "8.3", ""},
		{"letters of choices are text in a text", []tea.KeyMsg{letters("h"), letters("l"), press(tea.KeySpace), letters("q")}, Changed, "8.3", "hl q"},
		{"next choice", []tea.KeyMsg{press(tea.KeyTab), press(tea.KeyRight)}, Changed, "8.2", ""},
		{"the choices go round", []tea.KeyMsg{press(tea.KeyDown), letters("l"), press(tea.KeySpace)}, Changed, "8.4", ""},
		{"choice before", []tea.KeyMsg{press(tea.KeyCtrlN), letters("h")}, Changed, "8.4", ""},
		{"other letters do nothing there", []tea.KeyMsg{press(tea.KeyTab), letters("q")}, Nothing, "8.3", ""},
		{"the fields go round", []tea.KeyMsg{press(tea.KeyShiftTab), press(tea.KeyTab), letters("x")}, Changed, "8.3", "x"},
		{"enter", []tea.KeyMsg{letters("x"), press(tea.KeyEnter)}, Accepted, "8.3", "x"},
		{"ctrl+s", []tea.KeyMsg{press(tea.KeyCtrlS)}, Accepted, "8.3", ""},
		{"esc", []tea.KeyMsg{press(tea.KeyEsc)}, Dismissed, "8.3", ""},
		{"ctrl+c", []tea.KeyMsg{press(tea.KeyCtrlC)}, Dismissed, "8.3", ""},
		{"pasted lines are one", []tea.KeyMsg{{Type: tea.KeyRunes, Runes: []rune("a\nb"), Paste: true}}, Changed, "8.3", "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, got := newForm(), Nothing
			for _, key := range c.keys {
				got = f.Update(key)
			}
			if got != c.want || f.Value("php") != c.php || f.Value("name") != c.text {
				t.Errorf("outcome %d, PHP %s, name %q", got, f.Value("php"), f.Value("name"))
			}
		})
	}
	if f := newForm(); f.Value("no such field") != "" || f.Field("no such field") != nil {
		t.Error("a field that is not there has a value")
	}
}

// TestFormRefuses holds that a form is not accepted while something is wrong, missing, or not known yet.
func TestFormRefuses(t *testing.T) {
	t.Parallel()
	f := newForm()
	for name, not := range map[string]func(){
		"wrong": func() { f.SetError("bad") }, "missing": func() { f.SetWant("more") }, "not known": f.SetChecking,
	} {
		if not(); f.Update(press(tea.KeyEnter)) != Nothing {
			t.Errorf("accepted with values that are %s", name)
		}
	}
	f.SetError("")
	if f.Update(press(tea.KeyEnter)) != Accepted {
		t.Error("a form with nothing wrong is not accepted")
	}
}

// TestFormWantsTheWord holds that a form that takes something away is accepted only with the word typed, and that enter
// leads to where that is.
func TestFormWantsTheWord(t *testing.T) {
	t.Parallel()
	f := &Form{Title: "Import", Verb: "replace the database", Confirm: "acme", Fields: []Field{Text("file", "file", "a.sql", ""), Text("slug", "slug", "", "")}}
	for _, typed := range []string{"", "a", "cm", "x"} {
		say(f, typed)
		if f.Update(press(tea.KeyEnter)) != Nothing {
			t.Fatalf("accepted with %q", f.Value("slug"))
		}
	}
	if f.Value("file") != "a.sql" || f.Value("slug") != "acmx" {
		t.Errorf("file %q, slug %q", f.Value("file"), f.Value("slug"))
	}
	f.Update(press(tea.KeyBackspace))
	say(f, "e")
	if f.Update(press(tea.KeyEnter)) != Accepted {
		t.Error("not accepted with the word")
	}
}

// TestRest holds that what completes a text is taken at its end only, and forgotten once something else is typed.
func TestRest(t *testing.T) {
	t.Parallel()
	f := newForm()
	say(f, "Bl")
	f.Fields[0].Rest = "og"
	f.Update(press(tea.KeyLeft))
	f.Fields[0].Rest = "og"
	if f.Update(press(tea.KeyRight)); f.Value("name") != "Bl" {
		t.Errorf("completed in the middle: %q", f.Value("name"))
	}
	f.Fields[0].Rest = "og"
	if f.Update(press(tea.KeyRight)) != Changed || f.Value("name") != "Blog" {
		t.Errorf("not completed: %q", f.Value("name"))
	}
	f.Fields[0].Rest = "ging"
	say(f, "s")
	if f.Update(press(tea.KeyRight)); f.Value("name") != "Blogs" {
		t.Errorf("completed by what another text wanted: %q", f.Value("name"))
	}
}

// TestDeleteKeys holds that the slug deletes, that nothing else does, and what goes with it.
func TestDeleteKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed   string
		want          Outcome
		volume, files bool
	}{
		{"the slug", "client-x", Accepted, false, false},
		{"a part", "client-", Nothing, false, false},
		{"more", "client-xx", Nothing, false, false},
		{"another case", "Client-x", Nothing, false, false},
		{"nothing", "", Nothing, false, false},
		{"the volume too", "Vclient-x", Accepted, true, false},
		{"both", "VFclient-x", Accepted, true, true},
		{"not after all", "VFVclient-x", Accepted, false, true},
		{"after the first letter they are letters", "cV", Nothing, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDelete()
			say(d, c.typed)
			got := d.Update(press(tea.KeyEnter))
			if got != c.want || d.Options().Volume != c.volume || d.Options().Files != c.files {
				t.Errorf("outcome %d, %+v", got, d.Options())
			}
		})
	}
	bare := NewDelete(sites.DeletePreview{Site: model.Site{Slug: "a"}, VolumeSize: -1})
	say(bare, "VF")
	bare.Update(press(tea.KeyCtrlV))
	if bare.Options() != (sites.DeleteOptions{}) || bare.Slug() != "a" {
		t.Errorf("what is not there goes: %+v", bare.Options())
	}
	if bare.Update(press(tea.KeyEsc)) != Dismissed {
		t.Error("esc does not leave it")
	}
}

// TestQuestionKeys holds that an answer's key is the answer, and no other key.
func TestQuestionKeys(t *testing.T) {
	t.Parallel()
	q := newQuestion()
	if q.Update(letters("x")) != Nothing || q.Update(press(tea.KeyEnter)) != Nothing || q.Chosen != "" {
		t.Errorf("answered %q by a key that is no answer", q.Chosen)
	}
	if q.Update(letters("c")) != Accepted || q.Chosen != "c" {
		t.Errorf("answered %q", q.Chosen)
	}
	if q.Update(press(tea.KeyEsc)) != Dismissed {
		t.Error("esc does not leave it")
	}
}

// TestDeaf holds that a dialog that opened by itself hears nothing while typing goes on, and hears from the first key after
// a pause.
func TestDeaf(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	d := OpenedAt(now)
	for range 20 {
		now = now.Add(quiet - time.Millisecond)
		if d.Hears(now) {
			t.Fatal("it hears a key of somebody who goes on typing")
		}
	}
	now = now.Add(quiet)
	for range 2 { // once it hears it goes on hearing
		if !d.Hears(now) {
			t.Error("it is deaf after a pause")
		}
	}
	var open Deaf
	if !open.Hears(now) {
		t.Error("a dialog that was asked for is deaf")
	}
}

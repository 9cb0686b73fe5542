package logs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// TestHistory scrolls to the top of a log that is longer than what is read at first, until its beginning, and holds that
// every line is there once.
func TestHistory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "web", "php")
		d.say("php", "long ago")
		for i := range 3500 {
			d.say("web", "line %04d", i)
		}
		d.open("web", "php")
		d.wantRow("1,000 lines")
		for range 5 {
			d.press("g")
		}
		d.wantRow("line 0000")
		d.wantRow("3,501 lines")
		s := d.m.session.store
		s.mu.Lock()
		defer s.mu.Unlock()
		ring := s.sources[0].ring
		for i := range 3500 {
			if got := string(ring.At(ring.first + int64(i)).Text); !strings.HasSuffix(got, lineNumber(i)) {
				t.Fatalf("line %d is %q", i, got)
			}
		}
	})
}

func lineNumber(i int) string {
	text := "0000" + commas(int64(i))
	text = strings.ReplaceAll(text, ",", "")
	return text[len(text)-4:]
}

func TestRoomForHistory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{Lines: 1500}, "web")
		for i := range 3500 {
			d.say("web", "line %04d", i)
		}
		d.open("web")
		for range 4 {
			d.press("g")
		}
		d.wantRow("line 2000")
		d.wantRow("1,500 lines")
		for range 2000 {
			d.say("web", "more")
		}
		d.settle()
		d.wantRow("line 2000")
		d.wantRow("paused, holding")
		d.press("G")
		d.wantRow("1,500 lines, 2,000 dropped")
	})
}

func TestSave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "saved")
		d := newDesk(t, Options{SaveDir: dir}, "web")
		for i := range 1200 {
			d.say("web", "\x1b[32mline\x1b[0m %04d", i)
		}
		d.open("web")
		d.press("&")
		d.typed("7$")
		d.press("enter", "S")
		d.wantRow("save to ")
		d.press("enter")
		d.wantRow("100 lines in ")
		d.press("S", "a")
		d.wantRow("1,200 lines in ")
		files, err := filepath.Glob(filepath.Join(dir, "*.log"))
		if err != nil || len(files) != 2 {
			t.Fatalf("there are %v, %v", files, err)
		}
		total := 0
		for _, file := range files {
			info, err := os.Stat(file)
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v", info.Mode(), err)
			}
			text, err := os.ReadFile(file)
			if err != nil || strings.Contains(string(text), "\x1b") || !strings.Contains(string(text), " web | line 1197\n") {
				t.Errorf("%s is not as it should be: %v", file, err)
			}
			total += strings.Count(string(text), "\n")
		}
		if total != 1300 {
			t.Errorf("%d lines were saved, want 1300", total)
		}
	})
}

func TestSaveNowhere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "a file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		d := newDesk(t, Options{SaveDir: file}, "web")
		d.open("web")
		d.press("S", "enter")
		d.wantRow("not saved: ")
	})
}

func TestCopy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "web")
		d.open("web")
		d.press("y")
		d.wantRow("there is no line to copy")
		d.say("web", "one \x1b[31mred\x1b[0m")
		d.say("web", "two")
		d.settle()
		d.press("Y")
		if d.copied != "one red\ntwo" {
			t.Errorf("copied %q", d.copied)
		}
		d.press("/")
		d.typed("red")
		d.press("enter", "y")
		if d.copied != "one red" {
			t.Errorf("copied %q", d.copied)
		}
	})
}

// TestContainerMadeAnew removes the container under the pane and makes another of its name.
func TestContainerMadeAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "web")
		d.open("web", "nobody")
		d.say("web", "the first")
		d.settle()
		if err := d.engine.RemoveContainer(t.Context(), "web"); err != nil {
			t.Fatal(err)
		}
		d.settle()
		d.wantRow("web?")
		d.container("web")
		for range 6 {
			d.settle()
		}
		d.say("web", "the second")
		d.settle()
		d.wantRow("web restarted")
		d.wantRow("the first")
		d.wantRow("the second")
	})
}

func TestFile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "debug.log")
		d := newDesk(t, Options{}, "web")
		d.run(d.m.Open(t.Context(), "acme", []Service{{Name: "web", Container: "web"}, {Name: "debug.log", File: path}}))
		d.settle()
		d.wantRow("debug.log?")
		write(t, path, "[24-Nov-2026 14:02:11 UTC] PHP Warning: \x1b]0;x\x07hostile \x1b[31mred\n  continued\nhalf", false)
		d.settle()
		d.wantRow("14:02:11.000 debug.log   [24-Nov-2026 14:02:11 UTC] PHP Warning: hostile red")
		d.wantRow("14:02:11.000 debug.log     continued")
		d.settle()
		d.wantRow("half")
		write(t, path, "anew\n", true)
		d.settle()
		d.wantRow("debug.log begins anew")
		d.wantRow("anew")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		d.settle()
		write(t, path, strings.Repeat("x", 20<<10)+"\nanother\n", false)
		d.settle()
		d.wantRow("another")
		d.press("W")
		d.wantRow("…")
	})
}

// write appends to a file, or writes it anew.
func write(t *testing.T, path, text string, anew bool) {
	t.Helper()
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if anew {
		flags = os.O_WRONLY | os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

package keyboard

import (
	"bytes"
	"strings"
	"testing"
)

// whole are keys, each with what is to be read of it.
var whole = []struct{ name, typed, read string }{
	{"letters", "jj", "jj"},
	{"an arrow", "\x1b[B", "\x1b[B"},
	{"an arrow of a terminal in application mode", "\x1bOB", "\x1bOB"},
	{"ctrl and an arrow", "\x1b[1;5C", "\x1b[1;5C"},
	{"delete", "\x1b[3~", "\x1b[3~"},
	{"a function key of the Linux console", "\x1b[[A", "\x1b[[A"},
	{"the mouse", "\x1b[<64;10;5M", "\x1b[<64;10;5M"},
	{"alt and a letter", "\x1bx", "\x1bx"},
	{"alt and an arrow", "\x1b\x1b[A", "\x1b\x1b[A"},
	{"alt and a character of several bytes", "\x1bé", "\x1bé"},
	{"characters of several bytes", "né 日本 🙂", "né 日本 🙂"},
	{"no characters at all", "\xff\xfe\xc3(", "\xff\xfe\xc3("},
	{"ctrl+c in the middle of a sequence", "\x1b[1\x03", "\x1b[1\x03"},
	{"a sequence in the middle of another", "\x1b[1\x1b[B", "\x1b[1\x1b[B"},
	{"a colour, ended by a bell", "a\x1b]11;rgb:0000/0000/0000\ab", "ab"},
	{"a colour, ended by a terminator", "a\x1b]10;rgb:ffff/ffff/ffff\x1b\\b", "ab"},
	{"a colour, cut off by a key", "a\x1b]11;rgb:00\x1b[Bb", "a\x1b[Bb"},
	{"a version", "\x1bP>|xterm(390)\x1b\\j", "j"},
	{"a termcap string", "\x1bP1+r544e=787465726d\x1b\\j", "j"},
	{"esc and P", "\x1bPx", "\x1bPx"},
	{"alt and a bracket", "\x1b]x", "\x1b]x"},
	{"a paste", "a\x1b[200~x\ny\x1b[31mz\x1b]0;title\a\x1b[201~b", "a\x1b[200~x\ny\x1b[31mz\x1b]0;title\a\x1b[201~b"},
	{"a paste with what is almost its end", "\x1b[200~\x1b[201\x1b[20\x1b\x1b[201~", "\x1b[200~\x1b[201\x1b[20\x1b\x1b[201~"},
}

// TestWhole cuts keys in two at every place: what is read is the same, and only at the end of a key is nothing waited for.
func TestWhole(t *testing.T) {
	t.Parallel()
	for _, c := range whole {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for cut := range len(c.typed) {
				var s scanner
				got := s.feed(nil, []byte(c.typed[:cut]))
				got = s.feed(got, []byte(c.typed[cut:]))
				if s.unfinished() {
					t.Errorf("cut after %q: something is still waited for", c.typed[:cut])
				}
				if string(got) != c.read {
					t.Errorf("cut after %q: read %q, want %q", c.typed[:cut], got, c.read)
				}
			}
		})
	}
}

// TestUnfinished holds which beginnings are waited for, and that they are keys when nothing follows.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed string
		read  string
	}{
		{"\x1b", "\x1b"}, {"j\x1b", "j\x1b"}, {"\x1b[", "\x1b["}, {"\x1b[1;", "\x1b[1;"}, {"\x1bO", "\x1bO"}, {"\x1b]", "\x1b]"},
		{"\x1bP", "\x1bP"}, {"\xe6\x97", "\xe6\x97"}, {"\x1b[[", "\x1b[["}, {"j\x1b]11;rgb", "j"}, {"\x1b]11;rgb\x1b", "\x1b"},
	} {
		var s scanner
		got := s.feed(nil, []byte(c.typed))
		if !s.unfinished() {
			t.Errorf("%q is not waited for", c.typed)
		}
		got = s.giveUp(got)
		if string(got) != c.read || s.unfinished() {
			t.Errorf("%q alone is read as %q, want %q", c.typed, got, c.read)
		}
		if got := s.feed(nil, []byte("\x1b[Bq")); string(got) != "\x1b[Bq" {
			t.Errorf("after %q, which nothing followed, an arrow and q are read as %q", c.typed, got)
		}
	}
	var s scanner
	if s.feed(nil, []byte("\x1b[200~abc")); s.unfinished() {
		t.Error("the end of a paste is waited for")
	}
	if got := s.giveUp(nil); len(got) > 0 || s.in != inPaste {
		t.Errorf("a paste was given up, with %q", got)
	}
}

// TestMaxPaste holds that no paste is longer than it may be, and that it ends.
func TestMaxPaste(t *testing.T) {
	t.Parallel()
	var s scanner
	got := s.feed(nil, []byte(pasteBegin+strings.Repeat("x", 3*MaxPaste)+pasteEnd+"j"))
	if want := pasteBegin + strings.Repeat("x", MaxPaste) + pasteEnd + "j"; string(got) != want {
		t.Errorf("%d bytes are read, want %d; the last are %q", len(got), len(want), got[max(len(got)-20, 0):])
	}
}

// FuzzScanner holds that what is read does not depend on how it is cut, that it is bounded, and that nothing stays held.
func FuzzScanner(f *testing.F) {
	for _, c := range whole {
		f.Add([]byte(c.typed), 1)
	}
	f.Fuzz(func(t *testing.T, typed []byte, cut int) {
		if cut < 0 || cut > len(typed) {
			return
		}
		var one, two scanner
		want := one.feed(nil, typed)
		first := two.feed(nil, typed[:cut])
		second := two.feed(nil, typed[cut:])
		if len(first) > cut || len(second) > len(typed)-cut+mostHeld {
			t.Errorf("%q, cut at %d, becomes %q and %q: more than there was room for", typed, cut, first, second)
		}
		if got := append(first, second...); !bytes.Equal(got, want) {
			t.Errorf("%q is read as %q; cut at %d it is %q", typed, want, cut, got)
		}
		if two.giveUp(nil); two.unfinished() {
			t.Errorf("after %q something is waited for for ever", typed)
		}
	})
}

package engine

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSanitize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain", "GET /wp-login.php 200", "GET /wp-login.php 200"},
		{"tab", "a\tb", "a\tb"},
		{"every printable ASCII character", printable(), printable()},
		{"C0", "a\x00\x01\x07\x08\x0b\x0c\x0e\x1a\x1fb\x7fc", "abc"},
		{"line feed and return", "a\r\nb", "ab"},
		{"C1 in UTF-8", "a\u0080\u0085\u008d\u009cb", "ab"},
		{"C1 as bytes", "a\x80\x9b31mb", "a\ufffd\ufffd31mb"},
		{"not UTF-8", "a\xff\xc3(\xe2\x82", "a\ufffd\ufffd(\ufffd\ufffd"},
		{"surrogate and too large", "\xed\xa0\x80\xf4\x90\x80\x80", strings.Repeat("\ufffd", 7)},
		{"letters of every length", "é€𝄞", "é€𝄞"},

		{"SGR", "\x1b[1;31mred\x1b[m \x1b[38:2::1:2:3mx\x1b[0m", "\x1b[1;31mred\x1b[m \x1b[38:2::1:2:3mx\x1b[0m"},
		{"SGR with a private marker", "\x1b[>4;2mx\x1b[?4m", "x"},
		{"SGR with an intermediate", "\x1b[1 mx", "x"},
		{"SGR with a control inside", "\x1b[3\x071mx", "x"},
		{"SGR as C1", "\u009b31mx", "x"},
		{"cursor and screen", "a\x1b[2J\x1b[10;20H\x1b[1A\x1b[Kb\x1b[?1049h\x1b[6n", "ab"},
		{"sequence never ended", "a\x1b[12;3", "a"},
		{"sequence cut short by another", "a\x1b[12\x1b[31mb", "a\x1b[31mb"},
		{"sequence cancelled", "a\x1b[12\x18mb\x1b]0;t\x1ab", "ambb"},
		{"sequence ended by a letter that is not ASCII", "a\x1b[1éb", "aéb"},
		{"sequence at the end of a line", "a\x1b[1\nb", "ab"},

		{"title ended by BEL", "a\x1b]0;title\x07b", "ab"},
		{"title ended by ST", "a\x1b]0;title\x1b\\b", "ab"},
		{"title ended by ST as C1", "a\x1b]0;title\u009cb", "ab"},
		{"title with a check mark, which holds the byte 9C", "a\x1b]0;\u2713 done\x07b", "ab"},
		{"title never ended", "a\x1b]0;title", "a"},
		{"title at the end of a line", "a\x1b]0;title\nb", "ab"},
		{"title cut short", "a\x1b]0;title\x1b[1mb", "a\x1b[1mb"},
		{"title of screen", "a\x1bktitle\x1b\\b", "ab"},
		{"clipboard", "a\x1b]52;c;aGk=\x07b", "ab"},
		{"link", "\x1b]8;;http://evil\x07text\x1b]8;;\x07", "text"},
		{"DCS", "a\x1bP1$r0m\x1b\\b", "ab"},
		{"APC", "a\x1b_Gf=24;AAAA\x1b\\b", "ab"},
		{"PM and SOS", "a\x1b^x\x1b\\b\x1bXy\x1b\\c", "abc"},
		{"strings as C1", "a\u0090x\u009cb\u0098x\u009cc\u009dx\u0007d\u009ex\u009ce\u009fx\u009cf", "abcdef"},
		{"string inside a string", "a\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\b", "ab"},

		{"other escapes", "a\x1b7\x1bc\x1b(B\x1b#8\x1b=\x1b\\b", "ab"},
		{"escape alone", "a\x1b", "a"},
		{"escape before a control", "a\x1b\tb", "a\tb"},
		{"escape before a letter that is not ASCII", "a\x1béb", "aéb"},
		{"two escapes", "a\x1b\x1b[31mb", "a\x1b[31mb"},

		{"bidirectional controls", "a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061cb", "ab"},
		{"separators, marks, tags", "a\u2028\u2029\ufeff\u200b\u2060\u00ad\u180e\U000e0041\ufffab", "ab"},
		{"joiners", "👩\u200d👧 می\u200cخ", "👩\u200d👧 می\u200cخ"},
		{"variation selectors", "❤\ufe0f", "❤\ufe0f"},
		{"no-break spaces", "a\u00a0\u202fb", "a\u00a0\u202fb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			checkSanitized(t, []byte(c.in))
			if got := SanitizeString(c.in); got != c.want {
				t.Errorf("SanitizeString(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestSanitizeAppends(t *testing.T) {
	t.Parallel()
	if got := string(Sanitize([]byte("before "), []byte("af\x00ter"))); got != "before after" {
		t.Errorf("got %q", got)
	}
}

func TestSanitizeAllocations(t *testing.T) {
	clean, buf := strings.Repeat("x", 200), make([]byte, 0, 400)
	if n := testing.AllocsPerRun(100, func() { SanitizeString(clean) }); n != 0 {
		t.Errorf("SanitizeString of clean text allocates %v times", n)
	}
	dirty := []byte("\x1b[31mé\x1b]0;t\x07\xff")
	if n := testing.AllocsPerRun(100, func() { buf = Sanitize(buf[:0], dirty) }); n != 0 {
		t.Errorf("Sanitize into a large enough buffer allocates %v times", n)
	}
}

// TestPlainPrefix puts every byte at every place of two words of eight.
func TestPlainPrefix(t *testing.T) {
	t.Parallel()
	for length := range 17 {
		for at := range length {
			b := bytes.Repeat([]byte{'~'}, length)
			for c := range 256 {
				b[at] = byte(c)
				want := length
				if c < 0x20 || c >= 0x7f {
					want = at
				}
				if got := plainPrefix(b); got != want {
					t.Fatalf("%q: got %d, want %d", b, got, want)
				}
			}
		}
	}
}

// TestSanitizeSmallAlphabet tries every text of up to five of the pieces that the state machine tells apart.
func TestSanitizeSmallAlphabet(t *testing.T) {
	t.Parallel()
	pieces := []string{"\x1b", "[", "]", "1", "m", "\x07", "\\", "\n", "\xc2", "\x9b"}
	var grow func(text []byte, depth int)
	grow = func(text []byte, depth int) {
		checkSanitized(t, text)
		if depth == 0 || t.Failed() {
			return
		}
		for _, p := range pieces {
			grow(append(text[:len(text):len(text)], p...), depth-1)
		}
	}
	grow(nil, 5)
}

func FuzzSanitize(f *testing.F) {
	f.Add([]byte("plain"))
	f.Fuzz(func(t *testing.T, in []byte) { checkSanitized(t, in) })
}

var sgrSequence = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// checkSanitized holds Sanitize of in to what it promises for every input.
func checkSanitized(t *testing.T, in []byte) {
	t.Helper()
	before := bytes.Clone(in)
	got := Sanitize(nil, in)
	if !bytes.Equal(before, in) {
		t.Errorf("%q was written to", before)
	}
	if slow := sanitize(nil, in, func([]byte) int { return 0 }); !bytes.Equal(got, slow) {
		t.Errorf("%q: fast %q, slow %q", in, got, slow)
	}
	if again := Sanitize(nil, got); !bytes.Equal(got, again) {
		t.Errorf("%q: %q, and again %q", in, got, again)
	}
	if s := SanitizeString(string(in)); s != string(got) {
		t.Errorf("%q: bytes %q, string %q", in, got, s)
	}
	if !utf8.Valid(got) {
		t.Errorf("%q: %q is not UTF-8", in, got)
	}
	for _, r := range sgrSequence.ReplaceAllString(string(got), "") {
		joiner := r == 0x200c || r == 0x200d
		if r != '\t' && unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) && !joiner {
			t.Errorf("%q: %q holds %U", in, got, r)
		}
	}
}

// printable returns the ASCII characters that are seen.
func printable() string {
	var b strings.Builder
	for c := byte(0x20); c < 0x7f; c++ {
		b.WriteByte(c)
	}
	return b.String()
}

func BenchmarkSanitize(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"plain", strings.Repeat("127.0.0.1 - - GET /index.php 200 ", 4)},
		{"coloured", strings.Repeat("\x1b[32minfo\x1b[0m a message of some length ", 4)},
		{"cyrillic", strings.Repeat("запрос обработан за 12 мс ", 4)},
		{"hostile", strings.Repeat("\x1b]0;title\x07\x1b[2J\u202e\xff", 8)},
	} {
		b.Run(c.name, func(b *testing.B) {
			src, dst := []byte(c.text), make([]byte, 0, 4*len(c.text))
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				dst = Sanitize(dst[:0], src)
			}
		})
	}
}

package doctor

import (
	"slices"
	"testing"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, got, want string }{
		{"a sentence", sentence(" odd "), "Odd."},
		{"a sentence already", sentence("Élan."), "Élan."},
		{"no sentence", sentence(" "), ""},
		{"a command", quotedCommand("Run `a b`, then `c`."), "a b"},
		{"no command", quotedCommand("Run it."), ""},
		{"half a command", quotedCommand("Run `it."), ""},
		{"a plain word", shellQuote("/home/ann/a-b_c.d"), "/home/ann/a-b_c.d"},
		{"no word", shellQuote(""), "''"},
		{"an option", shellQuote("-rf"), "'-rf'"},
		{"several words", shellQuote("a b"), "'a b'"},
		{"quotes", shellQuote("it's"), `'it'\''s'`},
		{"an expansion", shellQuote("$(reboot)"), "'$(reboot)'"},
		{"a sequence that would swallow a quote", shellQuote("/srv/\x1b]0;") + " " + shellQuote("x'\x07$(reboot)"), `/srv/ 'x'\''$(reboot)'`},
		{"not ASCII", shellQuote("é"), "'é'"},
		{"one", count(1, "site"), "1 site"},
		{"none", count(0, "site"), "0 sites"},
		{"nobody", list(nil), ""},
		{"three", list([]string{"a", "b", "c"}), "a, b and c"},
		{"a command of ours", siteCommand("start", "acme-shop_2"), "locorum-tui start acme-shop_2"},
		{"an option as a slug", siteCommand("start", "-x"), ""},
		{"colours and what is like them", plainText("a\x1b[1mb\x1b[0mc\x1b[Kd\x1b["), "abcd"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, tc.got, tc.want)
		}
	}
	if got := atMost([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}); !slices.Equal(got[9:], []string{"10", "2 more"}) {
		t.Errorf("got %q", got)
	}
}

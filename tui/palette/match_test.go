package palette

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/Locorum/locorum-tui/tui/cell"
)

// TestRanking holds which of two entries a person means who types that.
func TestRanking(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, query, better, worse string }{
		{"a word before a part of one", "log", "follow its logs", "catalogue"},
		{"the front before a later word", "start", "start the site", "quick start"},
		{"a run before letters strewn about", "shell", "open a shell", "show every label"},
		{"first letters before an inner run", "rs", "restart site", "adverse"},
		{"the shorter of two", "blog", "blog", "blog-archive"},
		{"a run across the title's words", "acmes", "acme-shop", "a camel essay"},
		{"both words", "db export", "export the db", "edit a block, export"},
		{"a hump", "fb", "fooBar", "fobx"},
		{"a number after letters", "p8", "php8", "sp38"},
		{"the title before a keyword", "mail", "mail settings", "!mail"},
		{"a keyword before letters strewn about", "mail", "!mail", "drama of skills"},
		{"a keyword's front before its inside", "top", "!top", "!stop"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			entry := func(text string) Entry { // !word is a keyword
				if word, is := strings.CutPrefix(text, "!"); is {
					return Entry{ID: text, Title: "##", Keywords: []string{word}}
				}
				return Entry{ID: text, Title: text}
			}
			for _, both := range [][]string{{c.better, c.worse}, {c.worse, c.better}} {
				m := New([]Entry{entry(both[0]), entry(both[1])})
				write(m, c.query)
				if got, ok := m.Chosen(); !ok || got.ID != c.better {
					t.Errorf("%q finds %q of %q first", c.query, got.ID, both)
				}
			}
		})
	}
}

func TestFinds(t *testing.T) {
	t.Parallel()
	entries := []Entry{
		{ID: "restart", Title: "Restart the site", Keywords: []string{"Reboot"}},
		{ID: "theme", Kind: Setting, Title: "theme", Hint: "ansi"},
		{ID: "acme", Kind: Site, Title: "acme-shop", Keywords: []string{"acme-shop.localhost"}},
		{ID: "cafe", Kind: Site, Title: "Größe Café"},
		{ID: "日本", Kind: Site, Title: "日本語のサイト"},
	}
	for _, c := range []struct {
		query string
		want  []string // in any order
	}{
		{"", []string{"restart", "theme", "acme", "cafe", "日本"}},
		{"  ", []string{"restart", "theme", "acme", "cafe", "日本"}},
		{"RESTART", []string{"restart"}},
		{"site restart", []string{"restart"}},
		{"reboot", []string{"restart"}},
		{"setting", []string{"theme"}},
		{"localhost", []string{"acme"}},
		{"site acme", []string{"acme"}},
		{"GRÖSSE", nil}, // ß is not two letters
		{"größe", []string{"cafe"}},
		{"本サ", []string{"日本"}},
		{"ansi", nil}, // a state is not searched: it changes
		{"emca", nil},
		{"acme theme", nil},
		{strings.Repeat("e", maxQuery+1), nil},
		{strings.Repeat("e ", maxQuery), nil},
	} {
		t.Run(cell.Cut(c.query, 20, ""), func(t *testing.T) {
			t.Parallel()
			m := New(entries)
			write(m, c.query)
			var got []string
			for _, f := range m.rows {
				got = append(got, m.items[f.item].entry.ID)
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(c.want))
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %q, want %q", c.query, got, want)
			}
		})
	}
}

func TestMatchedLetters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ word, title, want string }{
		{"rs", "restart site", "^.......^..."},
		{"start", "restart start", "........^^^^^"},
		{"site", "set the site", "........^^^^"},
		{"aa", "banana aa", ".......^^"},
		{"xyz", "x-y--z", "^.^..^"},
		{"b", "a b b", "..^.."},
	} {
		t.Run(c.word+" in "+c.title, func(t *testing.T) {
			t.Parallel()
			var m matcher
			_, at, ok := m.match([]rune(c.word), newTitle(c.title), nil)
			got := []byte(strings.Repeat(".", len(c.title)))
			for _, i := range at {
				got[i] = '^'
			}
			if !ok || string(got) != c.want {
				t.Errorf("\n%s\n%s\n%s wanted", c.title, got, c.want)
			}
		})
	}
}

// slowest is the matcher said plainly: it tries every way there is.
func slowest(word []rune, t title, i, begin, before int) int {
	if i == len(word) {
		return 0
	}
	best := none
	for j := begin; j < len(t.lower); j++ {
		if t.lower[j] != word[i] {
			continue
		}
		s := letter + int(t.bonus[j])
		switch {
		case i == 0:
			s += int(t.bonus[j]) - min(j, mostLead)
		case j == before+1:
			s = letter + max(int(t.bonus[j]), inRun)
		default:
			s -= gapOpen + gapMore*(j-before-2)
		}
		if rest := slowest(word, t, i+1, j+1, j); rest > none/2 {
			best = max(best, s+rest)
		}
	}
	return best
}

// TestMatcherFindsTheBestWay compares the table with every way there is, for every word and title of a small alphabet.
func TestMatcherFindsTheBestWay(t *testing.T) {
	t.Parallel()
	var words, titles []string
	for _, most := range []struct {
		all     *[]string
		letters string
		length  int
	}{{&words, "ab", 4}, {&titles, "aAb-", 6}} {
		level := []string{""}
		for range most.length {
			var next []string
			for _, s := range level {
				for _, r := range most.letters {
					next = append(next, s+string(r))
				}
			}
			level = next
			*most.all = append(*most.all, level...)
		}
	}
	var m matcher
	for _, text := range titles {
		title := newTitle(text)
		for _, w := range words {
			word := []rune(w)
			want := slowest(word, title, 0, 0, -2)
			got, at, ok := m.match(word, title, nil)
			if ok != (want > none/2) || ok && got != want {
				t.Fatalf("%q in %q: %d, %v; want %d", w, text, got, ok, want)
			}
			if problem := misplaced(word, title, at); ok && problem != "" {
				t.Fatalf("%q in %q: %s", w, text, problem)
			}
		}
	}
}

// misplaced says what is wrong with the places of a word's letters; "" when nothing is.
func misplaced(word []rune, t title, at []int) string {
	if len(at) != len(word) {
		return fmt.Sprintf("%d places of %d letters", len(at), len(word))
	}
	for i, j := range at {
		if j < 0 || j >= len(t.lower) || i > 0 && j <= at[i-1] {
			return fmt.Sprintf("places %v of %d letters", at, len(t.lower))
		}
		if t.lower[j] != word[i] {
			return fmt.Sprintf("place %d has %q, not %q", j, t.lower[j], word[i])
		}
	}
	return ""
}

// FuzzMatch holds that the matcher agrees with itself whatever is in the texts.
func FuzzMatch(f *testing.F) {
	f.Add("rs", "restart site")
	f.Add("é", "Cafe\u0301 É")
	f.Add("日", "日本語")
	f.Add("\xff", "a\xffb")
	f.Fuzz(func(t *testing.T, query, text string) {
		word := []rune(strings.ToLower(query))
		word = word[:min(len(word), maxQuery)]
		title := newTitle(text)
		var m matcher
		_, at, ok := m.match(word, title, []int{-1})
		if ok != (len(word) > 0 && within(word, title.lower)) {
			t.Fatalf("%q in %q: %v", query, text, ok)
		}
		if at[0] != -1 {
			t.Fatal("what was there is another")
		}
		if problem := misplaced(word, title, at[1:]); ok && problem != "" {
			t.Fatalf("%q in %q: %s", query, text, problem)
		}
	})
}

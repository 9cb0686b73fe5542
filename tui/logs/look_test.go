package logs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/engine"
)

func TestPattern(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		begin, end    int
	}{
		{"error", "an ERROR here", 3, 8},
		{"Error", "an ERROR here", -1, -1},
		{"Error", "an Error here", 3, 8},
		{"aab", "aaab", 1, 4},
		{"x", "", -1, -1},
		{`\S+ \d`, "GET 5", 0, 5},
		{"größe", "GRÖSSE größe", 8, 15},
		{"日本", "in 日本", 3, 9},
		{"z", "aZz", 1, 2},
	} {
		p, err := newPattern(c.pattern, false)
		if err != nil {
			t.Fatal(err)
		}
		if begin, end := p.find([]byte(c.text)); begin != c.begin || end != c.end {
			t.Errorf("%q in %q is at %d to %d, want %d to %d", c.pattern, c.text, begin, end, c.begin, c.end)
		}
	}
	if _, err := newPattern("a(", false); err == nil {
		t.Error("a( is a pattern")
	}
	p, _ := newPattern("red light", false)
	if ok, _ := p.match(Line{Text: []byte("\x1b[31mred\x1b[0m light")}, nil); !ok {
		t.Error("a colour parts a match")
	}
}

// FuzzFind compares the short way of finding plain text with the expression.
func FuzzFind(f *testing.F) {
	f.Add("aab", "xAAaB")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := newPattern(pattern, false)
		if err != nil || p == nil || p.plain == nil {
			return
		}
		begin, end := p.find([]byte(text))
		want := p.expr.FindStringIndex(text)
		if want == nil {
			want = []int{-1, -1}
		}
		if begin != want[0] || end != want[1] {
			t.Errorf("%q in %q is at %d to %d, want %v", pattern, text, begin, end, want)
		}
	})
}

// TestLookIsAFullRescan does to a store what can happen while there are a filter and a search, in random order, and holds
// that what they find is what looking at every line finds.
func TestLookIsAFullRescan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := newStore([]Service{{Name: "a"}, {Name: "b"}}, 300, 1<<20)
		now := int64(1_000_000)
		patterns := []string{"", "1", "12", "[37]5", "x"}
		pick := func() *pattern {
			p, err := newPattern(patterns[r.IntN(len(patterns))], r.IntN(2) == 0)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		for range 200 {
			i := r.IntN(2)
			switch r.IntN(8) {
			case 0:
				s.look(pick(), pick())
			case 1:
				s.scan()
			case 2:
				if s.sources[i].ring.dropped == 0 && !s.pool.full() {
					s.prependLocked(i, randomLines(r, 1, 5))
				}
			case 3:
				s.mark(i, Restarted, now, "", stateOpen)
			default:
				now += int64(r.IntN(50))
				s.add(i, randomLines(r, now, 1+r.IntN(20)))
				s.seen()
				for len(s.wake) > 0 {
					<-s.wake
				}
			}
		}
		for s.scan() {
		}
		for _, src := range s.sources {
			checkHits(t, s, src)
		}
	}
}

func randomLines(r *rand.Rand, at int64, n int) []engine.LogLine {
	lines := make([]engine.LogLine, n)
	for i := range lines {
		lines[i] = engine.LogLine{Time: time.Unix(0, at), Text: fmt.Sprintf("\x1b[3%dm%d", r.IntN(8), r.IntN(500))}
	}
	return lines
}

// checkHits compares what was found step by step with what one look at every line finds.
func checkHits(t *testing.T, s *store, src *source) {
	t.Helper()
	var passed, found []int64
	for seq := src.ring.first; seq < src.ring.next; seq++ {
		if s.passesLocked(src, seq) {
			passed = append(passed, seq)
		}
		if s.search != nil && s.matchesLocked(src, seq) {
			found = append(found, seq)
		}
	}
	for _, c := range []struct {
		got  *hits
		want []int64
	}{{src.passed, passed}, {src.found, found}} {
		if c.got == nil {
			continue
		}
		var got []int64
		for i := range c.got.len() {
			got = append(got, c.got.at(i))
		}
		if !slices.Equal(got, c.want) {
			t.Fatalf("found %v, want %v", got, c.want)
		}
	}
}

// TestWalkIsASort merges random rings and holds that the walker goes through them as a sort of all their lines would, both
// ways, and finds its place from anywhere.
func TestWalkIsASort(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	s := newStore([]Service{{}, {}, {}}, 10_000, 1<<20)
	for i := range 3 {
		s.sources[i].whole = true
		at := int64(0)
		for range 200 {
			at += int64(r.IntN(3)) // many share a stamp
			s.sources[i].ring.Append(Stdout, at, []byte("x"))
		}
	}
	var want []place
	for i, src := range s.sources {
		for seq := src.ring.first; seq < src.ring.next; seq++ {
			want = append(want, place{src.ring.key(seq), i, seq})
		}
	}
	slices.SortFunc(want, place.compare)
	w := s.walkLocked(false)
	for i, p := range want {
		if got, ok := w.next(); !ok || got != p {
			t.Fatalf("line %d is %v, want %v", i, got, p)
		}
	}
	if _, ok := w.next(); ok || w.after() != 0 {
		t.Error("there is a line after the last")
	}
	for i := len(want) - 1; i >= 0; i-- {
		if got, ok := w.prev(); !ok || got != want[i] {
			t.Fatalf("line %d is %v going back, want %v", i, got, want[i])
		}
	}
	for i, p := range want {
		w.seek(p)
		if got, _ := w.next(); got != p || w.before() != i+1 {
			t.Fatalf("seeking %v finds %v, with %d before", p, got, w.before())
		}
	}
}

func TestFilterAndSearch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{}, "web", "php")
		for i := range 60 {
			d.say("web", "GET /page/%d", i)
			d.say("php", "notice %d", i)
		}
		d.open("web", "php")
		d.press("&")
		if !d.m.Typing() {
			t.Fatal("& does not ask")
		}
		d.typed("page/[")
		d.wantRow("missing closing ]")
		d.press("enter")
		if !d.m.Typing() {
			t.Fatal("what is no pattern was taken")
		}
		d.press("backspace")
		d.run(d.m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("5\x1b[31m\r\n"), Paste: true}))
		d.settle()
		d.press("backspace", "backspace", "enter")
		d.wantRow("& page/5")
		d.wantRow("GET /page/59")
		d.wantRow("11 of 120 lines")
		d.wantNoRow("notice")
		d.say("web", "GET /page/599")
		d.say("web", "GET /page/6")
		d.settle()
		d.wantRow("GET /page/599")
		d.wantNoRow("GET /page/6 ")
		d.press("!")
		d.wantRow("&! page/5")
		d.wantRow("notice 59")
		d.wantNoRow("GET /page/59 ")
		d.press("/")
		d.typed("notice 1")
		d.press("enter")
		d.wantRow("11 of 11")
		d.wantRow("notice 19")
		d.press("N")
		d.wantRow("10 of 11")
		d.press("n", "n")
		d.wantRow("no match after this one")
		d.press("esc", "esc")
		d.wantNoRow("&")
		if _, left := d.m.Escape(); left {
			t.Error("there is still something to take back")
		}
		d.press("1")
		d.wantRow("-web")
		d.wantNoRow("GET")
	})
}

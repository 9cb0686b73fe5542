package palette

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/Locorum/locorum-tui/tui/cell"
	"github.com/Locorum/locorum-tui/tui/dialog"
	"github.com/Locorum/locorum-tui/tui/input"
)

// Kind is what an entry stands for.
type Kind uint8

// The kinds.
const (
	Action Kind = iota
	Site
	Setting
)

// String returns the kind's name, which can be typed to see that kind alone.
func (k Kind) String() string {
	switch k {
	case Site:
		return "site"
	case Setting:
		return "setting"
	default:
		return "action"
	}
}

// Entry is something that can be found.
type Entry struct {
	// ID is the caller's, and is not looked at.
	ID   string
	Kind Kind
	// Title is what is searched and shown; Hint stands at the right of it: the key of an action, the state of a site or of
	// a setting.
	Title, Hint string
	// Keywords are other words that it is found by; they are not shown.
	Keywords []string
}

// maxQuery is how many characters of a query there can be; no title that is shown is longer. More find nothing.
const maxQuery = 128

// found is an entry that matches.
type found struct {
	item  int
	score int
	// at are the letters of the title that matched, in no order, in characters.
	at []int
}

// item is an entry as it is searched.
type item struct {
	entry Entry
	title title
	plain string   // the title as it is shown
	hint  string   // the hint as it is shown
	other []string // the kind and the keywords, in lower case
}

// Model is the palette. It belongs to Update and View.
type Model struct {
	items   []item
	in      *input.Field
	matcher matcher
	rows    []found
	places  []int // what the rows' at are cut from

	at, top int
	shown   int // how many rows the last View had room for
}

// New returns a palette of the entries, in the order in which they are shown until something is typed.
func New(entries []Entry) *Model {
	m := &Model{in: input.New(""), items: make([]item, len(entries)), shown: mostRows}
	m.in.Placeholder = "an action, a site or a setting"
	for i, e := range entries {
		plain := cell.Plain(e.Title)
		it := item{entry: e, plain: plain, title: newTitle(plain), hint: cell.Plain(e.Hint), other: []string{e.Kind.String()}}
		for _, word := range e.Keywords {
			it.other = append(it.other, strings.ToLower(cell.Plain(word)))
		}
		m.items[i] = it
	}
	m.search()
	return m
}

// Chosen returns the entry under the cursor; after Accepted, that is the one to act on. There is none while nothing matches.
func (m *Model) Chosen() (Entry, bool) {
	if len(m.rows) == 0 {
		return Entry{}, false
	}
	return m.items[m.rows[m.at].item].entry, true
}

// Update takes a key: enter accepts what the cursor is on, esc dismisses, arrows, ctrl+n, ctrl+p and the page keys move,
// and the rest is typed.
func (m *Model) Update(key tea.KeyMsg) dialog.Outcome {
	switch key.Type {
	case tea.KeyEsc, tea.KeyCtrlC:
		return dialog.Dismissed
	case tea.KeyEnter:
		if len(m.rows) == 0 {
			return dialog.Nothing
		}
		return dialog.Accepted
	case tea.KeyUp, tea.KeyCtrlP:
		m.move(-1)
	case tea.KeyDown, tea.KeyCtrlN:
		m.move(1)
	case tea.KeyPgUp:
		m.move(-max(m.shown, 1))
	case tea.KeyPgDown:
		m.move(max(m.shown, 1))
	default:
		if !m.in.Update(key) {
			return dialog.Nothing
		}
		m.search()
		return dialog.Changed
	}
	return dialog.Nothing
}

// move moves the cursor, and stops at the ends.
func (m *Model) move(by int) { m.at = min(max(m.at+by, 0), max(len(m.rows)-1, 0)) }

// search finds the rows, and puts the cursor on the best.
func (m *Model) search() {
	m.rows, m.places, m.at, m.top = m.rows[:0], m.places[:0], 0, 0
	var words [][]rune
	if query := []rune(m.in.Value()); len(query) <= maxQuery {
		for _, word := range strings.Fields(strings.ToLower(string(query))) {
			words = append(words, []rune(word))
		}
	} else {
		return
	}
	for i := range m.items {
		begin := len(m.places)
		score, ok := m.score(&m.items[i], words)
		if !ok {
			m.places = m.places[:begin]
			continue
		}
		m.rows = append(m.rows, found{item: i, score: score, at: m.places[begin:len(m.places):len(m.places)]})
	}
	if len(words) == 0 {
		return
	}
	slices.SortStableFunc(m.rows, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(m.items[a.item].title.lower), len(m.items[b.item].title.lower)))
	})
}

// score adds up how well each of the words is in the entry, and notes in places where the title has them.
func (m *Model) score(it *item, words [][]rune) (total int, ok bool) {
	for _, word := range words {
		aside := beside(it.other, word)
		begin := len(m.places)
		score, places, in := m.matcher.match(word, it.title, m.places)
		switch {
		case in && score >= aside:
			m.places = places
			total += score
		case aside > 0:
			m.places = m.places[:begin]
			total += aside
		default:
			return 0, false
		}
	}
	return total, true
}

// beside returns what it is worth that the kind or a keyword has the word: less than when the title has it in one piece,
// more than when its letters are strewn about there. 0 is no match.
func beside(other []string, word []rune) int {
	best := 0
	for _, text := range other {
		switch at := strings.Index(text, string(word)); {
		case at == 0:
			return len(word) * (letter + inRun/2)
		case at > 0:
			best = len(word) * letter / 2
		}
	}
	return best
}

package palette

import (
	"unicode"
)

// What a matched letter is worth, and what the letters between two of them cost. A word's first letter outweighs the gap
// that leads to it, so that "rs" finds "restart site" before "press"; a run outweighs letters strewn about.
const (
	letter    = 16
	wordStart = 10
	humpStart = 7 // an upper-case letter after a lower-case one, a digit after a letter
	inRun     = 8
	gapOpen   = 4
	gapMore   = 1
	// atFront is added when the first letter of the title is matched.
	atFront = 4
	// mostLead is the most that letters before the first match cost.
	mostLead = 6
)

// none is a score that no match has.
const none = -1 << 30

// maxTitle is how many characters of a title are looked at. A row shows no more than that, and it bounds what a key costs.
const maxTitle = 256

// title is a title as the matcher reads it.
type title struct {
	lower []rune
	bonus []int8 // what a match of that letter is worth besides
}

// newTitle reads a plain text.
func newTitle(text string) title {
	runes := []rune(text)
	runes = runes[:min(len(runes), maxTitle)]
	t := title{lower: make([]rune, len(runes)), bonus: make([]int8, len(runes))}
	before := ' '
	for i, r := range runes {
		t.lower[i] = unicode.ToLower(r)
		switch {
		case !wordy(r):
		case !wordy(before):
			t.bonus[i] = wordStart
		case unicode.IsUpper(r) && unicode.IsLower(before), unicode.IsDigit(r) && unicode.IsLetter(before):
			t.bonus[i] = humpStart
		}
		before = r
	}
	if len(runes) > 0 {
		t.bonus[0] += atFront
	}
	return t
}

// wordy reports the characters that words are made of.
func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// matcher finds the best of the ways in which a word is in a title. It keeps its tables from one title to the next; the
// zero value is ready.
type matcher struct {
	matched []int   // the best score when the word's letter so far is matched at this letter of the title
	last    []int   // the same for the word's letter before
	from    []int16 // where the letter before was matched then, a line for each letter of the word
}

// match reports whether the word, in lower case, is a subsequence of the title, how good the best way is, and appends where
// its letters are to at, in their order.
//
// It is a table of one line for each letter of the word: matched[j] is the best score of the letters so far when the last of
// them is the title's j. A letter either goes on with the run before it or comes after a gap; the best gap is carried along.
func (m *matcher) match(word []rune, t title, at []int) (score int, places []int, ok bool) {
	if len(word) == 0 || !within(word, t.lower) {
		return 0, at, false
	}
	wide := len(t.lower)
	m.matched, m.last = grown(m.matched, wide), grown(m.last, wide)
	if need := len(word) * wide; cap(m.from) < need {
		m.from = make([]int16, need)
	}
	for i, r := range word {
		m.matched, m.last = m.last, m.matched
		m.line(i, r, t, m.from[i*wide:(i+1)*wide:(i+1)*wide])
	}
	score, end := none, 0
	for j, s := range m.matched {
		if s > score {
			score, end = s, j
		}
	}
	places = at
	for range word {
		places = append(places, 0)
	}
	for i := len(word) - 1; i >= 0; i-- {
		places[len(at)+i] = end
		end = int(m.from[i*wide+end])
	}
	return score, places, true
}

// line fills the line of the word's letter i.
func (m *matcher) line(i int, r rune, t title, from []int16) {
	gap, gapFrom := none, 0 // the best score of the letter before, followed by a gap that ends here
	for j, c := range t.lower {
		m.matched[j] = none
		if i > 0 && j > 1 {
			gap -= gapMore
			if opened := m.last[j-2] - gapOpen; opened >= gap {
				gap, gapFrom = opened, j-2
			}
		}
		if c != r {
			continue
		}
		bonus := int(t.bonus[j])
		if i == 0 {
			m.matched[j] = letter + 2*bonus - min(j, mostLead)
			continue
		}
		if j > 0 && m.last[j-1] > none/2 {
			m.matched[j], from[j] = m.last[j-1]+letter+max(bonus, inRun), int16(j-1)
		}
		if s := gap + letter + bonus; gap > none/2 && s > m.matched[j] {
			m.matched[j], from[j] = s, int16(gapFrom)
		}
	}
}

// within reports whether the word's letters are in the text in their order.
func within(word, text []rune) bool {
	if len(word) > len(text) {
		return false
	}
	next := 0
	for _, r := range text {
		if r == word[next] {
			if next++; next == len(word) {
				return true
			}
		}
	}
	return false
}

// grown returns a slice of n, the same one when it is long enough.
func grown(s []int, n int) []int {
	if cap(s) < n {
		return make([]int, n)
	}
	return s[:n]
}

package engine

import (
	"strings"
	"testing"
)

// TestDetachFilter compares the filter with a search in the whole text, for every text of a small alphabet and however it
// is cut in two.
func TestDetachFilter(t *testing.T) {
	for _, keys := range []string{"a", "ab", "aa", "aab", "abab", "aba"} {
		for _, text := range textsOf("abc", 6) {
			want, _, wantHit := strings.Cut(text, keys)
			for cut := range len(text) + 1 {
				f := detachFilter{keys: []byte(keys)}
				sent, hit := f.pass([]byte(text[:cut]))
				got := string(sent)
				if !hit {
					sent, hit = f.pass([]byte(text[cut:]))
					got += string(sent)
				}
				if !hit {
					got += string(f.rest())
				}
				if got != want || hit != wantHit || f.hit.Load() != wantHit {
					t.Fatalf("keys %q in %q + %q: sent %q, hit %v; want %q, %v", keys, text[:cut], text[cut:], got, hit, want, wantHit)
				}
			}
		}
	}
}

// textsOf returns every text of up to n letters of the alphabet.
func textsOf(alphabet string, n int) []string {
	texts := []string{""}
	for begin := 0; n > 0; n-- {
		end := len(texts)
		for _, text := range texts[begin:end] {
			for _, letter := range alphabet {
				texts = append(texts, text+string(letter))
			}
		}
		begin = end
	}
	return texts
}

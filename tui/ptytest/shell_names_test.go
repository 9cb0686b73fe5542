//go:build unix

package ptytest

import (
	"strings"
	"testing"
)

// TestNamesWithoutUTF8 holds that a terminal without UTF-8 is sent none, whatever sites are called: the second byte of such a
// character can be a control there.
func TestNamesWithoutUTF8(t *testing.T) {
	t.Parallel()
	term := demo(t, Options{Env: []string{"LC_ALL=C"}})
	if strings.ContainsFunc(term.Raw(), func(r rune) bool { return r > 127 }) {
		t.Errorf("it was sent more than ASCII:\n%s", term.Screen())
	}
	quit(t, term)
}

package engine

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestRedactorTakesSecretsOut(t *testing.T) {
	const secret = `p"ss\w<rd/+ é`
	var r redactor
	r.learn([]EnvSecret{{"A", secret}, {"B", secret + "-longer"}, {"C", "short"}, {"D", ""}})
	for name, text := range map[string]string{
		"plain":       "x " + secret + " y",
		"within":      "x" + secret + "-longer",
		"Go quoted":   fmt.Sprintf("%q", secret),
		"JSON":        `{"v":"p\"ss\\w\u003crd/+ é"}`,
		"URL query":   "?v=p%22ss%5Cw%3Crd%2F%2B+%C3%A9",
		"URL path":    "/p%22ss%5Cw%3Crd%2F+%20%C3%A9",
		"three times": secret + secret + "," + secret,
	} {
		t.Run(name, func(t *testing.T) {
			got := r.text(text)
			if strings.Contains(got, "ss") || strings.Contains(got, "longer") || !strings.Contains(got, redactedMark) {
				t.Errorf("%q became %q", text, got)
			}
		})
	}
	if got := r.text("a short word stays"); got != "a short word stays" {
		t.Errorf("a short secret blanked words: %q", got)
	}
}

func TestHideSecretsHidesShortOnesOfThatCall(t *testing.T) {
	err := fmt.Errorf("cannot use abc in [REDACTED] and E: %w", ErrSpecInvalid)
	hidden := hideSecrets(err, []EnvSecret{{"A", "abc"}, {"B", "E"}, {"C", ""}})
	want := "cannot use [REDACTED] in [REDACTED] and [REDACTED]: invalid spec"
	if hidden.Error() != want {
		t.Errorf("got %q, want %q", hidden, want)
	}
	if !errors.Is(hidden, ErrSpecInvalid) {
		t.Error("the kind is lost")
	}
	if same := hideSecrets(err, []EnvSecret{{"A", "nowhere"}}); same != err {
		t.Error("an error without secrets was replaced")
	}
}

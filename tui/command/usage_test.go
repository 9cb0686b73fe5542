package command

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"version", []string{"version"}, exitDone, "locorum-tui 1.2.3\n", ""},
		{"version of what", []string{"version", "x"}, exitUsage, "", "locorum-tui version takes no arguments"},
		{"nothing, without a terminal", nil, exitUsage, "", "this is no terminal"},
		{"unknown command", []string{"frobnicate"}, exitUsage, "", `there is no command "frobnicate"`},
		{"nearly a command", []string{"shwo"}, exitUsage, "", "did you mean show?"},
		{"unknown flag", []string{"ls", "--frobnicate"}, exitUsage, "", "unknown flag: --frobnicate\n`locorum-tui ls --help` says"},
		{"no site", []string{"show"}, exitUsage, "", "locorum-tui show takes one argument"},
		{"two sites", []string{"url", "a", "b"}, exitUsage, "", "takes one argument"},
		{"unknown site", []string{"show", "nope"}, exitNoSite, "", `there is no site "nope"`},
		{"hostile site", []string{"show", "\x1b[2J"}, exitNoSite, "", "there is no site"},
		{"no number", []string{"logs", "acme", "--tail", "x"}, exitUsage, "", `not "x"`},
		{"less than no lines", []string{"logs", "acme", "--tail", "-1"}, exitUsage, "", `not "-1"`},
		{"no time", []string{"logs", "acme", "--since", "tomorrow"}, exitUsage, "", `not "tomorrow"`},
		{"unknown service", []string{"logs", "acme", "--service", "x"}, exitUsage, "", "a site has web, php, database, redis"},
		{"both forms", []string{"ca", "--pem", "--json"}, exitUsage, "", "exclude each other"},
		{"exec's own failures", []string{"exec"}, exitInside, "", "takes a site's name"},
		{"exec's flags", []string{"exec", "--x"}, exitInside, "", "unknown flag"},
		{"exec's site", []string{"exec", "nope", "--", "ls"}, exitInside, "", "there is no site"},
		{"exec's service", []string{"exec", "acme", "--service", "x", "--", "ls"}, exitInside, "", "there is no service"},
		{"wp's site", []string{"wp", "nope", "option", "list"}, exitInside, "", "there is no site"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.run(c.args...).want(t, c.code, c.stdout, c.stderr)
		})
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		code int
	}{
		{nil, exitDone},
		{errors.New("x"), exitFailed},
		{usage("x"), exitUsage},
		{fmt.Errorf("x: %w", model.ErrInvalidName), exitUsage},
		{settings.ErrInvalid, exitUsage},
		{errUnreachable, exitUnreachable},
		{&sites.NoSiteError{Name: "x"}, exitNoSite},
		{&store.ReadOnlyError{}, exitRefused},
		{&engine.OwnerError{}, exitRefused},
		{fmt.Errorf("x: %w", &store.TakenError{}), exitConflict},
		{errors.Join(&sites.LockedError{}, context.DeadlineExceeded), exitConflict},
		{context.Canceled, exitCancelled},
		{&codeError{code: 42}, 42},
	} {
		if got := Code(c.err); got != c.code {
			t.Errorf("%T %v has code %d, want %d", c.err, c.err, got, c.code)
		}
	}
}

// TestExitRules holds that the table is in order and that its codes are told apart.
func TestExitRules(t *testing.T) {
	t.Parallel()
	last := -1
	for _, rule := range exitRules() {
		if rule.code <= last || rule.meaning == "" {
			t.Errorf("%d %q does not follow %d", rule.code, rule.meaning, last)
		}
		last = rule.code
		for _, kind := range rule.kinds {
			if got := Code(kind); got != rule.code {
				t.Errorf("%v has code %d, its rule says %d", kind, got, rule.code)
			}
		}
	}
}

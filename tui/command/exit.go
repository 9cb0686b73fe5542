package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/settings"
	"github.com/Locorum/locorum-tui/engine/sites"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

// The exit codes of the program. exitRules says what they mean.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitUnreachable = 3
	exitNoSite      = 4
	exitRefused     = 5
	exitConflict    = 6
	exitCancelled   = 7
	exitInside      = 125 // exec and wp failed themselves, whatever the reason
	exitNotRunnable = 126
	exitNotFound    = 127
)

// exitRule is one line of the table of exit codes.
type exitRule struct {
	code    int
	meaning string
	// kinds are the errors that it is for, by errors.Is; the first rule that has one counts. A rule without any is for
	// what no other rule is for, or for what no error says.
	kinds []error
	// word is what the record of an operation says instead, since errors do not survive in it.
	word string
}

// exitRules returns the table of exit codes, in the order of the codes.
func exitRules() []exitRule {
	return []exitRule{
		{exitDone, "done", nil, ""},
		{exitFailed, "it failed; the sentence on standard error says what and what next", nil, sites.CodeFailed},
		{exitUsage, "the command line, a name or a setting is wrong; nothing was begun", []error{
			errUsage, model.ErrInvalidName, model.ErrInvalidDomain, settings.ErrInvalid, sites.ErrInvalid, sites.ErrVersion,
			sites.ErrNoOperation,
		}, sites.CodeInvalid},
		{exitUnreachable, "no Docker daemon answers", []error{engine.ErrDaemonUnreachable}, sites.CodeUnreachable},
		{exitNoSite, "there is no such site", []error{sites.ErrNoSite, store.ErrNotFound}, sites.CodeNotFound},
		{exitRefused, "refused: the database is read only, the desktop app is at work, or the thing is somebody else's", []error{
			store.ErrReadOnly, sites.ErrOwned, sites.ErrElsewhere, sites.ErrRootless, sites.ErrRemote, errRefused,
		}, sites.CodeRefused},
		{exitConflict, "the name is taken, or another process is changing the site", []error{
			store.ErrTaken, sites.ErrLocked, engine.ErrAlreadyExists, sites.ErrVolumeLeft, os.ErrExist,
		}, sites.CodeConflict},
		{exitCancelled, "cancelled or interrupted", []error{errInterrupted, errCancelled, context.Canceled}, sites.CodeCancelled},
		{exitInside, "`exec` and `wp`: the command was not run, or its end is not known", nil, ""},
		{exitNotRunnable, "`exec` and `wp`: the command cannot be run", nil, ""},
		{exitNotFound, "`exec` and `wp`: the command was not found", nil, ""},
	}
}

var (
	// errUsage marks a command line that cannot be meant; see usage.
	errUsage = errors.New("wrong usage")
	// errRefused marks what could be done but must not.
	errRefused = errors.New("refused")
	// errCancelled marks what a person decided against.
	errCancelled = errors.New("cancelled")
)

// usage returns an errUsage with a sentence.
func usage(format string, args ...any) error {
	return &markedError{errUsage, fmt.Errorf(format, args...)}
}

// markedError is of a kind without its text saying so.
type markedError struct {
	kind error
	err  error
}

func (e *markedError) Error() string        { return e.err.Error() }
func (e *markedError) Unwrap() error        { return e.err }
func (e *markedError) Is(target error) bool { return target == e.kind }

// codeError ends the program with a code that another process decided.
type codeError struct {
	code int
	// err is what to say; nil says nothing.
	err error
}

func (e *codeError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *codeError) Unwrap() error { return e.err }

// Code returns the program's exit code for err, by the table that the help and the README show.
func Code(err error) int {
	if err == nil {
		return exitDone
	}
	var coded *codeError
	if errors.As(err, &coded) {
		return coded.code
	}
	var owner *engine.OwnerError
	if errors.As(err, &owner) { // it is an ErrAlreadyExists too: whose it is says more
		return exitRefused
	}
	for _, rule := range exitRules() {
		for _, kind := range rule.kinds {
			if errors.Is(err, kind) {
				return rule.code
			}
		}
	}
	return exitFailed
}

// insideCodes marks a command whose exit code is that of a command inside a container, so that its own failures need
// codes of their own.
const insideCodes = "inside-codes"

// report says what went wrong with cmd, if anything did, and returns the exit code.
func (a *app) report(cmd *cobra.Command, err error) int {
	code := Code(err)
	if err == nil {
		return code
	}
	var coded *codeError
	inside := errors.As(err, &coded)
	if text := sentence(err); text != "" {
		fmt.Fprintln(a.Stderr, text)
	}
	if code == exitUsage && cmd != nil && errors.Is(err, errUsage) {
		fmt.Fprintf(a.Stderr, "`%s --help` says what it takes.\n", cmd.CommandPath())
	}
	if !inside && cmd != nil && cmd.Annotations[insideCodes] != "" {
		return exitInside
	}
	return code
}

// sentence returns what to tell a person of err: "" when the person knows.
func sentence(err error) string {
	var coded *codeError
	var unreachable *engine.UnreachableError
	var text string
	switch {
	case err == nil, errors.As(err, &coded) && coded.err == nil, errors.Is(err, errInterrupted):
		return ""
	case errors.As(err, &unreachable):
		text = fmt.Sprintf("Docker is not reachable: %s.\n%s", unreachable.Reason, unreachable.NextStep)
	case errors.Is(err, os.ErrPermission):
		text = "locorum-tui: " + err.Error() + "; see who owns it and who you are"
	default:
		text = "locorum-tui: " + err.Error()
	}
	return clean(text)
}

// clean takes out of text what is not fit for a terminal, line by line.
func clean(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = engine.SanitizeString(line)
	}
	return strings.Join(lines, "\n")
}

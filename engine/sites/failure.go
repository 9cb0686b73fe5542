package sites

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/database"
	"github.com/Locorum/locorum-tui/engine/router"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/engine/wordpress"
)

// The codes of a Result: what exit codes are made from.
const (
	CodeFailed      = "failed"
	CodeUnreachable = "unreachable"
	CodeNotFound    = "notfound"
	CodeRefused     = "refused"
	CodeConflict    = "conflict"
	CodeInvalid     = "invalid"
	CodeCancelled   = "cancelled"
)

// verdict is what an error comes to: its code and what a person may do next.
type verdict struct {
	is   error
	code string
	next string
}

// verdicts returns the table of what we know a next step for; the first that fits counts.
func verdicts() []verdict {
	return []verdict{
		{engine.ErrDaemonUnreachable, CodeUnreachable, "start Docker, then try again; locorum-tui doctor says more"},
		{ErrNoSite, CodeNotFound, "locorum-tui ls lists the sites"},
		{store.ErrNotFound, CodeNotFound, "locorum-tui ls lists the sites"},
		{ErrOwned, CodeRefused, "close the desktop app, or go on with --force"},
		{ErrLocked, CodeConflict, "wait for it, or follow it with locorum-tui follow"},
		{store.ErrTaken, CodeConflict, "choose another name, domain or folder"},
		{ErrVolumeLeft, CodeConflict, "choose --volume reuse to have its data in the new site, or --volume clean to remove it"},
		{store.ErrReadOnly, CodeRefused, ""},
		{ErrElsewhere, CodeRefused, ""},
		{ErrRemote, CodeRefused, "create the site on the machine that Docker runs on: log in there and start locorum-tui"},
		{ErrRootless, CodeRefused, "use a Docker daemon that runs as root"},
		{engine.ErrAlreadyExists, CodeRefused, ""},
		{ErrVersion, CodeInvalid, ""},
		{ErrInvalid, CodeInvalid, ""},
		{database.ErrNotSQL, CodeInvalid, "give a dump made by mysqldump, mariadb-dump or locorum-tui db export"},
		{database.ErrTruncated, CodeInvalid, "make the dump again and check that it was copied whole; nothing was changed"},
		{database.ErrTooLarge, CodeInvalid, "nothing was changed"},
		{wordpress.ErrChecksum, CodeFailed, "try again; if it stays so, something between here and the server changes downloads"},
		{wordpress.ErrDownload, CodeFailed, "check the network and try again: it goes on where it stopped"},
		{wordpress.ErrUserOwned, CodeRefused, "move the file away, or put the marker back, and start again"},
		{router.ErrPortTaken, CodeConflict, "stop what holds the port, or choose another in the settings"},
		{engine.ErrNotFound, CodeFailed, "check the name and the network, then start the site again"},
		{engine.ErrTransient, CodeFailed, "try again: what was done is kept"},
		{ErrPage, CodeFailed, "look at the logs of web and php, then start the site again"},
		{context.Canceled, CodeCancelled, "what was done is kept; start goes on from there"},
	}
}

// phrases are what neither Docker nor the system has an error value for that comes through to us.
func phrases() map[string]string {
	return map[string]string{
		"address pool":            "remove networks that nobody uses (docker network prune), or give the daemon more addresses (default-address-pools in daemon.json)",
		"no space left on device": "make room on the disk, then start the site again: what was done is kept",
	}
}

// failure turns an error into a result: one sentence, the next step, and the last lines of the container that failed.
func (m *Manager) failure(err error, took time.Duration) Result {
	result := Result{Outcome: Failed, Code: CodeFailed, NextStep: "start the site again: what was done is kept", Took: took}
	for _, v := range verdicts() {
		if errors.Is(err, v.is) {
			result.Code, result.NextStep = v.code, v.next
			break
		}
	}
	text := err.Error()
	for phrase, next := range phrases() {
		if strings.Contains(text, phrase) {
			result.NextStep = next
		}
	}
	var unready *engine.NotReadyError
	if errors.As(err, &unready) {
		text, result.Service, result.Logs = withoutLogs(text), unready.Name, lastLines(unready.Logs, 20)
	}
	var unreachable *engine.UnreachableError
	if errors.As(err, &unreachable) {
		result.NextStep = unreachable.NextStep
	}
	result.Error = engine.SanitizeString(strings.TrimSpace(text))
	return result
}

// withoutLogs cuts the log that the error of a container carries below its first line.
func withoutLogs(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func lastLines(text string, most int) []string {
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return lines[max(0, len(lines)-most):]
}

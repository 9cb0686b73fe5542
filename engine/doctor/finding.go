package doctor

import (
	"fmt"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// Severity says how bad a finding is. As text and in JSON it is a word: see String.
type Severity uint8

// The severities, from good to bad.
const (
	// OK: looked at and found in order.
	OK Severity = iota
	// Info: worth knowing; everything works.
	Info
	// Warn: something does not work, or soon will not.
	Warn
	// Blocker: sites cannot be created or cannot run before this is mended.
	Blocker
)

// severityWords are what severities are called.
var severityWords = [...]string{OK: "ok", Info: "info", Warn: "warn", Blocker: "blocker"}

// String returns ok, info, warn or blocker.
func (s Severity) String() string {
	if int(s) < len(severityWords) {
		return severityWords[s]
	}
	return fmt.Sprintf("severity %d", uint8(s))
}

// MarshalText returns the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word; any other text is an error.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, word := range severityWords {
		if word == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no severity", engine.SanitizeString(string(text)))
}

// Finding is one thing that was found. Its texts are single lines, sanitised.
type Finding struct {
	// Check names the kind of finding, and never changes: "docker", "docker-permission", "port-http". One check may find
	// several kinds.
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	// Title is one phrase, Detail a sentence or two more, or empty.
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
	// Fix says what to do, empty when there is nothing to do. Command, if any, does it or begins it, and is fit to be
	// pasted into a shell.
	Fix     string `json:"fix,omitempty"`
	Command string `json:"command,omitempty"`
}

// sanitised returns the finding with texts that are fit for a terminal.
func (f Finding) sanitised() Finding {
	for _, text := range []*string{&f.Check, &f.Title, &f.Detail, &f.Fix, &f.Command} {
		*text = plainText(*text)
	}
	return f
}

// plainText returns text without anything that a terminal obeys. The engine's sanitiser keeps colours, which belong into
// logs and not into a sentence of ours.
func plainText(text string) string {
	text = engine.SanitizeString(text)
	for {
		before, rest, found := strings.Cut(text, "\x1b[")
		if !found {
			return text
		}
		_, after, _ := strings.Cut(rest, "m")
		text = before + after
	}
}

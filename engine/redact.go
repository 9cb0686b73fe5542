package engine

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// redactedMark stands where a secret was.
const redactedMark = "[REDACTED]"

// minSecretLength in bytes. A shorter value would blank ordinary words out of every message; it is only hidden in the
// error of the call that used it.
const minSecretLength = 8

// redactor knows the secret values that this engine has seen and takes them out of text.
type redactor struct {
	mu     sync.RWMutex // guards values
	values []string     // longest first, so that a secret within a secret leaves no rest
}

// learn remembers values for the life of the engine.
func (r *redactor) learn(secrets []EnvSecret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		if len(s.Value) < minSecretLength {
			continue
		}
		for _, v := range spellings(s.Value) {
			if !slices.Contains(r.values, v) {
				r.values = append(r.values, v)
			}
		}
	}
	sortLongestFirst(r.values)
}

// spellings returns value and what becomes of it in the texts we meet: quoted by Go or as JSON, and in a URL.
func spellings(value string) []string {
	list := []string{value, url.QueryEscape(value), url.PathEscape(value)}
	if quoted := strconv.Quote(value); len(quoted) > 2 {
		list = append(list, quoted[1:len(quoted)-1])
	}
	if quoted, err := json.Marshal(value); err == nil && len(quoted) > 2 {
		list = append(list, string(quoted[1:len(quoted)-1]))
	}
	return list
}

func sortLongestFirst(values []string) {
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
}

// text returns s with every known secret replaced.
func (r *redactor) text(s string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, v := range r.values {
		s = strings.ReplaceAll(s, v, redactedMark)
	}
	return s
}

// hideSecrets returns err without the values of these secrets in its text, the short ones too. As with Docker.redact,
// errors.Is still sees through to the chain.
func hideSecrets(err error, secrets []EnvSecret) error {
	var values []string
	for _, s := range secrets {
		if s.Value != "" {
			values = append(values, spellings(s.Value)...)
		}
	}
	sortLongestFirst(values)
	text := err.Error()
	clean := text
	for _, v := range values {
		parts := strings.Split(clean, redactedMark) // a short secret may be a part of the mark
		for i, part := range parts {
			parts[i] = strings.ReplaceAll(part, v, redactedMark)
		}
		clean = strings.Join(parts, redactedMark)
	}
	if clean == text {
		return err
	}
	return &redactedError{text: clean, err: err}
}

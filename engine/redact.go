package engine

import (
	"slices"
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
		if len(s.Value) >= minSecretLength && !slices.Contains(r.values, s.Value) {
			r.values = append(r.values, s.Value)
		}
	}
	slices.SortFunc(r.values, func(a, b string) int { return len(b) - len(a) })
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

package keymap

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrInvalid says that an override cannot be: the text says which and why.
var ErrInvalid = errors.New("the keys of config.toml cannot be used")

// ID names an action, as config.toml does: "site.stop".
type ID string

// Scope is where a key works.
type Scope string

// The scopes. ScopeGlobal works everywhere but in a text input, ScopeList wherever something scrolls. ScopeWP is a text
// input: what types a character types it there, so its actions need other keys, and may have those of the two.
const (
	ScopeGlobal    Scope = "everywhere"
	ScopeList      Scope = "moving"
	ScopeSite      Scope = "sites"
	ScopeContainer Scope = "containers"
	ScopeLogs      Scope = "logs"
	ScopeWP        Scope = "wp-cli"
	ScopeOperation Scope = "operations"
)

// Scopes returns the scopes in the order in which the help has them.
func Scopes() []Scope {
	return []Scope{ScopeSite, ScopeContainer, ScopeLogs, ScopeWP, ScopeOperation, ScopeList, ScopeGlobal}
}

// Binding is one action with its keys.
type Binding struct {
	ID    ID
	Scope Scope
	// Keys are what it answers to, the one that is shown first. None takes it off the keyboard.
	Keys []string
	// Short is a word or two for the footer, Help a phrase for the help and the palette.
	Short string
	Help  string
}

// Key returns the key that is shown, as people read it; "" when there is none.
func (b Binding) Key() string {
	if len(b.Keys) == 0 {
		return ""
	}
	return Readable(b.Keys[0])
}

// Map is the keys of a run of the dashboard. It is not changed after Override, and safe for concurrent use then.
type Map struct {
	bindings []Binding
	ids      map[ID]int
	keys     map[Scope]map[string]ID
}

// newMap indexes bindings. It panics on a mistake in them: they are ours.
func newMap(bindings []Binding) *Map {
	m := &Map{bindings: bindings}
	if err := m.index(); err != nil {
		panic(err)
	}
	return m
}

// index makes the tables, and finds collisions.
func (m *Map) index() error {
	m.ids = make(map[ID]int, len(m.bindings))
	m.keys = make(map[Scope]map[string]ID)
	var errs []error
	for i, b := range m.bindings {
		m.ids[b.ID] = i
		if m.keys[b.Scope] == nil {
			m.keys[b.Scope] = make(map[string]ID)
		}
		for _, key := range b.Keys {
			if other, taken := m.keys[b.Scope][key]; taken {
				errs = append(errs, collision(key, other, b.ID))
				continue
			}
			m.keys[b.Scope][key] = b.ID
		}
	}
	for _, b := range m.bindings {
		if b.Scope == ScopeWP {
			errs = append(errs, typed(b)...)
			continue
		}
		for _, everywhere := range []Scope{ScopeList, ScopeGlobal} {
			if b.Scope == everywhere {
				break
			}
			for _, key := range b.Keys {
				if other, taken := m.keys[everywhere][key]; taken {
					errs = append(errs, collision(key, other, b.ID))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// typed returns an error for each key of an action of a text input that types a character.
func typed(b Binding) (errs []error) {
	for _, key := range b.Keys {
		if key == "space" || utf8.RuneCountInString(key) == 1 {
			errs = append(errs, &Mistake{fmt.Sprintf("%s: %q is a character of the line that is typed", b.ID, key), []ID{b.ID}})
		}
	}
	return errs
}

func collision(key string, a, b ID) error {
	return &Mistake{fmt.Sprintf("%q is both %s and %s", key, a, b), []ID{a, b}}
}

// Mistake is what is wrong with one setting of the keys. It is an ErrInvalid.
type Mistake struct {
	// Text says it in one sentence.
	Text string
	// IDs are the actions it is about, as the file names them: one of them at least is in the file.
	IDs []ID
}

// Error is ErrInvalid's text with the mistake's.
func (m *Mistake) Error() string { return ErrInvalid.Error() + ": " + m.Text }

// Unwrap is ErrInvalid.
func (m *Mistake) Unwrap() error { return ErrInvalid }

// Override returns a copy of the map in which the named actions have the given keys. Every mistake is in the error, which
// is an ErrInvalid of joined Mistakes; the map beside it is then the unchanged one.
func (m *Map) Override(keys map[string][]string) (*Map, error) {
	changed := &Map{bindings: slices.Clone(m.bindings)}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		i, known := m.ids[ID(id)]
		if !known {
			errs = append(errs, &Mistake{fmt.Sprintf("there is no action %q", id), []ID{ID(id)}})
			continue
		}
		var own []string
		for _, key := range keys[id] {
			normal, err := normalize(key)
			if err != nil {
				errs = append(errs, &Mistake{fmt.Sprintf("%s: %v", id, err), []ID{ID(id)}})
				continue
			}
			if !slices.Contains(own, normal) {
				own = append(own, normal)
			}
		}
		changed.bindings[i].Keys = own
	}
	errs = append(errs, changed.index())
	if err := errors.Join(errs...); err != nil {
		return m, err
	}
	return changed, nil
}

// Match returns the action of a key, looked up in the scopes in their order; "" when none has it.
func (m *Map) Match(key string, scopes ...Scope) ID {
	if key == " " {
		key = "space"
	}
	for _, scope := range scopes {
		if id, ok := m.keys[scope][key]; ok {
			return id
		}
	}
	return ""
}

// Binding returns the binding of an action; a zero one when there is none of that name.
func (m *Map) Binding(id ID) Binding {
	i, ok := m.ids[id]
	if !ok {
		return Binding{}
	}
	return m.bindings[i]
}

// Bindings returns every binding of a scope, in the order of the help.
func (m *Map) Bindings(scope Scope) []Binding {
	var in []Binding
	for _, b := range m.bindings {
		if b.Scope == scope {
			in = append(in, b)
		}
	}
	return in
}

// Table returns the keys as a Markdown table, for the README.
func (m *Map) Table() string {
	var b strings.Builder
	b.WriteString("| where | key | what it does | name in config.toml |\n|---|---|---|---|\n")
	for _, scope := range Scopes() {
		for _, binding := range m.Bindings(scope) {
			keys := make([]string, len(binding.Keys))
			for i, key := range binding.Keys {
				keys[i] = "`" + strings.ReplaceAll(Readable(key), "|", `\|`) + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | `%s` |\n", scope, strings.Join(keys, " "), binding.Help, binding.ID)
		}
	}
	return b.String()
}

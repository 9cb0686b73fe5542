package keymap

import (
	"errors"
	"strings"
	"testing"
)

// TestDefault holds that every action has a key, words for people, and a scope that the help shows.
func TestDefault(t *testing.T) {
	t.Parallel()
	m, shown := Default(), 0
	for _, scope := range Scopes() {
		for _, b := range m.Bindings(scope) {
			shown++
			if len(b.Keys) == 0 || b.Short == "" || b.Help == "" {
				t.Errorf("%s lacks keys or words: %+v", b.ID, b)
			}
			for _, key := range b.Keys {
				if normal, err := normalize(key); key != "ctrl+c" && key != "ctrl+z" && (err != nil || normal != key) {
					t.Errorf("%s: %q is %q, %v", b.ID, key, normal, err)
				}
				if got := m.Match(key, scope); got != b.ID {
					t.Errorf("%q in %s is %q, want %q", key, scope, got, b.ID)
				}
			}
		}
	}
	if shown != len(m.bindings) {
		t.Errorf("the scopes show %d of %d bindings", shown, len(m.bindings))
	}
}

func TestMatchInnermostFirst(t *testing.T) {
	t.Parallel()
	m := Default()
	for _, c := range []struct {
		key    string
		scopes []Scope
		want   ID
	}{
		{"s", []Scope{ScopeSite, ScopeList, ScopeGlobal}, SiteToggle},
		{"s", []Scope{ScopeLogs, ScopeSite, ScopeList, ScopeGlobal}, LogSince},
		{"n", []Scope{ScopeLogs, ScopeList, ScopeGlobal}, LogNext},
		{" ", []Scope{ScopeLogs}, LogPause},
		{"q", []Scope{ScopeLogs, ScopeList, ScopeGlobal}, Quit},
		{"é", []Scope{ScopeLogs, ScopeList, ScopeGlobal}, ""},
		{"q", nil, ""},
	} {
		if got := m.Match(c.key, c.scopes...); got != c.want {
			t.Errorf("%q in %v is %q, want %q", c.key, c.scopes, got, c.want)
		}
	}
}

func TestOverride(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		keys map[string][]string
		bad  []string // what the error must name; none is no error
	}{
		{"another key", map[string][]string{"site.new": {"N"}, "filter.next": {"F5"}}, nil},
		{"swapped", map[string][]string{"site.new": {"d"}, "site.delete": {"n"}}, nil},
		{"none", map[string][]string{"site.delete": {}}, nil},
		{"unknown action", map[string][]string{"site.fly": {"y"}}, []string{"site.fly"}},
		{"no key", map[string][]string{"site.new": {"ctrl+shift+n"}}, []string{"site.new", "ctrl+shift+n"}},
		{"same as enter", map[string][]string{"site.new": {"ctrl+m"}}, []string{"ctrl+m"}},
		{"taken in its scope", map[string][]string{"site.new": {"d"}}, []string{`"d"`, "site.new", "site.delete"}},
		{"taken everywhere", map[string][]string{"site.new": {"q"}}, []string{`"q"`, "site.new", "quit"}},
		{"taken by moving", map[string][]string{"logs.time": {"j"}}, []string{`"j"`, "logs.time", "down"}},
		{"typed", map[string][]string{"wp.run": {"x"}}, []string{"wp.run", `"x"`}},
		{"another key of the prompt", map[string][]string{"wp.cancel": {"ctrl+x"}, "wp.page.up": {"ctrl+u"}}, nil},
		{"moving takes it", map[string][]string{"up": {"s"}}, []string{`"s"`, "up", "site.toggle", "logs.since"}},
		{"control characters", map[string][]string{"up": {"\x1b"}}, []string{"up"}},
		{"all of them", map[string][]string{"a": {"b"}, "site.new": {"q"}}, []string{`"a"`, "quit"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := Default()
			got, err := m.Override(c.keys)
			if (err != nil) != (len(c.bad) > 0) || err != nil && !errors.Is(err, ErrInvalid) {
				t.Fatalf("error %v", err)
			}
			for _, word := range c.bad {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not name %s", err, word)
				}
			}
			if err != nil && got != m {
				t.Error("a map with a mistake is used")
			}
			if m.Match("n", ScopeSite) != SiteNew {
				t.Error("the map itself was changed")
			}
			if err == nil {
				for id, keys := range c.keys {
					if len(got.Binding(ID(id)).Keys) != len(keys) {
						t.Errorf("%s has %v", id, got.Binding(ID(id)).Keys)
					}
				}
			}
		})
	}
}

// FuzzNormalize holds that what is taken for a key is one that Match can be asked for, and stays the same.
func FuzzNormalize(f *testing.F) {
	for _, seed := range append(named, "a", "alt+a", "Ctrl+A", " ", "", "alt+", "ctrl+", "é", "alt+F5") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		normal, err := normalize(key)
		if err != nil {
			return
		}
		again, err := normalize(normal)
		if err != nil || again != normal {
			t.Errorf("%q is %q, which is %q, %v", key, normal, again, err)
		}
	})
}

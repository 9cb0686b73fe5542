package model

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func none(string) bool { return false }

func ExampleSlug() {
	taken := map[string]bool{"acme-shop": true}
	s, _ := Slug("Acme Shop", func(s string) bool { return taken[s] })
	fmt.Println(s, DefaultDomain(s))
	// Output: acme-shop-2 acme-shop-2.localhost
}

func TestSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 39) + " bc"
	for _, c := range []struct {
		name, in, want string
		taken          []string
	}{
		{name: "words", in: "Acme Shop", want: "acme-shop"},
		{name: "ampersand", in: "Salt & Pepper", want: "salt-and-pepper"},
		{name: "at", in: "me@home", want: "meathome"},
		{name: "quotes", in: `Bob's "best"`, want: "bobs-best"},
		{name: "accents", in: "Crème Brûlée", want: "creme-brulee"},
		{name: "other scripts", in: "影師", want: "ying-shi"},
		{name: "underscore inside", in: "my_site", want: "my_site"},
		{name: "underscores around", in: "__x__", want: "x"},
		{name: "shell", in: "$(rm -rf /); `id` | cat", want: "rm-rf-id-cat"},
		{name: "path", in: "../../etc/passwd", want: "etc-passwd"},
		{name: "cut at forty", in: long, want: strings.Repeat("a", 39)},
		{name: "reserved", in: "Mail", want: "mail-site"},
		{name: "reserved and taken", in: "Mail", want: "mail-site-2", taken: []string{"mail-site"}},
		{name: "third", in: "x", want: "x-3", taken: []string{"x", "x-2"}},
		{name: "number fits", in: strings.Repeat("a", 50), want: strings.Repeat("a", 38) + "-2", taken: []string{strings.Repeat("a", 40)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			taken := map[string]bool{}
			for _, s := range c.taken {
				taken[s] = true
			}
			got, err := Slug(c.in, func(s string) bool { return taken[s] })
			if err != nil || got != c.want {
				t.Errorf("Slug(%q) = %q, %v, want %q", c.in, got, err, c.want)
			}
		})
	}
}

func TestValidateName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, why string
	}{
		{"empty", "", "empty"},
		{"blank", " \t", "empty"},
		{"symbols", "!!! ???", "no letter or digit"},
		{"newline", "a\nb", "line break"},
		{"escape", "a\x1b[31mb", "invisible"},
		{"bidi", "a\u202eb", "invisible"},
		{"long", strings.Repeat("a", 300), "300 characters"},
		{"bytes", "a\xff", "UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := ValidateName(c.in)
			if !errors.Is(err, ErrInvalidName) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("ValidateName(%q) = %v, want an ErrInvalidName that says %q", c.in, err, c.why)
			}
		})
	}
	for _, good := range []string{"Acme", "café 2", "Team 👩‍💻 blog", strings.Repeat("a", MaxName)} {
		if err := ValidateName(good); err != nil {
			t.Errorf("ValidateName(%q) = %v, want nil", good, err)
		}
	}
}

func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"Acme Shop", "", "мир", "mail", "a\x00b", strings.Repeat("-_", 50), "🚀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, err := Slug(name, none)
		if err != nil {
			if got != "" || !errors.Is(err, ErrInvalidName) || !utf8.ValidString(err.Error()) {
				t.Fatalf("Slug(%q) = %q, %v", name, got, err)
			}
			return
		}
		if !ValidSlug(got) || len(got) > MaxSlug {
			t.Fatalf("Slug(%q) = %q, which is no slug", name, got)
		}
		if err := ValidateDomain(DefaultDomain(got)); err != nil {
			t.Fatalf("the domain of %q: %v", got, err)
		}
	})
}

func TestValidateDomain(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"a.localhost", "my_site.localhost", "x-1.dev.example.test"} {
		if err := ValidateDomain(good); err != nil {
			t.Errorf("ValidateDomain(%q) = %v, want nil", good, err)
		}
	}
	for _, bad := range []string{
		"", "localhost", "a.localhost:8080", "-a.localhost", "a-.localhost", "A.localhost", "a..b", "a.localhost.", "a b.c",
		"a;rm.c", "`x`.c", strings.Repeat("a", 64) + ".c", strings.Repeat("a.", 127) + "c", "http://a.b",
	} {
		if err := ValidateDomain(bad); !errors.Is(err, ErrInvalidDomain) {
			t.Errorf("ValidateDomain(%q) = %v, want an ErrInvalidDomain", bad, err)
		}
	}
}

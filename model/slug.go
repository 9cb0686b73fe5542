package model

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gosimple/slug"
)

// MaxSlug is the longest slug in bytes. With the longest prefix and suffix that we put around it, a container's name
// stays within the 63 bytes of a DNS label, which is how containers find each other.
const MaxSlug = 40

// MaxName is the longest name of a site in characters: one line of a wide terminal.
const MaxName = 120

// ErrInvalidName says that a name cannot become a site's; the text says why.
var ErrInvalidName = errors.New("invalid site name")

// ReservedSlugs returns the slugs that no site may have, because what sites share uses their names: the containers and the
// network "global", the host names of the mail catcher and the database tool, the router.
func ReservedSlugs() []string {
	return []string{"adminer", "db", "global", "localhost", "mail", "router"}
}

// ValidateName reports what is wrong with a name for a site; nil or an ErrInvalidName.
func ValidateName(name string) error {
	switch n := utf8.RuneCountInString(name); {
	case strings.TrimSpace(name) == "":
		return fmt.Errorf("%w: it is empty", ErrInvalidName)
	case !utf8.ValidString(name):
		return fmt.Errorf("%w: it is not UTF-8 text", ErrInvalidName)
	case strings.ContainsFunc(name, hidden):
		return fmt.Errorf("%w: it has a line break or another invisible character", ErrInvalidName)
	case n > MaxName:
		return fmt.Errorf("%w: it has %d characters, at most %d fit", ErrInvalidName, n, MaxName)
	case baseSlug(name) == "":
		return fmt.Errorf("%w: %q has no letter or digit to make a slug of", ErrInvalidName, name)
	}
	return nil
}

// hidden reports characters that a one-line name must not hold: controls and invisible formatting. The joiners that
// emoji are made of stay allowed.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c'
}

// Slug returns the slug of a name, as the desktop app makes it and no longer than MaxSlug. A reserved one gets "-site",
// one for which taken reports true the first free number from 2 on. The error is an ErrInvalidName.
func Slug(name string, taken func(slug string) bool) (string, error) {
	if err := ValidateName(name); err != nil {
		return "", err
	}
	base := baseSlug(name)
	if slices.Contains(ReservedSlugs(), base) {
		base += "-site"
	}
	for candidate, n := base, 2; ; n++ {
		if !taken(candidate) {
			return candidate, nil
		}
		suffix := "-" + strconv.Itoa(n)
		candidate = cutSlug(base, MaxSlug-len(suffix)) + suffix
	}
}

// ValidSlug reports whether s can be a site's slug: lower-case letters, digits, - and _, beginning and ending with a
// letter or digit, not reserved. The desktop app makes longer ones than we do, so length is not asked about.
func ValidSlug(s string) bool {
	return s != "" && slug.IsSlug(s) && !slices.Contains(ReservedSlugs(), s)
}

// baseSlug is the slug of name alone, possibly empty.
func baseSlug(name string) string { return cutSlug(slug.Make(name), MaxSlug) }

// cutSlug cuts s to at most n bytes, with a letter or digit at its end.
func cutSlug(s string, n int) string { return strings.Trim(s[:min(len(s), n)], "-_") }

package model

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrInvalidDomain says that a text cannot be a site's host name; the text says why.
var ErrInvalidDomain = errors.New("invalid domain")

// DefaultDomain returns the host name of a site that was given none: browsers resolve every name under localhost to this
// machine by themselves.
func DefaultDomain(slug string) string { return slug + ".localhost" }

// domainLabel is one label of a host name. Underscores are not a host name's, but the desktop app makes them.
var domainLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$`)

// ValidateDomain reports what is wrong with a host name; nil or an ErrInvalidDomain. A name must have two labels or more,
// in lower case, each of at most 63 bytes, 253 in all, and carries no port.
func ValidateDomain(domain string) error {
	labels := strings.Split(domain, ".")
	switch {
	case domain == "":
		return fmt.Errorf("%w: it is empty", ErrInvalidDomain)
	case len(domain) > 253:
		return fmt.Errorf("%w: it has %d characters, at most 253 fit", ErrInvalidDomain, len(domain))
	case len(labels) < 2:
		return fmt.Errorf("%w: %q has no dot; %s would do", ErrInvalidDomain, domain, "name.localhost")
	}
	for _, label := range labels {
		if len(label) > 63 || !domainLabel.MatchString(label) {
			return fmt.Errorf("%w: %q in %q is not a part of a host name (a-z, 0-9, -)", ErrInvalidDomain, label, domain)
		}
	}
	return nil
}

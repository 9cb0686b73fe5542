package model

import (
	"cmp"
	"strconv"
	"strings"
)

// maxVersionNumber bounds each number of a version. What is larger is no version that anyone released.
const maxVersionNumber = 1_000_000

// DockerServerVersion is a Docker server's version, read from text such as "28.5.2", "20.10.24+dfsg1" or "dev".
type DockerServerVersion struct {
	Major, Minor, Patch int
	// Suffix is what follows the numbers, separator included: "+dfsg1", "-rc.1", "dev".
	Suffix string
}

// ParseDockerServerVersion reads up to three numbers with dots between them, after an optional "v"; numbers that are
// missing are 0. Everything after them is the suffix. Text that does not begin with a number is all suffix, and its
// version is zero. It takes any text and never fails.
func ParseDockerServerVersion(text string) DockerServerVersion {
	text = strings.TrimSpace(text)
	rest := text
	if v := strings.TrimPrefix(rest, "v"); startsWithDigit(v) {
		rest = v
	}
	var numbers [3]int
	for i := range numbers {
		digits := rest
		if i > 0 {
			if !strings.HasPrefix(rest, ".") {
				break
			}
			digits = rest[1:]
		}
		if !startsWithDigit(digits) {
			break
		}
		n, tail, ok := cutNumber(digits)
		if !ok {
			return DockerServerVersion{Suffix: text}
		}
		numbers[i], rest = n, tail
	}
	return DockerServerVersion{Major: numbers[0], Minor: numbers[1], Patch: numbers[2], Suffix: rest}
}

// cutNumber splits s, which starts with a digit, after its last leading digit. It is not ok when the number is too large.
func cutNumber(s string) (n int, rest string, ok bool) {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, err := strconv.Atoi(s[:end])
	return n, s[end:], err == nil && n <= maxVersionNumber
}

func startsWithDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

// IsZero reports that no version is known: the text had no numbers, as "dev" has none, or only zeros. Such a server may
// be of any age; ask IsZero before Compare or AtLeast.
func (v DockerServerVersion) IsZero() bool { return v.Major == 0 && v.Minor == 0 && v.Patch == 0 }

// Compare returns -1, 0 or +1 as v is older than, as old as, or newer than other. Suffixes do not count: distributions
// write what they like there.
func (v DockerServerVersion) Compare(other DockerServerVersion) int {
	return cmp.Or(cmp.Compare(v.Major, other.Major), cmp.Compare(v.Minor, other.Minor), cmp.Compare(v.Patch, other.Patch))
}

// AtLeast reports whether v is major.minor or newer.
func (v DockerServerVersion) AtLeast(major, minor int) bool {
	return v.Compare(DockerServerVersion{Major: major, Minor: minor}) >= 0
}

// String returns the three numbers and the suffix, or the suffix alone when the version is zero.
func (v DockerServerVersion) String() string {
	if v.IsZero() {
		return v.Suffix
	}
	return strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor) + "." + strconv.Itoa(v.Patch) + v.Suffix
}

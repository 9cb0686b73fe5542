package doctor

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/docker/go-units"
)

// sentence returns text with a capital and a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	if text = string(unicode.ToUpper(first)) + text[size:]; strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// quotedCommand returns the first command that a step quotes in backticks; empty without one.
func quotedCommand(step string) string {
	_, rest, found := strings.Cut(step, "`")
	command, _, closed := strings.Cut(rest, "`")
	if !found || !closed {
		return ""
	}
	return command
}

// shellQuote returns s as one word of a POSIX shell. It is sanitised first: what a sanitiser took away later could be a
// quote.
func shellQuote(s string) string {
	s = plainText(s)
	plain := func(r rune) bool {
		return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/._-+@:,", r))
	}
	if s != "" && !strings.HasPrefix(s, "-") && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// bytesText returns a size for people: "1.5GiB".
func bytesText(n int64) string { return units.BytesSize(float64(n)) }

// count returns "1 site" or "3 sites".
func count(n int, what string) string {
	text := strconv.Itoa(n)
	if n == 1 {
		return text + " " + what
	}
	return text + " " + what + "s"
}

// list joins names as people do: "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

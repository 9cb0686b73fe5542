package wp

import (
	"errors"
	"fmt"
	"strings"
)

// Why a line is no command.
var (
	errQuote = errors.New("a quote is not closed")
	errShell = errors.New("no shell reads this line")
)

// split cuts a line into words as a shell does: at blanks, with '…', "…" and \ to keep them. There is no shell behind it, so
// what only a shell could do is refused, where it is not quoted. A leading "wp" is a habit and goes.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	begun, quote, escaped := false, rune(0), false
	for _, r := range line {
		switch {
		case escaped:
			if quote == '"' && r != '"' && r != '\\' {
				word.WriteByte('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			begun, escaped = true, true
		case quote != 0:
			if r == quote {
				quote = 0
			} else {
				word.WriteRune(r)
			}
		case r == '\'' || r == '"':
			begun, quote = true, r
		case r == ' ' || r == '\t':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		case strings.ContainsRune("|<>;&`", r):
			return nil, fmt.Errorf("%w: put %c in quotes, or run it in a shell", errShell, r)
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	if quote != 0 || escaped {
		return nil, errQuote
	}
	if begun {
		words = append(words, word.String())
	}
	if len(words) > 0 && words[0] == "wp" {
		words = words[1:]
	}
	return words, nil
}

// commands are what people run most, for completion.
const commands = `cache flush|cli version|config get|config list|config set|core is-installed|core update|core update-db|core verify-checksums|
core version|cron event list|cron event run|db check|db export|db import|db optimize|db query|db search|db size|db tables|eval|
help|language core list|maintenance-mode activate|maintenance-mode deactivate|maintenance-mode status|media import|
media regenerate|menu list|option delete|option get|option list|option update|plugin activate|plugin deactivate|plugin delete|
plugin install|plugin list|plugin status|plugin update|post create|post delete|post generate|post list|post meta list|
post-type list|rewrite flush|rewrite list|rewrite structure|role list|search-replace|site list|taxonomy list|term list|
theme activate|theme install|theme list|theme status|theme update|transient delete|user create|user delete|user get|
user list|user update|widget list`

// complete returns the line with its last word completed as far as that is certain, and what the word could be.
func complete(line string) (string, []string) {
	typed := strings.TrimPrefix(strings.TrimLeft(line, " "), "wp ")
	before := line[:len(line)-len(typed)]
	at := strings.LastIndexByte(typed, ' ') + 1
	var next []string
	for command := range strings.SplitSeq(strings.ReplaceAll(commands, "\n", ""), "|") {
		if !strings.HasPrefix(command, typed) {
			continue
		}
		word, _, more := strings.Cut(command[at:], " ")
		if more {
			word += " "
		}
		if len(next) == 0 || next[len(next)-1] != word {
			next = append(next, word)
		}
	}
	if len(next) == 0 {
		return line, nil
	}
	common := next[0]
	for _, word := range next {
		for !strings.HasPrefix(word, common) {
			common = common[:len(common)-1]
		}
	}
	if len(next) == 1 && !strings.HasSuffix(common, " ") {
		common += " "
	}
	return before + typed[:at] + common, next
}

package database

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/Locorum/locorum-tui/model"
)

// conditional matches the opening of a comment whose content a server runs.
var conditional = regexp.MustCompile(`^/\*M?!`)

// isConditional reports whether head opens a comment that is code.
func isConditional(head []byte) bool { return conditional.Match(head) }

// isSandboxLine reports whether head begins the line that tells a client to refuse its own commands from here on. Its
// version number is none that any server has, and the backslash makes old clients fail on it.
func isSandboxLine(head []byte) bool {
	return bytes.HasPrefix(head, []byte(`/*!999999\-`)) || bytes.HasPrefix(head, []byte(`/*M!999999\-`))
}

// word matches one keyword or name.
var word = regexp.MustCompile(`[A-Za-z_]+`)

// keywords returns the words of a statement's head in upper case, those within conditional comments included.
func keywords(head []byte) []string {
	words := word.FindAllString(string(head), 4)
	for i, w := range words {
		words[i] = strings.ToUpper(w)
	}
	if len(words) > 0 && words[0] == "M" && bytes.HasPrefix(head, []byte("/*M!")) {
		words = words[1:]
	}
	return words
}

// startsSQL reports whether a file's first statement begins as dumps do.
func startsSQL(head []byte, words []string) bool {
	if len(words) == 0 {
		return false
	}
	if c := head[0]; c != '/' && c != '(' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
		return false
	}
	switch words[0] {
	case "ALTER", "BEGIN", "CREATE", "DELETE", "DROP", "INSERT", "LOCK", "REPLACE", "SET", "START", "TRUNCATE", "UPDATE", "USE", "COMMIT":
		return true
	}
	return false
}

// unwantedForms match the statements that are left out, at their beginning. Comment openers may stand before them.
var unwantedForms = regexp.MustCompile(`(?is)^(?:/\*M?!\d*\s*)?(?:` +
	`(?:CREATE|DROP)\s+(?:/\*M?!\d*\s*)?(?:DATABASE|SCHEMA)\b` +
	`|USE\s` +
	`|SET\s.*\b(?:SQL_LOG_BIN|GTID_PURGED)\b)`)

// unwanted reports whether a whole statement is to be left out.
func unwanted(statement []byte) bool { return unwantedForms.Match(statement) }

// definer matches a DEFINER clause: an account in any quotes, or the current one.
var definer = regexp.MustCompile("(?i)\\bDEFINER\\s*=\\s*(?:CURRENT_USER(?:\\s*\\(\\s*\\))?|" +
	"(?:`(?:[^`]|``)*`|'[^']*'|\"[^\"]*\"|[\\w$]+)\\s*@\\s*(?:`(?:[^`]|``)*`|'[^']*'|\"[^\"]*\"|[\\w.%$-]+))\\s?")

// emptyConditional matches what a removed clause leaves of the comment that it was alone in.
var emptyConditional = regexp.MustCompile(`/\*M?!\d*\s*\*/ ?`)

// The collations that one engine has and the other has not. Rewritten names must sort alike: the Unicode rules of the
// nearest version, case-insensitive where the old one was.
var (
	mysqlCollation   = regexp.MustCompile(`(?i)\butf8mb4_(?:[a-z]+_)*0900_(ai_ci|as_ci|as_cs|bin)\b`)
	mariadbCollation = regexp.MustCompile(`(?i)\b(?:utf8mb4_|utf8mb3_|ucs2_|utf16_|utf32_)?uca1400_(?:[a-z0-9]+_)*?(?:nopad_)?(ai_ci|ai_cs|as_ci|as_cs)\b`)
)

// rewrite writes a definition to out as the target understands it. Quoted text stays as it is.
func rewrite(out *bytes.Buffer, statement []byte, target model.DBEngine) {
	for _, part := range splitDefiner(statement) {
		var l lexer
		var code []byte
		flush := func() {
			out.Write(collate(code, target))
			code = code[:0]
		}
		for _, b := range part {
			if l.next(b) {
				code = append(code, b)
				continue
			}
			flush()
			out.WriteByte(b)
		}
		flush()
	}
}

// splitDefiner cuts the statement's DEFINER clause out, which stands before its body and so outside of any text: only
// the first is one. Statements that cannot have one stay whole.
func splitDefiner(statement []byte) [][]byte {
	at := definer.FindIndex(statement)
	if at == nil || !codeAt(statement, at[0]) || !canHaveDefiner(statement) {
		return [][]byte{statement}
	}
	whole := append(bytes.Clone(statement[:at[0]]), statement[at[1]:]...)
	return [][]byte{emptyConditional.ReplaceAll(whole, nil)}
}

// canHaveDefiner reports whether the statement creates or alters a view, trigger, routine or event.
func canHaveDefiner(statement []byte) bool {
	words := keywords(statement[:min(len(statement), headSize)])
	return len(words) > 0 && (words[0] == "CREATE" || words[0] == "ALTER")
}

// codeAt reports whether the byte at i is outside of quotes and comments.
func codeAt(statement []byte, i int) bool {
	var l lexer
	for _, b := range statement[:i] {
		l.next(b)
	}
	return l.within == inCode
}

// collate returns code with the names of collations that the target has.
func collate(code []byte, target model.DBEngine) []byte {
	switch target {
	case model.DBEngineMariaDB:
		return mysqlCollation.ReplaceAllFunc(code, func(name []byte) []byte {
			if lower := bytes.ToLower(name); bytes.HasSuffix(lower, []byte("_ai_ci")) || bytes.HasSuffix(lower, []byte("_as_ci")) {
				return []byte("utf8mb4_unicode_520_ci")
			}
			return []byte("utf8mb4_bin")
		})
	case model.DBEngineMySQL:
		return mariadbCollation.ReplaceAllFunc(code, func(name []byte) []byte {
			kind := name[len(name)-len("ai_ci"):]
			if bytes.EqualFold(kind, []byte("ai_cs")) {
				kind = []byte("as_cs")
			}
			return append([]byte("utf8mb4_0900_"), bytes.ToLower(kind)...)
		})
	}
	return code
}

// printable returns the first bytes of text, for an error message that quotes them.
func printable(text []byte) string {
	const most = 24
	return string(text[:min(len(text), most)])
}

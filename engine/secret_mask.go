package engine

import (
	"regexp"
	"strings"
)

// maskedMark stands for a value that looks like a secret.
const maskedMark = "••••"

// secretName matches names whose value is not for the screen. It would rather hide too much: COMPASS=north is hidden too.
var secretName = regexp.MustCompile(`(?i)PASSWORD|PASS|SECRET|TOKEN|KEY|SALT|AUTH|CREDENTIAL`)

// urlPassword matches the user and the password of a URL. Generated passwords are seldom escaped, so the password runs to
// the last @ of the word, whatever is in between.
var urlPassword = regexp.MustCompile(`(://[^\s:@/]*):\S*@`)

// clean makes text of a container fit for the screen: sanitised, without passwords of URLs, without known secrets.
func (d *Docker) clean(text string) string {
	text = SanitizeString(d.secrets.text(text))
	return d.secrets.text(urlPassword.ReplaceAllString(text, "$1:"+maskedMark+"@"))
}

// cleanLines is clean for text of several lines.
func (d *Docker) cleanLines(text string) string {
	lines := strings.Split(d.secrets.text(text), "\n") // a secret may have several lines itself
	for i, line := range lines {
		lines[i] = d.clean(strings.TrimSuffix(line, "\r"))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// maskEnv returns KEY=VALUE entries that may be shown.
func (d *Docker) maskEnv(env []string) []string {
	out := make([]string, len(env))
	for i, entry := range env {
		out[i] = d.clean(maskValue(entry))
	}
	return out
}

// maskWords returns the words of a command that may be shown. An option's secret is in the same word, behind a '=', or in
// the next.
func (d *Docker) maskWords(words []string) []string {
	out := make([]string, len(words))
	for i, word := range words {
		if i > 0 && isSecretOption(words[i-1]) && !strings.HasPrefix(word, "-") {
			out[i] = maskedMark
			continue
		}
		out[i] = d.clean(maskValue(word))
	}
	return out
}

// maskValue hides what is behind the '=' of a name that looks like a secret's.
func maskValue(entry string) string {
	key, value, ok := strings.Cut(entry, "=")
	if ok && value != "" && !strings.ContainsAny(key, " \t\n") && secretName.MatchString(key) {
		return key + "=" + maskedMark
	}
	return entry
}

func isSecretOption(word string) bool {
	return strings.HasPrefix(word, "-") && !strings.ContainsAny(word, "= \t\n") && secretName.MatchString(word)
}

package settings

import (
	"fmt"
	"strings"
)

// Where returns "line 3: " for the setting of that name, as keys.quit, in the file that was loaded; empty when it is not
// in there, or written in a form that only a whole parser would follow.
func (c Config) Where(name string) string {
	if n := c.lines[name]; n > 0 {
		return fmt.Sprintf("line %d: ", n)
	}
	return ""
}

// lines returns the line of each setting that has one of its own, by its full name. The decoder keeps no positions.
func lines(text string) map[string]int {
	found := map[string]int{}
	table, n := "", 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			name, _, _ = strings.Cut(name, "]")
			table = bare(name) + "."
			continue
		}
		if name, _, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			found[table+bare(name)] = n
		}
	}
	return found
}

// bare returns a key without its quotes.
func bare(key string) string { return strings.Trim(strings.TrimSpace(key), `"'`) }

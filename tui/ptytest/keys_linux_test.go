package ptytest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSplitKeys types a key in two parts, the second when the program has read the first. It waits for it as long as
// ESCDELAY says, which here is longer than any test takes.
func TestSplitKeys(t *testing.T) {
	t.Parallel()
	for _, key := range []string{KeyDown, "\x1bOB"} {
		for cut := 1; cut < len(key); cut++ {
			t.Run(fmt.Sprintf("%q and %q", key[:cut], key[cut:]), func(t *testing.T) {
				t.Parallel()
				term := demo(t, Options{Env: []string{"ESCDELAY=10000"}})
				term.Type(t, "?") // esc, which the first part could be taken for, would leave this
				term.WaitFor(t, "the help", func(s Screen) bool { return s.Find("│ sites ") == 3 && s.Contains("delete the site") })
				before := bytesRead(t, term)
				term.Type(t, key[:cut])
				for bytesRead(t, term) < before+int64(cut) {
					time.Sleep(time.Millisecond) // between looks: the system tells nobody when a process reads
				}
				term.Type(t, key[cut:])
				term.WaitFor(t, "the help, scrolled down by one", func(s Screen) bool { return s.Find("│ sites ") == 2 })
				quit(t, term)
			})
		}
	}
}

// bytesRead returns how many bytes the program has ever read, of whatever.
func bytesRead(t *testing.T, term *Terminal) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", term.Pid()))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "rchar: "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no rchar in %q", text)
	return 0
}

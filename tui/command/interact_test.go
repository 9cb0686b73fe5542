package command

import "testing"

// TestTerminalKind keeps the kinds that images know and makes an xterm of the others.
func TestTerminalKind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"xterm-256color": "xterm-256color", "vt220": "vt220", "dumb": "dumb", "linux": "linux", "": "",
		"xterm-kitty": "xterm-256color", "tmux-256color": "xterm-256color", "xterm-ghostty": "xterm-256color",
	} {
		if got := terminalKind(kind); got != want {
			t.Errorf("%q becomes %q, want %q", kind, got, want)
		}
	}
}

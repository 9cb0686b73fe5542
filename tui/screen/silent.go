package screen

import "os"

// Silent is a terminal for Bubble Tea, which makes it raw, asks it for its size and mends it, but which shows nothing of
// what Bubble Tea's own renderer writes: with tea.WithoutRenderer it would leave all of that undone.
type Silent struct{ *os.File }

// Write drops p.
func (Silent) Write(p []byte) (int, error) { return len(p), nil }

// WriteString drops s.
func (Silent) WriteString(s string) (int, error) { return len(s), nil }

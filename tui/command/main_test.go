package command

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// binaryDir is where tests that need a process of its own build the program.
var binaryDir string

// TestMain fails the package when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "locorum-tui-command")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaryDir = dir
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

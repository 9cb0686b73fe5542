package ptytest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// built is the binary of this test process, built when it is first asked for.
type built struct {
	once sync.Once
	dir  string
	path string
	err  error
}

// binary is shared by the tests of a process: building takes longer than most of them.
var binary built

func (b *built) build() {
	dir, err := os.MkdirTemp("", "locorum-tui-ptytest")
	if err != nil {
		b.err = fmt.Errorf("make a folder for the program: %w", err)
		return
	}
	b.dir, b.path = dir, filepath.Join(dir, "locorum-tui")
	cmd := exec.Command("go", "build", "-o", b.path, "github.com/Locorum/locorum-tui")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.err = fmt.Errorf("build the program: %w\n%s", err, out)
	}
}

// Build builds the program, once per test process, and returns its path. A package that calls it, or Start, calls Main from
// its TestMain: that removes the file.
func Build(tb testing.TB) string {
	tb.Helper()
	binary.once.Do(binary.build)
	if binary.err != nil {
		tb.Fatal(binary.err)
	}
	return binary.path
}

// Main runs the tests of a package, fails it when one of them leaves a goroutine behind, removes what Build has built, and
// ends the process.
func Main(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := remove(binary.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
		os.Exit(code)
	}))
}

func remove(dir string) error {
	if dir == "" {
		return nil // nothing was built
	}
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the program: %w", err)
	}
	return nil
}

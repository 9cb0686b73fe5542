package command

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// binary builds the program, once, and returns its path.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaryDir, "locorum-tui")
	cmd := exec.Command("go", "build", "-o", path, "github.com/Locorum/locorum-tui")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
})

// process returns the program as a process of its own, on a home folder.
func process(tb testing.TB, home string, args ...string) *exec.Cmd {
	tb.Helper()
	path, err := binary()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME=", "LC_ALL=C.UTF-8", "TERM=xterm-256color")
	return cmd
}

// exitCode returns the exit code of a process that has ended, -1 when a signal ended it.
func exitCode(tb testing.TB, err error) int {
	tb.Helper()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatal(err)
	}
	if exit == nil {
		return 0
	}
	return exit.ExitCode()
}

// runs runs a process to its end and returns what came of it.
func runs(tb testing.TB, cmd *exec.Cmd) result {
	tb.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	code := exitCode(tb, cmd.Run())
	return result{code, stdout.String(), stderr.String()}
}

func TestProcess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		env    string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"version", "", []string{"version"}, exitDone, "locorum-tui dev\n", ""},
		{"no terminal", "", nil, exitUsage, "", "locorum-tui: this is no terminal"},
		{"no daemon", "DOCKER_HOST=unix:///nowhere/docker.sock", []string{"ls"}, exitUnreachable, "", "Docker is not reachable: "},
		{"no such address", "DOCKER_HOST=gopher://x", []string{"ls"}, exitUnreachable, "", "Docker is not reachable: "},
		{"no site", "DOCKER_HOST=unix:///nowhere/docker.sock", []string{"url", "nope"}, exitNoSite, "", `no site "nope"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := process(t, t.TempDir(), c.args...)
			cmd.Env = append(cmd.Env, c.env)
			runs(t, cmd).want(t, c.code, c.stdout, c.stderr)
		})
	}
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// maxExecOutput bounds what ExecInContainer keeps, in bytes. What is larger belongs to ExecInContainerWriter.
const maxExecOutput = 64 << 20

// ExitError says that a command ended with another exit code than 0.
type ExitError struct{ Code int }

// Error returns the exit code in words.
func (e *ExitError) Error() string { return "command exited with code " + strconv.Itoa(e.Code) }

// ExecInContainer runs cmd in the named container as its own user and returns what it wrote: the lines of both streams in
// the order they came, joined by newlines and without one at the end, not sanitised. An exit code other than 0 is an
// *ExitError beside the output. More than 64 MiB of output ends the command with an error.
//
// See ExecInContainerWriter for what else can fail and for what ctx does.
func (d *Docker) ExecInContainer(ctx context.Context, containerName string, cmd []string) (string, error) {
	opts := ExecOptions{Cmd: cmd}
	var text execText
	stdout, stderr := newLineWriter(maxExecOutput, text.add), newLineWriter(maxExecOutput, text.add)
	code, err := d.execute(ctx, containerName, opts, execStreams{stdout: stdout, stderr: stderr})
	if flushErr := errors.Join(stdout.flush(), stderr.flush()); err == nil && flushErr != nil {
		err = d.failRun(flushErr, execOp(containerName, opts))
	}
	if err == nil && code != 0 {
		err = d.failRun(&ExitError{Code: code}, execOp(containerName, opts))
	}
	return text.String(), err
}

// execText joins lines up to maxExecOutput bytes.
type execText struct {
	strings.Builder
	started bool
}

func (t *execText) add(line []byte) error {
	if t.Len()+len(line) >= maxExecOutput {
		return fmt.Errorf("more than %d MiB of output to keep in memory", maxExecOutput>>20)
	}
	if t.started {
		t.WriteByte('\n')
	}
	t.started = true
	t.Write(line)
	return nil
}

// execOp says what is done, for errors. Only the program's name is told: arguments may hold secrets.
func execOp(name string, opts ExecOptions) string {
	program := "a command"
	if len(opts.Cmd) > 0 && opts.Cmd[0] != "" {
		program = opts.Cmd[0]
	}
	return "run " + program + " in container " + name
}

// containerRef is the form of a container's name or ID. Anything else would change the path of a request.
var containerRef = regexp.MustCompile(`^/?[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

// checkExec returns an ErrSpecInvalid that names the field which cannot be right.
func checkExec(name string, opts ExecOptions) error {
	switch {
	case !containerRef.MatchString(name):
		return fmt.Errorf("container name %q is not one: %w", name, ErrSpecInvalid)
	case len(opts.Cmd) == 0 || opts.Cmd[0] == "":
		return fmt.Errorf("field Cmd is empty: %w", ErrSpecInvalid)
	}
	for i, arg := range opts.Cmd {
		if strings.ContainsRune(arg, 0) {
			return fmt.Errorf("field Cmd[%d] holds a NUL byte: %w", i, ErrSpecInvalid)
		}
	}
	for i, entry := range opts.Env {
		if key, _, ok := strings.Cut(entry, "="); !ok || key == "" || strings.ContainsRune(entry, 0) {
			return fmt.Errorf("field Env[%d] is not of the form KEY=VALUE: %w", i, ErrSpecInvalid)
		}
	}
	return nil
}

package engine

import (
	"context"
	"io"
)

// ExecInContainerWriter runs a command in a running container and writes what it writes to stdoutW and stderrW, byte for
// byte, from the calling goroutine. A nil writer discards.
//
// It returns the exit code as soon as the daemon reports that the process has ended, which the end of its output alone
// does not say. An exit code other than 0 is not an error. As in a shell, a program that does not exist ends with 127 and
// one that cannot be run with 126, and the daemon's sentence about it goes to stderr. With an error the code is -1, except
// that it stays when the process's end is known.
//
// Errors: ErrNotFound when there is no such container, ErrNotRunning when it does not run or stopped under the command,
// ErrSpecInvalid for arguments that cannot be right, ErrDaemonUnreachable when the daemon goes away. An error of a writer
// ends the process and is returned.
//
// When ctx ends, the process inside ends too: TERM for it and its descendants, then, after five seconds, KILL. Until then
// its output is still delivered. The call returns ctx's error at the latest 25 seconds after, or when a Write under way
// does; if the process may still run, the error says so. That needs /bin/sh in the container. The processes are found by
// the variable LOCORUM_EXEC of their environment, which the command therefore sees.
func (d *Docker) ExecInContainerWriter(ctx context.Context, containerName string, opts ExecOptions, stdoutW, stderrW io.Writer) (int, error) {
	return d.execute(ctx, containerName, opts, execStreams{stdout: stdoutW, stderr: stderrW})
}

// ExecInContainerWriterStdin is ExecInContainerWriter with stdin as the standard input of the command. At the end of stdin
// the command finds the end of its input. Any other error of stdin ends the process and is returned: half a dump must not
// look like a whole one. A nil stdin is an empty one.
//
// The call returns when the process ends, even if stdin blocks. A reader with a method Cancel() bool is cancelled then and
// its goroutine joined. Of any other reader one pending Read may outlive the call; it stays the caller's to release, and
// what it returns is dropped.
func (d *Docker) ExecInContainerWriterStdin(ctx context.Context, containerName string, opts ExecOptions, stdin io.Reader, stdoutW, stderrW io.Writer) (int, error) {
	return d.execute(ctx, containerName, opts, execStreams{stdin: stdin, stdout: stdoutW, stderr: stderrW})
}

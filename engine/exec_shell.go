package engine

import (
	"context"
	"fmt"
	"strings"
)

// findShell prints the first shell that is a program on the PATH, which is where the daemon looks for it. A shell's own
// `command -v` is no help: some builds of BusyBox claim shells that are not there.
const findShell = `IFS=:
for shell in bash ash sh; do
	for dir in $PATH; do
		if [ -f "$dir/$shell" ] && [ -x "$dir/$shell" ]; then echo "$shell"; exit 0; fi
	done
done
exit 1`

// ProbeShell returns which shell to offer in the named container to user, or to the container's own user when it is empty:
// "bash", else "ash", else "sh". ErrNotFound says that there is none of them (or no such container). Other errors are those
// of ExecInContainerWriter.
func (d *Docker) ProbeShell(ctx context.Context, name, user string) (string, error) {
	var out shellName
	code, err := d.execute(ctx, name, ExecOptions{Cmd: []string{"sh", "-c", findShell}, User: user}, execStreams{stdout: &out})
	if err != nil {
		return "", err
	}
	if shell := strings.TrimSpace(string(out)); code == 0 && (shell == "bash" || shell == "ash" || shell == "sh") {
		return shell, nil
	}
	for _, shell := range []string{"bash", "ash"} { // there is no sh to ask
		code, err := d.execute(ctx, name, ExecOptions{Cmd: []string{shell, "-c", "exit 0"}, User: user}, execStreams{})
		if err != nil {
			return "", err
		}
		if code == 0 {
			return shell, nil
		}
	}
	err = fmt.Errorf("the image has none of bash, ash and sh, so there is no shell to open: %w", ErrNotFound)
	return "", d.fail(err, "find a shell in container "+name)
}

// shellName keeps the beginning of what is written to it: more than a name is not one.
type shellName []byte

func (n *shellName) Write(p []byte) (int, error) {
	*n = append(*n, p[:min(len(p), 16-len(*n))]...)
	return len(p), nil
}

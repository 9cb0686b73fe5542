package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// SeesFolder reports whether containers of the daemon can mount the folder dir of this machine, which must exist. A daemon
// behind a socket of this machine can, or says so itself: it is not asked. Any other is asked to look for a file that is
// made in dir for the question, since a folder of that name is there too where a person has the same name on two machines.
// That takes a helper container and, the first time, its image. SeesFolder returns what keeps the daemon from answering.
func (d *Docker) SeesFolder(ctx context.Context, dir string) (bool, error) {
	host := d.Endpoint().Host
	if strings.HasPrefix(host, "unix://") || strings.HasPrefix(host, "npipe://") {
		return true, nil
	}
	op := "ask Docker at " + host + " whether it sees " + dir
	mark, err := os.CreateTemp(dir, ".locorum-seen-*")
	if err != nil {
		return false, fmt.Errorf("%s: %w", op, err)
	}
	defer func() {
		_ = mark.Close()
		_ = os.Remove(mark.Name()) // an empty file at worst
	}()
	const target = "/seen"
	result, err := d.runOneShot(ctx, oneShot{
		name: "locorum-seen-" + helperSuffix(filepath.Base(mark.Name())), image: helperImage, role: roleOneShot, user: "0:0",
		cmd:    []string{"test", "-f", target + "/" + filepath.Base(mark.Name())},
		mounts: []OneShotMount{{Bind: dir, Target: target, ReadOnly: true}}, caps: []string{"DAC_OVERRIDE"},
		readOnly: true, shallow: true, maxOutput: maxChownOutput,
	})
	switch {
	case errors.Is(err, ErrSpecInvalid): // there is no folder of that name
		return false, nil
	case err != nil:
		return false, d.fail(err, op)
	}
	return result.ExitCode == 0, nil
}

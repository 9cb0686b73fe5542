package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// maxChownOutput in bytes: what chown complains about, one line for each file that it cannot change.
const maxChownOutput = 1 << 20

// ChownVolume gives everything in the volume, and its root, to uid:gid, by a helper container on the daemon's host. The
// volume must exist (ErrNotFound) and be ours (*OwnerError). Symbolic links are changed themselves and never followed.
// Running services keep writing meanwhile with the owners they have, so stop them first.
func (d *Docker) ChownVolume(ctx context.Context, volumeName string, uid, gid int) error {
	op := "give volume " + plainText(volumeName) + " to another user"
	err := validateName("volume name", volumeName)
	if err == nil {
		err = validateOwner(uid, gid)
	}
	if err != nil {
		return d.fail(err, op)
	}
	cli, err := d.ready(ctx)
	if err != nil {
		return d.fail(err, op)
	}
	vol, err := cli.VolumeInspect(ctx, volumeName)
	if err == nil {
		err = d.checkVolumeOwner(volumeName, vol.Labels)
	}
	if err == nil {
		err = d.chown(ctx, "chown-vol-"+helperSuffix(volumeName), OneShotMount{Volume: volumeName}, uid, gid)
	}
	return d.fail(err, op)
}

// ChownPath gives everything under a path of the daemon's host, and the path itself, to uid:gid, by a helper container.
// The path must be absolute and exist, and be neither the root, nor one of the directories directly below it that every
// system has, nor anywhere in those that are the system's own: ErrSpecInvalid. A link is followed when it is the path
// itself, and checked likewise where the daemon shares our file system; links under the path are changed themselves and
// never followed. Other file systems mounted under the path are left alone.
func (d *Docker) ChownPath(ctx context.Context, hostPath string, uid, gid int) error {
	op := "give " + plainText(hostPath) + " to another user"
	if err := validateOwner(uid, gid); err != nil {
		return d.fail(err, op)
	}
	target, err := d.chownTarget(hostPath)
	if err == nil {
		err = d.chown(ctx, "chown-path-"+helperSuffix(target), OneShotMount{Bind: target}, uid, gid)
	}
	return d.fail(err, op)
}

// chown runs the helper. It has the two capabilities that changing the owner of other people's files takes: CHOWN, and
// DAC_OVERRIDE to look into directories that are closed to others.
func (d *Docker) chown(ctx context.Context, name string, what OneShotMount, uid, gid int) error {
	what.Target = "/target"
	result, err := d.runOneShot(ctx, oneShot{
		name: name, image: helperImage, role: roleChownHelper, user: "0:0",
		cmd:    []string{"chown", "-Rh", fmt.Sprintf("%d:%d", uid, gid), what.Target},
		mounts: []OneShotMount{what}, caps: []string{"CHOWN", "DAC_OVERRIDE"}, readOnly: true, shallow: true, maxOutput: maxChownOutput,
	})
	if err == nil && result.ExitCode != 0 {
		err = fmt.Errorf("chown ended with code %d: %s", result.ExitCode, plainText(strings.TrimSpace(string(result.Stderr))))
	}
	return err
}

// validateOwner refuses what no user or group has; the greatest number stands for "no change" in chown(2).
func validateOwner(uid, gid int) error {
	for _, id := range []struct {
		field string
		value int
	}{{"uid", uid}, {"gid", gid}} {
		if id.value < 0 || int64(id.value) >= math.MaxUint32 {
			return fmt.Errorf("%w: %s %d is not a number from 0 to %d", ErrSpecInvalid, id.field, id.value, uint32(math.MaxUint32-1))
		}
	}
	return nil
}

// Directories that a recursive change of owner would break the machine in.
var (
	systemDirs  = [...]string{"/", "/home", "/media", "/mnt", "/opt", "/private", "/root", "/run", "/srv", "/tmp", "/var", "/var/lib", "/var/log", "/var/run", "/Users", "/Volumes", "/Applications"}
	systemTrees = [...]string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/sbin", "/sys", "/usr", "/System", "/Library", "/var/lib/docker", "/var/lib/containerd"}
)

// chownTarget returns the path to mount, or why not. Where the daemon sees our files, links in the path are resolved first.
func (d *Docker) chownTarget(hostPath string) (string, error) {
	if !path.IsAbs(hostPath) || strings.Contains(hostPath, "\x00") {
		return "", fmt.Errorf("%w: path %q is not absolute", ErrSpecInvalid, hostPath)
	}
	target := path.Clean(hostPath)
	if err := refuseSystemPath(target); err != nil {
		return "", err
	}
	d.mu.RLock()
	local := strings.HasPrefix(d.endpoint.Host, "unix://")
	d.mu.RUnlock()
	if local {
		// A path that we do not see may still be the daemon's, in a virtual machine: it will say.
		if resolved, err := filepath.EvalSymlinks(target); err == nil {
			return resolved, refuseSystemPath(resolved)
		}
	}
	return target, nil
}

// refuseSystemPath refuses a clean path that is the system's.
func refuseSystemPath(p string) error {
	inTree := slices.ContainsFunc(systemTrees[:], func(tree string) bool { return p == tree || strings.HasPrefix(p, tree+"/") })
	if inTree || slices.Contains(systemDirs[:], p) {
		return fmt.Errorf("%w: path %q is the system's; name a folder of your own", ErrSpecInvalid, p)
	}
	return nil
}

// helperSuffix makes the end of a helper's name from what it works on, and some random digits: two helpers on one volume do
// not meet. What a name cannot hold becomes "_"; 48 bytes are kept, of which the first is a letter, a digit or "_".
func helperSuffix(subject string) string {
	safe := strings.Map(func(r rune) rune {
		if r < 0x80 && strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-", r) {
			return r
		}
		return '_'
	}, subject)
	safe = safe[max(0, len(safe)-48):]
	if safe == "" || safe[0] == '.' || safe[0] == '-' {
		safe = "x" + safe
	}
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	return safe + "-" + hex.EncodeToString(random[:])
}

package sites

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/Locorum/locorum-tui/engine"
)

// account is the user and group that a site's files belong to and that PHP runs as.
type account struct{ uid, gid int }

func (a account) String() string { return fmt.Sprintf("%d:%d", a.uid, a.gid) }

// accountFor returns whose the site in folder is: ours. For root it is the folder's owner; where that is root too, or there
// is no folder yet, the one who called sudo, else the image's own user.
func accountFor(folder string, me account, lookup func(string) (string, bool)) account {
	if me.uid != 0 {
		uid, gid := engine.PHPUserGroup()
		return account{uid, gid}
	}
	if owner, ok := fileOwner(folder); ok && owner.uid != 0 {
		return owner
	}
	number := func(name string) int {
		text, _ := lookup(name)
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0
		}
		return n
	}
	if uid, gid := number("SUDO_UID"), number("SUDO_GID"); uid > 0 && gid > 0 {
		return account{uid, gid}
	}
	uid, gid := engine.PHPUserGroup()
	return account{uid, gid}
}

// own gives what we made under paths to the account, when we are root; else it is the person's already. Only what belongs
// to root is given away, so that nothing of anybody else's changes hands. Links are not followed.
func (a account) own(me account, paths ...string) error {
	if me.uid != 0 || a.uid == 0 {
		return nil
	}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, _ fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if owner, ok := fileOwner(name); !ok || owner.uid != 0 {
				return nil
			}
			return os.Lchown(name, a.uid, a.gid)
		})
		if err != nil {
			return fmt.Errorf("give the site's files to user %s: %w", a, err)
		}
	}
	return nil
}

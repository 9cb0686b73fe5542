package engine

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// validateTmpfsOptions refuses options that the daemon would refuse, which it does as late as at the start of the
// container. Empty is fine: the daemon then adds noexec, nosuid and nodev, as it does to whatever is not said.
func validateTmpfsOptions(options string) error {
	if options == "" {
		return nil
	}
	for option := range strings.SplitSeq(options, ",") {
		key, value, hasValue := strings.Cut(option, "=")
		form, known := tmpfsValues[key]
		switch {
		case known && !form.MatchString(value):
			return fmt.Errorf("%q has no valid value", option)
		case known:
		case hasValue || !slices.Contains(tmpfsFlags[:], key):
			return fmt.Errorf("%q is no option of a tmpfs", option)
		}
	}
	return nil
}

// tmpfsValues are the options with a value that every daemon of ours knows, and the form of the value.
var tmpfsValues = map[string]*regexp.Regexp{
	"size":      regexp.MustCompile(`^[0-9]+[kmgKMG%]?$`),
	"mode":      regexp.MustCompile(`^[0-7]{1,5}$`),
	"uid":       regexp.MustCompile(`^[0-9]+$`),
	"gid":       regexp.MustCompile(`^[0-9]+$`),
	"nr_inodes": regexp.MustCompile(`^[0-9]+[kmgKMG]?$`),
	"nr_blocks": regexp.MustCompile(`^[0-9]+[kmgKMG]?$`),
	"mpol":      regexp.MustCompile(`^[a-z0-9:=-]+$`),
}

// tmpfsFlags are the options without a value.
var tmpfsFlags = [...]string{
	"ro", "rw", "exec", "noexec", "suid", "nosuid", "dev", "nodev", "sync", "async", "dirsync", "atime", "noatime",
	"diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime",
}

package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"
)

// Limits of the kernel below which a few sites with their editors and build tools run into trouble.
const (
	fewWatches   = 16_384
	fewInstances = 128
	fewFiles     = 4_096
)

// inotify looks at how many files may be watched. The router watches its folder, and so do build tools and editors.
func (x examiner) inotify(context.Context) ([]Finding, error) {
	if x.OS != "linux" {
		return nil, nil
	}
	var low []string
	for _, limit := range []struct {
		name string
		few  int64
	}{{"max_user_watches", fewWatches}, {"max_user_instances", fewInstances}} {
		text, err := x.read("proc/sys/fs/inotify/" + limit.name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil // a kernel without
		}
		if err != nil {
			return nil, fmt.Errorf("read the limit %s: %w", limit.name, err)
		}
		value, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read the limit %s: %w", limit.name, err)
		}
		if value < limit.few {
			low = append(low, fmt.Sprintf("fs.inotify.%s is %d", limit.name, value))
		}
	}
	if len(low) == 0 {
		return []Finding{{Severity: OK, Title: "enough files can be watched"}}, nil
	}
	return []Finding{{
		Severity: Warn, Title: "few files can be watched", Detail: sentence(list(low)) + " The router may miss new sites, and build tools changed files.",
		Fix:     "Raise the limits; to keep them over a reboot write them to a file in /etc/sysctl.d.",
		Command: "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024",
	}}, nil
}

// openFiles looks at how many files this process may have open. Go raises the soft limit to the hard one by itself.
func (x examiner) openFiles(context.Context) ([]Finding, error) {
	if x.OS != "linux" {
		return nil, nil
	}
	text, err := x.read("proc/self/limits")
	if err != nil {
		return nil, fmt.Errorf("read our own limits: %w", err)
	}
	hard, ok := parseOpenFiles(text)
	if !ok {
		return nil, errors.New("read our own limits: there is no line for open files")
	}
	if hard >= fewFiles {
		return []Finding{{Severity: OK, Title: "enough files can be open"}}, nil
	}
	return []Finding{{
		Severity: Warn, Title: fmt.Sprintf("only %d files can be open", hard), Detail: "Following many logs at once may fail.",
		Fix: "Raise nofile for your user in /etc/security/limits.conf and log in again; the command shows the limit.", Command: "ulimit -Hn",
	}}, nil
}

// parseOpenFiles returns the hard limit of open files out of /proc/PID/limits; unlimited is the largest number.
func parseOpenFiles(text string) (hard int64, ok bool) {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(line, "Max open files")
		if !found {
			continue
		}
		fields := strings.Fields(rest) // soft, hard, unit
		if len(fields) < 2 {
			return 0, false
		}
		if fields[1] == "unlimited" {
			return math.MaxInt64, true
		}
		hard, err := strconv.ParseInt(fields[1], 10, 64)
		return hard, err == nil && hard >= 0
	}
	return 0, false
}

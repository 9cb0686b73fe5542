package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// logindPlaces are where systemd looks for logind.conf and logind.conf.d, the one that wins first.
var logindPlaces = [...]string{"etc/systemd", "run/systemd", "usr/local/lib/systemd", "usr/lib/systemd", "lib/systemd"}

// logind is what its configuration says of processes at a logout.
type logind struct {
	killProcesses bool     // KillUserProcesses; distributions build it as no
	killOnly      []string // KillOnlyUsers; nobody in particular means all
	killExclude   []string // KillExcludeUsers
}

// logout asks whether operations outlive the login that began them.
func (x examiner) logout(context.Context) ([]Finding, error) {
	if x.OS != "linux" || !x.exists("run/systemd/system") {
		return nil, nil
	}
	conf, err := x.logind()
	if err != nil {
		return nil, fmt.Errorf("read the settings of systemd-logind: %w", err)
	}
	cgroup, err := x.read("proc/self/cgroup")
	if err != nil {
		return nil, fmt.Errorf("read which session we are in: %w", err)
	}
	user := cmp.Or(x.env("USER"), x.env("LOGNAME"))
	if !conf.kills(user) || !inSession(cgroup) && x.lingers(user) {
		return []Finding{{Severity: OK, Title: "operations go on when you log out"}}, nil
	}
	return []Finding{{
		Severity: Warn, Title: "systemd ends your processes when you log out",
		Detail:  "KillUserProcesses=yes: an operation under way, such as a create or an import, breaks off when your SSH session ends.",
		Fix:     "Let your processes outlive your logins with `loginctl enable-linger`, and start locorum-tui outside of the session as the command does.",
		Command: "loginctl enable-linger && systemd-run --user --scope locorum-tui",
	}}, nil
}

// kills reports whether the user's processes end with the session.
func (l logind) kills(user string) bool {
	if user == "" {
		return l.killProcesses
	}
	return l.killProcesses && !slices.Contains(l.killExclude, user) && (len(l.killOnly) == 0 || slices.Contains(l.killOnly, user))
}

// lingers reports whether the user's own systemd goes on without a login.
func (x examiner) lingers(user string) bool {
	return fs.ValidPath(user) && !strings.Contains(user, "/") && x.exists("var/lib/systemd/linger/"+user)
}

// inSession reports whether /proc/self/cgroup says that the process belongs to a login, and ends with it.
func inSession(cgroup string) bool {
	for line := range strings.Lines(cgroup) {
		name := path.Base(strings.TrimSpace(line))
		if strings.HasPrefix(name, "session-") && strings.HasSuffix(name, ".scope") {
			return true
		}
	}
	return false
}

// logind reads logind.conf, then the files of logind.conf.d by name: what comes later wins.
func (x examiner) logind() (logind, error) {
	conf := logind{killExclude: []string{"root"}}
	for _, place := range logindPlaces {
		text, err := x.read(place + "/logind.conf")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return conf, err
		}
		conf.apply(text)
		break
	}
	places := map[string]string{} // of a file's name: the first place that has it
	for _, place := range logindPlaces {
		entries, err := fs.ReadDir(x.Root, place+"/logind.conf.d")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return conf, err
		}
		for _, entry := range entries {
			if name := entry.Name(); strings.HasSuffix(name, ".conf") && places[name] == "" {
				places[name] = place + "/logind.conf.d/" + name
			}
		}
	}
	names := make([]string, 0, len(places))
	for name := range places {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text, err := x.read(places[name])
		if err != nil {
			return conf, err
		}
		conf.apply(text)
	}
	return conf, nil
}

// apply reads the section [Login] of a file over what is known. Lines that cannot be understood are left out, as systemd
// does.
func (l *logind) apply(text string) {
	section := ""
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", line[0] == '#', line[0] == ';':
			continue
		case line[0] == '[':
			section = line
			continue
		case section != "[Login]":
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "KillUserProcesses":
			if yes, ok := parseBool(value); ok {
				l.killProcesses = yes
			}
		case "KillOnlyUsers":
			l.killOnly = strings.Fields(value)
		case "KillExcludeUsers":
			l.killExclude = strings.Fields(value)
		}
	}
}

// parseBool reads systemd's words.
func parseBool(word string) (value, ok bool) {
	switch strings.ToLower(word) {
	case "1", "yes", "y", "true", "t", "on":
		return true, true
	case "0", "no", "n", "false", "f", "off":
		return false, true
	}
	return false, false
}

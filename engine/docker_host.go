package engine

import (
	"errors"
	"net"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"github.com/docker/cli/cli/connhelper/ssh"
	"github.com/docker/docker/client"
)

// dockerHost is a Docker host that was understood.
type dockerHost struct {
	scheme string // unix, npipe, tcp or ssh
	addr   string // host:port of tcp; [user@]host[:port] of ssh
	path   string // of the socket or pipe; of tcp and ssh what follows the address
}

// url returns the host in the form that the Docker client reads.
func (h dockerHost) url() string { return h.scheme + "://" + h.addr + h.path }

// parseHost understands a Docker host as the docker command does: without a scheme it is tcp; what is left out of tcp is
// localhost, and port 2375, or 2376 with TLS. The error says what is wrong in words of our own, and never the host, which
// may hold a password.
func parseHost(text string, withTLS bool) (dockerHost, error) {
	text = strings.TrimSpace(text)
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "tcp", text
	}
	switch scheme {
	case "unix", "npipe":
		return parseSocketHost(scheme, rest)
	case "tcp":
		return parseTCPHost(rest, withTLS)
	case "ssh":
		return parseSSHHost(text)
	case "http", "https":
		return dockerHost{}, errors.New("it begins with " + scheme + "://, where Docker wants tcp://")
	}
	return dockerHost{}, errors.New("it does not begin with unix://, tcp:// or ssh://")
}

// parseSocketHost understands a path; an empty one is the system's own.
func parseSocketHost(scheme, path string) (dockerHost, error) {
	if scheme == "npipe" && runtime.GOOS != "windows" {
		return dockerHost{}, errors.New("npipe:// exists on Windows only")
	}
	if path == "" {
		system, systemPath, _ := strings.Cut(client.DefaultDockerHost, "://")
		if system != scheme {
			return dockerHost{}, errors.New("it names no path")
		}
		path = systemPath
	}
	return dockerHost{scheme: scheme, path: path}, nil
}

// parseTCPHost understands [host][:port][/path].
func parseTCPHost(rest string, withTLS bool) (dockerHost, error) {
	u, err := url.Parse("tcp://" + rest)
	switch {
	case err != nil:
		return dockerHost{}, errors.New("its address cannot be read")
	case u.User != nil:
		return dockerHost{}, errors.New("it holds a user name, which Docker does not take with tcp://")
	case u.RawQuery != "" || u.Fragment != "":
		return dockerHost{}, errors.New("it goes on after the address with ? or #")
	}
	name, port := u.Hostname(), u.Port()
	if name == "" {
		name = "localhost"
	}
	if port == "" {
		port = "2375"
		if withTLS {
			port = "2376"
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return dockerHost{}, errors.New("its port is not a number from 1 to 65535")
	}
	return dockerHost{scheme: "tcp", addr: net.JoinHostPort(name, port), path: u.Path}, nil
}

// parseSSHHost understands ssh://[user@]host[:port][/socket].
func parseSSHHost(text string) (dockerHost, error) {
	u, err := url.Parse(text)
	if err != nil {
		return dockerHost{}, errors.New("its address cannot be read")
	}
	if _, set := u.User.Password(); set {
		return dockerHost{}, errors.New("it holds a password; ssh takes none from there")
	}
	spec, err := ssh.NewSpec(u)
	if err != nil {
		return dockerHost{}, err // names the part that is wrong
	}
	if strings.HasPrefix(spec.Host, "-") || strings.HasPrefix(spec.User, "-") {
		return dockerHost{}, errors.New("its host or user begins with -")
	}
	return dockerHost{scheme: "ssh", addr: strings.TrimPrefix(u.User.String()+"@"+u.Host, "@"), path: spec.Path}, nil
}

// showHost returns what may be shown of a host that perhaps is none: no password, no control characters.
func showHost(text string) string {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "", text
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		if user, _, secret := strings.Cut(rest[:at], ":"); secret {
			rest = user + ":" + redactedMark + rest[at:]
		}
	}
	if found {
		rest = scheme + "://" + rest
	}
	return SanitizeString(rest)
}

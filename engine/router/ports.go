package router

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	maxPort = 65535
	// apiHost is where the API is, whatever the other ports are bound to.
	apiHost = "127.0.0.1"
	// fallbackTries is how many ports are tried from the first fallback on.
	fallbackTries = 20
)

// ErrPortTaken says that no port was free for the router. Errors of this kind are *PortTakenError.
var ErrPortTaken = errors.New("no free port for the router")

// PortTakenError says that a port of the router, and every port to fall back to, is taken or forbidden. It is an
// ErrPortTaken.
type PortTakenError struct {
	// Port is the wished one, First to Last the others that were tried.
	Port, First, Last int
	// Bind is the address of this machine that they were tried on.
	Bind string
	// Forbidden says that Docker may not take Port; else a program has it, Holder, as far as that can be seen.
	Forbidden bool
	Holder    Process
	// Setting is the row of the settings that holds the wish; empty for the API's port, which has none.
	Setting string
	// Err is what Docker said of Port.
	Err error
}

// Error names the holder and the next step.
func (e *PortTakenError) Error() string {
	text := fmt.Sprintf("port %d of %s is taken by %v", e.Port, e.Bind, e.Holder)
	if e.Forbidden {
		text = fmt.Sprintf("Docker may not take port %d of %s", e.Port, e.Bind)
	}
	text += fmt.Sprintf(", and none of %d to %d is free either; free one of them", e.First, e.Last)
	if e.Setting != "" {
		text += ", or choose another port with the setting " + e.Setting
	}
	return text
}

// Is reports that every PortTakenError is an ErrPortTaken.
func (e *PortTakenError) Is(target error) bool { return target == ErrPortTaken }

// Unwrap returns what Docker said.
func (e *PortTakenError) Unwrap() error { return e.Err }

// role is one of the router's three ports, and in which order ports are tried for it.
type role struct {
	bind    string
	setting string
	wish    int
	first   int // of the fallback
	order   []int
}

// picker chooses ports, each on its own: when only the plain port is taken, the one in every URL stays 443.
type picker struct {
	https, http, api role
	refused          map[int]error // what Docker said of a port
}

// newPicker returns a picker that begins with what was chosen before, as long as the wish is still that of then.
func (r *Router) newPicker() *picker {
	kept, ok := r.readState()
	same := ok && kept.Wish == r.opts.Ports
	make := func(bind, setting string, wish, first, kept int) role {
		order := []int{wish, kept}
		if same {
			order = []int{kept, wish}
		}
		for port := first; port < first+fallbackTries; port++ {
			order = append(order, port)
		}
		// There is no 0, which is what was kept when nothing was; nor anything above the last port.
		order = slices.DeleteFunc(order, func(port int) bool { return port < 1 || port > maxPort })
		return role{bind, setting, wish, first, order}
	}
	return &picker{
		https:   make(r.opts.Bind, "router.https_port", r.opts.Ports.HTTPS, r.opts.Fallback.HTTPS, kept.HTTPS),
		http:    make(r.opts.Bind, "router.http_port", r.opts.Ports.HTTP, r.opts.Fallback.HTTP, kept.HTTP),
		api:     make(apiHost, "", r.firstAPI, r.firstAPI+1, kept.API),
		refused: map[int]error{},
	}
}

// pick returns the first ports that nothing is known against.
func (p *picker) pick() (state, error) {
	var used []int
	choose := func(role role) (int, error) {
		for _, port := range role.order {
			if p.refused[port] == nil && !slices.Contains(used, port) {
				used = append(used, port)
				return port, nil
			}
		}
		return 0, &PortTakenError{
			Port: role.wish, First: role.first, Last: min(role.first+fallbackTries-1, maxPort), Bind: role.bind,
			Setting: role.setting, Err: p.refused[role.wish], Forbidden: isForbidden(p.refused[role.wish]),
		}
	}
	var s state
	var errs [3]error
	s.HTTPS, errs[0] = choose(p.https)
	s.HTTP, errs[1] = choose(p.http)
	s.API, errs[2] = choose(p.api)
	return s, errors.Join(errs[:]...)
}

// refuse takes note of Docker's refusal to start a container with the ports of s. It reports whether it was about one of
// them; else choosing others is no help.
func (p *picker) refuse(s state, err error) bool {
	if !isPortError(err) {
		return false
	}
	// Every number behind a colon is looked at: the texts name the port in many forms, the container's own as well.
	for _, found := range colonNumber.FindAllStringSubmatch(err.Error(), -1) {
		port, _ := strconv.Atoi(found[1])
		if port > 0 && (port == s.HTTP || port == s.HTTPS || port == s.API) {
			p.refused[port] = err
			return true
		}
	}
	if found := loosePort.FindStringSubmatch(err.Error()); found != nil {
		port, _ := strconv.Atoi(found[1])
		if port == s.HTTP || port == s.HTTPS || port == s.API {
			p.refused[port] = err
			return true
		}
	}
	return false
}

var (
	colonNumber = regexp.MustCompile(`:([0-9]{1,5})\b`)
	loosePort   = regexp.MustCompile(`privileged port ([0-9]{1,5})\b`)
)

// portErrors are the signs, in lower case, of a port that cannot be had. The daemon hands the fault on as text with
// status 500, so that the text is all there is: the kernel's words on Linux and macOS, Docker's own, those of Windows, and
// those of the forwarder of a daemon without root.
var portErrors = []string{
	"address already in use", "port is already allocated", "only one usage of each socket address",
	"bind: an attempt was made", "ports are not available", "cannot assign requested address",
}

// forbiddenPorts are the signs of one that the daemon has no right to.
var forbiddenPorts = []string{"bind: permission denied", "cannot expose privileged port", "forbidden by its access permissions"}

func isPortError(err error) bool { return says(err, portErrors) || isForbidden(err) }

func isForbidden(err error) bool { return says(err, forbiddenPorts) }

func says(err error, signs []string) bool {
	return err != nil && slices.ContainsFunc(signs, func(sign string) bool {
		return strings.Contains(strings.ToLower(err.Error()), sign)
	})
}

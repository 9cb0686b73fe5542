package router

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Ports are the router's on this machine.
type Ports struct {
	HTTP  int `json:"http"`
	HTTPS int `json:"https"`
	// API is that of Traefik's own API, on the loopback address only.
	API int `json:"api"`
}

// How far the choice goes when a port is taken: this many from the first one on.
const (
	otherHTTP  = 8080
	otherHTTPS = 8443
	firstAPI   = portAPI
	portTries  = 20
)

// ErrPortTaken says that none of the ports that the router may use is free.
var ErrPortTaken = errors.New("the router's ports are taken")

// keptPorts is the file that remembers the choice, and what was wished for then: who wishes for something else gets it.
type keptPorts struct {
	Ports
	Wish Ports `json:"wish"`
}

func (r *Router) portsFile() string { return r.path("router.json") }

// Ports returns the ports that the router was last started on. They are not known before its first start.
func (r *Router) Ports() (Ports, bool) {
	kept := r.kept()
	return kept.Ports, kept.API > 0
}

// kept returns the choice that was made last; a zero one when there is none.
func (r *Router) kept() keptPorts {
	text, err := os.ReadFile(r.portsFile())
	if err != nil {
		return keptPorts{}
	}
	var kept keptPorts
	if json.Unmarshal(text, &kept) != nil || kept.HTTP <= 0 || kept.HTTPS <= 0 || kept.API <= 0 {
		return keptPorts{}
	}
	return kept
}

func (r *Router) keepPorts(ports Ports) error {
	text, err := json.Marshal(keptPorts{Ports: ports, Wish: r.o.Ports})
	if err != nil {
		return err
	}
	if _, err := writeChanged(r.portsFile(), append(text, '\n')); err != nil {
		return fmt.Errorf("remember the router's ports: %w", err)
	}
	return nil
}

// choice goes through the ports that may be used: what was used last, what is wished for, and then those from 8080 and
// 8443 on, each by itself. What was used last is kept until it is taken, because it is in addresses that people wrote down.
type choice struct {
	bind             string
	http, https, api []int
	running          bool // our own router holds what it has: asking would find it taken
	first            bool
	last             error
}

func (r *Router) newChoice(running bool) *choice {
	c := &choice{bind: r.o.Bind, running: running, first: true}
	if kept := r.kept(); kept.API > 0 && kept.Wish == r.o.Ports {
		c.http, c.https, c.api = []int{kept.HTTP}, []int{kept.HTTPS}, []int{kept.API}
	} else {
		c.running = false
	}
	c.http, c.https = append(c.http, r.o.Ports.HTTP), append(c.https, r.o.Ports.HTTPS)
	for i := range portTries {
		c.http, c.https, c.api = append(c.http, otherHTTP+i), append(c.https, otherHTTPS+i), append(c.api, firstAPI+i)
	}
	return c
}

// next returns the next ports to try.
func (c *choice) next() (Ports, error) {
	trust := c.running && c.first
	c.first = false
	var err error
	pick := func(bind string, list *[]int) int {
		for len(*list) > 0 {
			port := (*list)[0]
			if trust || free(bind, port) {
				return port
			}
			*list = (*list)[1:]
		}
		err = fmt.Errorf("%w, and so are the %d after 8080, 8443 and 8888: stop what holds them, or set router.http_port and router.https_port", ErrPortTaken, portTries)
		return 0
	}
	ports := Ports{HTTP: pick(c.bind, &c.http), HTTPS: pick(c.bind, &c.https), API: pick("127.0.0.1", &c.api)}
	return ports, errors.Join(err, c.last)
}

// refused takes the port out that the daemon could not have; all of them when it does not say which.
func (c *choice) refused(ports Ports, why error) {
	said := func(port int) bool { return strings.Contains(why.Error(), ":"+strconv.Itoa(port)) }
	all := !said(ports.HTTP) && !said(ports.HTTPS) && !said(ports.API)
	drop := func(list *[]int, port int) {
		if len(*list) > 0 && (all || said(port)) {
			*list = (*list)[1:]
		}
	}
	drop(&c.http, ports.HTTP)
	drop(&c.https, ports.HTTPS)
	drop(&c.api, ports.API)
}

// free reports whether nobody listens on the port. One that we may not open ourselves may still be free for the daemon.
func free(bind string, port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(bind, strconv.Itoa(port)))
	if err == nil {
		return l.Close() == nil
	}
	return !errors.Is(err, syscall.EADDRINUSE)
}

// portTaken reports whether the daemon could not have a port. It says so in text only.
func portTaken(err error) bool {
	text := strings.ToLower(err.Error())
	for _, phrase := range []string{"address already in use", "port is already allocated", "only one usage of each socket address", "bind: an attempt was made", "ports are not available"} {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}

package router

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	// Image is what the router runs. Sites are found by files, never through Docker's socket.
	Image = "traefik:v3.5"
	// Container is the router's name, which the desktop app uses too.
	Container = "locorum-global-router"
)

// apiReady bounds how long a router that has just started may take to answer.
const apiReady = 30 * time.Second

// Docker is what the router needs of the engine; *engine.Docker is one.
type Docker interface {
	EnsureContainer(ctx context.Context, spec engine.ContainerSpec) (string, error)
	EnsureNetwork(ctx context.Context, spec engine.NetworkSpec) (string, error)
	StartContainer(ctx context.Context, name string) error
	RemoveContainer(ctx context.Context, name string) error
	WaitReady(ctx context.Context, name string, timeout time.Duration) error
	ContainerIsRunning(ctx context.Context, name string) (bool, error)
}

// Options are what a Router works with.
type Options struct {
	// HomeDir is the person's home directory.
	HomeDir string
	Docker  Docker
	// Bind is the address of this machine that the router listens on; empty is 127.0.0.1.
	Bind string
	// Ports are those wished for; zero ones are 80 and 443.
	Ports Ports
	Now   func() time.Time
	// Random is a source of secrets.
	Random io.Reader
	// Owner goes into the certificate authority's name: "alice@dev-box".
	Owner string
}

// Router is the one Traefik of a data folder. It is safe for concurrent use in one process; between processes, the lock on
// what sites share orders Ensure and EnsureServices, which their callers hold.
type Router struct {
	o Options

	mu sync.Mutex
	ca *CA // guarded by mu
}

// New returns the router of the data folder. It does nothing yet.
func New(o Options) *Router {
	if o.Bind == "" {
		o.Bind = "127.0.0.1"
	}
	if o.Ports.HTTP == 0 {
		o.Ports.HTTP = portHTTP
	}
	if o.Ports.HTTPS == 0 {
		o.Ports.HTTPS = portHTTPS
	}
	return &Router{o: o}
}

// URL returns the address of a host behind the router: the port is left out where it is 443.
func URL(host string, port int) string {
	if port == 0 || port == portHTTPS {
		return "https://" + host
	}
	return "https://" + host + ":" + strconv.Itoa(port)
}

// path returns a path in our own folder.
func (r *Router) path(names ...string) string {
	return filepath.Join(append([]string{r.o.HomeDir, ".locorum", "tui"}, names...)...)
}

// Folders of what the router reads. The desktop app writes its own beside them, with other content.
func (r *Router) dynamicDir() string { return r.path("router", "dynamic") }
func (r *Router) certsDir() string   { return r.path("certs") }

// CA returns the certificate authority, which is made when there is none. The caller holds the lock on what sites share
// when there may be none.
func (r *Router) CA() (*CA, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ca == nil {
		ca, err := OpenCA(r.path("ca"), r.o.Owner, r.o.Now())
		if err != nil {
			return nil, err
		}
		r.ca = ca
	}
	return r.ca, nil
}

// Ensure has the router running, with ports that are its own, and returns them when its API answers. A router that runs
// as it should is left alone, whichever process started it; routes are never removed. The caller holds the lock on what
// sites share, and has seen to it that Image is there.
func (r *Router) Ensure(ctx context.Context) (Ports, error) {
	if _, err := r.CA(); err != nil {
		return Ports{}, err
	}
	if err := r.writeAPI(); err != nil {
		return Ports{}, fmt.Errorf("start the router: %w", err)
	}
	if err := os.MkdirAll(r.certsDir(), 0o700); err != nil {
		return Ports{}, fmt.Errorf("start the router: %w", err)
	}
	if _, err := r.o.Docker.EnsureNetwork(ctx, engine.GlobalNetworkSpec()); err != nil {
		return Ports{}, err
	}
	running, err := r.o.Docker.ContainerIsRunning(ctx, Container)
	if err != nil {
		return Ports{}, err
	}
	choice := r.newChoice(running)
	for {
		ports, err := choice.next()
		if err != nil {
			return Ports{}, err
		}
		err = r.start(ctx, ports)
		if err == nil {
			return ports, r.keepPorts(ports)
		}
		if !portTaken(err) {
			return Ports{}, err
		}
		choice.refused(ports, err)
		if err := r.o.Docker.RemoveContainer(ctx, Container); err != nil { // it was made and could not start
			return Ports{}, err
		}
	}
}

// start runs the router on those ports and waits for its API.
func (r *Router) start(ctx context.Context, ports Ports) error {
	text, err := renderStatic(ports.HTTPS)
	if err != nil {
		return err
	}
	changed, err := writeChanged(r.path("router", "static.yaml"), text)
	if err != nil {
		return fmt.Errorf("start the router: %w", err)
	}
	if changed { // it is read once, when the router starts
		if err := r.o.Docker.RemoveContainer(ctx, Container); err != nil {
			return err
		}
	}
	if _, err := r.o.Docker.EnsureContainer(ctx, r.spec(ports)); err != nil {
		return err
	}
	if err := r.o.Docker.StartContainer(ctx, Container); err != nil {
		return err
	}
	return r.awaitAPI(ctx, ports)
}

// spec describes the router's container. Its ports are in its hash: other ports make it anew.
func (r *Router) spec(ports Ports) engine.ContainerSpec {
	bind := func(source, target string) engine.Mount {
		return engine.Mount{Bind: &engine.BindMount{Source: source, Target: target, ReadOnly: true}}
	}
	port := func(ip string, host, inside int) engine.PortMap {
		return engine.PortMap{HostIP: ip, HostPort: strconv.Itoa(host), ContainerPort: strconv.Itoa(inside), Proto: "tcp"}
	}
	return engine.ContainerSpec{
		Name:   Container,
		Image:  Image,
		Cmd:    []string{"--configfile=/etc/traefik/static.yaml"},
		Labels: map[string]string{engine.LabelPlatform: engine.PlatformValue, engine.LabelRole: engine.RoleRouter},
		Ports: []engine.PortMap{
			port(r.o.Bind, ports.HTTP, portHTTP), port(r.o.Bind, ports.HTTPS, portHTTPS), port("127.0.0.1", ports.API, portAPI),
		},
		Mounts: []engine.Mount{
			bind(r.path("router", "static.yaml"), "/etc/traefik/static.yaml"),
			bind(r.dynamicDir(), inDynamic),
			bind(r.certsDir(), inCerts),
		},
		Networks:  []engine.NetworkAttachment{{Network: engine.GlobalNetwork, Aliases: []string{"router"}}},
		Resources: engine.Resources{MemoryLimit: 256 << 20},
		// DAC_OVERRIDE: the files that it reads are their owner's only.
		Security: engine.SecurityOptions{CapDrop: []string{"ALL"}, CapAdd: []string{"NET_BIND_SERVICE", "DAC_OVERRIDE"}, NoNewPrivileges: true},
		Init:     true,
		Restart:  engine.RestartUnlessStopped,
	}
}

// Upsert leads the hosts of the route to its backend, with a certificate of ours when the route says so, and returns when
// the router knows the route by its name and rule.
func (r *Router) Upsert(ctx context.Context, route Route) error {
	if route.TLS {
		ca, err := r.CA()
		if err != nil {
			return err
		}
		if _, err := ca.Issue(filepath.Join(r.certsDir(), route.Name), route.Hosts, r.o.Now()); err != nil {
			return err
		}
	}
	if _, err := writeRoute(r.dynamicDir(), route); err != nil {
		return fmt.Errorf("route %s: %w", route.Name, err)
	}
	return r.awaitRoute(ctx, route.RouterName(), route.rule())
}

// Remove takes the route away; an absent one is no error. Its certificate stays for the next time.
func (r *Router) Remove(_ context.Context, name string) error {
	return removeRoute(r.dynamicDir(), name)
}

// Forget removes the route and its certificate.
func (r *Router) Forget(ctx context.Context, name string) error {
	return errors.Join(r.Remove(ctx, name), os.RemoveAll(filepath.Join(r.certsDir(), name)))
}

// EnsureServices has the mail catcher and the database browser running, behind mail.localhost and db.localhost. The caller
// holds the lock on what sites share.
func (r *Router) EnsureServices(ctx context.Context) error {
	services := []struct {
		spec  engine.ContainerSpec
		route Route
	}{
		{engine.MailSpec(), Route{Name: "svc-mail", Hosts: []string{"mail.localhost"}, Backend: "http://" + engine.MailContainer + ":8025", TLS: true}},
		{engine.AdminerSpec(), Route{Name: "svc-adminer", Hosts: []string{"db.localhost"}, Backend: "http://" + engine.AdminerContainer + ":8080", TLS: true}},
	}
	for _, s := range services {
		if _, err := r.o.Docker.EnsureContainer(ctx, s.spec); err != nil {
			return err
		}
		if err := r.o.Docker.StartContainer(ctx, s.spec.Name); err != nil {
			return err
		}
		if err := r.Upsert(ctx, s.route); err != nil {
			return err
		}
	}
	for _, s := range services {
		if err := r.o.Docker.WaitReady(ctx, s.spec.Name, time.Minute); err != nil {
			return err
		}
	}
	return nil
}

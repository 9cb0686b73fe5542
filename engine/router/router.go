package router

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	// Image is Traefik's.
	Image = "traefik:v3.5"
	// Container is the name of the router's container, the desktop app's as well.
	Container = "locorum-global-router"
)

// Docker is what the router needs of an engine. Its own data folder must be HomeDir/.locorum, or what Ensure makes
// belongs to somebody else.
type Docker interface {
	ProviderInfo(ctx context.Context) (engine.ProviderInfo, error)
	EnsureNetwork(ctx context.Context, spec engine.NetworkSpec) (string, error)
	EnsureContainer(ctx context.Context, spec engine.ContainerSpec) (string, error)
	StartContainer(ctx context.Context, name string) error
	RemoveContainer(ctx context.Context, name string) error
	Inspect(ctx context.Context, name string) (engine.ContainerDetail, error)
	WaitReady(ctx context.Context, name string, timeout time.Duration) error
	ContainerLogs(ctx context.Context, name string, lines int) (string, error)
}

// Ports are the router's two ports on this machine.
type Ports struct {
	HTTP  int `json:"http"`
	HTTPS int `json:"https"`
}

// Options of a router. HomeDir and Docker are required.
type Options struct {
	// HomeDir is the person's home directory, absolute; the data folder is .locorum in it.
	HomeDir string
	// Docker makes the containers. It may be nil for Ports and CA, which need none.
	Docker Docker
	// Bind is the address of this machine that the two ports are bound to; empty is 127.0.0.1. The API is always there.
	Bind string
	// Ports are the wished ones, taken when they are free; a zero is 80 or 443.
	Ports Ports
	// Fallback are the first ports to try when the wished ones are not free; a zero is 8080 or 8443.
	Fallback Ports
	// Owner goes into the name of the certificate authority: "alice@dev-box".
	Owner string
	// Now dates certificates; nil is time.Now.
	Now func() time.Time
	// Random makes the API's password; nil is crypto/rand's.
	Random io.Reader
}

// Router is the one router of a data folder. It keeps nothing between calls but the authority, once read: what is chosen
// lies in files, so that any number of processes act as one. It is safe for concurrent use.
type Router struct {
	opts Options
	user string // whom Traefik runs as: the owner of the files
	pace pace
	proc string // where Linux shows processes
	// firstAPI is the port of this machine that is tried first for the API.
	firstAPI int
	asker    *asker

	mu sync.Mutex // guards ca
	ca *CA
}

// pace is how patient the router is.
type pace struct {
	first   time.Duration // before the second look; it doubles up to ceiling
	ceiling time.Duration
	answer  time.Duration // until the API of a container that was there already answers
	start   time.Duration // until that of a new one does
	route   time.Duration // until the API knows a route, or has forgotten it
}

// New returns a router; it does nothing yet.
func New(opts Options) *Router {
	opts.Bind = cmp.Or(opts.Bind, "127.0.0.1")
	opts.Ports = Ports{cmp.Or(opts.Ports.HTTP, portHTTP), cmp.Or(opts.Ports.HTTPS, portHTTPS)}
	opts.Fallback = Ports{cmp.Or(opts.Fallback.HTTP, 8080), cmp.Or(opts.Fallback.HTTPS, 8443)}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Random == nil {
		opts.Random = rand.Reader
	}
	return &Router{
		opts: opts,
		user: strconv.Itoa(os.Geteuid()) + ":" + strconv.Itoa(os.Getegid()),
		pace: pace{
			first: 10 * time.Millisecond, ceiling: 250 * time.Millisecond,
			answer: 10 * time.Second, start: 30 * time.Second, route: 10 * time.Second,
		},
		proc:     "/proc",
		firstAPI: portAPI,
		asker:    newAsker(),
	}
}

// validate reports options that cannot be right.
func (r *Router) validate() error {
	if !filepath.IsAbs(r.opts.HomeDir) {
		return fmt.Errorf("the router's home directory %q is not absolute", r.opts.HomeDir)
	}
	if net.ParseIP(r.opts.Bind) == nil {
		return fmt.Errorf("the router cannot be bound to %q: it is not an IP address", r.opts.Bind)
	}
	for _, port := range []int{r.opts.Ports.HTTP, r.opts.Ports.HTTPS, r.opts.Fallback.HTTP, r.opts.Fallback.HTTPS} {
		if port < 1 || port > maxPort {
			return fmt.Errorf("the router cannot have port %d: there is none", port)
		}
	}
	return nil
}

// shared returns a path in the data folder that both programs use alike, own one that is ours alone.
func (r *Router) shared(elem ...string) string {
	return filepath.Join(append([]string{r.opts.HomeDir, ".locorum"}, elem...)...)
}

func (r *Router) own(elem ...string) string { return r.shared(append([]string{"tui"}, elem...)...) }

func (r *Router) dynamicDir() string   { return r.shared("router", "dynamic") }
func (r *Router) appCertsDir() string  { return r.shared("certs") }
func (r *Router) certsDir() string     { return r.own("certs") }
func (r *Router) staticFile() string   { return r.own("router", "static.yaml") }
func (r *Router) passwordFile() string { return r.own("router", "password") }
func (r *Router) stateFile() string    { return r.own("router.json") }

// Images returns the images that must have been pulled before Ensure and EnsureServices.
func (r *Router) Images() []string {
	return []string{Image, engine.MailSpec().Image, engine.AdminerSpec().Image}
}

// CA returns the certificate authority in ~/.locorum/tui/ca, which it makes when there is none. It is safe against other
// processes that do the same.
func (r *Router) CA() (*CA, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ca != nil {
		return r.ca, nil
	}
	if err := os.MkdirAll(r.own(), 0o700); err != nil {
		return nil, fmt.Errorf("open the certificate authority: %w", err)
	}
	lock := flock.New(r.own("ca.lock"), flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return nil, fmt.Errorf("open the certificate authority: %w", err)
	}
	ca, err := OpenCA(r.own("ca"), r.opts.Owner, r.opts.Now())
	if unlockErr := lock.Unlock(); err == nil && unlockErr != nil {
		err = fmt.Errorf("open the certificate authority: %w", unlockErr)
	}
	if err == nil {
		r.ca = ca
	}
	return ca, err
}

// URL returns a site's address: "https://acme.localhost", with the port unless that is 443, or 0, which stands for it.
func URL(host string, port int) string {
	if port == portHTTPS || port == 0 {
		return "https://" + host
	}
	return "https://" + net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(port))
}

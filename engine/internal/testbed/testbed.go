// Package testbed finds the Docker daemons that tests run on. It is imported by tests only.
//
// The daemon of DOCKER_HOST (or the default socket) is one; LOCORUM_TESTBED_MODERN names a newer one beside it. When
// LOCORUM_REQUIRE_DOCKER is set, a missing daemon fails the test; otherwise it is skipped with the way to get one. Tests
// share the daemons with each other and perhaps with a person: everything they make has a name of NewName, and they
// remove what they made.
package testbed

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/client"
)

// Alpine is the smallest image of the test bed: BusyBox with all its applets.
const Alpine = "alpine:3"

// Daemon is one Docker daemon that a test may use.
type Daemon struct {
	Name string // a test name: "docker-20.10.24"
	Host string // unix://…
	API  string // the newest API version it speaks
}

// Each runs fn as a subtest on every daemon there is.
func Each(t *testing.T, fn func(t *testing.T, d Daemon)) {
	t.Helper()
	for _, d := range All(t) {
		t.Run(d.Name, func(t *testing.T) { fn(t, d) })
	}
}

// All returns every daemon there is, the oldest API first. Without any it skips or fails tb.
func All(tb testing.TB) []Daemon {
	tb.Helper()
	hosts := []string{os.Getenv("DOCKER_HOST"), os.Getenv("LOCORUM_TESTBED_MODERN")}
	if hosts[0] == "" {
		hosts[0] = client.DefaultDockerHost
	}
	var daemons []Daemon
	for i, host := range hosts {
		if host == "" {
			if os.Getenv("LOCORUM_REQUIRE_DOCKER") != "" {
				tb.Fatal("LOCORUM_REQUIRE_DOCKER is set, but LOCORUM_TESTBED_MODERN names no daemon")
			}
			continue
		}
		d, err := Probe(host)
		if err != nil {
			if os.Getenv("LOCORUM_REQUIRE_DOCKER") != "" {
				tb.Fatalf("LOCORUM_REQUIRE_DOCKER is set, but %s does not answer: %v", host, err)
			}
			if i == 0 {
				tb.Skip(`needs a Docker daemon: eval "$(.ci/testbed/up)" starts one`)
			}
			continue
		}
		daemons = append(daemons, d)
	}
	return daemons
}

// One returns the first daemon of All.
func One(tb testing.TB) Daemon {
	tb.Helper()
	return All(tb)[0]
}

// Probe asks the daemon at host for its versions.
func Probe(host string) (Daemon, error) {
	cli, err := client.NewClientWithOpts(client.WithHost(host), client.WithAPIVersionNegotiation())
	if err != nil {
		return Daemon{}, err
	}
	defer cli.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	v, err := cli.ServerVersion(ctx)
	if err != nil {
		return Daemon{}, err
	}
	number, _, _ := strings.Cut(v.Version, "+")
	return Daemon{Name: "docker-" + number, Host: host, API: v.APIVersion}, nil
}

// Client returns a client of d that negotiates its API version; it is closed at the end of the test.
func (d Daemon) Client(tb testing.TB) *client.Client {
	tb.Helper()
	cli, err := client.NewClientWithOpts(client.WithHost(d.Host), client.WithAPIVersionNegotiation())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cli.Close() })
	return cli
}

// Docker runs the docker command line on d and returns its standard output without the last newline. It fails tb when
// the command does.
func (d Daemon) Docker(tb testing.TB, args ...string) string {
	tb.Helper()
	cmd := exec.Command("docker", append([]string{"-H", d.Host}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return strings.TrimSuffix(string(out), "\n")
}

// Container registers the removal of the named container, and of its anonymous volumes, for the end of the test.
func (d Daemon) Container(tb testing.TB, name string) string {
	d.remove(tb, "rm", "-fv", name)
	return name
}

// Network registers the removal of the named network.
func (d Daemon) Network(tb testing.TB, name string) string {
	d.remove(tb, "network", "rm", name)
	return name
}

// CreateNetwork makes a network, with these options of `docker network create`, and returns its ID. Two daemons of one
// machine rewrite the same firewall chains, and one may find a rule gone that the other has just taken away to put it
// elsewhere: then it tries again.
func (d Daemon) CreateNetwork(tb testing.TB, name string, options ...string) string {
	tb.Helper()
	args := append(append([]string{"-H", d.Host, "network", "create"}, options...), name)
	for attempt := 1; ; attempt++ {
		out, err := exec.Command("docker", args...).CombinedOutput()
		if err == nil {
			return strings.TrimSpace(string(out))
		}
		if attempt == 10 || !bytes.Contains(out, []byte("iptables failed")) {
			tb.Fatalf("docker network create %s, attempt %d: %v\n%s", name, attempt, err, out)
		}
	}
}

// Volume registers the removal of the named volume.
func (d Daemon) Volume(tb testing.TB, name string) string {
	d.remove(tb, "volume", "rm", "-f", name)
	return name
}

// remove runs a removal when the test ends. It may fail: the test may have removed the thing itself.
func (d Daemon) remove(tb testing.TB, args ...string) {
	tb.Cleanup(func() { _ = exec.Command("docker", append([]string{"-H", d.Host}, args...)...).Run() })
}

// Pull makes sure that d has the image.
func (d Daemon) Pull(tb testing.TB, image string) {
	tb.Helper()
	if exec.Command("docker", "-H", d.Host, "image", "inspect", image).Run() != nil {
		d.Docker(tb, "pull", "-q", image)
	}
}

// NewName returns a name that nothing else has: "ltt-" and 12 random hex digits.
func NewName() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return "ltt-" + hex.EncodeToString(b[:])
}

// Registry returns the address of the test bed's registry, which answers for images that must not exist as well. It
// skips or fails tb as All does.
func Registry(tb testing.TB) string {
	tb.Helper()
	registry := os.Getenv("LOCORUM_TESTBED_REGISTRY")
	if registry == "" {
		if os.Getenv("LOCORUM_REQUIRE_DOCKER") != "" {
			tb.Fatal("LOCORUM_REQUIRE_DOCKER is set, but LOCORUM_TESTBED_REGISTRY is not")
		}
		tb.Skip(`needs the test bed's registry: eval "$(.ci/testbed/up)" starts one`)
	}
	return registry
}

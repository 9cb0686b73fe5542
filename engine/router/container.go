package router

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strconv"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

const (
	inStatic = "/etc/traefik/static.yaml"
	// labelStatic carries a digest of the static configuration, which Traefik reads only when it starts: it makes the
	// container one of another ConfigHash, to be replaced, when the configuration changes.
	labelStatic = "io.locorum.router.static"

	// routerMemory is the router's limit. Traefik needs some 60 MB and streams bodies.
	routerMemory = 256 << 20
)

// spec describes the router's container. Name, labels, alias, command and the ports inside are the desktop app's. What
// differs, and why:
//
//   - It runs as the person, who owns the files that it reads and that nobody else may read; so it needs no capability to
//     get at them. Docker lets any user bind the low ports inside; NET_BIND_SERVICE is for a daemon that does not.
//   - Its root file system is read-only and it cannot gain privileges: it writes nothing, but it is what others reach.
//   - The health check asks Traefik's ping with the image's wget; `traefik healthcheck` would load the whole program.
//   - The static configuration is ours (see the package's documentation), and so is a second folder of certificates.
func (r *Router) spec(s state, static []byte, rootless bool) engine.ContainerSpec {
	labels := engine.PlatformLabels(engine.RoleRouter, "", "")
	delete(labels, engine.LabelVersion) // the engine adds its own
	sum := sha256.Sum256(static)
	labels[labelStatic] = hex.EncodeToString(sum[:8])
	user := r.user
	if rootless {
		user = "0:0" // which is the person, seen from inside
	}
	port := func(ip string, host, inside int) engine.PortMap {
		return engine.PortMap{HostIP: ip, HostPort: strconv.Itoa(host), ContainerPort: strconv.Itoa(inside), Proto: "tcp"}
	}
	mount := func(source, target string) engine.Mount {
		return engine.Mount{Bind: &engine.BindMount{Source: source, Target: target, ReadOnly: true}}
	}
	return engine.ContainerSpec{
		Name:   Container,
		Image:  Image,
		Cmd:    []string{"--configfile=" + inStatic},
		User:   user,
		Labels: labels,
		Ports: []engine.PortMap{
			port(r.opts.Bind, s.HTTP, portHTTP), port(r.opts.Bind, s.HTTPS, portHTTPS), port(apiHost, s.API, portAPI),
		},
		Mounts: []engine.Mount{
			mount(r.staticFile(), inStatic),
			mount(r.dynamicDir(), inDynamic),
			mount(r.appCertsDir(), inAppCerts),
			mount(r.certsDir(), inCerts),
		},
		Networks: []engine.NetworkAttachment{{Network: engine.GlobalNetwork, Aliases: []string{"router"}}},
		Healthcheck: &engine.Healthcheck{
			Test:        []string{"CMD", "wget", "-q", "-O", "/dev/null", "http://" + path.Join("127.0.0.1:"+strconv.Itoa(portAPI), "ping")},
			Interval:    30 * time.Second,
			Timeout:     5 * time.Second,
			Retries:     3,
			StartPeriod: 30 * time.Second,
		},
		Resources: engine.Resources{MemoryLimit: routerMemory},
		Security: engine.SecurityOptions{
			CapDrop: []string{"ALL"}, CapAdd: []string{"NET_BIND_SERVICE"}, NoNewPrivileges: true, ReadOnlyRootFS: true,
		},
		Restart: engine.RestartUnlessStopped,
	}
}

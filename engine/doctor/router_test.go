package doctor

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"

	"github.com/Locorum/locorum-tui/engine"
)

// withRouter adds a router that listens on an address.
func withRouter(b *box, state, address string, ports ...int) {
	b.site("", ourFolder, state, engine.RoleRouter)
	detail := engine.ContainerDetail{Name: "locorum-global-router", State: state, Running: state == "running"}
	for _, port := range ports {
		detail.Ports = append(detail.Ports, engine.PublishedPort{HostIP: address, HostPort: port, ContainerPort: port, Proto: "tcp"})
	}
	b.docker.inspected["locorum-global-router"] = detail
}

func TestPorts(t *testing.T) {
	t.Parallel()
	ss := func(port string) string { return " $ sudo ss -ltnp sport = :" + port }
	examine(t, []condition{
		{"free", "ports", nil, []string{"ok port-http: port 80 is free", "ok port-https: port 443 is free"}},
		{"taken", "ports", func(b *box) { b.listen = []string{"127.0.0.1:80"} },
			[]string{"warn port-http: port 80 is taken" + ss("80"), "ok port-https: port 443 is free"}},
		{"taken by whom", "ports", func(b *box) {
			b.listen = []string{"127.0.0.1:443"}
			b.Holder = func(port int) (string, bool) { return "ngi\x1b[31mnx\x1b]0;x\x07 (pid 7)", port == 443 }
		}, []string{"warn port-https: port 443 is taken by nginx (pid 7)" + ss("443"), "ok port-http: port 80 is free"}},
		{"the holder cannot be told", "ports", func(b *box) {
			b.listen = []string{"127.0.0.1:443"}
			b.Holder = func(int) (string, bool) { return "", false }
		}, []string{"warn port-https: port 443 is taken" + ss("443"), "ok port-http: port 80 is free"}},
		{"on another address", "ports", func(b *box) { b.Bind, b.HTTPPort, b.listen = "192.0.2.1", 8080, []string{"192.0.2.1:8080"} },
			[]string{"warn port-http: port 8080 is taken" + ss("8080"), "ok port-https: port 443 is free"}},
		{"on all addresses", "ports", func(b *box) { b.Bind, b.listen = "0.0.0.0", []string{"127.0.0.1:80"} },
			[]string{"warn port-http: port 80 is taken" + ss("80"), "ok port-https: port 443 is free"}},
		{"the router's", "ports", func(b *box) {
			b.listen = []string{"127.0.0.1:80", "127.0.0.1:443"}
			withRouter(b, "running", "127.0.0.1", 80, 443)
		}, []string{"ok port-http: port 80 is the router's", "ok port-https: port 443 is the router's"}},
		{"taken while the router is stopped", "ports", func(b *box) {
			b.listen = []string{"127.0.0.1:80"}
			withRouter(b, "exited", "127.0.0.1", 80, 443)
		}, []string{"warn port-http: port 80 is taken" + ss("80"), "ok port-https: port 443 is free"}},
		{"the listener does not answer", "ports", func(b *box) {
			b.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
			}
		}, []string{"warn port-http: port 80 is taken" + ss("80"), "warn port-https: port 443 is taken" + ss("443")}},
		{"a port that cannot be asked", "ports", func(b *box) {
			b.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("odd") }
		}, []string{"warn check-ports: could not check ports"}},
		{"of another machine", "ports", func(b *box) { b.docker.endpoint, b.listen = "ssh://box", []string{"127.0.0.1:80"} }, nil},
	})
}

func TestRouterBind(t *testing.T) {
	t.Parallel()
	open := "warn router-bind: the sites are open to everybody on the network"
	closed := "ok router-bind: sites can be reached from this machine only"
	examine(t, []condition{
		{"loopback", "router", func(b *box) { withRouter(b, "running", "127.0.0.1", 80, 443) }, []string{closed}},
		{"loopback of IPv6", "router", func(b *box) { withRouter(b, "running", "::1", 80) }, []string{closed}},
		{"all", "router", func(b *box) { withRouter(b, "running", "0.0.0.0", 80, 443) }, []string{open}},
		{"all of IPv6", "router", func(b *box) { withRouter(b, "running", "::", 80) }, []string{open}},
		{"no address is all", "router", func(b *box) { withRouter(b, "running", "", 80) }, []string{open}},
		{"one port of two", "router", func(b *box) {
			withRouter(b, "running", "127.0.0.1", 80)
			detail := b.docker.inspected["locorum-global-router"]
			detail.Ports = append(detail.Ports, engine.PublishedPort{HostIP: "192.0.2.1", HostPort: 443})
			b.docker.inspected["locorum-global-router"] = detail
		}, []string{"warn router-bind: the sites are open to whoever reaches 192.0.2.1"}},
		{"ports that are not published", "router", func(b *box) { withRouter(b, "running", "0.0.0.0", 0) }, []string{closed}},
		{"configured, without a router", "router", func(b *box) { b.Bind = "0.0.0.0" }, []string{open}},
		{"what runs counts", "router", func(b *box) { b.Bind = "0.0.0.0"; withRouter(b, "running", "127.0.0.1", 80) }, []string{closed}},
		{"no router", "router", nil, []string{closed}},
		{"another's router", "router", func(b *box) {
			withRouter(b, "running", "0.0.0.0", 80)
			b.docker.containers[0].Labels[engine.LabelHome] = "/home/bob/.locorum"
		}, []string{closed}},
	})
}

func TestServices(t *testing.T) {
	t.Parallel()
	const start = " $ locorum-tui start acme"
	router, mail, adminer := "warn router-down: the router is down"+start, "warn mail-down: the mail catcher is down"+start, "info adminer-down: the database tool is down"+start
	all := []string{engine.RoleRouter, engine.RoleMail, engine.RoleAdminer}
	examine(t, []condition{
		{"nobody needs them", "services", func(b *box) { b.site("acme", ourFolder, "exited", engine.RoleWeb) }, nil},
		{"all run", "services", func(b *box) {
			b.site("acme", ourFolder, "running", engine.RoleWeb)
			b.site("", "", "running", all...)
		}, []string{"ok services: router, mail catcher and database tool run"}},
		{"none runs", "services", func(b *box) { b.site("acme", "", "running", engine.RoleWeb) }, []string{mail, router, adminer}},
		{"the router has stopped", "services", func(b *box) {
			b.site("acme", ourFolder, "running", engine.RoleWeb)
			b.site("", ourFolder, "exited", engine.RoleRouter)
			b.site("", ourFolder, "running", engine.RoleMail, engine.RoleAdminer)
		}, []string{router}},
		{"only another's run", "services", func(b *box) {
			b.site("acme", ourFolder, "running", engine.RoleWeb)
			b.site("", "/home/bob/.locorum", "running", all...)
		}, []string{mail, router, adminer}},
		{"only another's site runs", "services", func(b *box) { b.site("acme", "/home/bob/.locorum", "running", engine.RoleWeb) }, nil},
		{"a hostile slug is in no command", "services", func(b *box) {
			b.site("$(reboot)", ourFolder, "running", engine.RoleWeb)
			b.site("", ourFolder, "running", engine.RoleRouter, engine.RoleAdminer)
		}, []string{"warn mail-down: the mail catcher is down"}},
	})
}

package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// dialTimeout is how long a port of this machine may take to answer.
const dialTimeout = 500 * time.Millisecond

// ports asks whether the router can have its ports, or has them.
func (x examiner) ports(ctx context.Context) ([]Finding, error) {
	if !strings.HasPrefix(x.Docker.Endpoint().Host, "unix://") && !strings.HasPrefix(x.Docker.Endpoint().Host, "npipe://") {
		return nil, nil // the ports are those of another machine
	}
	router, err := x.routerDetail(ctx)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, port := range []struct {
		id     string
		number int
	}{{"port-http", x.HTTPPort}, {"port-https", x.HTTPSPort}} {
		f, err := x.port(ctx, port.number, router)
		if err != nil {
			return findings, err
		}
		f.Check = port.id
		findings = append(findings, f)
	}
	return findings, nil
}

// port judges one port.
func (x examiner) port(ctx context.Context, number int, router *engine.ContainerDetail) (Finding, error) {
	if router != nil && router.Running {
		for _, published := range router.Ports {
			if published.HostPort == number {
				return Finding{Severity: OK, Title: fmt.Sprintf("port %d is the router's", number)}, nil
			}
		}
	}
	taken, err := x.taken(ctx, number)
	if err != nil {
		return Finding{}, err
	}
	if !taken {
		return Finding{Severity: OK, Title: fmt.Sprintf("port %d is free", number)}, nil
	}
	f := Finding{
		Severity: Warn, Title: fmt.Sprintf("port %d is taken", number), Command: fmt.Sprintf("sudo ss -ltnp sport = :%d", number),
		Detail: "The router takes another port, which is then part of every site's address.",
		Fix:    "Stop the program that listens there; the command shows which it is.",
	}
	if x.OS != "linux" {
		f.Command = fmt.Sprintf("lsof -nP -iTCP:%d -sTCP:LISTEN", number)
	}
	if x.OS == "windows" {
		f.Command = fmt.Sprintf("Get-NetTCPConnection -State Listen -LocalPort %d", number)
	}
	if x.Holder != nil {
		if name, ok := x.Holder(number); ok {
			f.Title = fmt.Sprintf("port %d is taken by %s", number, name)
			f.Fix = "Stop that program, or leave it: the sites then have a port in their address."
		}
	}
	return f, nil
}

// taken reports whether somebody listens on a port of the address that the router is to have. A listener that does not
// answer in time is one.
func (x examiner) taken(ctx context.Context, port int) (bool, error) {
	dial, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := x.Dial(dial, "tcp", net.JoinHostPort(reachable(x.Bind), strconv.Itoa(port)))
	var late net.Error
	switch {
	case err == nil:
		_ = conn.Close()
		return true, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EADDRNOTAVAIL):
		return false, nil
	case errors.As(err, &late) && late.Timeout(), dial.Err() != nil:
		return true, nil
	}
	return false, fmt.Errorf("look whether port %d is free: %w", port, err)
}

// reachable returns the address at which a listener on bind is reached from this machine.
func reachable(bind string) string {
	addr, err := netip.ParseAddr(bind)
	switch {
	case err != nil:
		return "127.0.0.1"
	case !addr.IsUnspecified():
		return addr.String()
	case addr.Is6():
		return "::1"
	}
	return "127.0.0.1"
}

package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// probeName is a name that no site has, below the one that all have.
const probeName = "locorum-doctor.localhost"

// lookupTimeout is how long the system's resolver may take. One without a network asks its servers in vain.
const lookupTimeout = 2 * time.Second

// names asks whether programs of this machine find the sites by their names. Browsers and newer curls need no help.
func (x examiner) names(ctx context.Context) ([]Finding, error) {
	patient, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	addrs, err := x.Lookup(patient, probeName)
	var unknown *net.DNSError
	switch {
	case err != nil && ctx.Err() == nil && patient.Err() != nil:
		return []Finding{{
			Severity: Info, Title: "programs of this machine wait for names under localhost",
			Detail: "The resolver did not answer in " + lookupTimeout.String() + ". Chrome, Edge, Firefox and curl do not ask it.",
			Fix:    "Look at the DNS servers in /etc/resolv.conf.",
		}}, nil
	case err != nil && !errors.As(err, &unknown):
		return nil, err
	case err != nil || len(addrs) == 0:
		f := Finding{
			Severity: Info, Title: "programs of this machine do not know names under localhost",
			Detail: "Chrome, Edge, Firefox and curl find the sites all the same; Safari, wget and scripts do not.",
			Fix:    "Install the resolver's module for them (libnss-myhostname), or add the sites' names to /etc/hosts.",
		}
		if release, _ := x.read("etc/os-release"); isLike(release, "debian") {
			f.Command = "sudo apt-get install libnss-myhostname"
		}
		return []Finding{f}, nil
	}
	strange := slices.IndexFunc(addrs, func(a netip.Addr) bool { return !a.Unmap().IsLoopback() })
	if strange >= 0 {
		return []Finding{{
			Severity: Warn, Title: "names under localhost lead to " + addrs[strange].String(),
			Detail: "Programs that look for a site here ask another machine.",
			Fix:    "Mend the DNS server or the /etc/hosts that says so: they must lead to 127.0.0.1.",
		}}, nil
	}
	return []Finding{{Severity: OK, Title: "names under localhost lead to this machine"}}, nil
}

// isLike reports whether os-release speaks of a distribution or of one made from it.
func isLike(release, distribution string) bool {
	for line := range strings.Lines(release) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if (key == "ID" || key == "ID_LIKE") && slices.Contains(strings.Fields(strings.Trim(value, `"'`)), distribution) {
			return true
		}
	}
	return false
}

// lookupHost resolves as the system's programs do. We are built without the C library, whose modules (nss-myhostname) we
// would therefore not see: getent asks it for us where there is one.
func lookupHost(ctx context.Context, host string) ([]netip.Addr, error) {
	getent, err := exec.LookPath("getent")
	if err != nil {
		return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	}
	out, err := exec.CommandContext(ctx, getent, "ahosts", host).Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == 2:
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	case err != nil:
		return nil, fmt.Errorf("resolve %s: %w", host, err)
	}
	return parseHosts(string(out)), nil
}

// parseHosts reads getent's lines, which begin with an address. Others are left out.
func parseHosts(text string) []netip.Addr {
	var addrs []netip.Addr
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 0 {
			if addr, err := netip.ParseAddr(fields[0]); err == nil && !slices.Contains(addrs, addr) {
				addrs = append(addrs, addr)
			}
		}
	}
	return addrs
}

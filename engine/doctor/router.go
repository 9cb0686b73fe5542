package doctor

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// ours returns the containers that are of our data folder, or of the desktop app, which names no folder.
func (x examiner) ours(ctx context.Context) ([]engine.ContainerInfo, error) {
	all, err := x.Docker.ContainersByLabel(ctx, map[string]string{engine.LabelPlatform: engine.PlatformValue})
	var ours []engine.ContainerInfo
	for _, c := range all {
		if x.isOurs(c.Labels) {
			ours = append(ours, c)
		}
	}
	return ours, err
}

// isOurs reports whether a resource of the platform is not another data folder's.
func (x examiner) isOurs(labels map[string]string) bool {
	home := labels[engine.LabelHome]
	return home == "" || home == x.dataFolder()
}

// nameOf returns a container's name without Docker's slash.
func nameOf(c engine.ContainerInfo) string {
	if len(c.Names) == 0 {
		return c.ID
	}
	return strings.TrimPrefix(c.Names[0], "/")
}

// routerDetail returns our router's container; nil when there is none.
func (x examiner) routerDetail(ctx context.Context) (*engine.ContainerDetail, error) {
	all, err := x.ours(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.Labels[engine.LabelRole] != engine.RoleRouter {
			continue
		}
		detail, err := x.Docker.Inspect(ctx, nameOf(c))
		if errors.Is(err, engine.ErrNotFound) {
			return nil, nil // removed meanwhile
		}
		return &detail, err
	}
	return nil, nil
}

// router says who can reach the sites: where the router listens or, while there is none, where it is to.
func (x examiner) router(ctx context.Context) ([]Finding, error) {
	detail, err := x.routerDetail(ctx)
	if err != nil {
		return nil, err
	}
	addresses := []string{x.Bind}
	if detail != nil && len(detail.Ports) > 0 {
		addresses = nil
		for _, port := range detail.Ports {
			if port.HostPort != 0 {
				addresses = append(addresses, cmp.Or(port.HostIP, "0.0.0.0"))
			}
		}
	}
	for _, address := range addresses {
		if f, open := exposed(address); open {
			return []Finding{f}, nil
		}
	}
	return []Finding{{Check: "router-bind", Severity: OK, Title: "sites can be reached from this machine only"}}, nil
}

// exposed is the finding that others can reach what listens on address.
func exposed(address string) (Finding, bool) {
	addr, err := netip.ParseAddr(address)
	if err == nil && addr.Unmap().IsLoopback() {
		return Finding{}, false
	}
	where := "to whoever reaches " + address
	if err == nil && addr.IsUnspecified() {
		where = "to everybody on the network"
	}
	return Finding{
		Check: "router-bind", Severity: Warn, Title: "the sites are open " + where,
		Detail: "With them WordPress's administration, every mail that is caught and the database tool: the router listens on " + address + ".",
		Fix:    "Set bind = \"127.0.0.1\" under [router] in config.toml and start a site again; from another machine, come through `ssh -L`.",
	}, true
}

// sharedServices are the containers that sites share, what they are for, and how bad it is when one is down.
var sharedServices = [...]struct {
	role, id, title, detail string
	severity                Severity
}{
	{engine.RoleRouter, "router-down", "the router is down", "No site can be reached by its address.", Warn},
	{engine.RoleMail, "mail-down", "the mail catcher is down", "Mails that sites send now are lost.", Warn},
	{engine.RoleAdminer, "adminer-down", "the database tool is down", "Sites do not need it.", Info},
}

// services asks whether what sites share runs while a site does.
func (x examiner) services(ctx context.Context) ([]Finding, error) {
	all, err := x.ours(ctx)
	if err != nil {
		return nil, err
	}
	site, states := "", map[string]string{}
	for _, c := range all {
		switch slug := c.Labels[engine.LabelSite]; {
		case slug == "":
			if role := c.Labels[engine.LabelRole]; states[role] != "running" {
				states[role] = c.State
			}
		case c.State == "running" && (site == "" || slug < site):
			site = slug
		}
	}
	if site == "" {
		return nil, nil // nobody needs them
	}
	var findings []Finding
	for _, service := range sharedServices {
		state := states[service.role]
		if state == "running" {
			continue
		}
		f := Finding{
			Check: service.id, Severity: service.severity, Title: service.title, Detail: service.detail,
			Fix: "Start any site again, which brings it up.", Command: siteCommand("start", site),
		}
		if state != "" {
			f.Detail += " Its container is " + state + "."
		}
		findings = append(findings, f)
	}
	if len(findings) == 0 {
		findings = []Finding{{Severity: OK, Title: "router, mail catcher and database tool run"}}
	}
	return findings, nil
}

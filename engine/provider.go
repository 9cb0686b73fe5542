package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/system"

	"github.com/Locorum/locorum-tui/model"
)

// daemonIdentity is what stays true of a daemon while it runs.
type daemonIdentity struct {
	provider ProviderInfo
	id       string
}

// ProviderInfo says which daemon this is. It is asked once, then remembered until RefreshProviderInfo or SetClient.
// Concurrent callers share one question; each ends with its own context, and an error is not remembered.
func (d *Docker) ProviderInfo(ctx context.Context) (ProviderInfo, error) {
	identity, err := d.identify(ctx)
	return identity.provider, err
}

// DaemonID returns the daemon's own ID, which outlives its restarts and upgrades; it is remembered as ProviderInfo is.
// It is empty for a daemon that has none.
func (d *Docker) DaemonID(ctx context.Context) (string, error) {
	identity, err := d.identify(ctx)
	return identity.id, err
}

// RefreshProviderInfo forgets what ProviderInfo and DaemonID remember. Call it after another daemon may have taken the
// place of the one we knew.
func (d *Docker) RefreshProviderInfo() {
	d.mu.Lock()
	d.identity = nil
	d.lookups++
	d.mu.Unlock()
	d.identifying.reset()
}

// identify returns the identity that is remembered, or asks for it.
func (d *Docker) identify(ctx context.Context) (daemonIdentity, error) {
	d.mu.RLock()
	known := d.identity
	d.mu.RUnlock()
	if known != nil {
		return *known, nil
	}
	return d.identifying.do(ctx, d.askIdentity)
}

// askIdentity asks the daemon, and remembers the answer unless it was made out of date in the meantime.
func (d *Docker) askIdentity(ctx context.Context) (daemonIdentity, error) {
	d.mu.RLock()
	lookup := d.lookups
	d.mu.RUnlock()
	const op = "ask the Docker daemon who it is"
	cli, err := d.ready(ctx)
	if err != nil {
		return daemonIdentity{}, d.fail(err, op)
	}
	info, err := cli.Info(ctx)
	if err != nil {
		return daemonIdentity{}, d.fail(err, op)
	}
	identity := daemonIdentity{provider: providerOf(info), id: SanitizeString(info.ID)}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lookups == lookup {
		d.identity = &identity
	}
	return identity, nil
}

// products are the names that a daemon's operating system tells, in lower case, and what we call them.
var products = [...]struct{ sign, name string }{
	{"docker desktop", "Docker Desktop"},
	{"orbstack", "OrbStack"},
	{"rancher", "Rancher Desktop"},
	{"colima", "Colima"},
	{"podman", "Podman"},
}

// providerOf translates the daemon's description of itself.
func providerOf(info system.Info) ProviderInfo {
	system := strings.ToLower(info.OperatingSystem)
	name := cmp.Or(SanitizeString(info.Name), "docker")
	for _, p := range products {
		if strings.Contains(system, p.sign) {
			name = p.name
			break
		}
	}
	version := SanitizeString(info.ServerVersion)
	return ProviderInfo{
		Name:            name,
		OperatingSystem: SanitizeString(info.OperatingSystem),
		OSType:          SanitizeString(info.OSType),
		Architecture:    SanitizeString(info.Architecture),
		ServerVersion:   version,
		ServerVersionP:  model.ParseDockerServerVersion(version),
		Rootless:        slices.ContainsFunc(info.SecurityOptions, isRootless),
		IsDockerDesktop: strings.Contains(system, "docker desktop") || strings.Contains(strings.ToLower(info.Name), "docker-desktop"),
		NCPU:            info.NCPU,
		MemTotal:        info.MemTotal,
	}
}

// isRootless reports whether a security option is "name=rootless", with or without further fields.
func isRootless(option string) bool {
	first, _, _ := strings.Cut(option, ",")
	return first == "name=rootless" || first == "rootless"
}

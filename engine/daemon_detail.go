package engine

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/docker/docker/api/types/system"
)

// DaemonDetail is what a daemon says of itself that may be different the next time, or matters only to whoever looks for
// trouble. Text is sanitised.
type DaemonDetail struct {
	// Name is the host name of the daemon's machine; KernelVersion is that machine's, as `uname -r` prints it.
	Name          string
	KernelVersion string
	// Time is the daemon's clock when it answered; zero when it did not say.
	Time time.Time
	// RootDir is where the daemon keeps images, containers and volumes, on its own machine.
	RootDir string
	// Pools are the addresses that it gives to networks; empty is Docker's own choice.
	Pools []AddressPool
	// SecurityOptions are Docker's: "name=seccomp,profile=builtin", "name=selinux".
	SecurityOptions []string
	// CgroupVersion is "1" or "2", CgroupDriver "cgroupfs", "systemd" or "none".
	CgroupVersion string
	CgroupDriver  string
	// These report whether the kernel lets the daemon hold a container to its limits.
	MemoryLimit bool
	CPULimit    bool
	PidsLimit   bool
}

// AddressPool is a range of addresses that a daemon cuts networks of 2^(32-Size) addresses from (IPv4).
type AddressPool struct {
	Base netip.Prefix
	// Size is the prefix length of each network.
	Size int
}

// DaemonDetail asks the daemon about itself, each time anew; ProviderInfo is what can be remembered.
func (d *Docker) DaemonDetail(ctx context.Context) (DaemonDetail, error) {
	const op = "ask the Docker daemon about itself"
	cli, err := d.ready(ctx)
	if err != nil {
		return DaemonDetail{}, d.fail(err, op)
	}
	var info system.Info
	err = d.retry(ctx, func(ctx context.Context) (err error) {
		info, err = cli.Info(ctx)
		return err
	})
	if err != nil {
		return DaemonDetail{}, d.fail(err, op)
	}
	return detailOf(info), nil
}

// detailOf translates. What cannot be read is left out: nobody should fail for it.
func detailOf(info system.Info) DaemonDetail {
	detail := DaemonDetail{
		Name:          SanitizeString(info.Name),
		KernelVersion: SanitizeString(info.KernelVersion),
		RootDir:       SanitizeString(info.DockerRootDir),
		CgroupVersion: SanitizeString(info.CgroupVersion),
		CgroupDriver:  SanitizeString(info.CgroupDriver),
		MemoryLimit:   info.MemoryLimit,
		CPULimit:      info.CPUCfsQuota,
		PidsLimit:     info.PidsLimit,
	}
	if now, err := parseDaemonTime(info); err == nil {
		detail.Time = now
	}
	for _, option := range info.SecurityOptions {
		detail.SecurityOptions = append(detail.SecurityOptions, SanitizeString(option))
	}
	for _, pool := range info.DefaultAddressPools {
		base, err := netip.ParsePrefix(pool.Base)
		if err == nil && base.Bits() <= pool.Size && pool.Size <= base.Addr().BitLen() {
			detail.Pools = append(detail.Pools, AddressPool{Base: base.Masked(), Size: pool.Size})
		}
	}
	return detail
}

// parseDaemonTime reads the daemon's clock.
func parseDaemonTime(info system.Info) (time.Time, error) {
	now, err := time.Parse(time.RFC3339Nano, info.SystemTime)
	if err != nil {
		return time.Time{}, fmt.Errorf("the daemon's time: %w", err)
	}
	return now, nil
}

package engine

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/system"
)

func TestDetailOf(t *testing.T) {
	t.Parallel()
	pool := func(base string, size int) system.NetworkAddressPool {
		return system.NetworkAddressPool{Base: base, Size: size}
	}
	for _, tc := range []struct {
		name string
		info system.Info
		want DaemonDetail
	}{
		{"nothing said", system.Info{}, DaemonDetail{}},
		{"everything said", system.Info{
			Name: "box", KernelVersion: "6.1.0", DockerRootDir: "/var/lib/docker", CgroupVersion: "2", CgroupDriver: "systemd",
			SystemTime: "2026-11-24T02:24:43.5Z", MemoryLimit: true, CPUCfsQuota: true, PidsLimit: true,
			SecurityOptions:     []string{"name=seccomp,profile=builtin", "name=selinux"},
			DefaultAddressPools: []system.NetworkAddressPool{pool("10.9.1.0/16", 24)},
		}, DaemonDetail{
			Name: "box", KernelVersion: "6.1.0", RootDir: "/var/lib/docker", CgroupVersion: "2", CgroupDriver: "systemd",
			Time: time.Date(2026, 11, 24, 2, 24, 43, 5e8, time.UTC), MemoryLimit: true, CPULimit: true, PidsLimit: true,
			SecurityOptions: []string{"name=seccomp,profile=builtin", "name=selinux"},
			Pools:           []AddressPool{{Base: netip.MustParsePrefix("10.9.0.0/16"), Size: 24}},
		}},
		{"what cannot be read is left out", system.Info{
			SystemTime: "noon", DefaultAddressPools: []system.NetworkAddressPool{pool("ten", 24), pool("10.9.0.0/24", 16), pool("10.9.0.0/16", 33)},
		}, DaemonDetail{}},
		{"hostile", system.Info{
			Name: "a\x1b]0;owned\x07b", DockerRootDir: "/x\x1b[2J", KernelVersion: "6\n", CgroupDriver: "c\x9b2J", SecurityOptions: []string{"name=\x1b[2Jx"},
		}, DaemonDetail{Name: "ab", RootDir: "/x", KernelVersion: "6", CgroupDriver: SanitizeString("c\x9b2J"), SecurityOptions: []string{"name=x"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := detailOf(tc.info); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

func TestSubnetsOf(t *testing.T) {
	t.Parallel()
	var n network.Inspect
	n.IPAM.Config = []network.IPAMConfig{{Subnet: "10.1.2.3/24"}, {Subnet: ""}, {Subnet: "x"}, {Subnet: "fd00::/64"}}
	want := []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("fd00::/64")}
	if got := subnetsOf(n); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

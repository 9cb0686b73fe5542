package doctor

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/Locorum/locorum-tui/engine"
)

// fewNetworks is how many networks must be left: each site needs one.
const fewNetworks = 5

// builtinPools are what a daemon uses that was given none.
var builtinPools = [...]struct {
	base string
	size int
}{
	{"172.17.0.0/16", 16}, {"172.18.0.0/16", 16}, {"172.19.0.0/16", 16}, {"172.20.0.0/14", 16}, {"172.24.0.0/14", 16},
	{"172.28.0.0/14", 16}, {"192.168.0.0/16", 20},
}

// pools counts how many networks the daemon can still make. It gives none that overlaps another network of its own, or an
// address that its machine has a route to.
func (x examiner) pools(ctx context.Context) ([]Finding, error) {
	detail, err := x.Docker.DaemonDetail(ctx)
	if err != nil {
		return nil, err
	}
	networks, err := x.Docker.NetworksByLabel(ctx, nil)
	if err != nil {
		return nil, err
	}
	var taken []netip.Prefix
	for _, n := range networks {
		taken = append(taken, n.Subnets...)
	}
	local, _, err := x.onThisMachine(ctx)
	if err != nil {
		return nil, err
	}
	if local {
		if routes, err := x.read("proc/net/route"); err == nil { // without IPv4 there is none
			taken = append(taken, parseRoutes(routes)...)
		}
	}
	free, all := freeNetworks(detail.Pools, taken)
	return []Finding{judgePools(free, all)}, nil
}

// judgePools judges how many networks are left.
func judgePools(free, all uint64) Finding {
	if free >= fewNetworks {
		return Finding{Severity: OK, Title: fmt.Sprintf("Docker can make %d more networks", free)}
	}
	f := Finding{
		Severity: Warn, Title: "Docker can make only " + count(int(free), "more network"),
		Detail: fmt.Sprintf("Each site needs one, and Docker's address pools have room for %d.", all),
		Fix: "Remove networks that no container uses with the command below, delete sites, or give Docker more default-address-pools " +
			"in /etc/docker/daemon.json; networks of stopped sites go too and come back with the next start.",
		Command: "docker network prune",
	}
	if free == 0 {
		f.Severity, f.Title = Blocker, "Docker can make no more networks"
	}
	return f
}

// block is a run of networks in a pool, by number, both ends included.
type block struct{ first, last uint64 }

// freeNetworks counts the IPv4 networks of the pools, and those that nothing of taken overlaps. No pools are Docker's own.
func freeNetworks(pools []engine.AddressPool, taken []netip.Prefix) (free, all uint64) {
	if len(pools) == 0 {
		for _, p := range builtinPools {
			pools = append(pools, engine.AddressPool{Base: netip.MustParsePrefix(p.base), Size: p.size})
		}
	}
	for _, pool := range pools {
		if !pool.Base.Addr().Is4() || pool.Size < pool.Base.Bits() || pool.Size > 32 {
			continue
		}
		total := uint64(1) << (pool.Size - pool.Base.Bits())
		all += total
		free += total - occupied(pool, taken)
	}
	return free, all
}

// occupied counts the networks of a pool that something of taken overlaps.
func occupied(pool engine.AddressPool, taken []netip.Prefix) uint64 {
	start, shift := number(pool.Base), 32-pool.Size
	var blocks []block
	for _, t := range taken {
		if !t.Addr().Is4() || !t.Overlaps(pool.Base) {
			continue
		}
		inner := t // the smaller one: prefixes overlap only when one holds the other
		if t.Bits() < pool.Base.Bits() {
			inner = pool.Base
		}
		first := number(inner) - start
		blocks = append(blocks, block{first >> shift, (first + 1<<(32-inner.Bits()) - 1) >> shift})
	}
	slices.SortFunc(blocks, func(a, b block) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last)) })
	count, next := uint64(0), uint64(0) // next is the first network that was not yet counted
	for _, b := range blocks {
		if b.last < next {
			continue
		}
		count += b.last - max(b.first, next) + 1
		next = b.last + 1
	}
	return count
}

// number returns an IPv4 prefix's first address as a number.
func number(p netip.Prefix) uint64 {
	address := p.Masked().Addr().As4()
	return uint64(binary.BigEndian.Uint32(address[:]))
}

// parseRoutes returns the destinations of /proc/net/route but the default one. Lines that are none are left out.
func parseRoutes(text string) []netip.Prefix {
	var routes []netip.Prefix
	for line := range strings.Lines(text) {
		fields := strings.Fields(line) // interface, destination, gateway, flags, counts, metric, mask, …
		if len(fields) < 8 {
			continue
		}
		destination, ok1 := hexAddress(fields[1])
		mask, ok2 := hexAddress(fields[7])
		ones := bits.LeadingZeros32(^mask)
		if !ok1 || !ok2 || ones == 0 || bits.TrailingZeros32(mask) != 32-ones {
			continue
		}
		var address [4]byte
		binary.BigEndian.PutUint32(address[:], destination&mask)
		routes = append(routes, netip.PrefixFrom(netip.AddrFrom4(address), ones))
	}
	return routes
}

// hexAddress reads an address as the kernel prints it: its four bytes, which are in the network's order, as one number of
// this machine.
func hexAddress(text string) (uint32, bool) {
	printed, err := strconv.ParseUint(text, 16, 32)
	if err != nil {
		return 0, false
	}
	var address [4]byte
	binary.NativeEndian.PutUint32(address[:], uint32(printed))
	return binary.BigEndian.Uint32(address[:]), true
}

package doctor

import (
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/Locorum/locorum-tui/engine"
)

// FuzzLogind holds that no file makes the parser fail, that what is added in another section changes nothing, and that
// the last word counts.
func FuzzLogind(f *testing.F) {
	for _, seed := range []string{"[Login]\nKillUserProcesses=yes\n", "[Login]\\\n", "KillUserProcesses", "[Login]\nKillExcludeUsers=\n=\n", "\x00[", "[Login]\n#\\"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		files := fstest.MapFS{"etc/systemd/logind.conf": {Data: []byte(text)}}
		conf, err := examiner{Options{Root: files}}.logind()
		if err != nil {
			t.Fatal(err)
		}
		conf.kills("ann")
		if strings.HasSuffix(text, "\\") || len(text) > maxSystemFile {
			return // what is added would be part of the last line, or not be read
		}
		again := logind{killExclude: []string{"root"}}
		again.apply(text + "\n[Sleep]\nKillUserProcesses=yes\nKillUserProcesses=no\n")
		if again.killProcesses != conf.killProcesses {
			t.Error("another section counts")
		}
		for _, yes := range []bool{true, false} {
			again.apply(text + "\n[Login]\nKillUserProcesses=" + map[bool]string{true: "on", false: "off"}[yes])
			if again.killProcesses != yes {
				t.Errorf("the last word is %v and does not count", yes)
			}
		}
	})
}

// FuzzProc holds that no text makes the parsers of /proc fail, and that what they return can be counted with.
func FuzzProc(f *testing.F) {
	for _, seed := range []string{
		"eth0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n", "e 0 0 0 0 0 0 FFFFFFFF", "Max open files 1 2 files\n", "a b 9p aname=drvfs\n",
		"C:\\134 /mnt/c\\040d drvfs rw 0 0\n", "0::/session-1.scope\n", "127.0.0.1 STREAM x\n::1 y\n", "ID=\"debian\"\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pools := []engine.AddressPool{{Base: netip.MustParsePrefix("10.0.0.0/8"), Size: 24}, {Base: netip.MustParsePrefix("192.168.0.0/16"), Size: 32}}
		routes := parseRoutes(text)
		for _, r := range routes {
			if !r.IsValid() || r != r.Masked() || r.Bits() == 0 {
				t.Errorf("%q has the route %v", text, r)
			}
		}
		if free, all := freeNetworks(pools, routes); free > all || len(routes) == 0 && free != all {
			t.Errorf("%d of %d are free with %v", free, all, routes)
		}
		if hard, ok := parseOpenFiles(text); ok && hard < 0 {
			t.Errorf("%d files", hard)
		}
		for _, addr := range parseHosts(text) {
			if !addr.IsValid() {
				t.Errorf("%q has the address %v", text, addr)
			}
		}
		isBelowAny("/home/ann", windowsDrives(text))
		inSession(text)
		isLike(text, "debian")
	})
}

// FuzzOccupied compares the count of what a pool has taken with a plain one, network by network.
func FuzzOccupied(f *testing.F) {
	f.Add(uint32(0x0a090000), uint8(20), uint8(4), uint32(0x0a090100), uint8(24), uint32(0x0a090000), uint8(8), uint32(0x0a090f00), uint8(30))
	f.Fuzz(func(t *testing.T, base uint32, length, deeper uint8, a uint32, aBits uint8, b uint32, bBits uint8, c uint32, cBits uint8) {
		prefix := func(address uint32, length uint8) netip.Prefix {
			return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}), int(length%33)).Masked()
		}
		pool := engine.AddressPool{Base: prefix(base, length)}
		pool.Size = min(32, pool.Base.Bits()+int(deeper%9))
		// Near the pool, most of them: others overlap nothing.
		taken := []netip.Prefix{prefix(base^a>>16, aBits), prefix(base^b>>8, bBits), prefix(c, cBits)}
		want := uint64(0)
		for n := range uint64(1) << (pool.Size - pool.Base.Bits()) {
			one := prefix(uint32(number(pool.Base)+n<<(32-pool.Size)), uint8(pool.Size))
			for _, p := range taken {
				if p.Overlaps(one) {
					want++
					break
				}
			}
		}
		if got := occupied(pool, taken); got != want {
			t.Errorf("%v in networks of /%d with %v: %d, want %d", pool.Base, pool.Size, taken, got, want)
		}
	})
}

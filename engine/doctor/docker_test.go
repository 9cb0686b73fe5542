package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

func version(text string) func(b *box) {
	return func(b *box) {
		b.docker.provider.ServerVersion, b.docker.provider.ServerVersionP = text, model.ParseDockerServerVersion(text)
	}
}

func TestDockerAnswers(t *testing.T) {
	t.Parallel()
	denied := &engine.UnreachableError{
		Reason:   "you may not use Docker: permission denied on /var/run/docker.sock",
		NextStep: "Run `sudo usermod -aG docker $USER`, then log out and in again.", Err: fs.ErrPermission,
	}
	stopped := &engine.UnreachableError{Reason: "Docker is stopped: nobody listens on /x", NextStep: "Start it with `sudo systemctl start docker`."}
	absent := &engine.UnreachableError{Reason: "there is no socket", NextStep: "Start it with `sudo systemctl start docker`.", Err: fs.ErrNotExist}
	examine(t, []condition{
		{"it answers", "docker", nil, []string{"ok docker: Docker answers at unix:///var/run/docker.sock"}},
		{"it is stopped", "docker", func(b *box) { b.docker.err = fmt.Errorf("ping: %w", stopped) },
			[]string{"blocker docker: Docker is stopped: nobody listens on /x $ sudo systemctl start docker"}},
		{"no permission", "docker", func(b *box) { b.docker.err = fmt.Errorf("ping: %w", denied) },
			[]string{"blocker docker-permission: you may not use Docker: permission denied on /var/run/docker.sock $ sudo usermod -aG docker $USER"}},
		{"permission with the next login", "docker", func(b *box) {
			b.docker.err = denied
			b.file("etc/group", "root:x:0:\ndocker:x:998:bob,ann\n")
		}, []string{"blocker docker-permission: you may not use Docker: permission denied on /var/run/docker.sock $ newgrp docker"}},
		{"only others are in the group", "docker", func(b *box) {
			b.docker.err = denied
			b.file("etc/group", "users:x:100:ann\ndocker:x:998:bob,anna\n")
		}, []string{"blocker docker-permission: you may not use Docker: permission denied on /var/run/docker.sock $ sudo usermod -aG docker $USER"}},
		{"it is not installed", "docker", func(b *box) {
			b.docker.err = absent
			b.file("etc/os-release", "ID=debian\n")
		}, []string{"blocker docker: Docker is not installed $ sudo apt-get update && sudo apt-get install docker.io"}},
		{"not installed on Fedora's child", "docker", func(b *box) {
			b.docker.err = absent
			b.file("etc/os-release", "ID=rocky\nID_LIKE=\"rhel centos fedora\"\n")
		}, []string{"blocker docker: Docker is not installed $ sudo dnf install moby-engine && sudo systemctl enable --now docker"}},
		{"not installed on what we do not know", "docker", func(b *box) { b.docker.err = absent }, []string{"blocker docker: Docker is not installed"}},
		{"it is installed, and not started", "docker", func(b *box) {
			b.docker.err = absent
			b.file("usr/bin/dockerd", "")
		}, []string{"blocker docker: there is no socket $ sudo systemctl start docker"}},
		{"a socket of one's own", "docker", func(b *box) {
			b.docker.err, b.docker.endpoint = absent, "unix:///run/user/1000/docker.sock"
		}, []string{"blocker docker: there is no socket $ sudo systemctl start docker"}},
		{"no reason known", "docker", func(b *box) { b.docker.err = errors.New("odd") }, []string{"blocker docker: Docker does not answer"}},
		{"folders seen", "folders", nil, []string{"ok folders: containers see the folders of this machine"}},
		{"folders not seen", "folders", func(b *box) { b.SeesFolders = func(context.Context) (bool, error) { return false, nil } },
			[]string{"blocker folders: this Docker does not see the folders of this machine"}},
		{"folders not probed", "folders", func(b *box) { b.SeesFolders = nil }, nil},
		{"the probe fails", "folders", func(b *box) {
			b.SeesFolders = func(context.Context) (bool, error) { return false, errors.New("no image") }
		},
			[]string{"warn check-folders: could not check folders"}},
	})
}

func TestDockerVersion(t *testing.T) {
	t.Parallel()
	examine(t, []condition{
		{"recent", "docker-version", nil, []string{"ok docker-version: Docker 26.1.5 is recent enough"}},
		{"just recent", "docker-version", version("25.0.0"), []string{"ok docker-version: Docker 25.0.0 is recent enough"}},
		{"out of date", "docker-version", version("24.0.9"), []string{"info docker-old: Docker 24.0.9 is out of date"}},
		{"as Debian 12 has it", "docker-version", version("20.10.24+dfsg1"), []string{"info docker-old: Docker 20.10.24+dfsg1 is out of date"}},
		{"too old", "docker-version", version("19.03.15"), []string{"blocker docker-old: Docker 19.03.15 is too old"}},
		{"of any age", "docker-version", version("dev"), []string{"ok docker-version: Docker of an unknown version"}},
		{"rootless", "docker-version", func(b *box) { b.docker.provider.Rootless = true },
			[]string{"blocker docker-rootless: Docker is rootless $ docker context use default", "ok docker-version: Docker 26.1.5 is recent enough"}},
		{"Windows containers", "docker-version", func(b *box) { b.docker.provider.OSType = "windows" },
			[]string{"blocker docker-containers: Docker runs windows containers", "ok docker-version: Docker 26.1.5 is recent enough"}},
	})
}

func TestDockerLimits(t *testing.T) {
	t.Parallel()
	examine(t, []condition{
		{"cgroup v2", "docker-limits", nil, []string{"ok cgroup: Docker keeps containers to their limits"}},
		{"cgroup v1", "docker-limits", func(b *box) { b.docker.detail.CgroupVersion = "1" }, []string{"info cgroup: Docker uses cgroup v1"}},
		{"no memory limit", "docker-limits", func(b *box) { b.docker.detail.MemoryLimit = false }, []string{"warn cgroup: Docker cannot limit memory"}},
		{"no limit", "docker-limits", func(b *box) { b.docker.detail = engine.DaemonDetail{CgroupVersion: "1"} },
			[]string{"warn cgroup: Docker cannot limit memory, processors and processes"}},
	})
}

func TestClock(t *testing.T) {
	t.Parallel()
	at := func(skew time.Duration) func(b *box) {
		return func(b *box) { b.docker.detail.Time = noon.Add(skew) }
	}
	const ntp = " $ sudo timedatectl set-ntp true"
	examine(t, []condition{
		{"same", "clock", nil, []string{"ok clock: Docker's clock agrees with ours"}},
		{"a little ahead", "clock", at(5 * time.Second), []string{"ok clock: Docker's clock agrees with ours"}},
		{"ahead", "clock", at(6 * time.Second), []string{"warn clock: Docker's clock is 6s ahead of ours" + ntp}},
		{"behind", "clock", at(-2 * time.Hour), []string{"warn clock: Docker's clock is 2h0m0s behind ours" + ntp}},
		{"not said", "clock", func(b *box) { b.docker.detail.Time = time.Time{} }, nil},
		{"a slow answer is no skew", "clock", func(b *box) {
			clock := noon.Add(-time.Minute)
			b.Now = func() time.Time { clock = clock.Add(time.Minute); return clock } // noon, then a minute later
			b.docker.detail.Time = noon.Add(64 * time.Second)
		}, []string{"ok clock: Docker's clock agrees with ours"}},
	})
}

func TestDisk(t *testing.T) {
	t.Parallel()
	free := func(path string, space Space) func(b *box) { return func(b *box) { b.free[path] = space } }
	used := func(images, cache int64) func(b *box) {
		return func(b *box) {
			b.docker.disk = engine.DiskReport{LayersSize: 20 << 30, BuildCacheSize: 20 << 30, UnusedImages: images, UnusedCache: cache}
		}
	}
	const df = " $ docker system df"
	plenty := "ok disk-home: 100GiB free for the sites' folders"
	examine(t, []condition{
		{"plenty, on one disk", "disk", nil, []string{plenty}},
		{"five are enough", "disk", free(ourFolder, Space{5 << 30, "1"}), []string{"ok disk-home: 5GiB free for the sites' folders"}},
		{"low", "disk", free(ourFolder, Space{5<<30 - 1<<29, "1"}), []string{"warn disk-home: only 4.5GiB free for the sites' folders" + df}},
		{"nearly out", "disk", free(ourFolder, Space{1 << 29, "1"}), []string{"blocker disk-home: only 512MiB free for the sites' folders" + df}},
		{"Docker's own disk", "disk", free("/var/lib/docker", Space{2 << 30, "2"}), []string{"warn disk-docker: only 2GiB free for Docker's data" + df, plenty}},
		{"Docker is elsewhere", "disk", func(b *box) {
			b.free["/var/lib/docker"] = Space{2 << 30, "2"}
			b.docker.detail.Name = "vm"
		}, []string{plenty}},
		{"Docker keeps little", "docker-disk", nil, []string{"ok docker-disk: Docker keeps 0B"}},
		{"much build cache", "docker-disk", used(4<<30, 9<<30), []string{"info docker-disk: Docker keeps 40GiB $ docker builder prune"}},
		{"many images", "docker-disk", used(6<<30, 1<<30), []string{"info docker-disk: Docker keeps 40GiB $ docker image prune -a"}},
		{"in use", "docker-disk", used(1<<30, 1<<30), []string{"ok docker-disk: Docker keeps 40GiB"}},
		{"little to gain when there is no room", "docker-disk", func(b *box) {
			used(1<<30, 0)(b)
			free(ourFolder, Space{1 << 30, "1"})(b)
		}, []string{"info docker-disk: Docker keeps 40GiB $ docker image prune -a"}},
	})
}

func TestPools(t *testing.T) {
	t.Parallel()
	network := func(b *box, subnets ...string) {
		n := engine.NetworkInfo{Name: "n"}
		for _, s := range subnets {
			n.Subnets = append(n.Subnets, netip.MustParsePrefix(s))
		}
		b.docker.networks = append(b.docker.networks, n)
	}
	small := func(b *box) {
		b.docker.detail.Pools = []engine.AddressPool{{Base: netip.MustParsePrefix("10.9.0.0/21"), Size: 24}} // eight
	}
	const prune = " $ docker network prune"
	examine(t, []condition{
		{"Docker's own pools", "pools", func(b *box) { network(b, "172.17.0.0/16"); network(b) }, []string{"ok pools: Docker can make 30 more networks"}},
		{"five left", "pools", func(b *box) {
			small(b)
			network(b, "10.9.0.0/24", "10.9.1.0/24", "fd00::/64")
			network(b, "10.9.7.0/26")
		},
			[]string{"ok pools: Docker can make 5 more networks"}},
		{"one left", "pools", func(b *box) {
			small(b)
			network(b, "10.9.0.0/22", "10.9.4.0/24", "10.9.5.0/24", "10.9.4.128/25")
			network(b, "10.9.7.0/26")
		},
			[]string{"warn pools: Docker can make only 1 more network" + prune}},
		{"none left", "pools", func(b *box) { small(b); network(b, "10.8.0.0/13") }, []string{"blocker pools: Docker can make no more networks" + prune}},
		{"routes of the machine count", "pools", func(b *box) {
			small(b)
			b.file("proc/net/route", "Iface\nvpn0\t0000090A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n") // 10.9.0.0/16
		}, []string{"blocker pools: Docker can make no more networks" + prune}},
		{"not those of another machine", "pools", func(b *box) {
			small(b)
			b.docker.detail.Name = "vm"
			b.file("proc/net/route", "Iface\nvpn0\t0000090A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n")
		}, []string{"ok pools: Docker can make 8 more networks"}},
	})
}

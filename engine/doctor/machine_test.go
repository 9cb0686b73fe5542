package doctor

import (
	"context"
	"errors"
	"math"
	"net"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/model"
)

func TestInotify(t *testing.T) {
	t.Parallel()
	const raise = " $ sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024"
	low := []string{"warn inotify: few files can be watched" + raise}
	examine(t, []condition{
		{"enough", "inotify", nil, []string{"ok inotify: enough files can be watched"}},
		{"few watches", "inotify", func(b *box) { b.file("proc/sys/fs/inotify/max_user_watches", "8192\n") }, low},
		{"few instances", "inotify", func(b *box) { b.file("proc/sys/fs/inotify/max_user_instances", "64\n") }, low},
		{"a kernel without", "inotify", func(b *box) { delete(b.files, "proc/sys/fs/inotify/max_user_watches") }, nil},
		{"not a number", "inotify", func(b *box) { b.file("proc/sys/fs/inotify/max_user_watches", "many") }, []string{"warn check-inotify: could not check inotify"}},
		{"no Linux", "inotify", func(b *box) { b.OS = "darwin" }, nil},
	})
}

func TestOpenFiles(t *testing.T) {
	t.Parallel()
	hard := func(text string) func(b *box) {
		return func(b *box) {
			b.file("proc/self/limits", "Limit  Soft  Hard  Units\nMax open files  64  "+text+"  files\n")
		}
	}
	enough := []string{"ok open-files: enough files can be open"}
	examine(t, []condition{
		{"enough", "open-files", nil, enough},
		{"just enough", "open-files", hard("4096"), enough},
		{"unlimited", "open-files", hard("unlimited"), enough},
		{"few", "open-files", hard("1024"), []string{"warn open-files: only 1024 files can be open $ ulimit -Hn"}},
		{"no such line", "open-files", func(b *box) { b.file("proc/self/limits", "Limit\n") }, []string{"warn check-open-files: could not check open-files"}},
		{"no Linux", "open-files", func(b *box) { b.OS = "darwin"; delete(b.files, "proc/self/limits") }, nil},
	})
}

func TestLogout(t *testing.T) {
	t.Parallel()
	conf := func(files ...string) func(b *box) {
		return func(b *box) {
			for i := 0; i < len(files); i += 2 {
				b.file(files[i], files[i+1])
			}
		}
	}
	const (
		main = "etc/systemd/logind.conf"
		yes  = "[Login]\nKillUserProcesses=yes\n"
		no   = "[Login]\nKillUserProcesses=no\n"
	)
	kept := []string{"ok logout: operations go on when you log out"}
	ended := []string{"warn logout: systemd ends your processes when you log out $ loginctl enable-linger && systemd-run --user --scope locorum-tui"}
	examine(t, []condition{
		{"nothing said", "logout", nil, kept},
		{"yes", "logout", conf(main, yes), ended},
		{"in other words", "logout", conf(main, "# a comment\n\n [Login] \n KillUserProcesses = On \n"), ended},
		{"commented out", "logout", conf(main, "[Login]\n#KillUserProcesses=yes\n;KillUserProcesses=yes\n"), kept},
		{"in another section", "logout", conf(main, "KillUserProcesses=yes\n[Sleep]\nKillUserProcesses=yes\n"), kept},
		{"not a word", "logout", conf(main, yes+"KillUserProcesses=maybe\n"), ended},
		{"the last line wins", "logout", conf(main, yes+"KillUserProcesses=no\n"), kept},
		{"a drop-in", "logout", conf("etc/systemd/logind.conf.d/50-x.conf", yes), ended},
		{"a drop-in wins", "logout", conf(main, yes, "usr/lib/systemd/logind.conf.d/50-x.conf", no), kept},
		{"drop-ins by name", "logout", conf("etc/systemd/logind.conf.d/10-x.conf", no, "run/systemd/logind.conf.d/90-x.conf", yes), ended},
		{"a drop-in of the same name", "logout", conf("etc/systemd/logind.conf.d/x.conf", no, "usr/lib/systemd/logind.conf.d/x.conf", yes), kept},
		{"not a drop-in", "logout", conf("etc/systemd/logind.conf.d/x.conf.bak", yes), kept},
		{"the vendor's file", "logout", conf("usr/lib/systemd/logind.conf", yes), ended},
		{"ours instead of the vendor's", "logout", conf("usr/lib/systemd/logind.conf", yes, main, "[Login]\n"), kept},
		{"we are exempt", "logout", conf(main, yes+"KillExcludeUsers=root ann\n"), kept},
		{"root is exempt", "logout", func(b *box) { conf(main, yes)(b); b.env["USER"] = "root" }, kept},
		{"only others", "logout", conf(main, yes+"KillOnlyUsers=bob\n"), kept},
		{"only us", "logout", conf(main, yes+"KillOnlyUsers=bob ann\n"), ended},
		{"linger alone does not help", "logout", conf(main, yes, "var/lib/systemd/linger/ann", ""), ended},
		{"outside of the session, lingering", "logout", conf(main, yes, "var/lib/systemd/linger/ann", "", "proc/self/cgroup",
			"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope\n"), kept},
		{"outside of the session, not lingering", "logout", conf(main, yes, "proc/self/cgroup",
			"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope\n"), ended},
		{"no user known", "logout", func(b *box) { conf(main, yes)(b); delete(b.env, "USER") }, ended},
		{"no systemd", "logout", func(b *box) { conf(main, yes)(b); delete(b.files, "run/systemd/system/x") }, nil},
		{"no Linux", "logout", func(b *box) { conf(main, yes)(b); b.OS = "darwin" }, nil},
	})
}

func TestWSL(t *testing.T) {
	t.Parallel()
	windows := func(b *box) {
		b.file("proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n")
		b.file("proc/self/mounts", "/dev/sdc / ext4 rw 0 0\nC:\\134 /mnt/c 9p rw,aname=drvfs;path=C:\\;uid=1000 0 0\nD: /mnt/my\\040files drvfs rw 0 0\ntools /init 9p rw,aname=tools 0 0\nbroken\n")
	}
	at := func(folders ...string) func(b *box) {
		return func(b *box) {
			windows(b)
			for _, folder := range folders {
				b.rows.sites = append(b.rows.sites, model.Site{Slug: "acme", FilesDir: folder})
			}
		}
	}
	good := []string{"ok wsl: folders are on Linux's own disk"}
	examine(t, []condition{
		{"not WSL", "wsl", func(b *box) { at("/mnt/c/x")(b); b.file("proc/sys/kernel/osrelease", "6.1.0\n") }, nil},
		{"Linux's own disk", "wsl", at("/home/ann/sites/acme", "/mnt/cc/x", "/init/x"), good},
		{"a drive", "wsl", at("/mnt/c/Users/ann/acme", "/mnt/my files/x", "/srv"), []string{"warn wsl: 2 folders on a drive of Windows"}},
		{"the data folder", "wsl", func(b *box) { windows(b); b.HomeDir = "/mnt/c/Users/ann" }, []string{"warn wsl: 1 folder on a drive of Windows"}},
		{"without a database", "wsl", func(b *box) { windows(b); b.Store = nil }, good},
		{"the database fails", "wsl", func(b *box) { windows(b); b.rows.err = errors.New("odd") }, []string{"warn check-wsl: could not check wsl"}},
	})
}

func TestSELinux(t *testing.T) {
	t.Parallel()
	enforcing := func(options ...string) func(b *box) {
		return func(b *box) { b.file("sys/fs/selinux/enforce", "1"); b.docker.detail.SecurityOptions = options }
	}
	const chcon = "info selinux: SELinux is enforced for containers $ sudo chcon -R -t container_file_t /home/ann/.locorum"
	examine(t, []condition{
		{"none", "selinux", nil, nil},
		{"permissive", "selinux", func(b *box) { enforcing("name=selinux")(b); b.file("sys/fs/selinux/enforce", "0") }, nil},
		{"not for containers", "selinux", enforcing("name=seccomp,profile=selinux"), []string{"ok selinux: SELinux is enforced, but not for containers"}},
		{"for containers", "selinux", enforcing("name=seccomp", "name=selinux"), []string{chcon}},
		{"with sites elsewhere", "selinux", func(b *box) {
			enforcing("name=selinux")(b)
			b.rows.sites = []model.Site{{FilesDir: "/srv/it's; reboot"}, {FilesDir: "/srv/it's; reboot/below"}, {FilesDir: "/home/ann/.locorum/x"}}
		}, []string{chcon + ` '/srv/it'\''s; reboot'`}},
		{"of another machine", "selinux", func(b *box) { enforcing("name=selinux")(b); b.docker.endpoint = "ssh://x" }, nil},
	})
}

func TestNames(t *testing.T) {
	t.Parallel()
	answers := func(err error, addrs ...string) func(b *box) {
		return func(b *box) {
			b.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
				var list []netip.Addr
				for _, a := range addrs {
					list = append(list, netip.MustParseAddr(a))
				}
				return list, err
			}
		}
	}
	none := &net.DNSError{IsNotFound: true}
	unknown := "info dns: programs of this machine do not know names under localhost"
	examine(t, []condition{
		{"loopback", "dns", nil, []string{"ok dns: names under localhost lead to this machine"}},
		{"all of loopback", "dns", answers(nil, "127.0.1.1", "::ffff:127.0.0.1"), []string{"ok dns: names under localhost lead to this machine"}},
		{"unknown", "dns", answers(none), []string{unknown}},
		{"no address", "dns", answers(nil), []string{unknown}},
		{"unknown on Debian", "dns", func(b *box) { answers(none)(b); b.file("etc/os-release", "NAME=x\nID=debian\n") }, []string{unknown + " $ sudo apt-get install libnss-myhostname"}},
		{"unknown on its child", "dns", func(b *box) { answers(none)(b); b.file("etc/os-release", "ID=mint\nID_LIKE=\"ubuntu debian\"\n") }, []string{unknown + " $ sudo apt-get install libnss-myhostname"}},
		{"elsewhere", "dns", answers(nil, "127.0.0.1", "198.51.100.7"), []string{"warn dns: names under localhost lead to 198.51.100.7"}},
		{"the resolver fails", "dns", answers(errors.New("odd")), []string{"warn check-dns: could not check dns"}},
	})
}

func TestNamesTakeLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		b.Lookup = func(ctx context.Context, _ string) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() }
		want := []string{"info dns: programs of this machine wait for names under localhost"}
		if got := lines(Run(t.Context(), only(t, b.Options, "dns"))); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
}

// TestDockerTakesLong: a daemon that accepts and never answers is a finding, not only a check that overran.
func TestDockerTakesLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		b.Docker = silent{b.docker}
		want := []string{"blocker docker: Docker does not answer $ sudo systemctl restart docker"}
		if got := lines(Run(t.Context(), only(t, b.Options, "docker"))); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
}

// silent never answers a ping.
type silent struct{ *scripted }

func (silent) Ping(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// TestLookupHost asks the system for the one name that every machine knows.
func TestLookupHost(t *testing.T) {
	t.Parallel()
	addrs, err := lookupHost(t.Context(), "localhost")
	if err != nil || len(addrs) == 0 || slices.ContainsFunc(addrs, func(a netip.Addr) bool { return !a.IsLoopback() }) {
		t.Errorf("got %v, %v", addrs, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lookupHost(ctx, "localhost"); err == nil {
		t.Error("no error of a context that has ended")
	}
}

func TestFreeSpace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	there, err := freeSpace(dir)
	if err != nil || there.Free <= 0 || there.Device == "" {
		t.Errorf("got %+v, %v", there, err)
	}
	absent, err := freeSpace(dir + "/not/there")
	if err != nil || absent.Device != there.Device {
		t.Errorf("of a folder that is to be made: %+v, %v", absent, err)
	}
}

func TestFreeNetworks(t *testing.T) {
	t.Parallel()
	pool := func(base string, size int) engine.AddressPool {
		return engine.AddressPool{Base: netip.MustParsePrefix(base), Size: size}
	}
	for _, tc := range []struct {
		name      string
		pools     []engine.AddressPool
		taken     []string
		free, all uint64
	}{
		{"Docker's own", nil, nil, 31, 31},
		{"Docker's own, some taken", nil, []string{"172.17.0.0/16", "172.20.1.0/24", "192.168.0.0/20", "192.168.250.0/24"}, 27, 31},
		{"a private network's route", nil, []string{"172.16.0.0/12"}, 16, 31},
		{"everything", nil, []string{"0.0.0.0/1", "128.0.0.0/1"}, 0, 31},
		{"one network", []engine.AddressPool{pool("10.0.0.0/24", 24)}, nil, 1, 1},
		{"single addresses", []engine.AddressPool{pool("10.0.0.0/8", 32)}, []string{"10.0.0.0/9"}, 1 << 23, 1 << 24},
		{"the whole of IPv4", []engine.AddressPool{pool("0.0.0.0/0", 32)}, []string{"255.255.255.255/32"}, 1<<32 - 1, 1 << 32},
		{"overlapping", []engine.AddressPool{pool("10.0.0.0/16", 24)}, []string{"10.0.0.0/20", "10.0.8.0/24", "10.0.15.0/25", "10.0.16.0/23"}, 256 - 18, 256},
		{"beside it", []engine.AddressPool{pool("10.0.0.0/16", 24)}, []string{"10.1.0.0/24", "9.255.255.0/24"}, 256, 256},
		{"IPv6 is not counted", []engine.AddressPool{pool("fd00::/8", 64)}, nil, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var taken []netip.Prefix
			for _, text := range tc.taken {
				taken = append(taken, netip.MustParsePrefix(text))
			}
			if free, all := freeNetworks(tc.pools, taken); free != tc.free || all != tc.all {
				t.Errorf("%d of %d are free, want %d of %d", free, all, tc.free, tc.all)
			}
		})
	}
}

func TestParseOpenFiles(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"Max open files  1  2  files\n": 2, "Max open files 1 unlimited": math.MaxInt64, "Max open files 1": -1, "Max open files 1 -2": -1, "": -1,
	} {
		got, ok := parseOpenFiles(text)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: got %d, %v", text, got, ok)
		}
	}
}

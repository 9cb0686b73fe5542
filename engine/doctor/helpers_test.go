package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
	"github.com/Locorum/locorum-tui/engine/store"
	"github.com/Locorum/locorum-tui/model"
)

var (
	_ Docker = (*engine.Docker)(nil)
	_ Docker = (*fake.Engine)(nil)
	_ Store  = (*store.Store)(nil)
)

// noon is what every clock of the tests says.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// scripted is a daemon that says what a test wants.
type scripted struct {
	endpoint   string
	err        error // of every call
	provider   engine.ProviderInfo
	detail     engine.DaemonDetail
	disk       engine.DiskReport
	inspected  map[string]engine.ContainerDetail
	containers []engine.ContainerInfo
	networks   []engine.NetworkInfo
	volumes    []engine.VolumeInfo
}

func (s *scripted) Endpoint() engine.Endpoint      { return engine.Endpoint{Host: s.endpoint} }
func (s *scripted) Ping(ctx context.Context) error { return s.err }
func (s *scripted) ProviderInfo(context.Context) (engine.ProviderInfo, error) {
	return s.provider, s.err
}

func (s *scripted) DaemonDetail(context.Context) (engine.DaemonDetail, error) { return s.detail, s.err }
func (s *scripted) DiskUsage(context.Context) (engine.DiskReport, error)      { return s.disk, s.err }

func (s *scripted) Inspect(_ context.Context, name string) (engine.ContainerDetail, error) {
	detail, ok := s.inspected[name]
	if !ok {
		return detail, engine.ErrNotFound
	}
	return detail, s.err
}

// hasAll reports whether labels carry match, as a daemon's filter does.
func hasAll(labels, match map[string]string) bool {
	for key, want := range match {
		if got, ok := labels[key]; !ok || want != "" && got != want {
			return false
		}
	}
	return true
}

func (s *scripted) ContainersByLabel(_ context.Context, match map[string]string) (list []engine.ContainerInfo, err error) {
	for _, c := range s.containers {
		if hasAll(c.Labels, match) {
			list = append(list, c)
		}
	}
	return list, s.err
}

func (s *scripted) NetworksByLabel(_ context.Context, match map[string]string) (list []engine.NetworkInfo, err error) {
	for _, n := range s.networks {
		if hasAll(n.Labels, match) {
			list = append(list, n)
		}
	}
	return list, s.err
}

func (s *scripted) VolumesByLabel(_ context.Context, match map[string]string) (list []engine.VolumeInfo, err error) {
	for _, v := range s.volumes {
		if hasAll(v.Labels, match) {
			list = append(list, v)
		}
	}
	return list, s.err
}

// rows is a site database in memory.
type rows struct {
	sites    []model.Site
	readOnly error
	err      error
}

func (r *rows) Sites(context.Context) ([]model.Site, error) { return r.sites, r.err }
func (r *rows) Writable() error                             { return r.readOnly }

// box is a machine on which everything is in order, for a test to break.
type box struct {
	Options
	docker *scripted
	rows   *rows
	files  fstest.MapFS
	env    map[string]string
	free   map[string]Space // by path; any other has plenty
	listen []string         // addresses where someone listens
}

// file writes one of the machine's files.
func (b *box) file(path, text string) { b.files[path] = &fstest.MapFile{Data: []byte(text)} }

// site adds containers of a site, in a state.
func (b *box) site(slug, home, state string, roles ...string) {
	for _, role := range roles {
		labels := engine.PlatformLabels(role, slug, "1")
		if home != "" {
			labels[engine.LabelHome] = home
		}
		name := "locorum-global-" + role
		if slug != "" {
			name = engine.SiteContainerName(slug, role)
		}
		b.docker.containers = append(b.docker.containers, engine.ContainerInfo{ID: name, Names: []string{"/" + name}, State: state, Labels: labels})
	}
}

const ourFolder = "/home/ann/.locorum"

func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{files: fstest.MapFS{}, env: map[string]string{"USER": "ann"}, free: map[string]Space{}, rows: &rows{}}
	b.docker = &scripted{
		endpoint: "unix:///var/run/docker.sock",
		provider: engine.ProviderInfo{ServerVersion: "26.1.5", ServerVersionP: model.ParseDockerServerVersion("26.1.5"), OSType: "linux"},
		detail: engine.DaemonDetail{
			Name: "box", KernelVersion: "6.1.0", Time: noon, RootDir: "/var/lib/docker", CgroupVersion: "2",
			MemoryLimit: true, CPULimit: true, PidsLimit: true,
		},
		inspected: map[string]engine.ContainerDetail{},
	}
	b.file("proc/sys/kernel/osrelease", "6.1.0\n")
	b.file("proc/sys/kernel/hostname", "box\n")
	b.file("proc/sys/fs/inotify/max_user_watches", "524288\n")
	b.file("proc/sys/fs/inotify/max_user_instances", "128\n")
	b.file("proc/self/limits", "Limit   Soft Limit   Hard Limit   Units\nMax open files            1024                 1048576              files     \n")
	b.file("proc/self/cgroup", "0::/user.slice/user-1000.slice/session-3.scope\n")
	b.file("proc/self/mounts", "/dev/sda / ext4 rw 0 0\n")
	b.file("proc/net/route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\neth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n")
	b.file("run/systemd/system/x", "")
	b.Options = Options{
		HomeDir: "/home/ann", Docker: b.docker, OS: "linux", Root: b.files, Store: b.rows, CAPath: "/nonexistent/ca.pem",
		SeesFolders: func(context.Context) (bool, error) { return true, nil },
		Operations:  func(context.Context) ([]Operation, error) { return nil, nil },
		Now:         func() time.Time { return noon },
		LookupEnv:   func(key string) (string, bool) { value, ok := b.env[key]; return value, ok },
		Lookup: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")}, nil
		},
		Roots: func() (*x509.CertPool, error) { return x509.NewCertPool(), nil },
		Free: func(path string) (Space, error) {
			if space, ok := b.free[path]; ok {
				return space, nil
			}
			return Space{Free: 100 << 30, Device: "1"}, nil
		},
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			if !slices.Contains(b.listen, address) {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			here, there := net.Pipe()
			_ = there.Close()
			return here, nil
		},
	}
	return b
}

// only returns the check of that ID.
func only(t *testing.T, opts Options, id string) []Check {
	t.Helper()
	for _, check := range Checks(opts) {
		if check.ID == id {
			return []Check{check}
		}
	}
	t.Fatalf("there is no check %q", id)
	return nil
}

// line is a finding in one line: its severity, kind, title and command.
func line(f Finding) string {
	text := fmt.Sprintf("%v %s: %s", f.Severity, f.Check, f.Title)
	if f.Command != "" {
		text += " $ " + f.Command
	}
	return text
}

// condition is a machine in some state, and what one check says of it.
type condition struct {
	name  string
	check string
	spoil func(b *box)
	want  []string // as line has them
}

// examine makes the check of each condition, and holds that what is wrong says what to do.
func examine(t *testing.T, conditions []condition) {
	t.Helper()
	for _, c := range conditions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBox(t)
			if c.spoil != nil {
				c.spoil(b)
			}
			var got []string
			for _, f := range Run(t.Context(), only(t, b.Options, c.check)).Findings {
				got = append(got, line(f))
				if f.Severity > Info && f.Fix == "" {
					t.Errorf("no fix for %s", line(f))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func TestEnsureContainerHonoursTmpfsOptions(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		for _, tc := range []struct {
			options string
			want    []string // of mount's list
			not     []string
			folder  string // `stat -c "%a %u %g"`
		}{
			{"", []string{"rw", "noexec", "nosuid", "nodev"}, nil, "1777 0 0"},
			{"size=8m", []string{"size=8192k", "noexec"}, nil, "1777 0 0"},
			{"size=64k,mode=0750,uid=1000,gid=1001,exec", []string{"size=64k", "mode=750", "uid=1000", "gid=1001"}, []string{"noexec"}, "750 1000 1001"},
			{"ro,nr_inodes=100,noatime", []string{"ro", "nr_inodes=100", "noatime"}, []string{"rw"}, "1777 0 0"},
		} {
			t.Run("options "+tc.options, func(t *testing.T) {
				spec := sleeper(t, d)
				spec.Mounts = []Mount{{Tmpfs: &TmpfsMount{Target: "/scratch", Options: tc.options}}}
				start(t, connect(t, d), spec)
				line := d.Docker(t, "exec", spec.Name, "grep", " /scratch ", "/proc/mounts")
				fields := strings.Fields(line)
				if len(fields) < 4 || fields[2] != "tmpfs" {
					t.Fatalf("mounted is %q", line)
				}
				has := strings.Split(fields[3], ",")
				for _, want := range tc.want {
					if !slices.Contains(has, want) {
						t.Errorf("%q lacks %s", line, want)
					}
				}
				for _, not := range tc.not {
					if slices.Contains(has, not) {
						t.Errorf("%q has %s", line, not)
					}
				}
				if got := d.Docker(t, "exec", spec.Name, "stat", "-c", "%a %u %g", "/scratch"); got != tc.folder {
					t.Errorf("the folder is %s, want %s", got, tc.folder)
				}
			})
		}
	})
}

func TestEnsureContainerHardens(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		for _, tc := range []struct {
			name     string
			in       SecurityOptions
			dropped  []string
			hardened bool
			effect   []string // lines of /proc/1/status
		}{
			{"zero", SecurityOptions{}, []string{"ALL"}, true, []string{"CapEff:\t0000000000000000", "NoNewPrivs:\t1"}},
			{"opted out", SecurityOptions{CapDrop: []string{}}, nil, false, []string{"NoNewPrivs:\t0"}},
			{"one added", SecurityOptions{CapAdd: []string{"CHOWN"}, NoNewPrivileges: true}, []string{"ALL"}, true, []string{"CapEff:\t0000000000000001", "NoNewPrivs:\t1"}},
		} {
			t.Run(tc.name, func(t *testing.T) {
				spec := sleeper(t, d)
				spec.Security = tc.in
				start(t, connect(t, d), spec)
				host := raw(t, d, spec.Name).HostConfig
				if !slices.Equal(host.CapDrop, tc.dropped) {
					t.Errorf("CapDrop is %q, want %q", host.CapDrop, tc.dropped)
				}
				if got := slices.Contains(host.SecurityOpt, "no-new-privileges=true"); got != tc.hardened {
					t.Errorf("SecurityOpt is %q", host.SecurityOpt)
				}
				if host.LogConfig.Type != "json-file" || host.LogConfig.Config["max-size"] != "10m" || host.LogConfig.Config["max-file"] != "3" {
					t.Errorf("LogConfig is %v", host.LogConfig)
				}
				if host.PidsLimit == nil || *host.PidsLimit != 1024 {
					t.Errorf("PidsLimit is %v", host.PidsLimit)
				}
				status := d.Docker(t, "exec", spec.Name, "cat", "/proc/1/status")
				for _, line := range tc.effect {
					if !strings.Contains(status, line+"\n") {
						t.Errorf("the process lacks %q:\n%s", line, status)
					}
				}
			})
		}
	})
}

// Below API 1.44 the daemon does not know a probe's StartInterval, and the SDK refuses to send it.
func TestEnsureContainerStartInterval(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec := connect(t, d), sleeper(t, d)
		spec.Healthcheck = &Healthcheck{
			Test: []string{"CMD", "true"}, Interval: time.Hour, StartPeriod: time.Minute, StartInterval: 200 * time.Millisecond,
		}
		ensure(t, e, spec)
		knows, err := e.apiAtLeast(t.Context(), "1.44")
		if err != nil {
			t.Fatal(err)
		}
		want := time.Duration(0)
		if knows {
			want = 200 * time.Millisecond
		}
		if got := raw(t, d, spec.Name).Config.Healthcheck.StartInterval; got != want {
			t.Errorf("StartInterval is %v, want %v", got, want)
		}
	})
}

func TestEnsureContainerNamesTheMissingSource(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, spec := connect(t, d), sleeper(t, d)
		folder := t.TempDir()
		spec.Mounts = []Mount{{Bind: &BindMount{folder, "/there", false}}, {Bind: &BindMount{folder + "/gone", "/gone", false}}}
		_, err := e.EnsureContainer(t.Context(), spec)
		if !errors.Is(err, ErrSpecInvalid) {
			t.Fatalf("got %v, want an ErrSpecInvalid", err)
		}
		for _, word := range []string{"Mounts[1].Bind.Source", folder + "/gone"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q does not name %s", err, word)
			}
		}
		wantAbsent(t, e, spec.Name)
	})
}

func TestEnsureContainerNeedsItsImage(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, image := connect(t, d), testbed.Registry(t)+"/none:"+testbed.NewName()
		for _, before := range []string{"nothing there", "drifted"} {
			t.Run(before, func(t *testing.T) {
				spec := sleeper(t, d)
				id := ""
				if before == "drifted" {
					id = start(t, e, spec)
				}
				spec.Image = image
				_, err := e.EnsureContainer(t.Context(), spec)
				if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), image) {
					t.Errorf("got %v, want an ErrNotFound that names %s", err, image)
				}
				if before == "drifted" {
					wantAlone(t, d, spec.Name, id)
				} else {
					wantAbsent(t, e, spec.Name)
				}
			})
		}
	})
}

// The daemon repeats the reference of an image that it does not have, here with a secret in it.
func TestEnsureContainerRedacts(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		for name, secret := range map[string]string{"long": "hunter2hunter2", "short": "hun2", "with capitals": "Hunter2-and-More"} {
			t.Run(name, func(t *testing.T) {
				e, spec := connect(t, d), sleeper(t, d)
				spec.Image = testbed.Registry(t) + "/none:" + secret
				spec.EnvSecrets = []EnvSecret{{"PASSWORD", secret}}
				_, err := e.EnsureContainer(t.Context(), spec)
				if !errors.Is(err, ErrNotFound) {
					t.Fatalf("got %v, want an ErrNotFound", err)
				}
				if strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), redactedMark) {
					t.Errorf("the error reads %q", err)
				}
				if !strings.Contains(err.Error(), spec.Name) {
					t.Errorf("%q does not name the container", err)
				}
				for cause := err; cause != nil; cause = errors.Unwrap(cause) {
					if strings.Contains(cause.Error(), secret) {
						t.Errorf("a cause reads %q", cause)
					}
				}
			})
		}
	})
}

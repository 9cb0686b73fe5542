package engine

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// desktopLabels are the labels that the desktop app gives a container of the site "demo".
func desktopLabels(role string) map[string]string {
	return map[string]string{
		"io.locorum.platform": "locorum",
		"io.locorum.site":     "demo",
		"io.locorum.role":     role,
		"io.locorum.version":  "dev",
	}
}

// desktopNginx is the desktop app's web container of a site "demo" in /home/u.
func desktopNginx() ContainerSpec {
	return ContainerSpec{
		Name:   "locorum-demo-web",
		Image:  "nginx:1.28-alpine",
		Tty:    true,
		Labels: desktopLabels("web"),
		Ports:  []PortMap{{ContainerPort: "80", Proto: "tcp"}},
		Mounts: []Mount{
			{Bind: &BindMount{Source: "/home/u/.locorum/config/nginx/sites/demo.conf", Target: "/etc/nginx/nginx.conf", ReadOnly: true}},
			{Bind: &BindMount{Source: "/home/u/locorum/sites/demo", Target: "/var/www/html"}},
		},
		Networks: []NetworkAttachment{
			{Network: "locorum-demo", Aliases: []string{"web"}},
			{Network: "locorum-global", Aliases: []string{"locorum-demo-web"}},
		},
		Healthcheck: &Healthcheck{
			Test:     []string{"CMD-SHELL", "wget -qO- http://127.0.0.1/ >/dev/null 2>&1 || nginx -t"},
			Interval: time.Second, Timeout: 5 * time.Second, Retries: 30, StartPeriod: time.Second,
		},
		Resources: Resources{MemoryLimit: 128 << 20, LogMaxSize: "10m", LogMaxFiles: 3, PidsLimit: 1024},
		Security: SecurityOptions{
			CapDrop:         []string{"ALL"},
			CapAdd:          []string{"CHOWN", "SETGID", "SETUID", "NET_BIND_SERVICE", "DAC_OVERRIDE"},
			NoNewPrivileges: true,
		},
		Init:    true,
		Restart: RestartNo,
	}
}

// desktopRedis is the desktop app's Redis container of the same site.
func desktopRedis() ContainerSpec {
	return ContainerSpec{
		Name:     "locorum-demo-redis",
		Image:    "redis:7.4-alpine",
		Cmd:      []string{"redis-server", "--appendonly", "yes"},
		Tty:      true,
		Labels:   desktopLabels("redis"),
		Networks: []NetworkAttachment{{Network: "locorum-demo", Aliases: []string{"redis"}}},
		Healthcheck: &Healthcheck{
			Test:     []string{"CMD-SHELL", "redis-cli ping | grep -q PONG"},
			Interval: time.Second, Timeout: 3 * time.Second, Retries: 20, StartPeriod: time.Second,
		},
		Resources: Resources{MemoryLimit: 256 << 20, LogMaxSize: "10m", LogMaxFiles: 3, PidsLimit: 1024},
		Security: SecurityOptions{
			CapDrop:         []string{"ALL"},
			CapAdd:          []string{"CHOWN", "SETGID", "SETUID", "DAC_OVERRIDE"},
			NoNewPrivileges: true,
		},
		Init:    true,
		Restart: RestartNo,
	}
}

// The digits were computed by the desktop app itself.
func TestConfigHashIsTheDesktopApps(t *testing.T) {
	for _, tc := range []struct {
		name string
		spec ContainerSpec
		want string
	}{
		{"zero", ContainerSpec{}, "74f7388b4836bf393feced4d68354b4a0ea2ade75c2804c7e30de5b642cb5a2b"},
		{"image only", ContainerSpec{Name: "x", Image: "alpine:3"}, "2db4bb15f84d3fa1f0d309ff39e488f67b6f4073dda24a55355e690ce969f406"},
		{"nginx", desktopNginx(), "4bc3703011667097ca28f52cfe0ca86b25da5df3480f8a9978f1d7731b9ed4e2"},
		{"redis", desktopRedis(), "ede3dba4a4720c227636ce0b4942d7b2e90dedea7ec30b48a6fbb73a6f683667"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.spec.ConfigHash(); got != tc.want {
				t.Errorf("hash %s, want %s", got, tc.want)
			}
		})
	}
}

func TestConfigHashIgnores(t *testing.T) {
	want := desktopNginx().ConfigHash()
	for name, change := range map[string]func(*ContainerSpec){
		"name":               func(s *ContainerSpec) { s.Name = "other" },
		"version label":      func(s *ContainerSpec) { s.Labels[LabelVersion] = "2.0" },
		"hash label":         func(s *ContainerSpec) { s.Labels[LabelConfigHash] = "abc" },
		"home label":         func(s *ContainerSpec) { s.Labels[LabelHome] = "/home/me/.locorum" },
		"zero StartInterval": func(s *ContainerSpec) { s.Healthcheck.StartInterval = 0 },
		"empty lists that are sorted": func(s *ContainerSpec) {
			s.Env, s.EnvSecrets, s.ExtraHosts, s.Security.SecurityOpt = []string{}, []EnvSecret{}, []string{}, []string{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			spec := desktopNginx()
			change(&spec)
			if spec.ConfigHash() != want {
				t.Error("the hash changed")
			}
		})
	}
	t.Run("secret values", func(t *testing.T) {
		a := ContainerSpec{EnvSecrets: []EnvSecret{{"A", "one"}, {"B", "two"}}}
		b := ContainerSpec{EnvSecrets: []EnvSecret{{"B", "three"}, {"A", "four"}}}
		if a.ConfigHash() != b.ConfigHash() {
			t.Error("the hash changed")
		}
	})
}

// Every field but Name is one that a changed container must have been remade for.
func TestConfigHashNotices(t *testing.T) {
	seen := map[string]string{desktopNginx().ConfigHash(): "unchanged"}
	for name, change := range map[string]func(*ContainerSpec){
		"image":         func(s *ContainerSpec) { s.Image = "nginx:1.29-alpine" },
		"cmd":           func(s *ContainerSpec) { s.Cmd = []string{"a"} },
		"empty cmd":     func(s *ContainerSpec) { s.Cmd = []string{} },
		"entrypoint":    func(s *ContainerSpec) { s.Entrypoint = []string{"a"} },
		"env":           func(s *ContainerSpec) { s.Env = []string{"A=1"} },
		"secret key":    func(s *ContainerSpec) { s.EnvSecrets = []EnvSecret{{Key: "A"}} },
		"user":          func(s *ContainerSpec) { s.User = "1000" },
		"working dir":   func(s *ContainerSpec) { s.WorkingDir = "/w" },
		"tty":           func(s *ContainerSpec) { s.Tty = false },
		"label":         func(s *ContainerSpec) { s.Labels[LabelRole] = "php" },
		"port":          func(s *ContainerSpec) { s.Ports[0].HostIP = "127.0.0.1" },
		"mount":         func(s *ContainerSpec) { s.Mounts[1].Bind.ReadOnly = true },
		"network order": func(s *ContainerSpec) { slices.Reverse(s.Networks) },
		"alias":         func(s *ContainerSpec) { s.Networks[0].Aliases = nil },
		"extra host":    func(s *ContainerSpec) { s.ExtraHosts = []string{"a:1.2.3.4"} },
		"health":        func(s *ContainerSpec) { s.Healthcheck.Retries++ },
		"StartInterval": func(s *ContainerSpec) { s.Healthcheck.StartInterval = time.Second },
		"no health":     func(s *ContainerSpec) { s.Healthcheck = nil },
		"memory":        func(s *ContainerSpec) { s.Resources.MemoryLimit++ },
		"ulimit":        func(s *ContainerSpec) { s.Resources.Ulimits = []Ulimit{{Name: "nofile"}} },
		"cap":           func(s *ContainerSpec) { s.Security.CapAdd = s.Security.CapAdd[1:] },
		"privileges":    func(s *ContainerSpec) { s.Security.NoNewPrivileges = false },
		"root":          func(s *ContainerSpec) { s.Security.ReadOnlyRootFS = true },
		"init":          func(s *ContainerSpec) { s.Init = false },
		"restart":       func(s *ContainerSpec) { s.Restart = RestartOnFailure },
	} {
		spec := desktopNginx()
		change(&spec)
		hash := spec.ConfigHash()
		if other, dup := seen[hash]; dup {
			t.Errorf("%s hashes like %s", name, other)
		}
		seen[hash] = name
	}
}

// FuzzConfigHash shuffles what has no order and reverses what has one.
func FuzzConfigHash(f *testing.F) {
	f.Add("A=1\nB=2\nC=<&>", uint64(1))
	f.Add("NET_ADMIN\nCHOWN\nSETUID\nKILL", uint64(7))
	f.Add("a:1.2.3.4\n\xff\n\n\u2028", uint64(99))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		words := strings.Split(text, "\n")
		rnd := rand.New(rand.NewPCG(seed, 0))
		shuffled := func() []string {
			out := slices.Clone(words)
			rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
			return out
		}
		build := func() ContainerSpec {
			s := ContainerSpec{Cmd: words, Env: shuffled(), ExtraHosts: shuffled(), Labels: map[string]string{}}
			s.Security = SecurityOptions{CapAdd: shuffled(), CapDrop: shuffled(), SecurityOpt: shuffled()}
			for _, w := range words {
				s.Ports = append(s.Ports, PortMap{ContainerPort: w})
			}
			for _, w := range shuffled() {
				s.Labels[w] = w
				s.EnvSecrets = append(s.EnvSecrets, EnvSecret{Key: w, Value: "v"})
			}
			return s
		}
		first, second := build(), build()
		before, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if first.ConfigHash() != second.ConfigHash() {
			t.Error("order changed the hash")
		}
		after, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if string(before) != string(after) {
			t.Error("hashing changed the spec")
		}
		back := slices.Clone(words)
		slices.Reverse(back)
		if slices.Equal(back, words) || !validWords(words) {
			return // nothing to tell apart, or not in JSON
		}
		second.Cmd = back
		if first.ConfigHash() == second.ConfigHash() {
			t.Error("the order of Cmd did not change the hash")
		}
		second.Cmd = words
		slices.Reverse(second.Ports)
		if first.ConfigHash() == second.ConfigHash() {
			t.Error("the order of Ports did not change the hash")
		}
	})
}

// validWords reports that every word is valid UTF-8: JSON has one and the same character for every byte that is not.
func validWords(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return w != strings.ToValidUTF8(w, "") })
}

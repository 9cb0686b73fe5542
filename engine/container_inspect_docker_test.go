package engine

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"

	"github.com/Locorum/locorum-tui/engine/internal/testbed"
)

func itoa(n int) string { return strconv.Itoa(n) }

// inspectUntil inspects until the container is as wanted; the test's deadline is the bound.
func inspectUntil(t *testing.T, e *Docker, name string, as func(ContainerDetail) bool) ContainerDetail {
	t.Helper()
	for {
		c, err := e.Inspect(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if as(c) {
			return c
		}
		time.Sleep(20 * time.Millisecond) // between two looks
	}
}

func TestInspectRunning(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e, net, volume, folder := connect(t, d), newNetwork(t, d), d.Volume(t, testbed.NewName()), t.TempDir()
		spec := sleeper(t, d)
		spec.Env = []string{"PLAIN=1", "API_KEY=hidden"}
		spec.EnvSecrets = []EnvSecret{{"MYSQL_PASSWORD", "hunter2hunter2"}}
		spec.Networks = []NetworkAttachment{{net, []string{"web"}}}
		spec.Ports = []PortMap{{HostIP: "127.0.0.1", HostPort: "0", ContainerPort: "80"}, {ContainerPort: "9000"}}
		spec.Mounts = []Mount{
			{Bind: &BindMount{folder, "/a", true}}, {Tmpfs: &TmpfsMount{"/b", "size=1m,ro"}}, {Volume: &VolumeMount{volume, "/c", false}},
		}
		spec.Healthcheck = &Healthcheck{
			Test:     []string{"CMD-SHELL", `printf "pw hunter2hunter2\r\n\033]0;title\007\033[31mred\033[0m\n"`},
			Interval: 100 * time.Millisecond,
		}
		id := start(t, e, spec)
		c := inspectUntil(t, e, spec.Name, func(c ContainerDetail) bool { return c.Health != nil && c.Health.Status == "healthy" })
		if c.ID != id || c.Name != spec.Name || c.Image != testbed.Alpine || !strings.HasPrefix(c.ImageID, "sha256:") {
			t.Errorf("identity: %+v", c)
		}
		if c.State != "running" || !c.Running || c.CreatedAt.IsZero() || c.StartedAt.Before(c.CreatedAt) || !c.FinishedAt.IsZero() {
			t.Errorf("state: %+v", c)
		}
		for _, want := range []string{"PLAIN=1", "API_KEY=" + maskedMark, "MYSQL_PASSWORD=" + maskedMark} {
			if !slices.Contains(c.Env, want) {
				t.Errorf("Env %q lacks %q", c.Env, want)
			}
		}
		if c.Health.LastOutput != "pw "+redactedMark+"\n\x1b[31mred\x1b[0m" || c.Health.LastExit != 0 || c.Health.LastAt.IsZero() {
			t.Errorf("health: %+v", *c.Health)
		}
		if len(c.Ports) != 2 || c.Ports[0].HostIP != "127.0.0.1" || c.Ports[0].HostPort == 0 || c.Ports[0].ContainerPort != 80 ||
			c.Ports[1] != (PublishedPort{ContainerPort: 9000, Proto: "tcp"}) {
			t.Errorf("ports: %+v", c.Ports)
		}
		wantMounts := []MountDetail{
			{Kind: "bind", Source: folder, Target: "/a", ReadOnly: true}, {Kind: "tmpfs", Target: "/b", ReadOnly: true},
			{Kind: "volume", Name: volume, Source: c.Mounts[min(2, len(c.Mounts)-1)].Source, Target: "/c"},
		}
		if !slices.Equal(c.Mounts, wantMounts) {
			t.Errorf("mounts: %+v", c.Mounts)
		}
		if len(c.Networks) != 1 || c.Networks[0].Name != net || c.Networks[0].IP == "" || c.Networks[0].ID == "" || !slices.Equal(c.Networks[0].Aliases, []string{"web"}) {
			t.Errorf("networks: %+v", c.Networks)
		}
	})
}

func TestInspectEnded(t *testing.T) {
	t.Parallel()
	testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
		t.Parallel()
		e := connect(t, d)
		ended := func(c ContainerDetail) bool { return c.State == "exited" }
		t.Run("exit code", func(t *testing.T) {
			spec := sleeper(t, d)
			spec.Cmd = []string{"sh", "-c", "exit 42"}
			start(t, e, spec)
			c := inspectUntil(t, e, spec.Name, ended)
			if c.ExitCode != 42 || c.OOMKilled || c.Running || c.FinishedAt.IsZero() || c.Health != nil {
				t.Errorf("got %+v", c)
			}
		})
		t.Run("out of memory", func(t *testing.T) {
			spec := sleeper(t, d)
			spec.Init = false
			spec.Resources.MemoryLimit = 16 << 20
			spec.Cmd = []string{"sh", "-c", "exec tail /dev/zero"}
			start(t, e, spec)
			c := inspectUntil(t, e, spec.Name, ended)
			if c.ExitCode != 137 || !c.OOMKilled {
				t.Errorf("exit code %d, out of memory %v", c.ExitCode, c.OOMKilled)
			}
		})
		t.Run("never started", func(t *testing.T) {
			spec := sleeper(t, d)
			spec.Healthcheck = &Healthcheck{Test: []string{"NONE"}}
			ensure(t, e, spec)
			c := inspectUntil(t, e, spec.Name, func(ContainerDetail) bool { return true })
			if c.State != "created" || !c.StartedAt.IsZero() || !c.FinishedAt.IsZero() || c.Health != nil {
				t.Errorf("got %+v", c)
			}
		})
		t.Run("failed to start", func(t *testing.T) {
			spec := sleeper(t, d)
			spec.Init = false
			spec.Cmd = []string{"/no/such/program"}
			ensure(t, e, spec)
			if err := e.StartContainer(t.Context(), spec.Name); err == nil {
				t.Fatal("it started")
			}
			c := inspectUntil(t, e, spec.Name, func(ContainerDetail) bool { return true })
			if c.Running || c.ExitCode == 0 || !strings.Contains(c.Error, "/no/such/program") {
				t.Errorf("got %+v", c)
			}
		})
		t.Run("unhealthy", func(t *testing.T) {
			spec := sleeper(t, d)
			spec.Healthcheck = &Healthcheck{Test: []string{"CMD-SHELL", "echo down; exit 3"}, Interval: 100 * time.Millisecond, Retries: 2}
			start(t, e, spec)
			c := inspectUntil(t, e, spec.Name, func(c ContainerDetail) bool { return c.Health != nil && c.Health.Status == "unhealthy" })
			if c.Health.FailingStreak < 2 || c.Health.LastOutput != "down" || c.Health.LastExit != 3 {
				t.Errorf("health: %+v", *c.Health)
			}
		})
		t.Run("absent", func(t *testing.T) {
			if _, err := e.Inspect(t.Context(), testbed.NewName()); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v, want an ErrNotFound", err)
			}
		})
	})
}

// A daemon, or what stands for one, may leave anything out.
func TestDetailOfAnEmptyAnswer(t *testing.T) {
	if c := New().detail(withoutNils(container.InspectResponse{})); c.ID != "" || c.Health != nil || c.Running {
		t.Errorf("got %+v", c)
	}
	c := withoutNils(container.InspectResponse{})
	c.State.Health = &container.Health{Status: "healthy", Log: []*container.HealthcheckResult{nil}}
	c.NetworkSettings.Networks = nil
	c.State.StartedAt = "yesterday"
	if got := New().detail(c); got.Health == nil || !got.StartedAt.IsZero() {
		t.Errorf("got %+v", got)
	}
}

func TestMasking(t *testing.T) {
	d := New()
	d.secrets.learn([]EnvSecret{{"X", "hunter2hunter2"}})
	for in, want := range map[string]string{
		"PLAIN=1":                                  "PLAIN=1",
		"MYSQL_ROOT_PASSWORD=x":                    "MYSQL_ROOT_PASSWORD=" + maskedMark,
		"db_pass=x":                                "db_pass=" + maskedMark,
		"AUTH_SALT=a=b":                            "AUTH_SALT=" + maskedMark,
		"GITHUB_TOKEN=x":                           "GITHUB_TOKEN=" + maskedMark,
		"AWS_CREDENTIALS=x":                        "AWS_CREDENTIALS=" + maskedMark,
		"SPX_KEY=":                                 "SPX_KEY=",
		"NOTE=is hunter2hunter2 ok":                "NOTE=is " + redactedMark + " ok",
		"URL=mysql://wp:p@ss/w:rd@db:3306/x":       "URL=mysql://wp:" + maskedMark + "@db:3306/x",
		"URL=redis://:pw@redis":                    "URL=redis://:" + maskedMark + "@redis",
		"URL=http://127.0.0.1:8080/":               "URL=http://127.0.0.1:8080/",
		"TITLE=a\x1b]0;x\x07b\u202ec":              "TITLE=abc",
		"no equals sign":                           "no equals sign",
		"MANY=mysql://a:b@c and mysql://d:e@f end": "MANY=mysql://a:" + maskedMark + "@c and mysql://d:" + maskedMark + "@f end",
	} {
		if got := d.maskEnv([]string{in})[0]; got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	words := []string{"tool", "--password=x", "--token", "y", "--verbose", "z", "--auth-key", "--next", "redis://u:p@h"}
	want := []string{"tool", "--password=" + maskedMark, "--token", maskedMark, "--verbose", "z", "--auth-key", "--next", "redis://u:" + maskedMark + "@h"}
	if got := d.maskWords(words); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

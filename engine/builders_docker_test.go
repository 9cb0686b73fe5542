package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/internal/testbed"
	"github.com/Locorum/locorum-tui/engine/wordpress"
	"github.com/Locorum/locorum-tui/model"
)

// Every container that we describe starts with what it is allowed, and its health check succeeds.
func TestBuiltContainersBecomeHealthy(t *testing.T) {
	t.Parallel()
	for key, build := range map[string]func(*model.Site, string) engine.ContainerSpec{
		"nginx":   engine.NginxWebSpec,
		"apache":  engine.ApacheWebSpec,
		"php":     engine.PHPSpec,
		"redis":   func(s *model.Site, _ string) engine.ContainerSpec { return engine.RedisSpec(s) },
		"mail":    func(*model.Site, string) engine.ContainerSpec { return engine.MailSpec() },
		"adminer": func(*model.Site, string) engine.ContainerSpec { return engine.AdminerSpec() },
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			testbed.Each(t, func(t *testing.T, d testbed.Daemon) {
				t.Parallel()
				site, home := renderSite(t, key)
				spec := isolate(t, d, build(site, home))
				e := engine.New()
				e.SetClient(d.Client(t))
				if err := e.PullImage(t.Context(), spec.Image, nil); err != nil {
					t.Fatal(err)
				}
				if _, err := e.EnsureContainer(t.Context(), spec); err != nil {
					t.Fatal(err)
				}
				if err := e.StartContainer(t.Context(), spec.Name); err != nil {
					t.Fatal(err)
				}
				awaitProbe(t, d, spec)
				if mounts := d.Docker(t, "inspect", "-f", `{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}`, spec.Name); mounts != "" {
					t.Errorf("there is an anonymous volume: %s", mounts)
				}
				if key == "php" {
					checkPHP(t, d, spec)
				}
			})
		})
	}
}

// renderSite makes the files that a site's containers mount, and returns the site and the home directory.
func renderSite(t *testing.T, key string) (*model.Site, string) {
	t.Helper()
	home := t.TempDir()
	site := &model.Site{
		Slug: testbed.NewName(), Domain: "demo.localhost", FilesDir: filepath.Join(home, "site"), WebServer: model.WebServerNginx,
		PHPVersion: "8.3", RedisVersion: "7.4", DBPassword: "hunter2hunter2", SPXEnabled: true,
	}
	config := engine.NginxConfigPath(home, site.Slug)
	if key == "apache" {
		site.WebServer, config = model.WebServerApache, engine.ApacheConfigPath(home, site.Slug)
	}
	rendered, err := wordpress.WebServer{Site: *site, Core: ".", HealthPath: engine.WebHealthPath}.Render()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		config: string(rendered), engine.PHPIniPath(home): "memory_limit = 256M\n", engine.SPXIniPath(home): "", engine.FPMPoolPath(home): "[www]\nlisten = php:9000\n", engine.WPCLIPath(home): "",
		engine.SPXKeyINIPath(home, site.Slug): "", filepath.Join(site.FilesDir, ".locorum", "spx", "x"): "",
	}
	for file, text := range files {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return site, home
}

// isolate gives the container a name and networks that nobody else has.
func isolate(t *testing.T, d testbed.Daemon, spec engine.ContainerSpec) engine.ContainerSpec {
	t.Helper()
	spec.Networks = slices.Clone(spec.Networks)
	for i := range spec.Networks {
		spec.Networks[i].Network = d.Network(t, testbed.NewName())
		d.Docker(t, "network", "create", spec.Networks[i].Network)
	}
	spec.Name = d.Container(t, testbed.NewName())
	return spec
}

// awaitProbe returns once the health check succeeds inside the container; where the daemon runs it in time, also by the
// daemon's word.
func awaitProbe(t *testing.T, d testbed.Daemon, spec engine.ContainerSpec) {
	t.Helper()
	test := spec.Healthcheck.Test[1:]
	if spec.Healthcheck.Test[0] == "CMD-SHELL" {
		test = append([]string{"/bin/sh", "-c"}, test...)
	}
	probe := append([]string{"-H", d.Host, "exec", spec.Name}, test...)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for healthy := false; !healthy; {
		out, err := exec.Command("docker", probe...).CombinedOutput()
		healthy = err == nil
		if state := d.Docker(t, "inspect", "-f", "{{.State.Status}}", spec.Name); state != "running" {
			t.Fatalf("the container is %s:\n%s", state, logs(d, spec.Name))
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("the last probe: %v\n%s\n%s", err, out, logs(d, spec.Name))
		case <-tick.C:
		}
	}
	if d.API < "1.44" {
		return
	}
	for {
		switch status := d.Docker(t, "inspect", "-f", "{{.State.Health.Status}}", spec.Name); status {
		case "healthy":
			return
		case "unhealthy":
			t.Fatalf("the container is unhealthy:\n%s", logs(d, spec.Name))
		}
		<-tick.C
	}
}

func logs(d testbed.Daemon, name string) string {
	out, _ := exec.Command("docker", "-H", d.Host, "logs", "--tail", "30", name).CombinedOutput()
	return string(out)
}

// checkPHP checks that the processes of the person's user hold no capability, and that the image can still use sudo.
func checkPHP(t *testing.T, d testbed.Daemon, spec engine.ContainerSpec) {
	t.Helper()
	caps := d.Docker(t, "exec", spec.Name, "grep", "CapEff", "/proc/1/status")
	if !strings.HasSuffix(caps, "\t0000000000000000") {
		t.Errorf("FPM has capabilities: %s", caps)
	}
	if uid := d.Docker(t, "exec", spec.Name, "sudo", "-n", "id", "-u"); uid != "0" {
		t.Errorf("sudo gives user %s", uid)
	}
}

package engine

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/go-connections/nat"
)

func TestCreationDefaults(t *testing.T) {
	c := ContainerSpec{Name: "web", Image: "alpine:3"}.creation(nil, true)
	check := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	check("CapDrop", []string(c.host.CapDrop), []string{"ALL"})
	check("SecurityOpt", c.host.SecurityOpt, []string{"no-new-privileges=true"})
	check("LogConfig", c.host.LogConfig, container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "10m", "max-file": "3"}})
	check("PidsLimit", *c.host.PidsLimit, int64(1024))
	check("Init", *c.host.Init, false)
	check("RestartPolicy", c.host.RestartPolicy.Name, container.RestartPolicyDisabled)
	check("Healthcheck", c.config.Healthcheck, (*container.HealthConfig)(nil))
	check("NetworkMode", c.host.NetworkMode, container.NetworkMode(""))
}

func TestCreationSecurity(t *testing.T) {
	for _, tc := range []struct {
		name    string
		in      SecurityOptions
		drop    []string
		options []string
	}{
		{"zero", SecurityOptions{}, []string{"ALL"}, []string{"no-new-privileges=true"}},
		{"opted out", SecurityOptions{CapDrop: []string{}}, []string{}, nil},
		{"one more capability", SecurityOptions{CapAdd: []string{"CHOWN"}}, []string{"ALL"}, nil},
		{"empty CapAdd is a field set", SecurityOptions{CapAdd: []string{}}, []string{"ALL"}, nil},
		{"asked for", SecurityOptions{NoNewPrivileges: true, SecurityOpt: []string{"seccomp=unconfined"}}, []string{"ALL"}, []string{"seccomp=unconfined", "no-new-privileges=true"}},
		{"said already", SecurityOptions{NoNewPrivileges: true, SecurityOpt: []string{"no-new-privileges"}}, []string{"ALL"}, []string{"no-new-privileges"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			host := ContainerSpec{Security: tc.in}.creation(nil, true).host
			if !slices.Equal(host.CapDrop, tc.drop) || !slices.Equal(host.SecurityOpt, tc.options) {
				t.Errorf("drops %q with %q, want %q with %q", host.CapDrop, host.SecurityOpt, tc.drop, tc.options)
			}
		})
	}
}

func TestCreationMapsEveryField(t *testing.T) {
	spec := desktopNginx()
	spec.Env, spec.EnvSecrets = []string{"B=1", "A=2"}, []EnvSecret{{"S", "v"}}
	spec.Ports = []PortMap{{ContainerPort: "80"}, {ContainerPort: "53", HostPort: "0", Proto: "udp"}, {HostIP: "127.0.0.1", ContainerPort: "53", HostPort: "5353", Proto: "udp"}}
	spec.Mounts = append(spec.Mounts, Mount{Volume: &VolumeMount{"vol", "/v", true}}, Mount{Tmpfs: &TmpfsMount{"/t", "size=1m,uid=7"}})
	spec.Resources.PidsLimit = -1
	spec.Resources.Ulimits = []Ulimit{{"nofile", 1, 2}}
	spec.Restart = RestartOnFailure
	c := spec.creation(map[string]string{"a": "b"}, true)

	if want := []string{"B=1", "A=2", "S=v"}; !slices.Equal(c.config.Env, want) {
		t.Errorf("Env is %q, want %q", c.config.Env, want)
	}
	if want := (nat.PortSet{"80/tcp": {}, "53/udp": {}}); !reflect.DeepEqual(c.config.ExposedPorts, want) {
		t.Errorf("ExposedPorts is %v", c.config.ExposedPorts)
	}
	if want := (nat.PortMap{"53/udp": {{HostIP: "0.0.0.0", HostPort: "0"}, {HostIP: "127.0.0.1", HostPort: "5353"}}}); !reflect.DeepEqual(c.host.PortBindings, want) {
		t.Errorf("PortBindings is %v", c.host.PortBindings)
	}
	want := []mount.Mount{
		{Type: mount.TypeBind, Source: spec.Mounts[0].Bind.Source, Target: "/etc/nginx/nginx.conf", ReadOnly: true},
		{Type: mount.TypeBind, Source: spec.Mounts[1].Bind.Source, Target: "/var/www/html"},
		{Type: mount.TypeVolume, Source: "vol", Target: "/v", ReadOnly: true},
	}
	if !reflect.DeepEqual(c.host.Mounts, want) || len(c.host.Binds) != 0 {
		t.Errorf("Mounts is %v and Binds %v", c.host.Mounts, c.host.Binds)
	}
	if c.host.Tmpfs["/t"] != "size=1m,uid=7" {
		t.Errorf("Tmpfs is %v", c.host.Tmpfs)
	}
	if c.host.PidsLimit != nil || c.host.Ulimits[0].Hard != 2 || c.host.Memory != 128<<20 || !*c.host.Init {
		t.Errorf("Resources is %+v", c.host.Resources)
	}
	if c.host.RestartPolicy.Name != container.RestartPolicyOnFailure || c.host.NetworkMode != "locorum-demo" {
		t.Errorf("restart %q, network mode %q", c.host.RestartPolicy.Name, c.host.NetworkMode)
	}
	if len(c.endpoints) != 2 || c.endpoints[1].network != "locorum-global" || c.endpoints[0].settings.Aliases[0] != "web" {
		t.Errorf("endpoints are %v", c.endpoints)
	}
}

// A caller may use one spec for several calls at once, so a translation shares nothing with it, and the field that old
// daemons do not know is left out of the copy only.
func TestCreationLeavesTheSpecAlone(t *testing.T) {
	spec := desktopNginx()
	spec.Healthcheck.StartInterval = 100 * time.Millisecond
	before, _ := json.Marshal(spec)
	old, modern := spec.creation(nil, false), spec.creation(nil, true)
	if old.config.Healthcheck.StartInterval != 0 || modern.config.Healthcheck.StartInterval != 100*time.Millisecond {
		t.Errorf("StartInterval is %v below API 1.44 and %v above", old.config.Healthcheck.StartInterval, modern.config.Healthcheck.StartInterval)
	}
	modern.config.Healthcheck.Test[0] = "changed"
	modern.host.CapAdd[0] = "changed"
	modern.host.CapDrop[0] = "changed"
	modern.endpoints[0].settings.Aliases[0] = "changed"
	if after, _ := json.Marshal(spec); string(after) != string(before) {
		t.Errorf("the spec became %s", after)
	}
}

package engine

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// badSpecs are changes of a good spec that each make it bad; field is what the error has to name.
var badSpecs = []struct {
	name   string
	field  string
	change func(*ContainerSpec)
}{
	{"empty name", "Name", func(s *ContainerSpec) { s.Name = "" }},
	{"name of a path", "Name", func(s *ContainerSpec) { s.Name = "../x" }},
	{"name with a blank", "Name", func(s *ContainerSpec) { s.Name = "a b" }},
	{"name with an escape", "Name", func(s *ContainerSpec) { s.Name = "a\x1b[31mb" }},
	{"endless name", "Name", func(s *ContainerSpec) { s.Name = strings.Repeat("a", 5000) }},
	{"empty image", "Image", func(s *ContainerSpec) { s.Image = "" }},
	{"blank image", "Image", func(s *ContainerSpec) { s.Image = " " }},
	{"image in capitals", "Image", func(s *ContainerSpec) { s.Image = "Alpine:3" }},
	{"image with an empty tag", "Image", func(s *ContainerSpec) { s.Image = "alpine:" }},
	{"empty label", "Labels", func(s *ContainerSpec) { s.Labels = map[string]string{"": "x"} }},
	{"label with =", "Labels", func(s *ContainerSpec) { s.Labels = map[string]string{"a=b": "x"} }},
	{"another platform", "Labels", func(s *ContainerSpec) { s.Labels = map[string]string{LabelPlatform: "x"} }},
	{"env without =", "Env[1]", func(s *ContainerSpec) { s.Env = []string{"A=1", "B"} }},
	{"env without key", "Env[0]", func(s *ContainerSpec) { s.Env = []string{"=1"} }},
	{"env with NUL", "Env[0]", func(s *ContainerSpec) { s.Env = []string{"A=\x00"} }},
	{"env twice", "Env[1]", func(s *ContainerSpec) { s.Env = []string{"A=1", "A=2"} }},
	{"secret without key", "EnvSecrets[0]", func(s *ContainerSpec) { s.EnvSecrets = []EnvSecret{{"", "v"}} }},
	{"secret key with =", "EnvSecrets[0]", func(s *ContainerSpec) { s.EnvSecrets = []EnvSecret{{"A=B", "v"}} }},
	{"secret with NUL", "EnvSecrets[0]", func(s *ContainerSpec) { s.EnvSecrets = []EnvSecret{{"A", "\x00"}} }},
	{"secret twice", "EnvSecrets[0]", func(s *ContainerSpec) { s.Env, s.EnvSecrets = []string{"A=1"}, []EnvSecret{{"A", "v"}} }},
	{"cmd with NUL", "Cmd", func(s *ContainerSpec) { s.Cmd = []string{"a\x00"} }},
	{"relative working dir", "WorkingDir", func(s *ContainerSpec) { s.WorkingDir = "www" }},
	{"extra host without IP", "ExtraHosts[0]", func(s *ContainerSpec) { s.ExtraHosts = []string{"a"} }},
	{"extra host with a name", "ExtraHosts[0]", func(s *ContainerSpec) { s.ExtraHosts = []string{"a:b"} }},
	{"no container port", "Ports[0].ContainerPort", func(s *ContainerSpec) { s.Ports = []PortMap{{}} }},
	{"port 0", "Ports[0].ContainerPort", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "0"}} }},
	{"port 65536", "Ports[0].ContainerPort", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "65536"}} }},
	{"negative port", "Ports[0].ContainerPort", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "-1"}} }},
	{"port in words", "Ports[0].ContainerPort", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "http"}} }},
	{"port range", "Ports[0].ContainerPort", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "80-90"}} }},
	{"host port", "Ports[0].HostPort", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "80", HostPort: "70000"}} }},
	{"host address", "Ports[0].HostIP", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "80", HostIP: "lo"}} }},
	{"protocol", "Ports[0].Proto", func(s *ContainerSpec) { s.Ports = []PortMap{{ContainerPort: "80", Proto: "TCP"}} }},
	{"port twice", "Ports[1]", func(s *ContainerSpec) {
		s.Ports = []PortMap{{ContainerPort: "80", HostPort: "8080"}, {ContainerPort: "81", HostPort: "8080", Proto: "tcp"}}
	}},
	{"relative bind source", "Mounts[0].Bind.Source", func(s *ContainerSpec) { s.Mounts = []Mount{{Bind: &BindMount{"a", "/b", false}}} }},
	{"empty bind source", "Mounts[0].Bind.Source", func(s *ContainerSpec) { s.Mounts = []Mount{{Bind: &BindMount{"", "/b", false}}} }},
	{"relative target", "Mounts[0].Bind.Target", func(s *ContainerSpec) { s.Mounts = []Mount{{Bind: &BindMount{"/a", "b", false}}} }},
	{"empty target", "Mounts[0].Volume.Target", func(s *ContainerSpec) { s.Mounts = []Mount{{Volume: &VolumeMount{Name: "vol"}}} }},
	{"target of all", "Mounts[0].Tmpfs.Target", func(s *ContainerSpec) { s.Mounts = []Mount{{Tmpfs: &TmpfsMount{Target: "/x/.."}}} }},
	{"target twice", "Mounts[1].Tmpfs.Target", func(s *ContainerSpec) {
		s.Mounts = []Mount{{Volume: &VolumeMount{"vol", "/a", false}}, {Tmpfs: &TmpfsMount{Target: "/a/"}}}
	}},
	{"volume without name", "Mounts[0].Volume.Name", func(s *ContainerSpec) { s.Mounts = []Mount{{Volume: &VolumeMount{Target: "/a"}}} }},
	{"volume of a path", "Mounts[0].Volume.Name", func(s *ContainerSpec) { s.Mounts = []Mount{{Volume: &VolumeMount{"/v", "/a", false}}} }},
	{"tmpfs option", "Mounts[0].Tmpfs.Options", func(s *ContainerSpec) { s.Mounts = []Mount{{Tmpfs: &TmpfsMount{"/a", "bogus"}}} }},
	{"tmpfs flag with value", "Mounts[0].Tmpfs.Options", func(s *ContainerSpec) { s.Mounts = []Mount{{Tmpfs: &TmpfsMount{"/a", "noexec=1"}}} }},
	{"tmpfs size", "Mounts[0].Tmpfs.Options", func(s *ContainerSpec) { s.Mounts = []Mount{{Tmpfs: &TmpfsMount{"/a", "size=big"}}} }},
	{"tmpfs comma", "Mounts[0].Tmpfs.Options", func(s *ContainerSpec) { s.Mounts = []Mount{{Tmpfs: &TmpfsMount{"/a", "size=1m,"}}} }},
	{"network without name", "Networks[1].Network", func(s *ContainerSpec) { s.Networks = []NetworkAttachment{{Network: "net"}, {}} }},
	{"network twice", "Networks[1].Network", func(s *ContainerSpec) { s.Networks = []NetworkAttachment{{Network: "net"}, {Network: "net"}} }},
	{"host network and another", "Networks[0].Network", func(s *ContainerSpec) { s.Networks = []NetworkAttachment{{Network: "host"}, {Network: "net"}} }},
	{"empty alias", "Networks[0].Aliases[0]", func(s *ContainerSpec) { s.Networks = []NetworkAttachment{{"net", []string{""}}} }},
	{"negative interval", "Healthcheck.Interval", func(s *ContainerSpec) { s.Healthcheck = &Healthcheck{Interval: -1} }},
	{"negative timeout", "Healthcheck.Timeout", func(s *ContainerSpec) { s.Healthcheck = &Healthcheck{Timeout: -time.Second} }},
	{"tiny start period", "Healthcheck.StartPeriod", func(s *ContainerSpec) { s.Healthcheck = &Healthcheck{StartPeriod: 1} }},
	{"negative start interval", "Healthcheck.StartInterval", func(s *ContainerSpec) { s.Healthcheck = &Healthcheck{StartInterval: -1} }},
	{"negative retries", "Healthcheck.Retries", func(s *ContainerSpec) { s.Healthcheck = &Healthcheck{Retries: -1} }},
	{"bare probe", "Healthcheck.Test", func(s *ContainerSpec) { s.Healthcheck = &Healthcheck{Test: []string{"true"}} }},
	{"empty probe", "Healthcheck.Test", func(s *ContainerSpec) { s.Healthcheck = &Healthcheck{Test: []string{"CMD"}} }},
	{"negative memory", "Resources.MemoryLimit", func(s *ContainerSpec) { s.Resources.MemoryLimit = -1 }},
	{"too little memory", "Resources.MemoryLimit", func(s *ContainerSpec) { s.Resources.MemoryLimit = 1 << 20 }},
	{"negative shares", "Resources.CPUShares", func(s *ContainerSpec) { s.Resources.CPUShares = -1 }},
	{"negative log files", "Resources.LogMaxFiles", func(s *ContainerSpec) { s.Resources.LogMaxFiles = -1 }},
	{"log size", "Resources.LogMaxSize", func(s *ContainerSpec) { s.Resources.LogMaxSize = "lots" }},
	{"ulimit", "Resources.Ulimits[0]", func(s *ContainerSpec) { s.Resources.Ulimits = []Ulimit{{Name: "x"}} }},
	{"ulimit upside down", "Resources.Ulimits[0]", func(s *ContainerSpec) { s.Resources.Ulimits = []Ulimit{{"nofile", 2, 1}} }},
	{"empty capability", "Security.CapAdd[0]", func(s *ContainerSpec) { s.Security.CapAdd = []string{""} }},
}

func TestValidateNamesTheField(t *testing.T) {
	for _, tc := range badSpecs {
		t.Run(tc.name, func(t *testing.T) {
			spec := ContainerSpec{Name: "good", Image: "alpine:3"}
			tc.change(&spec)
			err := spec.Validate()
			if !errors.Is(err, ErrSpecInvalid) {
				t.Fatalf("got %v, want an ErrSpecInvalid", err)
			}
			if !strings.Contains(err.Error(), tc.field) {
				t.Errorf("%q does not name %s", err, tc.field)
			}
			if strings.ContainsAny(err.Error(), "\x1b\x00\n") {
				t.Errorf("%q holds controls", err)
			}
		})
	}
}

func TestValidateMountKinds(t *testing.T) {
	bind, volume, tmpfs := &BindMount{"/a", "/b", false}, &VolumeMount{"vol", "/b", false}, &TmpfsMount{"/b", ""}
	for name, m := range map[string]Mount{
		"none":             {},
		"bind and volume":  {Bind: bind, Volume: volume},
		"bind and tmpfs":   {Bind: bind, Tmpfs: tmpfs},
		"volume and tmpfs": {Volume: volume, Tmpfs: tmpfs},
		"all":              {Bind: bind, Volume: volume, Tmpfs: tmpfs},
	} {
		t.Run(name, func(t *testing.T) {
			err := ContainerSpec{Name: "good", Image: "alpine:3", Mounts: []Mount{{Bind: &BindMount{"/x", "/y", false}}, m}}.Validate()
			if !errors.Is(err, ErrSpecAmbiguous) || !strings.Contains(err.Error(), "Mounts[1]") {
				t.Errorf("got %v, want an ErrSpecAmbiguous about Mounts[1]", err)
			}
		})
	}
}

func TestValidateAccepts(t *testing.T) {
	full := desktopNginx()
	full.Env = []string{"A=", "B=x=y"}
	full.EnvSecrets = []EnvSecret{{"C", ""}}
	full.WorkingDir = "/var/www/html"
	full.ExtraHosts = []string{"demo.localhost:host-gateway", "six:::1", "six2:[::1]", "four:127.0.0.1"}
	full.Ports = []PortMap{
		{ContainerPort: "80"}, {ContainerPort: "80", HostPort: "0"}, {ContainerPort: "81", HostPort: "0"},
		{ContainerPort: "53", HostPort: "53", Proto: "udp"}, {ContainerPort: "53", HostPort: "53"},
		{HostIP: "127.0.0.1", ContainerPort: "443", HostPort: "8443"}, {HostIP: "::1", ContainerPort: "443", HostPort: "8443"},
	}
	full.Mounts = append(full.Mounts, Mount{Tmpfs: &TmpfsMount{"/t", "size=64m,mode=1777,uid=0,noexec"}})
	full.Resources.Ulimits = []Ulimit{{"nofile", 1024, -1}}
	for name, spec := range map[string]ContainerSpec{
		"desktop nginx": desktopNginx(), "desktop redis": desktopRedis(), "everything": full,
		"digest":   {Name: "good", Image: "alpine@sha256:" + strings.Repeat("0", 64)},
		"no probe": {Name: "good", Image: "alpine", Healthcheck: &Healthcheck{Test: []string{"NONE"}}},
	} {
		if err := spec.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is wrong with a variable can be said without its value.
func TestValidateKeepsValuesToItself(t *testing.T) {
	for name, spec := range map[string]ContainerSpec{
		"bare":   {Env: []string{"hunter2hunter2"}},
		"no key": {Env: []string{"=hunter2hunter2"}},
		"NUL":    {Env: []string{"A=hunter2hunter2\x00"}},
		"twice":  {Env: []string{"A=1", "A=hunter2hunter2"}},
		"secret": {EnvSecrets: []EnvSecret{{"A", "hunter2hunter2\x00"}}},
		"key":    {EnvSecrets: []EnvSecret{{"A=hunter2hunter2", ""}}},
	} {
		spec.Name, spec.Image = "good", "alpine"
		if err := spec.Validate(); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
